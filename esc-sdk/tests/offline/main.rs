//! The last good values, for when something cannot be reached.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod refusing;
mod remote;
mod serving;
mod storing;
#[path = "../common/world.rs"]
mod world;

// The server that looks like the hosted service.
#[allow(dead_code, reason = "this test uses its part")]
#[path = "../remote/look_alike.rs"]
mod look_alike;
#[allow(dead_code, reason = "this test uses its part")]
#[path = "../remote/routes.rs"]
mod routes;
#[allow(dead_code, reason = "this test uses its part")]
#[path = "../remote/store.rs"]
mod store;
#[allow(dead_code, reason = "this test uses its part")]
#[path = "../remote/tags.rs"]
mod tags;
#[allow(dead_code, reason = "this test uses its part")]
#[path = "../remote/wire.rs"]
mod wire;

use std::sync::Arc;
use std::time::Duration;

use esc_sdk::crypto::Key;
use esc_sdk::offline::OfflineCache;
use esc_sdk::{Client, Freshness, Snapshot};

use crate::world::{Simulated, World};

/// The environment that the tests open, and what it imports.
const NAME: &str = "shop/prod";
const BASE: (&str, &str) = ("shop/base", "values: {host: db.example}");
const PROD: (&str, &str) = (
    NAME,
    "imports: [shop/base]\nvalues:\n  db: {fn::open::vault: {}}\n  url: \"${db.user}@${host}\"\n  port: 5432\n",
);

const fn minutes(n: u64) -> Duration {
    Duration::from_secs(60 * n)
}

/// A world, a disk and a key.
struct Site {
    world: World,
    home: tempfile::TempDir,
    key: Key,
    clock: Arc<Simulated>,
}

impl Site {
    /// The providers' leases last half an hour.
    fn new() -> Site {
        let world = World::new(&[BASE, PROD]);
        world.lease(minutes(30));
        Site {
            world,
            home: tempfile::tempdir().unwrap(),
            key: Key::generate().unwrap(),
            clock: Simulated::start(),
        }
    }

    /// A cache that keeps values for an hour.
    fn cache(&self, principal: &str) -> OfflineCache {
        let directory = self.home.path().join("cache");
        OfflineCache::new(directory, self.key.clone(), principal, self.clock.clone())
            .with_max_stale(minutes(60))
    }

    /// A client such as a program makes when it starts.
    fn client(&self) -> Client {
        self.client_of("web@host-7")
    }

    fn client_of(&self, principal: &str) -> Client {
        let deadline = Duration::from_secs(5);
        self.world.client().deadline(deadline).offline(self.cache(principal)).build()
    }
}

/// The age of values from the cache, and the places of the calls whose answers have ended.
fn offline(opened: &Snapshot) -> Option<(Duration, Vec<&str>)> {
    match opened.freshness() {
        Freshness::Offline { age, ended, .. } => {
            Some((*age, ended.iter().map(|site| site.path.as_str()).collect()))
        }
        _ => None,
    }
}
