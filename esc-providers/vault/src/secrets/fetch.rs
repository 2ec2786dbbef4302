//! Reading one thing.

use std::time::Duration;

use esc_core::provider::{ErrorKind, Lease};
use esc_core::secret::Secret;
use esc_core::value::{Value, ValueKind};
use esc_provider_kit::Failure;
use moka::future::Cache;

use super::advice;
use super::plan::{Query, What};
use crate::SECRETS;
use crate::connection::{Answer, Connection, Logical, Place, Refusal, Trouble};
use crate::failure::{self, Diagnosis, Subject};
use crate::keeper::secret_lease;

/// Reads with one token in one place.
pub(super) struct Fetcher<'a> {
    pub connection: &'a Connection,
    pub token: &'a Secret<String>,
    /// Whether a mount is KV, and of which version.
    pub mounts: &'a Cache<(Place, String), Option<u8>>,
}

/// What was read.
pub(super) struct Fetched {
    pub data: Value,
    pub lease: Option<Lease>,
}

impl Fetcher<'_> {
    pub async fn fetch(&self, query: &Query) -> Result<Fetched, Failure> {
        match &query.what {
            What::Read { path } => match self.call(Logical::get(path.as_str())).await {
                Ok(answer) => self.fetched(query, answer),
                Err(trouble) => Err(self.explain_read(query, path, &trouble).await),
            },
            What::Kv { mount, path, version } => {
                self.fetch_kv(query, mount.as_deref(), path, *version).await
            }
            What::Unwrap { token } => {
                let request = Logical::post("sys/wrapping/unwrap", &[]);
                let answer = self.connection.call(request, Some(token)).await;
                let answer = answer.map_err(|trouble| {
                    let mut subject = self.subject(query);
                    subject.secrets.push(token.expose());
                    subject.explain(&trouble, failure::unwrapping)
                })?;
                if answer.auth.is_some() {
                    let diagnosis = Diagnosis::new(ErrorKind::Invalid, "a login was wrapped")
                        .advice("give it to `vault-login` as `wrappedToken`");
                    return Err(self.subject(query).fail(diagnosis, None));
                }
                self.fetched(query, answer)
            }
        }
    }

    pub async fn call(&self, request: Logical) -> Result<Answer, Trouble> {
        self.connection.call(request, Some(self.token)).await
    }

    pub fn subject<'s>(&'s self, query: &Query) -> Subject<'s> {
        Subject {
            provider: SECRETS,
            reference: query.to_string(),
            place: &self.connection.place,
            secrets: vec![self.token.expose()],
        }
    }

    pub fn fetched(&self, query: &Query, answer: Answer) -> Result<Fetched, Failure> {
        let lease = secret_lease(&answer).or_else(|| answer.data.as_ref().and_then(rotation));
        match answer.data {
            Some(data) => Ok(Fetched { data, lease }),
            None => {
                let diagnosis =
                    Diagnosis::new(ErrorKind::NotFound, "there are no data in the answer")
                        .advice("check the path");
                Err(self.subject(query).fail(diagnosis, None))
            }
        }
    }

    async fn explain_read(&self, query: &Query, path: &str, trouble: &Trouble) -> Failure {
        // Where the mount ends only the server knows.
        let mount = match trouble {
            Trouble::Refused(refusal) if advice::is_unversioned(refusal) => {
                self.mount(None, path).await.ok().map(|mount| mount.path)
            }
            _ => None,
        };
        let known = |refusal: &Refusal| advice::read(refusal, path, mount.as_deref());
        self.subject(query).explain(trouble, known)
    }
}

/// How long the password of a static role stays: until it is rotated.
fn rotation(data: &Value) -> Option<Lease> {
    data.get("last_vault_rotation")?;
    match &data.get("ttl")?.kind {
        ValueKind::Number(seconds) => {
            Some(Lease::of(Duration::from_secs(seconds.as_str().parse().ok()?)))
        }
        _ => None,
    }
}
