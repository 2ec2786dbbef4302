//! The catalog that a production program wants.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use esc_provider_kit::identity::Identity;
use esc_provider_kit::layers::{self, Cache, Stack};

use crate::catalog::Catalog;

/// Why the catalog was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StandardError {
    /// The providers of `outbound` cannot be made.
    #[cfg(feature = "outbound")]
    #[error(transparent)]
    Outbound(#[from] esc_provider_identity::SettingsError),
}

/// All providers that are built in, with the layers that suit each, and stand-ins for the others.
///
/// | family | what is retried, paced and timed | what is cached |
/// |---|---|---|
/// | AWS | by the crate itself, which knows AWS's quotas for each API | a minute, see [`cache`](Self::cache) |
/// | Vault | by the [standard layers](layers), with 40 calls at a time | the same |
/// | Kubernetes, outbound | by the standard layers | the same |
///
/// Every family has a stack of its own. For other layers, or other settings of a family, put it into the catalog once
/// more: [`Catalog::family_in`] replaces providers of the same names.
#[derive(Clone)]
pub struct Standard {
    #[cfg_attr(
        not(any(feature = "aws", feature = "vault", feature = "outbound")),
        allow(dead_code)
    )]
    identity: Arc<dyn Identity>,
    cache: Option<Duration>,
    #[cfg(feature = "aws")]
    aws: crate::aws::Settings,
    #[cfg(feature = "vault")]
    vault: crate::vault::Settings,
    #[cfg(feature = "kubernetes")]
    kubernetes: crate::kubernetes::Settings,
}

impl Standard {
    /// The defaults, for logins that show that identity. [`NoIdentity`](esc_provider_kit::identity::NoIdentity) if there
    /// is none.
    pub fn new(identity: Arc<dyn Identity>) -> Standard {
        Standard {
            identity,
            cache: Some(Duration::from_secs(60)),
            #[cfg(feature = "aws")]
            aws: Default::default(),
            #[cfg(feature = "vault")]
            vault: Default::default(),
            #[cfg(feature = "kubernetes")]
            kubernetes: Default::default(),
        }
    }

    /// How long answers of backends are remembered; none for not at all. Default a minute.
    ///
    /// Equal calls in flight are one all the same.
    pub fn cache(mut self, ttl: Option<Duration>) -> Standard {
        self.cache = ttl;
        self
    }

    /// Other settings of AWS. The identity is that of [`new`](Self::new).
    #[cfg(feature = "aws")]
    pub fn aws(mut self, settings: crate::aws::Settings) -> Standard {
        self.aws = settings;
        self
    }

    /// Other settings of Vault. The identity is that of [`new`](Self::new).
    #[cfg(feature = "vault")]
    pub fn vault(mut self, settings: crate::vault::Settings) -> Standard {
        self.vault = settings;
        self
    }

    /// Other settings of Kubernetes.
    #[cfg(feature = "kubernetes")]
    pub fn kubernetes(mut self, settings: crate::kubernetes::Settings) -> Standard {
        self.kubernetes = settings;
        self
    }

    /// The catalog.
    ///
    /// # Errors
    ///
    /// A family's HTTP client cannot be made.
    pub fn catalog(self) -> Result<Catalog, StandardError> {
        let catalog = Catalog::new();
        #[cfg(feature = "aws")]
        let catalog = {
            let settings = self.aws.clone().with_identity(self.identity.clone());
            let family = crate::aws::Aws::new(settings);
            // What remains, the crate does itself: it knows each API's quota, and what AWS wants to be tried again.
            let layers = layers::Standard {
                retry: None,
                rate: None,
                concurrency: None,
                timeout: None,
                ..self.layers()
            };
            catalog.family_in(&family, &layers.stack())
        };
        #[cfg(feature = "vault")]
        let catalog = {
            let settings = self.vault.clone().with_identity(self.identity.clone());
            // As many calls at a time as the crate makes reads within one: a Vault has no batches.
            let concurrency = Some(layers::Concurrency::new(40));
            let layers = layers::Standard { concurrency, ..self.layers() };
            catalog.family_in(&crate::vault::Vault::new(settings), &layers.stack())
        };
        #[cfg(feature = "kubernetes")]
        let catalog = {
            let family = crate::kubernetes::Kubernetes::new(self.kubernetes.clone());
            catalog.family_in(&family, &self.stack())
        };
        #[cfg(feature = "outbound")]
        let catalog = {
            let family = esc_provider_identity::Outbound::builder(self.identity.clone()).build()?;
            catalog.family_in(&family, &self.stack())
        };
        Ok(catalog)
    }

    fn layers(&self) -> layers::Standard {
        layers::Standard { cache: self.cache.map(Cache::new), ..layers::Standard::default() }
    }

    #[cfg_attr(not(any(feature = "kubernetes", feature = "outbound")), allow(dead_code))]
    fn stack(&self) -> Stack {
        self.layers().stack()
    }
}

impl fmt::Debug for Standard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Standard").field("cache", &self.cache).finish_non_exhaustive()
    }
}
