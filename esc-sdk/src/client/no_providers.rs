//! What a client has as long as nobody gives it providers.

use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{ErrorKind, Provider, ProviderError, Providers, Rotator};
use esc_provider_schemas::StandIns;

/// Stand-ins for what is published, to check documents with, and an error that says how to add providers.
pub(super) struct NoProviders;

#[async_trait]
impl Providers for NoProviders {
    async fn provider(&self, name: &str) -> Result<Arc<dyn Provider>, ProviderError> {
        match esc_provider_schemas::provider(name) {
            Some(_) => StandIns.provider(name).await,
            None => Err(none("provider", name)),
        }
    }

    async fn rotator(&self, name: &str) -> Result<Arc<dyn Rotator>, ProviderError> {
        match esc_provider_schemas::rotator(name) {
            Some(_) => StandIns.rotator(name).await,
            None => Err(none("rotator", name)),
        }
    }
}

fn none(what: &str, name: &str) -> ProviderError {
    let name = esc_core::text::quote(name);
    let message = format!("unknown {what} {name}: this client has no providers");
    ProviderError::new(ErrorKind::NotFound, message).with_advice(
        "pass them to `ClientBuilder::providers`; the crate `esc-providers` has `Standard`, with all of them, and a \
         `Catalog` to choose from",
    )
}
