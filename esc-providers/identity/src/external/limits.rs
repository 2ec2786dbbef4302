//! What calls of adapters may do.

use std::sync::Arc;

use url::Url;

/// What `fn::open::external` may do.
#[derive(Clone)]
pub(crate) struct ExternalLimits {
    pub(crate) max_response_bytes: usize,
    pub(crate) http_on_loopback: bool,
    pub(crate) idempotent: bool,
    pub(crate) allowed: Option<Allowed>,
}

/// Whether an adapter may be called.
pub(crate) type Allowed = Arc<dyn Fn(&Url) -> bool + Send + Sync>;
