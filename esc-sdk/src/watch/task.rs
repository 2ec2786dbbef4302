//! The task that keeps a watch fresh.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use esc_core::provider::Lease;
use esc_core::source::Loaded;
use esc_core::value::Value;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until};

use super::handle::Watch;
use super::leases::{release, same};
use super::schedule::{self, Held, Next};
use super::settings::{Attempt, Opening, Settings};
use super::state::{Alive, Failing, Shared, State, Version};
use crate::error::Error;
use crate::inspect::diff;

/// The shortest time between two attempts because of changes, whatever a source says.
const BETWEEN_CHANGES: Duration = Duration::from_millis(100);

/// Opens the environment and starts the task.
pub(super) async fn start<T: Send + Sync + 'static>(
    settings: Settings<T>,
) -> Result<Watch<T>, Error> {
    let Attempt { result, loaded } = settings.try_open().await;
    let opening = result?;
    let now = Instant::now();
    let held = opening.leases.into_iter().map(|lease| Held::new(lease, now)).collect();
    let failing = opening.offline.as_ref().map(|fallback| Failing {
        since: now,
        attempts: 1,
        error: fallback.cause.clone(),
    });
    let state =
        State { opened: now, offline: opening.offline.map(|fallback| fallback.age), failing };
    let first = Version { value: opening.value, values: opening.values, version: 0 };
    let shared = Arc::new(Shared {
        current: ArcSwap::from_pointee(first),
        state: ArcSwap::from_pointee(state.clone()),
        refresh: Notify::new(),
    });
    let stop = Arc::new(Notify::new());
    let (sender, versions) = watch::channel(0);
    let jitter = settings.jitter();
    let task = Task {
        shared: shared.clone(),
        stop: stop.clone(),
        versions: sender,
        tried: now,
        state,
        held,
        retired: Vec::new(),
        loaded,
        jitter,
        settings,
    };
    tokio::spawn(task.run());
    Ok(Watch { shared, versions, _alive: Arc::new(Alive(stop)) })
}

struct Task<T> {
    settings: Settings<T>,
    shared: Arc<Shared<T>>,
    stop: Arc<Notify>,
    versions: watch::Sender<u64>,
    state: State,
    /// When opening was last tried.
    tried: Instant,
    held: Vec<Held>,
    /// Leases of old values, and when to release them.
    retired: Vec<(Instant, Vec<Lease>)>,
    /// What the last attempt loaded: a change of it is a reason for the next.
    loaded: Arc<[Loaded]>,
    jitter: f64,
}

impl<T: Send + Sync + 'static> Task<T> {
    async fn run(mut self) {
        let stop = self.stop.clone();
        tokio::select! {
            biased;
            () = stop.notified() => {}
            () = self.keep_fresh() => {}
        }
        let held = self.held.into_iter().map(|held| held.lease);
        release(held.chain(self.retired.into_iter().flat_map(|(_, leases)| leases)).collect())
            .await;
        // Only now: the caller of `stop` waits for this to close.
        drop(self.versions);
    }

    /// Never ends. May be dropped at any wait: what is held is always in `self`.
    async fn keep_fresh(&mut self) {
        let shared = self.shared.clone();
        let watched = self.settings.watched.clone();
        loop {
            let next = self.next();
            let loaded = self.loaded.clone();
            let soonest = self.tried + BETWEEN_CHANGES;
            let change = async {
                watched.changed(&loaded).await;
                sleep_until(soonest).await;
            };
            let retire = self.retired.iter().map(|(at, _)| *at).min();
            tokio::select! {
                () = shared.refresh.notified() => self.refresh().await,
                () = change => self.refresh().await,
                () = sleep_until(retire.unwrap_or_else(|| next.at())), if retire.is_some() => {
                    self.release_retired().await;
                }
                () = sleep_until(next.at()) => match next {
                    Next::Renew(_) => self.renew().await,
                    Next::Refresh(_) => self.refresh().await,
                },
            }
        }
    }

    fn next(&self) -> Next {
        let pace = &self.settings.pace;
        match &self.state.failing {
            Some(failing) => {
                Next::Refresh(self.tried + schedule::backoff(pace, failing.attempts, self.jitter))
            }
            None => {
                let now = Instant::now();
                schedule::next(pace, self.state.opened, now, &self.held, self.jitter)
            }
        }
    }

    async fn refresh(&mut self) {
        let Attempt { result, loaded } = self.settings.try_open().await;
        self.loaded = loaded;
        self.tried = Instant::now();
        self.jitter = self.settings.jitter();
        match result {
            Ok(Opening { offline: Some(fallback), leases, .. }) => {
                // What is held is as good as what is stored, or better.
                self.retire(leases);
                self.failed(fallback.cause);
            }
            Ok(opening) => self.take(opening),
            Err(error) => self.failed(Arc::new(error)),
        }
        self.shared.state.store(Arc::new(self.state.clone()));
    }

    fn take(&mut self, opening: Opening<T>) {
        let now = self.tried;
        self.state = State { opened: now, offline: None, failing: None };
        let kept = |lease: &Lease| opening.leases.iter().any(|new| same(new, lease));
        let old = std::mem::take(&mut self.held).into_iter().map(|held| held.lease);
        let old: Vec<Lease> = old.filter(|lease| !kept(lease)).collect();
        self.retire(old);
        self.held = opening.leases.into_iter().map(|lease| Held::new(lease, now)).collect();
        self.put(opening.value, opening.values);
    }

    /// Puts values in place, unless they are what is there.
    fn put(&mut self, value: T, values: Arc<Value>) {
        let current = self.shared.current.load_full();
        if diff(&current.values, &values).is_empty() {
            return;
        }
        let version = current.version + 1;
        self.shared.current.store(Arc::new(Version { value, values, version }));
        self.versions.send_replace(version);
    }

    fn failed(&mut self, error: Arc<Error>) {
        let (since, attempts) = match &self.state.failing {
            Some(failing) => (failing.since, failing.attempts.saturating_add(1)),
            None => (self.tried, 1),
        };
        self.state.failing = Some(Failing { since, attempts, error });
    }

    async fn renew(&mut self) {
        for index in schedule::due_for_renewal(&self.held, Instant::now()) {
            let Some(lease) = self.held.get(index).map(|held| held.lease.clone()) else { continue };
            let renewed = lease.renew().await;
            let Some(held) = self.held.get_mut(index) else { continue };
            match renewed {
                Some(Ok(renewed)) => {
                    // Less than before: the backend has come to the longest time it allows. Renewing on would leave
                    // ever less of it for replacing and for the grace. A tenth is for backends that round.
                    let shorter = renewed.duration < lease.duration.map(|d| d.mul_f64(0.9));
                    *held = Held::new(renewed, Instant::now());
                    held.spent |= shorter;
                }
                _ => held.spent = true,
            }
        }
    }

    fn retire(&mut self, leases: Vec<Lease>) {
        let leases: Vec<Lease> = leases.into_iter().filter(Lease::is_revocable).collect();
        if !leases.is_empty() {
            self.retired.push((Instant::now() + self.settings.grace, leases));
        }
    }

    async fn release_retired(&mut self) {
        let now = Instant::now();
        let due = self.retired.iter().filter(|(at, _)| *at <= now);
        release(due.flat_map(|(_, leases)| leases.clone()).collect()).await;
        // Not before: this may be dropped while it waits.
        self.retired.retain(|(at, _)| *at > now);
    }
}
