//! Making a client.

use std::sync::Arc;
use std::time::Duration;

use esc_core::context::ExecutionContext;
use esc_core::provider::Providers;
use esc_core::source::EnvironmentSource;
use esc_eval::Limits;

use super::backend::local::Local;
use super::handle::Client;
use super::no_providers::NoProviders;
use super::options::Options;
use crate::offline::OfflineCache;

/// Makes a [`Client`] that evaluates environments itself.
#[derive(Clone)]
pub struct ClientBuilder {
    local: Local,
    options: Options,
}

impl Client {
    /// A client that evaluates the environments of that source itself.
    pub fn builder(source: impl EnvironmentSource + 'static) -> ClientBuilder {
        ClientBuilder::new(Arc::new(source))
    }
}

impl ClientBuilder {
    fn new(source: Arc<dyn EnvironmentSource>) -> ClientBuilder {
        let local = Local {
            source,
            providers: Arc::new(NoProviders),
            context: ExecutionContext::default(),
            limits: Limits::default(),
            deadline: None,
        };
        ClientBuilder { local, options: Options::default() }
    }

    /// With these providers, such as those of the crate `esc-providers`. By default documents can be checked against the
    /// [published interfaces](esc_provider_schemas) of all providers, and opening one is an error that says where it is
    /// to be had.
    pub fn providers(mut self, providers: impl Providers + 'static) -> ClientBuilder {
        self.local.providers = Arc::new(providers);
        self
    }

    /// With these values under `${context}`: who opens the environments, for instance.
    ///
    /// ```
    /// use esc_sdk::{Client, ContextField, ExecutionContext, MemorySource};
    ///
    /// let context = ExecutionContext::default()
    ///     .with(ContextField::UserLogin, "ana")
    ///     .with(ContextField::OrganizationLogin, "acme");
    /// let client = Client::builder(MemorySource::new()).context(context).build();
    /// # let _ = client;
    /// ```
    ///
    /// What is not set checks as a string, and fails to open.
    pub fn context(mut self, context: ExecutionContext) -> ClientBuilder {
        self.local.context = context;
        self
    }

    /// With other limits.
    pub fn limits(mut self, limits: Limits) -> ClientBuilder {
        self.local.limits = limits;
        self
    }

    /// With a bound on the time that opening takes. What has not arrived by then is an error that names it. By default
    /// there is none: providers have bounds of their own.
    pub fn deadline(mut self, deadline: Duration) -> ClientBuilder {
        self.local.deadline = Some(deadline);
        self
    }

    /// Caches what was opened for so long. By default everything is opened again each time; requests for the same at the
    /// same time share one opening in any case.
    pub fn cache(mut self, ttl: Duration) -> ClientBuilder {
        self.options.ttl = ttl;
        self
    }

    /// Caches for so long that something is missing, denied or wrong. Default one second.
    pub fn negative_cache(mut self, ttl: Duration) -> ClientBuilder {
        self.options.negative_ttl = ttl;
        self
    }

    /// Falls back to what was opened last, if something cannot be reached. See [`offline`](crate::offline).
    pub fn offline(mut self, cache: OfflineCache) -> ClientBuilder {
        self.options.offline = Some(cache);
        self
    }

    /// The client.
    pub fn build(self) -> Client {
        Client::over(Arc::new(self.local), self.options)
    }
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientBuilder").field("limits", &self.local.limits).finish_non_exhaustive()
    }
}
