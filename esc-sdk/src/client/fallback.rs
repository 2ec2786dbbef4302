//! Falling back to what was opened last.

use std::sync::Arc;

use esc_core::provider::CallSite;

use super::{Error, Work};
use crate::findings::Findings;
use crate::offline::{Entry, OfflineCache, StoredLease};
use crate::opened::{Answers, Freshness, Given, Opened};

/// Stores what was opened; answers what is stored if nothing could be opened for lack of reach.
pub(super) async fn apply(
    cache: &OfflineCache,
    name: &str,
    work: &Work,
    result: Result<Opened, Error>,
) -> Result<Opened, Error> {
    let error = match &result {
        Ok(opened) if !opened.findings().has_errors() => {
            return match (result, work) {
                (Ok(opened), Work::Open(paths)) if paths.is_empty() => {
                    let not_stored = cache.store(&entry(cache, &opened)).await.err().map(Arc::new);
                    Ok(opened.with_freshness(Freshness::Live { not_stored }))
                }
                (other, _) => other,
            };
        }
        Ok(opened) => Error::Environment(Box::new(opened.findings().clone())),
        Err(error) => error.clone(),
    };
    if !error.is_unavailable() {
        return result;
    }
    // What is stored cannot be had, or is no answer: then the reason is what it was.
    let stored = cache.load(name).await.ok().flatten();
    let revision = result.as_ref().ok().map(Opened::revision);
    match stored.filter(|entry| is_of_now(entry, revision, &error)) {
        Some(entry) => Ok(reopen(cache, entry, error)),
        None => result,
    }
}

/// Whether stored values are those of the definitions as they are, as far as that is known.
///
/// If all definitions could be loaded and only providers are out of reach, they must be what they were.
fn is_of_now(entry: &Entry, revision: Option<&str>, error: &Error) -> bool {
    let loaded = match error {
        Error::Environment(findings) => findings
            .diagnostics
            .iter()
            .filter(|d| d.is_error())
            .all(|d| d.code != esc_core::diagnostic::Code::ImportFailed),
        _ => false,
    };
    match revision {
        Some(revision) if loaded && !revision.is_empty() => revision == entry.revision,
        _ => true,
    }
}

fn entry(cache: &OfflineCache, opened: &Opened) -> Entry {
    let leases = opened.leases().into_iter().filter_map(|(site, lease)| {
        Some(StoredLease {
            environment: site.environment.to_string(),
            path: site.path,
            seconds: lease.duration?.as_secs(),
        })
    });
    Entry {
        environment: opened.name().to_owned(),
        value: opened.value().clone(),
        schema: opened.schema(),
        environments: opened.environments().into_iter().map(str::to_owned).collect(),
        revision: opened.revision().to_owned(),
        opened_at: cache.now(),
        leases: leases.collect(),
    }
}

/// Stored values as an opened environment. Whatever was asked for, all of it is there.
fn reopen(cache: &OfflineCache, entry: Entry, cause: Error) -> Opened {
    let now = cache.now();
    let ended = entry
        .ended(now)
        .map(|lease| CallSite {
            environment: lease.environment.as_str().into(),
            path: lease.path.clone(),
        })
        .collect();
    let age = cache.age(&entry);
    let given = Given { schema: entry.schema, traced: Vec::new() };
    Opened::new(
        &entry.environment,
        Some(entry.value),
        Vec::new(),
        entry.environments,
        Answers::Given(given),
        Findings::default(),
    )
    .with_revision(entry.revision)
    .with_freshness(Freshness::Offline { age, cause: Arc::new(cause), ended })
}
