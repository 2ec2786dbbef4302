//! Who evaluates environments: this program, or a server.

use async_trait::async_trait;
use esc_core::path::PropertyPath;

use crate::client::Error;
use crate::opened::Opened;

mod local;
#[cfg(feature = "remote")]
mod remote;

pub(crate) use local::Local;
#[cfg(feature = "remote")]
pub use remote::RemoteBuilder;

/// Evaluates environments by name.
#[async_trait]
pub(crate) trait Backend: Send + Sync {
    /// Evaluates an environment. Errors in it are in the findings, and so is whether half of it is missing.
    ///
    /// # Errors
    ///
    /// There is nothing to have findings about.
    async fn evaluate(&self, name: &str, work: &Work) -> Result<Opened, Error>;
}

/// What is to be done with an environment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Work {
    /// Find out what can be known without opening it.
    Inspect,
    /// Open what these paths reach; all of it if there are none.
    Open(Vec<PropertyPath>),
}
