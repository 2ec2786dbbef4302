//! Making a client.

use std::sync::Arc;
use std::time::Duration;

use esc_core::context::ExecutionContext;
use esc_core::provider::Providers;
use esc_core::source::EnvironmentSource;
use esc_eval::Limits;
use esc_provider_schemas::StandIns;

use super::{Client, Inner};
use crate::backend::{Backend, Local};
use crate::flight::Flights;
use crate::offline::OfflineCache;

/// How many environments are remembered at most, whole or in part.
const REMEMBERED: usize = 1024;

/// Makes a [`Client`] that evaluates environments itself.
#[derive(Clone)]
pub struct Builder {
    local: Local,
    options: Options,
}

/// What is the same for all clients.
#[derive(Clone)]
pub(crate) struct Options {
    pub ttl: Duration,
    pub negative_ttl: Duration,
    pub offline: Option<OfflineCache>,
}

impl Default for Options {
    fn default() -> Options {
        Options { ttl: Duration::ZERO, negative_ttl: Duration::from_secs(1), offline: None }
    }
}

impl Builder {
    pub(super) fn new(source: Arc<dyn EnvironmentSource>) -> Builder {
        let local = Local {
            source,
            providers: Arc::new(StandIns),
            context: ExecutionContext::default(),
            limits: Limits::default(),
            deadline: None,
        };
        Builder { local, options: Options::default() }
    }

    /// With these providers. By default documents can be checked against the [published interfaces] of all providers,
    /// and none can be opened.
    ///
    /// [published interfaces]: esc_provider_schemas
    pub fn providers(mut self, providers: impl Providers + 'static) -> Builder {
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
    pub fn context(mut self, context: ExecutionContext) -> Builder {
        self.local.context = context;
        self
    }

    /// With other limits.
    pub fn limits(mut self, limits: Limits) -> Builder {
        self.local.limits = limits;
        self
    }

    /// With a bound on the time that opening takes. What has not arrived by then is an error that names it. By default
    /// there is none: providers have bounds of their own.
    pub fn deadline(mut self, deadline: Duration) -> Builder {
        self.local.deadline = Some(deadline);
        self
    }

    /// Remembers what was opened for so long. By default everything is opened anew each time; who asks for the same at
    /// the same time shares one opening in any case.
    pub fn cache(mut self, ttl: Duration) -> Builder {
        self.options.ttl = ttl;
        self
    }

    /// Remembers for so long that something is missing, denied or wrong. Default one second.
    pub fn negative_cache(mut self, ttl: Duration) -> Builder {
        self.options.negative_ttl = ttl;
        self
    }

    /// Falls back to what was opened last, if something cannot be reached. See [`offline`](crate::offline).
    pub fn offline(mut self, cache: OfflineCache) -> Builder {
        self.options.offline = Some(cache);
        self
    }

    /// The client.
    pub fn build(self) -> Client {
        Client::over(Arc::new(self.local), self.options)
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder").field("limits", &self.local.limits).finish_non_exhaustive()
    }
}

impl Client {
    pub(crate) fn over(backend: Arc<dyn Backend>, options: Options) -> Client {
        let flights = Arc::new(Flights::new(REMEMBERED));
        Client(Arc::new(Inner { backend, flights, options }))
    }
}
