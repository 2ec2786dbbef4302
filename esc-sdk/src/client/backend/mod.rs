//! Who evaluates environments: this program, or a server.

use async_trait::async_trait;
use esc_core::path::PropertyPath;
use esc_core::source::Loaded;

use crate::error::Error;
use crate::snapshot::Snapshot;

pub(super) mod local;
mod recorder;
#[cfg(feature = "remote")]
mod remote;

/// Evaluates environments by name.
#[async_trait]
pub(super) trait Backend: Send + Sync {
    /// Evaluates an environment. Errors in it are in the diagnostics, and so is whether half of it is missing.
    ///
    /// # Errors
    ///
    /// There is nothing to have diagnostics about.
    async fn evaluate(&self, name: &str, work: &Work) -> Result<Snapshot, Error>;

    /// Waits until one of these is no longer what was loaded; for ever, if that cannot be known.
    async fn changed(&self, loaded: &[Loaded]) {
        let _ = loaded;
        std::future::pending().await
    }
}

/// What is to be done with an environment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Work {
    /// Find out what can be known without opening it.
    Check,
    /// Open what these paths reach; all of it if there are none.
    Open(Vec<PropertyPath>),
}
