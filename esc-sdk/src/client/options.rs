//! What can be set for all clients.

use std::time::Duration;

use crate::offline::OfflineCache;

/// Caching and the offline cache.
#[derive(Clone)]
pub(super) struct Options {
    pub ttl: Duration,
    pub negative_ttl: Duration,
    pub offline: Option<OfflineCache>,
}

impl Default for Options {
    fn default() -> Options {
        Options { ttl: Duration::ZERO, negative_ttl: Duration::from_secs(1), offline: None }
    }
}
