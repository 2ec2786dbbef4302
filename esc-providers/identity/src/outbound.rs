//! The family of the providers that show who opens an environment.

use std::fmt;
use std::sync::Arc;

use esc_core::provider::Provider;
use esc_provider_kit::Family;
use esc_provider_kit::identity::Identity;

use crate::debug_claims::{self, DebugClaims};
use crate::external::{self, External};
use crate::oidc::{self, Oidc};

/// The providers that show who opens an environment: `oidc`, `debug-oidc-claims` and `external`.
#[derive(Clone)]
pub struct Outbound {
    pub(crate) identity: Arc<dyn Identity>,
    pub(crate) external: Arc<External>,
}

impl Family for Outbound {
    fn providers(&self) -> Vec<(&'static str, Arc<dyn Provider>)> {
        vec![
            (oidc::NAME, Arc::new(Oidc::new(self.identity.clone()))),
            (debug_claims::NAME, Arc::new(DebugClaims::new(self.identity.clone()))),
            (external::NAME, self.external.clone()),
        ]
    }
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound").finish_non_exhaustive()
    }
}
