//! Which endpoint a request was sent to: the SDK's errors do not tell.

use std::future::Future;
use std::sync::{Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::{
    RuntimeComponents, RuntimeComponentsBuilder,
};
use aws_smithy_types::config_bag::ConfigBag;
use esc_provider_kit::transport::endpoint;

tokio::task_local! {
    static TRIED: Mutex<Option<String>>;
}

/// Runs a request that is sent by a [`Noting`] client, and tells the host and port that it went to last, if it got so far.
pub(crate) async fn noting<T>(request: impl Future<Output = T>) -> (T, Option<String>) {
    let request = async {
        let outcome = request.await;
        let tried = TRIED.with(|tried| tried.lock().map_or(None, |mut tried| tried.take()));
        (outcome, tried)
    };
    TRIED.scope(Mutex::default(), request).await
}

/// A client that notes where requests go.
#[derive(Debug)]
pub(crate) struct Noting(pub(crate) SharedHttpClient);

#[derive(Debug)]
struct NotingConnector(SharedHttpConnector);

impl HttpConnector for NotingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        // Nothing is noted for requests that are not sent by us, of a chain of credentials.
        let _ = TRIED.try_with(|tried| {
            let mut tried = tried.lock().unwrap_or_else(PoisonError::into_inner);
            *tried = Some(endpoint(request.uri()));
        });
        self.0.call(request)
    }
}

impl HttpClient for Noting {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(NotingConnector(self.0.http_connector(settings, components)))
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.validate_base_client_config(components, config)
    }

    fn validate_final_config(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.validate_final_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}
