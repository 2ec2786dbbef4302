//! Calls in flight that several callers wait for.
//!
//! A flight is a shared future: whoever waits for it drives it. If the caller who began it goes away, the others carry
//! on; if all go away, it is dropped. Nothing is spawned.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use esc_core::provider::OpenRequest;
use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared, WeakShared, join_all};

use super::Answer;
use super::key::Key;

/// All flights of a layer.
#[derive(Clone, Default)]
pub(super) struct Flights(Arc<Mutex<Table>>);

#[derive(Default)]
struct Table {
    flights: HashMap<Key, Entry>,
    /// Tells flights of the same key apart.
    last: u64,
}

struct Entry {
    flight: u64,
    landing: WeakShared<BoxFuture<'static, Landing>>,
    /// Which of the flight's answers is the key's.
    index: usize,
}

/// The answers of one flight.
type Landing = Arc<Vec<Landed>>;

struct Landed {
    answer: Answer,
    taken: AtomicBool,
}

/// How a caller comes by an answer.
enum Ticket {
    Known(Answer),
    Seat { flight: u64, index: usize },
}

/// Whether several callers may have the same answer: not if one of them could end or prolong it for the others.
pub(super) fn may_be_shared(answer: &Answer) -> bool {
    match answer {
        Ok(opened) => !opened.leases.iter().any(|lease| lease.renewable || lease.is_revocable()),
        Err(_) => true,
    }
}

impl Flights {
    /// Answers each call: with what is `known`, or what is in flight already, or else of a flight that `start` begins
    /// with all the others. An answer is none if it may not be `shared` and somebody else has it.
    ///
    /// `known` is asked while no flight can end: a flight makes its answers known before it does.
    pub(super) async fn fly(
        &self,
        calls: Vec<(Key, OpenRequest)>,
        known: impl Fn(&Key) -> Option<Answer>,
        shared: impl Fn(&Answer) -> bool,
        start: impl FnOnce(Vec<(Key, OpenRequest)>) -> BoxFuture<'static, Vec<Answer>>,
    ) -> Vec<Option<Answer>> {
        let (tickets, flights) = self.board(calls, known, start);
        let (numbers, landings): (Vec<_>, Vec<_>) = flights.into_iter().unzip();
        let landings = join_all(landings).await;
        let landings: HashMap<u64, Landing> = numbers.into_iter().zip(landings).collect();
        let take = |ticket| match ticket {
            Ticket::Known(answer) => Some(answer),
            Ticket::Seat { flight, index } => {
                let landed = landings.get(&flight)?.get(index)?;
                let mine = !landed.taken.swap(true, Ordering::Relaxed) || shared(&landed.answer);
                mine.then(|| landed.answer.clone())
            }
        };
        tickets.into_iter().map(take).collect()
    }

    fn board(
        &self,
        calls: Vec<(Key, OpenRequest)>,
        known: impl Fn(&Key) -> Option<Answer>,
        start: impl FnOnce(Vec<(Key, OpenRequest)>) -> BoxFuture<'static, Vec<Answer>>,
    ) -> (Vec<Ticket>, HashMap<u64, Shared<BoxFuture<'static, Landing>>>) {
        let mut table = self.lock();
        table.last += 1;
        let number = table.last;
        let mut tickets = Vec::with_capacity(calls.len());
        let mut flights = HashMap::new();
        let mut new: HashMap<Key, usize> = HashMap::new();
        let mut passengers = Vec::new();
        for (key, request) in calls {
            if let Some(answer) = known(&key) {
                tickets.push(Ticket::Known(answer));
                continue;
            }
            if let Some(index) = new.get(&key) {
                tickets.push(Ticket::Seat { flight: number, index: *index });
                continue;
            }
            let entry = table.flights.get(&key);
            let joined = entry.and_then(|e| Some((e.flight, e.index, e.landing.upgrade()?)));
            if let Some((flight, index, landing)) = joined {
                flights.insert(flight, landing);
                tickets.push(Ticket::Seat { flight, index });
                continue;
            }
            let index = passengers.len();
            new.insert(key, index);
            passengers.push((key, request));
            tickets.push(Ticket::Seat { flight: number, index });
        }
        if !passengers.is_empty() {
            let end =
                End { table: Arc::downgrade(&self.0), flight: number, keys: keys(&passengers) };
            let answers = start(passengers);
            let landing = async move {
                let landed = |answer| Landed { answer, taken: AtomicBool::new(false) };
                let landing = Arc::new(answers.await.into_iter().map(landed).collect());
                drop(end);
                landing
            };
            let landing = landing.boxed().shared();
            if let Some(weak) = landing.downgrade() {
                for (key, index) in new {
                    let entry = Entry { flight: number, landing: weak.clone(), index };
                    table.flights.insert(key, entry);
                }
            }
            flights.insert(number, landing);
        }
        (tickets, flights)
    }

    /// Lets nobody join the flights that are under way, and does something while no flight can begin or end.
    pub(super) fn forget(&self, meanwhile: impl FnOnce()) {
        let mut table = self.lock();
        table.flights.clear();
        meanwhile();
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn keys(passengers: &[(Key, OpenRequest)]) -> Vec<Key> {
    passengers.iter().map(|(key, _)| *key).collect()
}

/// Part of a flight's future: takes it off the table when it has landed or was given up by all.
struct End {
    table: Weak<Mutex<Table>>,
    flight: u64,
    keys: Vec<Key>,
}

impl Drop for End {
    fn drop(&mut self) {
        let Some(table) = self.table.upgrade() else { return };
        let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &self.keys {
            if table.flights.get(key).is_some_and(|entry| entry.flight == self.flight) {
                table.flights.remove(key);
            }
        }
    }
}
