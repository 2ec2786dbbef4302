//! Events of the file system, as hints that something happened.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::watch;

use super::places::places;

/// The events of a directory's files, for all who listen. Nothing is watched before somebody does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Events(Option<Arc<Mutex<Started>>>);

#[derive(Default)]
enum Started {
    #[default]
    NotYet,
    /// The system gives no events, or no more of them.
    Failed,
    Watching {
        watcher: RecommendedWatcher,
        /// Counts what was heard.
        heard: watch::Sender<u64>,
    },
}

/// Hears what happens from when it was made.
pub(super) struct Listener {
    heard: Option<watch::Receiver<u64>>,
    complete: bool,
}

impl Events {
    /// Events of the system, if it has any.
    pub fn of_system() -> Events {
        Events(Some(Arc::default()))
    }

    /// No events.
    pub fn none() -> Events {
        Events(None)
    }

    /// Begins to listen to what happens to these files, and to everything on the way to them.
    pub(super) fn listen(&self, files: &[&Path]) -> Listener {
        let Some(started) = &self.0 else { return Listener { heard: None, complete: false } };
        let mut started = started.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*started, Started::NotYet) {
            *started = start();
        }
        let Started::Watching { watcher, heard } = &mut *started else {
            return Listener { heard: None, complete: false };
        };
        let receiver = heard.subscribe();
        // A directory that was removed and made again is another one, so all are named each time. That costs little.
        let all = |watched: bool, place: &std::path::PathBuf| {
            watcher.watch(place, RecursiveMode::NonRecursive).is_ok() && watched
        };
        let complete = places(files).iter().fold(true, all);
        Listener { heard: Some(receiver), complete }
    }
}

fn start() -> Started {
    let (heard, _) = watch::channel(0);
    let sender = heard.clone();
    let handler = move |event: notify::Result<notify::Event>| {
        if event.map_or(true, |event| is_change(event.kind)) {
            sender.send_modify(|count: &mut u64| *count = count.wrapping_add(1));
        }
    };
    match notify::recommended_watcher(handler) {
        Ok(watcher) => Started::Watching { watcher, heard },
        Err(_) => Started::Failed,
    }
}

/// Whether an event may mean a change. Reading is an event as well, and comparing reads.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

impl Listener {
    /// Whether there are events of all files; otherwise they have to be compared every now and then.
    pub fn hears_all(&self) -> bool {
        self.complete
    }

    /// Waits until something happens.
    pub async fn heard(&mut self) {
        if let Some(heard) = &mut self.heard
            && heard.changed().await.is_ok()
        {
            return;
        }
        std::future::pending().await
    }
}

impl fmt::Debug for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Started::NotYet => "NotYet",
            Started::Failed => "Failed",
            Started::Watching { .. } => "Watching",
        })
    }
}
