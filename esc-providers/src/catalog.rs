//! Families, and the layers round each.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use esc_core::provider::{Provider, Registry};
use esc_provider_kit::Family;
use esc_provider_kit::layers::{Layer, Stack, Trace};

/// Providers by name, with their layers.
///
/// ```
/// use std::time::Duration;
/// use esc_providers::Catalog;
/// use esc_providers::layers::{Cache, Standard};
/// use esc_providers::local::Local;
///
/// let stack = Standard { cache: Some(Cache::new(Duration::from_secs(30))), ..Standard::default() }.stack();
/// let catalog = Catalog::new().family_in(&Local::new(), &stack);
/// assert!(catalog.names().is_empty());
/// ```
#[derive(Clone, Default)]
pub struct Catalog(BTreeMap<String, Arc<dyn Provider>>);

impl Catalog {
    /// No providers.
    pub fn new() -> Catalog {
        Catalog::default()
    }

    /// The same, with the providers of a family that needs no layers but [`Trace`]: one that makes no calls, or brings
    /// its own. Providers of the same names are replaced.
    pub fn family(self, family: &dyn Family) -> Catalog {
        self.family_in(family, &Stack::new().layer(Trace))
    }

    /// The same, with the providers of a family within these layers. One stack is for one family.
    pub fn family_in(mut self, family: &dyn Family, layers: &Stack) -> Catalog {
        let wrapped = layers.wrap_family(family).into_iter();
        self.0.extend(wrapped.map(|(name, provider)| (name.to_owned(), provider)));
        self
    }

    /// The same, with a provider within these layers.
    pub fn provider_in(
        mut self,
        name: &str,
        provider: Arc<dyn Provider>,
        layers: &dyn Layer,
    ) -> Catalog {
        self.0.insert(name.to_owned(), layers.wrap(name, provider));
        self
    }

    /// The same, without a provider: for environments it does not exist.
    pub fn without(mut self, name: &str) -> Catalog {
        self.0.remove(name);
        self
    }

    /// The names of the providers, sorted.
    pub fn names(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    /// The registry that evaluators and clients take.
    pub fn registry(self) -> Registry {
        self.0.into_iter().fold(Registry::new(), |registry, (name, provider)| {
            registry.with_provider(name, provider)
        })
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Catalog").field(&self.names()).finish()
    }
}
