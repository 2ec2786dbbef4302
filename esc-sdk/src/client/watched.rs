//! Watching an environment: what a watch opens again and again.

use std::sync::Arc;

use esc_core::source::Loaded;
use futures::FutureExt;
use futures::future::BoxFuture;
use smol_str::SmolStr;

use super::handle::{Client, refuse_errors};
use crate::error::Error;
use crate::snapshot::{Freshness, Snapshot};
use crate::typed::FromEnvironment;
use crate::watch::{Attempt, Fallback, Opening, WatchBuilder, Watched};

impl Client {
    /// Opens an environment and keeps it fresh: see [`watch`](crate::watch). Await what this returns, or set options first.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # use std::time::Duration;
    /// # use esc_sdk::{Client, FromEnvironment, MemorySource, Secret};
    /// # let source = MemorySource::new().with("shop/dev", "values: {host: db.example, token: {fn::secret: x}}")?;
    /// # let client = Client::builder(source).build();
    /// #[derive(FromEnvironment)]
    /// struct Config {
    ///     host: String,
    ///     token: Secret<String>,
    /// }
    ///
    /// let config = client.watch::<Config>("shop/dev").ttl(Duration::from_secs(60)).await?;
    /// assert_eq!(config.current().host, "db.example");
    /// config.stop().await;
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn watch<T: FromEnvironment + Send + Sync + 'static>(&self, name: &str) -> WatchBuilder<T> {
        WatchBuilder::new(Environment { client: self.clone(), name: name.into() })
    }
}

/// An environment of a client.
struct Environment {
    client: Client,
    name: SmolStr,
}

impl<T: FromEnvironment + Send + Sync + 'static> Watched<T> for Environment {
    fn open(&self) -> BoxFuture<'_, Attempt<T>> {
        async move {
            let snapshot = match self.client.open_alone(&self.name).await {
                Ok(snapshot) => snapshot,
                Err(error) => {
                    // It may be there later.
                    let loaded = [Loaded { name: self.name.clone(), revision: None }];
                    return Attempt { result: Err(error), loaded: Arc::new(loaded) };
                }
            };
            let loaded = snapshot.loaded();
            Attempt { result: opening(snapshot).await, loaded }
        }
        .boxed()
    }

    fn changed<'a>(&'a self, loaded: &'a [Loaded]) -> BoxFuture<'a, ()> {
        self.client.changed(loaded).boxed()
    }
}

async fn opening<T: FromEnvironment>(snapshot: Snapshot) -> Result<Opening<T>, Error> {
    let snapshot = refuse_errors(snapshot)?;
    let value = match snapshot.extract() {
        Ok(value) => value,
        Err(error) => {
            // Nobody will use its leases.
            let _ = snapshot.close().await;
            return Err(error);
        }
    };
    let offline = match snapshot.freshness() {
        Freshness::Live { .. } => None,
        Freshness::Offline { age, cause, .. } => Some(Fallback { age: *age, cause: cause.clone() }),
    };
    let leases = snapshot.leases().into_iter().map(|(_, lease)| lease).collect();
    Ok(Opening { value, values: snapshot.shared_value(), leases, offline })
}
