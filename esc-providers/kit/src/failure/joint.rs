//! The failure of a call of which several entries failed.

use std::time::Duration;

use esc_core::provider::{EntryError, ErrorKind, ProviderError};

use super::Failure;

/// Which kind a joint failure has: the first of these that any of its parts has.
///
/// What nobody can mend by waiting comes first, and of that what stands in the way of everything else: a defect, the
/// credentials, the request, what the credentials may do, and what is or is not there. A failure is temporary only if
/// all of its parts are.
pub const PRECEDENCE: [ErrorKind; 8] = [
    ErrorKind::Internal,
    ErrorKind::Unauthenticated,
    ErrorKind::Invalid,
    ErrorKind::Denied,
    ErrorKind::NotFound,
    ErrorKind::Conflict,
    ErrorKind::Throttled,
    ErrorKind::Unavailable,
];

/// How many entries of one reason, and how many reasons, a message names.
const NAMED: usize = 3;

/// Collects what failed of a call that asks for several things, in any order.
///
/// What comes out does not depend on the order in which failures arrive: the kind follows from [`PRECEDENCE`], entries
/// are told in the order of the places that their inputs have, and the advice is that of the first entry of that kind.
/// The message counts and names the first few; [`ProviderError::entries`] has all of them.
///
/// ```
/// use esc_core::provider::ErrorKind;
/// use esc_provider_kit::failure::{Failure, Failures};
///
/// let gone = |entry| Failure::new("aws-secrets", ErrorKind::NotFound).reference(entry).cause("gone");
/// let mut failures = Failures::new(3);
/// failures.add(1, gone("get.b"));
/// failures.add(0, gone("get.a"));
/// let error = failures.into_result().unwrap_err();
/// assert_eq!(error.to_string(), "aws-secrets: get.a, get.b: not found: gone");
/// assert_eq!(error.entries.len(), 2);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Failures {
    asked: usize,
    failed: Vec<(usize, Failure)>,
}

/// Entries that failed for the same reason in the same place.
struct Group<'a> {
    first: &'a Failure,
    entries: Vec<&'a str>,
}

impl Failures {
    /// None so far, of a call that asks for so many things.
    pub fn new(asked: usize) -> Failures {
        Failures { asked, failed: Vec::new() }
    }

    /// The entry at that place among the inputs failed, which the failure's reference names.
    pub fn add(&mut self, place: usize, failure: Failure) {
        self.failed.push((place, failure));
    }

    /// The joint failure, if anything failed.
    ///
    /// # Errors
    ///
    /// The failure itself if there is one, else one for all. It asks to wait as long as the longest of them.
    pub fn into_result(mut self) -> Result<(), ProviderError> {
        self.failed.sort_by_key(|(place, _)| *place);
        let rank = |failure: &Failure| PRECEDENCE.iter().position(|kind| *kind == failure.kind);
        let failed: Vec<&Failure> = self.failed.iter().map(|(_, failure)| failure).collect();
        let Some(&worst) = failed.iter().min_by_key(|failure| rank(failure)) else { return Ok(()) };
        let mut joint = worst.clone();
        joint.retry_after = longest_wait(&failed);
        let groups = groups(&failed);
        let all = format!("{} of {} entries", failed.len(), self.asked);
        match groups.as_slice() {
            [group] if group.entries.len() <= NAMED => {
                joint.reference = group.entries.join(", ").into();
            }
            [group] => joint.reference = format!("{all} ({})", named(&group.entries)).into(),
            _ => {
                joint.reference = all.into();
                if groups.iter().any(|group| group.first.place != worst.place) {
                    joint.place = Box::default();
                }
                joint.cause = causes(&groups, joint.place.is_empty()).into();
            }
        }
        let entries = failed.iter().map(|failure| entry(failure)).collect();
        Err(ProviderError { entries, ..joint.into() })
    }
}

fn longest_wait(failed: &[&Failure]) -> Option<Duration> {
    failed.iter().filter_map(|failure| failure.retry_after).max()
}

fn entry(failure: &Failure) -> EntryError {
    EntryError {
        entry: failure.reference.to_string(),
        kind: failure.kind,
        cause: failure.cause.to_string(),
        advice: failure.advice.as_deref().map(str::to_owned),
    }
}

/// The failures by reason, in the order of the first of each.
fn groups<'a>(failed: &[&'a Failure]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for &failure in failed {
        let reason = |of: &Failure| (of.kind, of.cause.clone(), of.place.clone());
        match groups.iter_mut().find(|group| reason(group.first) == reason(failure)) {
            Some(group) => group.entries.push(&failure.reference),
            None => groups.push(Group { first: failure, entries: vec![&failure.reference] }),
        }
    }
    groups
}

/// `get.a, get.b, get.c and 42 more`.
fn named(entries: &[&str]) -> String {
    let first = entries.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match entries.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// `get.a: not found: gone; get.b in eu-west-1: throttled: slow`, the place where entries differ in it.
fn causes(groups: &[Group<'_>], with_place: bool) -> String {
    let mut told: Vec<String> = Vec::new();
    for Group { first, entries } in groups.iter().take(NAMED) {
        let mut text = named(entries);
        if with_place && !first.place.is_empty() {
            text.push_str(&format!(" in {}", first.place));
        }
        text.push_str(&format!(": {}", first.kind));
        if !first.cause.is_empty() {
            text.push_str(&format!(": {}", first.cause));
        }
        told.push(text);
    }
    let others = groups.iter().skip(NAMED).map(|group| group.entries.len()).sum::<usize>();
    if others > 0 {
        told.push(format!("and {others} more for other reasons"));
    }
    told.join("; ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn failure(entry: &str, kind: ErrorKind, cause: &str) -> Failure {
        Failure::new("aws-secrets", kind)
            .reference(entry)
            .place("eu-west-1")
            .cause(cause)
            .advice(format!("mend {cause}"))
            .retry_after(kind.is_temporary().then_some(Duration::from_secs(3)))
    }

    fn joint(failed: &[(&str, ErrorKind, &str)]) -> Result<(), ProviderError> {
        let mut failures = Failures::new(5);
        for (place, (entry, kind, cause)) in failed.iter().enumerate() {
            failures.add(place, failure(entry, *kind, cause));
        }
        failures.into_result()
    }

    #[test]
    fn few_entries_are_all_named_and_the_kind_is_the_first_in_precedence() {
        assert!(joint(&[]).is_ok());
        let one = joint(&[("get.a", ErrorKind::NotFound, "gone")]).unwrap_err();
        assert_eq!(one.to_string(), "aws-secrets: get.a in eu-west-1: not found: gone");
        let alike =
            [("get.a", ErrorKind::NotFound, "gone"), ("get.b", ErrorKind::NotFound, "gone")];
        let alike = joint(&alike).unwrap_err();
        assert_eq!(alike.to_string(), "aws-secrets: get.a, get.b in eu-west-1: not found: gone");
        let mixed = [
            ("get.a", ErrorKind::Throttled, "slow"),
            ("get.b", ErrorKind::NotFound, "gone"),
            ("get.c", ErrorKind::Throttled, "slow"),
        ];
        let mixed = joint(&mixed).unwrap_err();
        assert_eq!(
            mixed.to_string(),
            "aws-secrets: 3 of 5 entries in eu-west-1: not found: get.a, get.c: throttled: slow; get.b: not found: gone"
        );
        assert_eq!(mixed.kind, ErrorKind::NotFound);
        assert_eq!(mixed.advice.as_deref(), Some("mend gone"));
        assert_eq!(mixed.retry_after, Some(Duration::from_secs(3)));
        let told: Vec<String> = mixed.entries.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            ["get.a: throttled: slow", "get.b: not found: gone", "get.c: throttled: slow"]
        );
    }

    #[test]
    fn of_many_entries_the_first_are_named_and_the_others_counted() {
        let mut failures = Failures::new(48);
        for n in 0..45 {
            failures.add(n, failure(&format!("get.s{n}"), ErrorKind::Unavailable, "refused"));
        }
        let error = failures.clone().into_result().unwrap_err();
        assert_eq!(
            error.to_string(),
            "aws-secrets: 45 of 48 entries (get.s0, get.s1, get.s2 and 42 more) in eu-west-1: unavailable: refused"
        );
        assert_eq!(error.entries.len(), 45);
        for (n, kind) in
            [ErrorKind::NotFound, ErrorKind::Denied, ErrorKind::Conflict].iter().enumerate()
        {
            failures.add(45 + n, failure(&format!("get.t{n}"), *kind, kind.as_str()));
        }
        let error = failures.into_result().unwrap_err();
        assert_eq!(
            error.to_string(),
            "aws-secrets: 48 of 48 entries in eu-west-1: denied: get.s0, get.s1, get.s2 and 42 more: unavailable: refused; \
             get.t0: not found: not found; get.t1: denied: denied; and 1 more for other reasons"
        );
    }

    #[test]
    fn places_are_told_where_they_differ() {
        let mut failures = Failures::new(2);
        failures.add(0, failure("get.a", ErrorKind::NotFound, "gone"));
        failures.add(1, failure("get.b", ErrorKind::NotFound, "gone").place("us-east-1"));
        assert_eq!(
            failures.into_result().unwrap_err().to_string(),
            "aws-secrets: 2 of 2 entries: not found: get.a in eu-west-1: not found: gone; get.b in us-east-1: not found: gone"
        );
    }

    #[test]
    fn every_kind_has_its_place_in_the_precedence() {
        for kind in ErrorKind::ALL {
            assert_eq!(PRECEDENCE.iter().filter(|other| **other == kind).count(), 1, "{kind}");
        }
        let temporary = PRECEDENCE.map(ErrorKind::is_temporary);
        assert!(temporary.is_sorted(), "a joint failure is temporary only if all of it is");
    }

    /// Failures of entries, and an order in which they arrive.
    fn arrivals() -> impl Strategy<Value = (Vec<Failure>, Vec<usize>)> {
        let one = (0..PRECEDENCE.len(), 0..3usize, 0..2usize, proptest::option::of(0..9u64));
        proptest::collection::vec(one, 1..12).prop_flat_map(|parts| {
            let failures: Vec<Failure> = parts
                .into_iter()
                .enumerate()
                .map(|(n, (kind, cause, place, wait))| {
                    failure(&format!("get.{n}"), PRECEDENCE[kind], ["gone", "slow", ""][cause])
                        .place(["eu-west-1", "us-east-1"][place])
                        .advice(format!("mend {n}"))
                        .retry_after(wait.map(Duration::from_secs))
                })
                .collect();
            let order = Just((0..failures.len()).collect::<Vec<_>>()).prop_shuffle();
            (Just(failures), order)
        })
    }

    proptest! {
        #[test]
        fn what_comes_out_does_not_depend_on_the_order_of_arrival((parts, order) in arrivals()) {
            let joint = |order: &mut dyn Iterator<Item = usize>| {
                let mut failures = Failures::new(20);
                order.for_each(|n| failures.add(n, parts[n].clone()));
                failures.into_result().unwrap_err()
            };
            let (sorted, shuffled) = (joint(&mut (0..parts.len())), joint(&mut order.into_iter()));
            prop_assert_eq!(sorted.kind, shuffled.kind);
            prop_assert_eq!(&sorted.message, &shuffled.message);
            prop_assert_eq!(&sorted.advice, &shuffled.advice);
            prop_assert_eq!(sorted.retry_after, shuffled.retry_after);
            prop_assert_eq!(&sorted.entries, &shuffled.entries);
            // The kind is that of a part, and no part has one that comes before it.
            let kinds: Vec<ErrorKind> = parts.iter().map(|part| part.kind).collect();
            let first = PRECEDENCE.into_iter().find(|kind| kinds.contains(kind));
            prop_assert_eq!(Some(sorted.kind), first);
            prop_assert_eq!(sorted.kind.is_temporary(), kinds.iter().all(|kind| kind.is_temporary()));
        }
    }
}
