//! How long answers are remembered, and which.

use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) ttl: Duration,
    pub(super) negative_ttl: Duration,
    pub(super) margin: Duration,
    pub(super) max_entries: usize,
    pub(super) leases: bool,
}
