//! Without the feature `notify` nothing is heard, and files are compared at intervals.

use std::path::Path;

/// No events.
#[derive(Clone, Debug, Default)]
pub(crate) struct Events;

pub(super) struct Listener;

impl Events {
    /// No events: there is nobody to ask for them.
    pub fn of_system() -> Events {
        Events
    }

    pub fn none() -> Events {
        Events
    }

    pub(super) fn listen(&self, _: &[&Path]) -> Listener {
        Listener
    }
}

impl Listener {
    pub fn hears_all(&self) -> bool {
        false
    }

    pub async fn heard(&mut self) {
        std::future::pending().await
    }
}
