//! Telling of several entries that failed.

use esc_core::provider::ProviderError;

use crate::failure::{Reason, rank};

/// Collects what failed of one request.
pub(crate) struct Report {
    provider: &'static str,
    entries: usize,
    failed: Vec<(String, Reason)>,
}

impl Report {
    /// A report of a request with so many entries.
    pub(crate) fn new(provider: &'static str, entries: usize) -> Report {
        Report { provider, entries, failed: Vec::new() }
    }

    /// An entry failed, which errors name so.
    pub(crate) fn add(&mut self, entry: String, reason: Reason) {
        self.failed.push((entry, reason));
    }

    /// The error that names all entries that failed, if there are any.
    ///
    /// Its kind and advice are of the entry that tells most. Who tries again for it waits as long as the longest needs.
    pub(crate) fn result(self, place: &str) -> Result<(), ProviderError> {
        let Some((_, worst)) = self.failed.iter().min_by_key(|(_, reason)| rank(reason.kind))
        else {
            return Ok(());
        };
        let mut worst = worst.clone();
        worst.retry_after = self.failed.iter().filter_map(|(_, reason)| reason.retry_after).max();
        let groups = self.groups();
        let reference = match groups.as_slice() {
            [(_, entries)] => entries.join(", "),
            _ => {
                let told: Vec<String> = groups
                    .iter()
                    .map(|(reason, entries)| {
                        format!("{}: {}: {}", entries.join(", "), reason.kind, reason.cause)
                    })
                    .collect();
                worst.cause = told.join("; ");
                format!("{} of {} entries", self.failed.len(), self.entries)
            }
        };
        Err(worst.failure(self.provider, reference, place))
    }

    /// Entries that failed for the same reason, in the order of the first of them.
    fn groups(&self) -> Vec<(&Reason, Vec<&str>)> {
        let mut groups: Vec<(&Reason, Vec<&str>)> = Vec::new();
        for (entry, reason) in &self.failed {
            let same = |(other, _): &&mut (&Reason, Vec<&str>)| {
                (other.kind, &other.cause) == (reason.kind, &reason.cause)
            };
            match groups.iter_mut().find(same) {
                Some((_, entries)) => entries.push(entry),
                None => groups.push((reason, vec![entry])),
            }
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use esc_core::provider::ErrorKind;

    use super::*;

    fn report(failed: &[(&str, ErrorKind, &str)]) -> Report {
        let mut report = Report::new("aws-secrets", 5);
        for (entry, kind, cause) in failed {
            let mut reason = Reason::new(*kind, *cause).with_advice(format!("mend {cause}"));
            reason.retry_after = kind.is_temporary().then_some(Duration::from_secs(3));
            report.add((*entry).to_owned(), reason);
        }
        report
    }

    #[test]
    fn every_entry_is_named_and_the_most_telling_kind_is_the_errors() {
        assert!(report(&[]).result("eu-west-1").is_ok());
        let one =
            report(&[("get.a", ErrorKind::NotFound, "gone")]).result("eu-west-1").unwrap_err();
        assert_eq!(one.to_string(), "aws-secrets: get.a in eu-west-1: not found: gone");
        let alike =
            [("get.a", ErrorKind::NotFound, "gone"), ("get.b", ErrorKind::NotFound, "gone")];
        let alike = report(&alike).result("eu-west-1").unwrap_err();
        assert_eq!(alike.to_string(), "aws-secrets: get.a, get.b in eu-west-1: not found: gone");
        let mixed = [
            ("get.a", ErrorKind::Throttled, "slow"),
            ("get.b", ErrorKind::NotFound, "gone"),
            ("get.c", ErrorKind::Throttled, "slow"),
        ];
        let mixed = report(&mixed).result("eu-west-1").unwrap_err();
        assert_eq!(
            mixed.to_string(),
            "aws-secrets: 3 of 5 entries in eu-west-1: not found: get.a, get.c: throttled: slow; get.b: not found: gone"
        );
        assert_eq!(mixed.advice.as_deref(), Some("mend gone"));
        assert_eq!(mixed.retry_after, Some(Duration::from_secs(3)));
    }
}
