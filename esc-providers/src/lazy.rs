//! Providers that are made when somebody asks for them.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{ErrorKind, Provider, ProviderError, Providers, Registry, Rotator};
use tokio::sync::OnceCell;

use crate::catalog::Catalog;

/// What makes the rest of the providers, or says why that does not work.
type Make = Arc<dyn Fn() -> Result<Catalog, String> + Send + Sync>;

/// Some providers at once, and the rest when a document first asks for one that is not among them.
///
/// Making HTTP clients means reading the system's certificates, which takes longer than opening an environment that calls
/// nobody.
///
/// ```
/// use std::sync::Arc;
/// use esc_providers::identity::NoIdentity;
/// use esc_providers::{Catalog, Lazy, Standard};
///
/// let providers = Lazy::new(Catalog::new(), || {
///     Standard::new(Arc::new(NoIdentity)).catalog().map_err(|error| error.to_string())
/// });
/// # let _ = providers;
/// ```
#[derive(Clone)]
pub struct Lazy {
    ready: Registry,
    make: Make,
    rest: Arc<OnceCell<Registry>>,
}

impl Lazy {
    /// These providers, and those that `make` makes. It runs once, on a thread that may block.
    ///
    /// Stand-ins are those of the catalog that is made.
    pub fn new(
        ready: Catalog,
        make: impl Fn() -> Result<Catalog, String> + Send + Sync + 'static,
    ) -> Lazy {
        Lazy {
            ready: ready.without_stand_ins().registry(),
            make: Arc::new(make),
            rest: Arc::default(),
        }
    }

    async fn rest(&self) -> Result<&Registry, ProviderError> {
        let make = self.make.clone();
        let made = self.rest.get_or_try_init(|| async move {
            match tokio::task::spawn_blocking(move || make()).await {
                Ok(made) => made.map(Catalog::registry),
                Err(_) => Err("the runtime is shutting down".to_owned()),
            }
        });
        made.await.map_err(|problem| {
            let message = format!("the providers cannot be made: {problem}");
            ProviderError::new(ErrorKind::Unavailable, message)
        })
    }
}

#[async_trait]
impl Providers for Lazy {
    async fn provider(&self, name: &str) -> Result<Arc<dyn Provider>, ProviderError> {
        match self.ready.provider(name).await {
            Ok(provider) => Ok(provider),
            Err(_) => self.rest().await?.provider(name).await,
        }
    }

    async fn rotator(&self, name: &str) -> Result<Arc<dyn Rotator>, ProviderError> {
        match self.ready.rotator(name).await {
            Ok(rotator) => Ok(rotator),
            Err(_) => self.rest().await?.rotator(name).await,
        }
    }
}

impl fmt::Debug for Lazy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lazy")
            .field("ready", &self.ready)
            .field("rest", &self.rest.get())
            .finish_non_exhaustive()
    }
}
