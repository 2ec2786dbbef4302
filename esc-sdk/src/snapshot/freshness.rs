//! Whether values are of now.

use std::sync::Arc;
use std::time::Duration;

use esc_core::provider::CallSite;

use crate::error::Error;
use crate::offline::OfflineError;

/// Whether values are of now.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Freshness {
    /// They were opened just now.
    Live {
        /// Why they were not put into the offline cache, if there is one and that failed.
        not_stored: Option<Arc<OfflineError>>,
    },
    /// They come from the offline cache, since something could not be reached.
    Offline {
        /// How old they are.
        age: Duration,
        /// What could not be reached.
        cause: Arc<Error>,
        /// The calls whose results have expired by now.
        ended: Arc<[CallSite]>,
    },
}
