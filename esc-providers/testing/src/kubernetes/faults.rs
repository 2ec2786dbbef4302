//! Faults on demand, and a log of what was asked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::{Method, Uri};
use axum::response::{IntoResponse, Response};

use super::status::Status;

/// What happens to a request instead of an answer, or before it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// 429 with a `Retry-After` of so many seconds.
    Throttle(u64),
    /// A `Status` with this code.
    Status(u16),
    /// The answer comes so much later.
    Delay(Duration),
    /// 200 with a text that is not JSON, as from something that is no API server.
    Garbage(String),
}

/// A request that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The method, as in `GET`.
    pub method: String,
    /// Path and query.
    pub path: String,
}

pub(super) struct Rule {
    pub(super) left: usize,
    pub(super) containing: String,
    pub(super) fault: Fault,
}

#[derive(Default)]
pub(super) struct Faults {
    pub(super) rules: Mutex<Vec<Rule>>,
    pub(super) log: Mutex<Vec<Logged>>,
    under_way: AtomicUsize,
    pub(super) most: AtomicUsize,
}

/// Counts a request as long as it lives.
pub(super) struct UnderWay<'a>(&'a AtomicUsize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Faults {
    pub(super) fn enter(&self, method: &Method, uri: &Uri) -> UnderWay<'_> {
        lock(&self.log).push(Logged { method: method.to_string(), path: uri.to_string() });
        let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        UnderWay(&self.under_way)
    }

    /// The answer that the next fault gives, if there is one that gives an answer.
    pub(super) async fn next(&self, uri: &Uri) -> Option<Response> {
        let text = uri.to_string();
        let fault = {
            let mut rules = lock(&self.rules);
            let at = rules.iter().position(|rule| text.contains(&rule.containing))?;
            let rule = rules.get_mut(at)?;
            rule.left = rule.left.saturating_sub(1);
            let fault = rule.fault.clone();
            if rule.left == 0 {
                rules.remove(at);
            }
            fault
        };
        match fault {
            Fault::Throttle(seconds) => Some(Status::too_many_requests(seconds).into_response()),
            Fault::Status(code) => Some(Status::of_code(code).into_response()),
            Fault::Garbage(text) => Some(text.into_response()),
            Fault::Delay(time) => {
                tokio::time::sleep(time).await;
                None
            }
        }
    }
}
