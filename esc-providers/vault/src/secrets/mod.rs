//! `fn::open::vault-secrets`.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{
    Capabilities, Lease, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
};
use esc_core::secret::Secret;
use esc_core::value::Value;
use esc_provider_kit::{Failure, Failures};
use futures::stream::{self, StreamExt};
use smol_str::SmolStr;

use crate::SECRETS;
use crate::connection::{self, Connection, Connections};
use crate::keeper::SecretKeeper;

mod advice;
mod fetch;
mod inputs;
mod kv;
mod plan;

use fetch::{Fetched, Fetcher};
use inputs::Inputs;
use plan::Plan;

/// Reads secrets of Vault or OpenBao.
///
/// ```yaml
#[doc = include_str!("../../examples/vault-secrets.yaml")]
/// ```
///
/// `login` is what [`vault-login`](crate::VaultLogin) answers. At least one of these is given; the output has a property for
/// each of their names, and all of it is secret:
///
/// | input | answers |
/// |---|---|
/// | `read` | the data at `path`, as the server has it. For a KV secret of version 2 the path contains `data/`, and the data are `data` and `metadata`. |
/// | `kv` | a KV secret of either version, found out by asking. `path` is the mount and the secret's path, or the latter alone if `mount` is given. `version` asks for an older one. |
/// | `unwrap` | the data that wait in the wrapping `token`. They can be had once. |
///
/// `field` answers that field of the data instead of all.
///
/// Reads of one call run at once, and equal ones only once: if a user and a password are two fields of one path, they belong
/// together. If a read fails, whatever others were given is given back.
///
/// Credentials that the server made for a read (of a database, say) have a lease: it renews them, and revoking it removes
/// them. Those of static roles stay until they are rotated. If an answer gets lost and the read is tried again, the server
/// has made credentials that nobody knows; they end by themselves.
///
/// # What to configure
///
/// The least policy for the example:
///
/// ```hcl
/// path "secret/data/app"    { capabilities = ["read"] }
/// path "kv1/app"            { capabilities = ["read"] }
/// path "database/creds/app" { capabilities = ["read"] }
/// path "sys/leases/renew"   { capabilities = ["update"] }
/// path "sys/leases/revoke"  { capabilities = ["update"] }
/// ```
///
/// `kv` asks `sys/internal/ui/mounts`, which every token may that may read something in the mount.
pub struct VaultSecrets {
    connections: Arc<Connections>,
}

impl VaultSecrets {
    pub(crate) fn new(connections: Arc<Connections>) -> VaultSecrets {
        VaultSecrets { connections }
    }
}

#[async_trait]
impl Provider for VaultSecrets {
    fn schema(&self) -> ProviderSchema {
        esc_provider_schemas::vault::SECRETS.schema().clone()
    }

    /// Idempotent although a read may make credentials: a second read makes others that are as good, and what nobody got
    /// to see ends by itself. Whoever shares answers must leave out those with a lease.
    ///
    /// Not a batch: the server has none, and requests must not share credentials that one of them gives back.
    fn capabilities(&self) -> Capabilities {
        Capabilities::default().with_idempotent().with_lease().with_versions()
    }

    fn account(&self, request: &OpenRequest) -> SmolStr {
        connection::account(request.inputs.get("login"))
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        let inputs: Inputs = esc_provider_kit::inputs::read(SECRETS, &request)?;
        let (login, plan) = (inputs.login, Plan::of(inputs.sources)?);
        let connection = self
            .connections
            .connect(
                SECRETS,
                &login.address,
                login.namespace.as_deref(),
                login.ca_certificate.as_deref(),
            )
            .await?;
        let fetcher = Fetcher {
            connection: &connection,
            token: &login.token,
            mounts: &self.connections.mounts,
        };
        let width = self.connections.settings.max_in_flight;
        fetcher.learn_mounts(&plan, width).await;
        let mut reads = Vec::with_capacity(plan.queries.len());
        for query in &plan.queries {
            reads.push(fetcher.fetch(query));
        }
        let fetched: Vec<_> = stream::iter(reads).buffered(width).collect().await;
        let mut leases = Vec::new();
        let answers: Vec<_> = fetched
            .into_iter()
            .map(|answer| answer.map(|answer| keep(answer, &connection, &login.token, &mut leases)))
            .collect();
        match assemble(&plan, &answers, &connection) {
            Ok(value) => Ok(Output { value, leases }),
            Err(error) => {
                // Nobody will ever hold these. What cannot be given back ends by itself.
                let back = stream::iter(&leases).map(Lease::revoke);
                back.buffer_unordered(width).collect::<Vec<_>>().await;
                Err(error)
            }
        }
    }
}

/// Puts the lease of an answer into the care of its keeper.
fn keep(
    fetched: Fetched,
    connection: &Connection,
    token: &Secret<String>,
    leases: &mut Vec<Lease>,
) -> Value {
    if let Some(lease) = fetched.lease {
        // What nobody can end by asking, such as a static role's password, has no name.
        let kept = lease.id.is_some().then(|| SecretKeeper {
            provider: SECRETS,
            connection: connection.clone(),
            token: token.clone(),
        });
        leases.push(match kept {
            Some(keeper) => lease.with_keeper(Arc::new(keeper)),
            None => lease,
        });
    }
    fetched.data
}

/// The output, or what failed of it.
fn assemble(
    plan: &Plan,
    answers: &[Result<Value, Failure>],
    connection: &Connection,
) -> Result<Value, ProviderError> {
    let mut failures = Failures::new(plan.entries.len());
    let mut output = Vec::with_capacity(plan.entries.len());
    for (place, entry) in plan.entries.iter().enumerate() {
        let Some((query, answer)) = plan.queries.get(entry.query).zip(answers.get(entry.query))
        else {
            continue;
        };
        match (answer, &entry.field) {
            (Ok(data), None) => output.push((entry.name.clone(), data.clone())),
            (Ok(data), Some(field)) => match data.get(field) {
                Some(value) => output.push((entry.name.clone(), value.clone())),
                None => {
                    let place_of = &connection.place;
                    let missing = advice::missing_field(query, &entry.input, field, data, place_of);
                    failures.add(place, missing);
                }
            },
            // The failure names the first entry that asked.
            (Err(failure), _) if entry.input == query.input => failures.add(place, failure.clone()),
            (Err(_), _) => {}
        }
    }
    failures.into_result()?;
    Ok(Value::object(output))
}

impl fmt::Debug for VaultSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultSecrets").field("connections", &self.connections).finish()
    }
}
