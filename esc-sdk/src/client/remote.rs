//! Making a client of a server.

use std::sync::Arc;
use std::time::Duration;

use super::handle::Client;
use super::options::Options;
use crate::offline::OfflineCache;
use crate::remote::Remote;

impl Client {
    /// A client of a server that evaluates environments.
    ///
    /// Everything works as with environments that are evaluated here, but for what a server does not report: leases, and
    /// what made a value.
    pub fn remote(remote: Remote) -> RemoteClientBuilder {
        RemoteClientBuilder { remote, options: Options::default() }
    }
}

/// Makes a [`Client`] of a server.
#[derive(Clone)]
pub struct RemoteClientBuilder {
    remote: Remote,
    options: Options,
}

impl RemoteClientBuilder {
    /// Caches what was opened for so long. By default everything is opened again each time.
    pub fn cache(mut self, ttl: Duration) -> RemoteClientBuilder {
        self.options.ttl = ttl;
        self
    }

    /// Caches for so long that something is missing, denied or wrong. Default one second.
    pub fn negative_cache(mut self, ttl: Duration) -> RemoteClientBuilder {
        self.options.negative_ttl = ttl;
        self
    }

    /// Falls back to what was opened last, if the server cannot be reached. See [`offline`](crate::offline).
    pub fn offline(mut self, cache: OfflineCache) -> RemoteClientBuilder {
        self.options.offline = Some(cache);
        self
    }

    /// The client.
    pub fn build(self) -> Client {
        Client::over(Arc::new(self.remote), self.options)
    }
}
