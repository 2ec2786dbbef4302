//! When files are no longer what was loaded.
//!
//! Events of the file system are hints, and nothing more: whatever they say, the files that matter are read and compared
//! with what was loaded. So it does not matter how an editor writes (in place, beside and renamed), whether a file is
//! removed and made again, or a link in its path leads elsewhere, as with the `..data` of Kubernetes. A hint that never
//! comes costs time, not correctness: the files are compared every now and then in any case.

use std::path::Path;
use std::time::Duration;

use esc_core::source::Loaded;
use smol_str::SmolStr;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

#[cfg(feature = "notify")]
mod events;
#[cfg(not(feature = "notify"))]
#[path = "watch/no_events.rs"]
mod events;
#[cfg(feature = "notify")]
mod places;

pub(super) use events::Events;

/// When changes are looked for, and how long they may take to be complete.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timing {
    /// How long there must be no event before a change counts as complete.
    pub quiet: Duration,
    /// The longest time from a change until it counts, however many follow.
    pub longest: Duration,
    /// How often files are compared without events.
    pub polling: Duration,
    /// How often they are compared in spite of events.
    pub backstop: Duration,
}

impl Default for Timing {
    fn default() -> Timing {
        Timing {
            quiet: Duration::from_millis(100),
            longest: Duration::from_secs(1),
            polling: Duration::from_secs(2),
            backstop: Duration::from_secs(30),
        }
    }
}

/// Waits until one of these is no longer what was loaded.
pub(super) async fn changed(
    events: &Events,
    timing: Timing,
    files: &[(&Loaded, Option<&Path>)],
    revision: impl Fn(&str) -> Option<SmolStr>,
) {
    let differ = || files.iter().any(|(loaded, _)| revision(&loaded.name) != loaded.revision);
    let paths: Vec<&Path> = files.iter().filter_map(|(_, path)| *path).collect();
    loop {
        // Listening begins before comparing, so nothing falls in between.
        let mut listener = events.listen(&paths);
        if differ() {
            settle(&mut listener, timing).await;
            if differ() {
                return;
            }
            continue;
        }
        let pause = if listener.hears_all() { timing.backstop } else { timing.polling };
        tokio::select! {
            () = listener.heard() => {}
            () = sleep(pause) => {}
        }
    }
}

/// Waits until nothing more happens, but not for ever: a file that is written all the time counts as it is.
async fn settle(listener: &mut events::Listener, timing: Timing) {
    let end = Instant::now() + timing.longest;
    loop {
        let quiet = Instant::now() + timing.quiet;
        if quiet >= end {
            return sleep_until(end).await;
        }
        if timeout_at(quiet, listener.heard()).await.is_err() {
            return;
        }
    }
}
