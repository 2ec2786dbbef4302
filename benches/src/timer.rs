//! Delays that last as long as they should.
//!
//! A runtime's own timers commonly round up to whole milliseconds. Where a benchmark asks whether ten delays of 10 ms
//! cost one delay and half a millisecond, that alone would be the answer; hence a thread that sleeps for real.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use esc_eval::testing::Sleep;
use futures::FutureExt;
use futures::channel::oneshot;

/// Who sleeps until when; the number keeps sleepers with the same end apart.
type Sleepers = BTreeMap<(Instant, u64), oneshot::Sender<()>>;

/// Wakes sleepers at their time.
#[derive(Default)]
struct Timer {
    /// How many there have been, and who there is.
    sleepers: Mutex<(u64, Sleepers)>,
    earlier: Condvar,
}

/// Starts a timer thread, which lives as long as the process, and answers what makes sleeps of it.
pub fn start() -> Sleep {
    let timer = Arc::new(Timer::default());
    let thread = timer.clone();
    thread::spawn(move || thread.run());
    Arc::new(move |delay| {
        let awake = timer.sleep(delay);
        async move {
            // A sender that is dropped is as good as one that sends.
            let _ = awake.await;
        }
        .boxed()
    })
}

impl Timer {
    fn sleep(&self, delay: Duration) -> oneshot::Receiver<()> {
        let (wake, awake) = oneshot::channel();
        let mut sleepers = self.sleepers.lock().unwrap_or_else(PoisonError::into_inner);
        sleepers.0 += 1;
        let key = (Instant::now() + delay, sleepers.0);
        sleepers.1.insert(key, wake);
        self.earlier.notify_one();
        awake
    }

    fn run(&self) {
        let mut sleepers = self.sleepers.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let now = Instant::now();
            while let Some(first) = sleepers.1.first_entry() {
                if first.key().0 > now {
                    break;
                }
                // Who no longer waits need not be woken.
                let _ = first.remove().send(());
            }
            let next = sleepers.1.first_key_value().map(|((at, _), _)| *at);
            sleepers = match next {
                None => self.earlier.wait(sleepers).unwrap_or_else(PoisonError::into_inner),
                Some(at) => {
                    let left = at.saturating_duration_since(Instant::now());
                    let result = self.earlier.wait_timeout(sleepers, left);
                    result.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}
