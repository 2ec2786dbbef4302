//! Making the server fail, and looking at what it was asked.

use std::sync::atomic::Ordering;

use super::FakeKubernetes;
use super::faults::{Fault, Logged, Rule, lock};

impl FakeKubernetes {
    /// Lets the next `times` requests whose path and query contain this text meet the fault.
    pub fn fault(&self, times: usize, containing: &str, fault: Fault) {
        lock(&self.shared.faults.rules).push(Rule {
            left: times,
            containing: containing.into(),
            fault,
        });
    }

    /// What was asked since the start or the last [`forget_requests`](Self::forget_requests).
    pub fn requests(&self) -> Vec<Logged> {
        lock(&self.shared.faults.log).clone()
    }

    /// Begins a new log, and a new count of what is under way at most.
    pub fn forget_requests(&self) {
        lock(&self.shared.faults.log).clear();
        self.shared.faults.most.store(0, Ordering::SeqCst);
    }

    /// How many requests were under way at the same time, at most.
    pub fn most_at_once(&self) -> usize {
        self.shared.faults.most.load(Ordering::SeqCst)
    }
}
