//! How long opened values stay valid.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use smol_str::SmolStr;

use super::ProviderError;

/// How long an opened value, or a part of it, stays valid.
///
/// A lease counts from the moment the provider answered. Some can be renewed, and some given back before they end:
/// for that the provider attaches a [`LeaseKeeper`], which holds the credentials it takes.
#[derive(Clone, Default)]
pub struct Lease {
    /// What the backend calls it.
    pub id: Option<SmolStr>,
    /// How long from now the value is valid; none if that is not known.
    pub duration: Option<Duration>,
    /// Whether [`renew`](Self::renew) can prolong it.
    pub renewable: bool,
    keeper: Option<Arc<dyn LeaseKeeper>>,
}

/// Renews leases and gives them back: the provider's side of a [`Lease`].
#[async_trait]
pub trait LeaseKeeper: Send + Sync {
    /// Prolongs the lease and answers it as it now is, without a keeper.
    async fn renew(&self, lease: &Lease) -> Result<Lease, ProviderError>;

    /// Ends the lease: what was opened with it stops working.
    async fn revoke(&self, lease: &Lease) -> Result<(), ProviderError>;
}

impl Lease {
    /// A lease that runs so long.
    pub fn of(duration: Duration) -> Lease {
        Lease { duration: Some(duration), ..Lease::default() }
    }

    /// The same, with the backend's name for it.
    pub fn with_id(mut self, id: impl Into<SmolStr>) -> Lease {
        self.id = Some(id.into());
        self
    }

    /// The same, renewable or not.
    pub fn with_renewable(mut self, renewable: bool) -> Lease {
        self.renewable = renewable;
        self
    }

    /// The same, in the care of that keeper.
    pub fn with_keeper(mut self, keeper: Arc<dyn LeaseKeeper>) -> Lease {
        self.keeper = Some(keeper);
        self
    }

    /// Renews the lease. None if it cannot be renewed: what it is for must be reopened.
    pub async fn renew(&self) -> Option<Result<Lease, ProviderError>> {
        let keeper = self.keeper.as_ref().filter(|_| self.renewable)?;
        let renewed = keeper.renew(self).await;
        Some(renewed.map(|lease| lease.with_keeper(keeper.clone())))
    }

    /// Gives the lease back. Without a keeper there is nothing to give back.
    pub async fn revoke(&self) -> Result<(), ProviderError> {
        match &self.keeper {
            Some(keeper) => keeper.revoke(self).await,
            None => Ok(()),
        }
    }

    /// Whether it can be given back.
    pub fn is_revocable(&self) -> bool {
        self.keeper.is_some()
    }
}

/// Without the keeper, which holds credentials.
impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease")
            .field("id", &self.id)
            .field("duration", &self.duration)
            .field("renewable", &self.renewable)
            .finish_non_exhaustive()
    }
}

/// Equal if the same is known of both, whoever keeps them.
impl PartialEq for Lease {
    fn eq(&self, other: &Lease) -> bool {
        (&self.id, self.duration, self.renewable) == (&other.id, other.duration, other.renewable)
    }
}

impl Eq for Lease {}
