//! What stands in for providers and rotators that a program does not have.

use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{
    ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema, Providers, Registry,
    RotateRequest, Rotator, RotatorSchema,
};
use esc_core::value::Value;

use crate::published::{Home, Published};
use crate::table;

/// Stands in for a provider or rotator that a program does not have: it has the published interface, so that documents
/// are checked against it, and whoever opens or rotates it is told where the real one is to be had.
#[derive(Debug)]
pub struct StandIn<Schema: 'static>(&'static Published<Schema>);

impl<Schema> StandIn<Schema> {
    /// Stands in for that one.
    pub fn new(published: &'static Published<Schema>) -> StandIn<Schema> {
        StandIn(published)
    }

    fn refuse(&self, kind: &str) -> ProviderError {
        let name = self.0.name();
        match self.0.home() {
            Home::Crate { name: from, feature } => {
                let message = format!("this program does not have the {kind} `{name}`");
                ProviderError::new(ErrorKind::NotFound, message).with_advice(format!(
                    "add the feature `{feature}` of the crate `esc-providers` (it is in `{from}`), and hand its \
                     catalog to the evaluator or client"
                ))
            }
            Home::Nowhere => {
                let message = format!("no crate implements the {kind} `{name}` yet");
                ProviderError::new(ErrorKind::NotFound, message).with_advice(format!(
                    "`{name}` can be checked but not opened; open only the paths that do without it, override its \
                     value, or register a {kind} of your own under this name"
                ))
            }
        }
    }
}

#[async_trait]
impl Provider for StandIn<ProviderSchema> {
    fn schema(&self) -> ProviderSchema {
        self.0.schema().clone()
    }

    async fn open(&self, _request: OpenRequest) -> Result<Output, ProviderError> {
        Err(self.refuse("provider"))
    }
}

#[async_trait]
impl Rotator for StandIn<RotatorSchema> {
    fn schema(&self) -> RotatorSchema {
        self.0.schema().clone()
    }

    async fn open(&self, _request: RotateRequest) -> Result<Output, ProviderError> {
        Err(self.refuse("rotator"))
    }

    async fn rotate(&self, _request: RotateRequest) -> Result<Value, ProviderError> {
        Err(self.refuse("rotator"))
    }
}

/// Stand-ins for all published providers and rotators: for checking documents and for editors.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use esc_core::provider::Providers;
/// use esc_provider_schemas::StandIns;
///
/// assert!(StandIns.provider("azure-login").await.is_ok());
/// assert!(StandIns.rotator("postgres").await.is_ok());
/// assert!(StandIns.provider("azure-logn").await.is_err());
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct StandIns;

#[async_trait]
impl Providers for StandIns {
    async fn provider(&self, name: &str) -> Result<Arc<dyn Provider>, ProviderError> {
        match table::provider(name) {
            Some(published) => Ok(Arc::new(StandIn::new(published))),
            None => Registry::new().provider(name).await,
        }
    }

    async fn rotator(&self, name: &str) -> Result<Arc<dyn Rotator>, ProviderError> {
        match table::rotator(name) {
            Some(published) => Ok(Arc::new(StandIn::new(published))),
            None => Registry::new().rotator(name).await,
        }
    }
}
