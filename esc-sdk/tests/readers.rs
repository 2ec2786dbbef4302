//! Many threads that read while values are replaced.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

#[path = "common/world.rs"]
mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use esc_sdk::{FromEnvironment, Secret};

use crate::world::{CANARY, World};

#[derive(FromEnvironment)]
struct Config {
    #[esc(path = "db.user")]
    user: String,
    #[esc(path = "db.password")]
    password: Secret<String>,
}

impl Config {
    /// The number of the call that both are of.
    fn call(&self) -> u64 {
        let call = self.user.strip_prefix("user-").unwrap();
        assert_eq!(*self.password.expose(), format!("{CANARY}-{call}"), "torn");
        call.parse().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_see_whole_values_that_only_get_newer_and_never_wait() {
    let world = World::new(&[("shop/prod", "values: {db: {fn::open::vault: {}}}")]);
    for count in [1, 2, 16] {
        let watch = world.client().build().watch::<Config>("shop/prod").await.unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let readers: Vec<_> = (0..count)
            .map(|_| {
                let (watch, stop) = (watch.clone(), stop.clone());
                std::thread::spawn(move || {
                    let (mut last, mut reads, mut changes, mut longest) =
                        (0, 0u64, 0, Duration::ZERO);
                    while !stop.load(Ordering::Relaxed) {
                        let began = Instant::now();
                        let current = watch.current();
                        longest = longest.max(began.elapsed());
                        let call = current.call();
                        assert!(call >= last, "{call} after {last}");
                        changes += u64::from(call > last);
                        (last, reads) = (call, reads + 1);
                    }
                    (reads, changes, longest)
                })
            })
            .collect();
        for _ in 0..100 {
            watch.refresh();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stop.store(true, Ordering::Relaxed);
        for reader in readers {
            let (reads, changes, longest) = reader.join().unwrap();
            assert!(reads > 100 && changes > 5, "{reads} reads, {changes} changes");
            // A reader that the system does not run waits, too.
            assert!(longest < Duration::from_secs(1), "{longest:?}");
        }
        assert!(watch.status().version > 20, "{:?}", watch.status());
        watch.stop().await;
    }
}
