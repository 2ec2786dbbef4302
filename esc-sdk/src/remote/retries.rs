//! How often requests are repeated, and how waits are spread.

use std::sync::Arc;
use std::time::Duration;

/// How often, and after what time, requests that change nothing are repeated.
///
/// Those are all that read, and checks. They are repeated after 429, 408, 5xx and when the connection breaks. Waits
/// double from `first` to `longest`, each shortened by up to half at random; what the server asks for comes first, if
/// it does so in seconds. If it asks for more than `longest`, the request is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// How many attempts there are altogether. Default 4.
    pub attempts: u32,
    /// The wait before the second attempt. Default 1 s.
    pub first: Duration,
    /// The longest wait. Default 30 s.
    pub longest: Duration,
}

impl Default for Retries {
    fn default() -> Retries {
        Retries { attempts: 4, first: Duration::from_secs(1), longest: Duration::from_secs(30) }
    }
}

/// A number from 0 (included) to 1 (excluded), each time another.
pub(super) type Jitter = Arc<dyn Fn() -> f64 + Send + Sync>;
