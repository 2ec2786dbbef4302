//! Falling back to what was opened last.

use std::sync::Arc;

use esc_core::provider::CallSite;

use super::backend::Work;
use crate::error::Error;
use crate::inspect::Diagnostics;
use crate::offline::{Entry, OfflineCache, StoredLease};
use crate::snapshot::{Details, Freshness, Snapshot, Supplied};

/// Stores what was opened; returns what is stored if something could not be reached.
pub(super) async fn apply(
    cache: &OfflineCache,
    name: &str,
    work: &Work,
    result: Result<Snapshot, Error>,
) -> Result<Snapshot, Error> {
    let whole = *work == Work::Open(Vec::new());
    let error = match &result {
        Ok(opened) if opened.diagnostics().has_errors() => {
            Error::Environment(Box::new(opened.diagnostics().clone()))
        }
        Ok(opened) if whole => {
            let not_stored = cache.store(&entry(cache, opened)).await.err().map(Arc::new);
            let freshness = Freshness::Live { not_stored };
            return result.map(|opened| opened.with_freshness(freshness));
        }
        Ok(_) => return result,
        Err(error) => error.clone(),
    };
    if !error.is_unavailable() {
        return result;
    }
    // What is stored cannot be had, or does not apply: then the result is what it was.
    let stored = cache.load(name).await.ok().flatten();
    match stored.filter(|entry| result.as_ref().ok().is_none_or(|opened| is_of_now(entry, opened)))
    {
        Some(entry) => Ok(reopen(cache, entry, error)),
        None => result,
    }
}

/// Whether stored values are those of the definitions as they are: all that could be loaded must be what they were.
fn is_of_now(entry: &Entry, opened: &Snapshot) -> bool {
    let mut loaded = opened.revisions().iter();
    loaded.all(|(name, revision)| entry.revisions.get(name) == Some(revision))
}

fn entry(cache: &OfflineCache, opened: &Snapshot) -> Entry {
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
        revisions: opened.revisions().clone(),
        opened_at: cache.now(),
        leases: leases.collect(),
    }
}

/// Stored values as an opened environment. Whatever was asked for, all of it is there.
fn reopen(cache: &OfflineCache, entry: Entry, cause: Error) -> Snapshot {
    let now = cache.now();
    let ended = entry
        .ended(now)
        .map(|lease| CallSite {
            environment: lease.environment.as_str().into(),
            path: lease.path.clone(),
        })
        .collect();
    let age = cache.age(&entry);
    let supplied = Supplied { schema: entry.schema, traced: Vec::new() };
    Snapshot::new(
        &entry.environment,
        Some(entry.value),
        Vec::new(),
        entry.environments,
        Details::Supplied(supplied),
        Diagnostics::default(),
    )
    .with_revisions(entry.revisions)
    .with_freshness(Freshness::Offline { age, cause: Arc::new(cause), ended })
}
