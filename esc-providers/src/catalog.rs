//! Families, and the layers round each.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use esc_core::provider::{Provider, Registry, Rotator};
use esc_provider_kit::Family;
use esc_provider_kit::layers::{Layer, Stack, Trace};
use esc_provider_schemas::{PROVIDERS, ROTATORS, StandIn};

/// Providers by name, with their layers, and rotators.
///
/// For what is [published](esc_provider_schemas) and not put into the catalog there are stand-ins: documents that use it
/// can be checked, and opening it is an error that says where it is to be had. A catalog without families is therefore
/// enough for checking documents, and for editors.
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
/// assert!(catalog.registry().provider_names().contains(&"azure-login"));
/// ```
#[derive(Clone, Default)]
pub struct Catalog {
    providers: BTreeMap<String, Arc<dyn Provider>>,
    rotators: BTreeMap<String, Arc<dyn Rotator>>,
    hidden: BTreeSet<String>,
    without_stand_ins: bool,
}

impl Catalog {
    /// Nothing but stand-ins.
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
        for (name, provider) in layers.wrap_family(family) {
            self.put(name, provider);
        }
        self
    }

    /// The same, with a provider within these layers.
    pub fn provider_in(
        mut self,
        name: &str,
        provider: Arc<dyn Provider>,
        layers: &dyn Layer,
    ) -> Catalog {
        self.put(name, layers.wrap(name, provider));
        self
    }

    /// The same, with a rotator.
    pub fn rotator(mut self, name: &str, rotator: Arc<dyn Rotator>) -> Catalog {
        self.rotators.insert(name.to_owned(), rotator);
        self
    }

    /// The same, without a provider: for environments it does not exist, and nothing stands in for it.
    pub fn without(mut self, name: &str) -> Catalog {
        self.providers.remove(name);
        self.hidden.insert(name.to_owned());
        self
    }

    /// The same, without stand-ins: whatever was not put into the catalog does not exist for environments.
    pub fn without_stand_ins(mut self) -> Catalog {
        self.without_stand_ins = true;
        self
    }

    fn put(&mut self, name: &str, provider: Arc<dyn Provider>) {
        self.hidden.remove(name);
        self.providers.insert(name.to_owned(), provider);
    }

    /// The names of the providers that can be opened, sorted.
    pub fn names(&self) -> Vec<&str> {
        self.providers.keys().map(String::as_str).collect()
    }

    /// The registry that evaluators and clients take.
    pub fn registry(self) -> Registry {
        let mut registry = Registry::new();
        if !self.without_stand_ins {
            let shown =
                PROVIDERS.iter().filter(|published| !self.hidden.contains(published.name()));
            for published in shown {
                let stand_in = Arc::new(StandIn::new(published));
                registry = registry.with_provider(published.name(), stand_in);
            }
            for published in ROTATORS {
                let stand_in = Arc::new(StandIn::new(published));
                registry = registry.with_rotator(published.name(), stand_in);
            }
        }
        for (name, provider) in self.providers {
            registry = registry.with_provider(name, provider);
        }
        for (name, rotator) in self.rotators {
            registry = registry.with_rotator(name, rotator);
        }
        registry
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalog")
            .field("providers", &self.names())
            .field("rotators", &self.rotators.keys())
            .field("without_stand_ins", &self.without_stand_ins)
            .finish_non_exhaustive()
    }
}
