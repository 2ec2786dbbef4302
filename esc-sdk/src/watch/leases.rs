//! Releasing leases.

use std::time::Duration;

use esc_core::provider::Lease;
use tokio::time::timeout;

/// How long releasing leases may take before they are left to expire.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(10);

/// Whether both are the same lease, issued at different times.
pub(super) fn same(a: &Lease, b: &Lease) -> bool {
    a.id.is_some() && a.id == b.id
}

/// Releases leases, all at once. One that cannot be released expires by itself.
pub(super) async fn release(leases: Vec<Lease>) {
    let all = futures::future::join_all(leases.iter().map(Lease::revoke));
    let _ = timeout(RELEASE_TIMEOUT, all).await;
}
