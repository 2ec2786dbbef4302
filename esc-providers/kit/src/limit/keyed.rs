//! One limit for each account.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use smol_str::SmolStr;

/// Something that can be forgotten and made anew when nothing of it is in use.
pub trait Idle {
    /// Whether a new one would do as well.
    fn is_idle(&self) -> bool;
}

/// A [`Pace`](super::Pace) or another limit for each key, made when the key is first used.
///
/// ```
/// use esc_provider_kit::limit::{Keyed, Pace, Rate};
///
/// let paces = Keyed::new(1000, || Pace::new(Rate::per_second(40.0).with_burst(10)));
/// assert!(paces.get("eu-west-1/AKIA…").try_acquire());
/// ```
///
/// No more than so many keys are kept. Who comes beyond that takes the place of one that is idle, or else of the one
/// that was asked for longest ago. Who still holds that one goes on with it.
pub struct Keyed<T> {
    max_keys: usize,
    make: Box<dyn Fn() -> T + Send + Sync>,
    table: Mutex<Table<T>>,
}

struct Table<T> {
    entries: HashMap<SmolStr, Entry<T>>,
    /// Counts the calls, so that entries know which of them is older.
    calls: u64,
}

struct Entry<T> {
    value: Arc<T>,
    asked_at: u64,
}

impl<T: Idle> Keyed<T> {
    /// No keys yet; at most so many (at least one).
    pub fn new(max_keys: usize, make: impl Fn() -> T + Send + Sync + 'static) -> Keyed<T> {
        let table = Mutex::new(Table { entries: HashMap::new(), calls: 0 });
        Keyed { max_keys: max_keys.max(1), make: Box::new(make), table }
    }

    /// The one of that key.
    pub fn get(&self, key: &str) -> Arc<T> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        table.calls += 1;
        let calls = table.calls;
        if let Some(entry) = table.entries.get_mut(key) {
            entry.asked_at = calls;
            return entry.value.clone();
        }
        if table.entries.len() >= self.max_keys {
            table.make_room(self.max_keys - 1);
        }
        let value = Arc::new((self.make)());
        table.entries.insert(key.into(), Entry { value: value.clone(), asked_at: calls });
        value
    }

    /// How many keys are kept.
    pub fn len(&self) -> usize {
        self.table.lock().unwrap_or_else(PoisonError::into_inner).entries.len()
    }

    /// Whether no key is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T: Idle> Table<T> {
    fn make_room(&mut self, room: usize) {
        self.entries.retain(|_, e| Arc::strong_count(&e.value) > 1 || !e.value.is_idle());
        while self.entries.len() > room {
            let oldest = self.entries.iter().min_by_key(|(_, e)| e.asked_at);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else { return };
            self.entries.remove(&oldest);
        }
    }
}

impl<T> std::fmt::Debug for Keyed<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyed").field("max_keys", &self.max_keys).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::limit::{Pace, Rate};

    #[tokio::test(start_paused = true)]
    async fn keys_are_independent_and_few() {
        let paces = Keyed::new(2, || Pace::new(Rate::per_second(1.0)));
        assert!(paces.get("a").try_acquire());
        assert!(!paces.get("a").try_acquire());
        assert!(paces.get("b").try_acquire());
        // Nobody is idle: the one asked for longest ago goes.
        paces.get("a");
        paces.get("c");
        assert_eq!(paces.len(), 2);
        assert!(!paces.get("a").try_acquire());
        // All are idle and go.
        tokio::time::advance(Duration::from_secs(1)).await;
        let held = paces.get("a");
        paces.get("d");
        assert_eq!(paces.len(), 2);
        assert!(Arc::ptr_eq(&held, &paces.get("a")));
    }
}
