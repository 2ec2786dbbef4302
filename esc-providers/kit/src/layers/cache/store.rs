//! The table of a cache.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use esc_core::provider::ErrorKind;
use tokio::time::Instant;

use super::super::Answer;
use super::super::flight::may_be_shared;
use super::super::key::Key;
use super::settings::Settings;

/// Answers by key.
#[derive(Default)]
pub(super) struct Store(Mutex<Table>);

#[derive(Default)]
struct Table {
    entries: HashMap<Key, Entry>,
    /// Counts what is asked for, so that entries know which of them is older.
    uses: u64,
    /// Counts how often the table was cleared.
    generation: u64,
    /// When the outdated are swept out next.
    sweep_at: Option<Instant>,
}

struct Entry {
    answer: Answer,
    since: Instant,
    until: Instant,
    used: u64,
}

/// What was in a table: to be dropped when it is no longer locked.
pub(super) struct Forgotten(#[expect(dead_code, reason = "held to be dropped")] Vec<Entry>);

/// How often the outdated are swept out: nobody may ask for them ever again.
const SWEEP: Duration = Duration::from_secs(30);

impl Store {
    /// The answer, if there is one; what is left of its leases.
    pub(super) fn get(&self, key: &Key) -> Option<Answer> {
        let now = Instant::now();
        let mut table = self.lock();
        table.uses += 1;
        let used = table.uses;
        let entry = table.entries.get_mut(key).filter(|entry| entry.until > now)?;
        entry.used = used;
        let age = now.saturating_duration_since(entry.since);
        let mut answer = entry.answer.clone();
        drop(table);
        if let Ok(opened) = &mut answer {
            for lease in &mut opened.leases {
                lease.duration = lease.duration.map(|duration| duration.saturating_sub(age));
            }
        }
        Some(answer)
    }

    /// Remembers an answer to a question of that generation, if it may be.
    pub(super) fn put(&self, key: Key, answer: &Answer, generation: u64, settings: &Settings) {
        let Some(ttl) = ttl(answer, settings).filter(|ttl| !ttl.is_zero()) else { return };
        let now = Instant::now();
        let Some(until) = now.checked_add(ttl) else { return };
        let mut table = self.lock();
        if table.generation != generation || settings.max_entries == 0 {
            return;
        }
        let mut outdated = Vec::new();
        if table.sweep_at.is_none_or(|at| at <= now) || table.entries.len() >= settings.max_entries
        {
            table.sweep_at = now.checked_add(SWEEP);
            outdated.extend(table.entries.extract_if(|_, entry| entry.until <= now));
        }
        if table.entries.len() >= settings.max_entries {
            // A few at a time, so that not every answer costs a search.
            let excess = table.entries.len() - settings.max_entries + 1 + settings.max_entries / 16;
            let mut uses: Vec<u64> = table.entries.values().map(|entry| entry.used).collect();
            uses.sort_unstable();
            let newest = uses.get(excess - 1).copied().unwrap_or(u64::MAX);
            outdated.extend(table.entries.extract_if(|_, entry| entry.used <= newest));
        }
        table.uses += 1;
        let entry = Entry { answer: answer.clone(), since: now, until, used: table.uses };
        outdated.extend(table.entries.insert(key, entry).map(|old| (key, old)));
        drop(table);
        // Wiping takes time: not while others wait for the table.
        drop(outdated);
    }

    /// Takes everything out.
    pub(super) fn clear(&self) -> Forgotten {
        let mut table = self.lock();
        table.generation += 1;
        Forgotten(table.entries.drain().map(|(_, entry)| entry).collect())
    }

    pub(super) fn generation(&self) -> u64 {
        self.lock().generation
    }

    pub(super) fn len(&self) -> usize {
        self.lock().entries.len()
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long an answer may be remembered.
fn ttl(answer: &Answer, settings: &Settings) -> Option<Duration> {
    let opened = match answer {
        Ok(opened) => opened,
        Err(error) => {
            let lasting = matches!(error.kind, ErrorKind::NotFound | ErrorKind::Denied);
            return lasting.then_some(settings.negative_ttl);
        }
    };
    if !settings.leases && !may_be_shared(answer) {
        return None;
    }
    opened.leases.iter().try_fold(settings.ttl, |ttl, lease| {
        Some(ttl.min(lease.duration?.saturating_sub(settings.margin)))
    })
}
