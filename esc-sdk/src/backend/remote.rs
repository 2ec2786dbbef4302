//! Evaluation by a server.

use std::sync::Arc;

use async_trait::async_trait;
use esc_core::path::PropertyPath;

use super::{Backend, Work};
use crate::client::{Client, Error, Options};
use crate::findings::{Findings, Texts};
use crate::offline::OfflineCache;
use crate::opened::{Answers, Given, Opened};
use crate::remote::{ApiError, Remote, RemoteOpened};

#[async_trait]
impl Backend for Remote {
    async fn evaluate(&self, name: &str, work: &Work) -> Result<Opened, Error> {
        let answer = match work {
            Work::Inspect => self.check(name).await,
            Work::Open(paths) if paths.is_empty() => self.open(name).await,
            Work::Open(paths) => self.open_paths(name, paths).await,
        };
        Ok(opened(answer?, matches!(work, Work::Open(paths) if !paths.is_empty())))
    }
}

fn opened(answer: RemoteOpened, some: bool) -> Opened {
    let RemoteOpened { name, value, picked, schema, diagnostics, texts, environments } = answer;
    let plain = (!some).then(|| value.to_value());
    let picked_plain = picked.iter().map(|(path, value)| (path.clone(), value.to_value()));
    let picked_plain = picked_plain.collect();
    let traced = if some { picked } else { vec![(PropertyPath::new(), value)] };
    let given = Given { schema, traced };
    let findings = Findings { diagnostics, texts: Texts::new(texts) };
    Opened::new(&name, plain, picked_plain, environments, Answers::Given(given), findings)
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Error {
        Error::Api(Arc::new(error))
    }
}

impl Client {
    /// A client of a server that evaluates environments.
    ///
    /// Everything works as with environments that are evaluated here, but for what a server does not tell: leases, and
    /// what made a value.
    pub fn remote(remote: Remote) -> RemoteBuilder {
        RemoteBuilder { remote, options: Options::default() }
    }
}

/// Makes a [`Client`] of a server.
#[derive(Clone)]
pub struct RemoteBuilder {
    remote: Remote,
    options: Options,
}

impl RemoteBuilder {
    /// Remembers what was opened for so long. By default everything is opened anew each time.
    pub fn cache(mut self, ttl: std::time::Duration) -> RemoteBuilder {
        self.options.ttl = ttl;
        self
    }

    /// Remembers for so long that something is missing, denied or wrong. Default one second.
    pub fn negative_cache(mut self, ttl: std::time::Duration) -> RemoteBuilder {
        self.options.negative_ttl = ttl;
        self
    }

    /// Falls back to what was opened last, if the server cannot be reached. See [`offline`](crate::offline).
    pub fn offline(mut self, cache: OfflineCache) -> RemoteBuilder {
        self.options.offline = Some(cache);
        self
    }

    /// The client.
    pub fn build(self) -> Client {
        Client::over(Arc::new(self.remote), self.options)
    }
}
