//! How many retries there may be in all.

use std::sync::{Mutex, PoisonError};

/// A budget of retries that many calls share, so that retries do not multiply an outage.
///
/// It begins with a reserve. Each retry takes one from it; each call that succeeds at once gives a fraction back, up to
/// the reserve. While a backend is down nothing is given back: calls fail at the first attempt once the reserve is
/// spent.
#[derive(Debug)]
pub struct Budget {
    reserve: f64,
    deposit: f64,
    left: Mutex<f64>,
}

impl Budget {
    /// A reserve of so many retries, and so many (usually a fraction of one) for each call that succeeds.
    pub fn new(reserve: u32, deposit: f64) -> Budget {
        let reserve = f64::from(reserve);
        Budget { reserve, deposit: deposit.max(0.0), left: Mutex::new(reserve) }
    }

    pub(super) fn deposit(&self) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = (*left + self.deposit).min(self.reserve);
    }

    pub(super) fn withdraw(&self) -> bool {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let enough = *left >= 1.0;
        if enough {
            *left -= 1.0;
        }
        enough
    }
}

/// 100 retries, and one more for each ten calls that succeed.
impl Default for Budget {
    fn default() -> Budget {
        Budget::new(100, 0.1)
    }
}
