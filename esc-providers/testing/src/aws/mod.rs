//! AWS as it documents itself, as far as reading secrets and parameters and logging in go.

mod account;
mod keys;
mod parameters;
mod quota;
mod secrets;
mod sts;
mod wire;
mod world;

use account::{ACCOUNT, REGION};

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;

pub use parameters::ParameterKind;
pub use sts::Trust;
pub use wire::Call;

use crate::ca::Ca;
use crate::serve::HttpServer;
use world::{World, lock};

/// Secrets Manager, Parameter Store and STS on one port, with the errors, limits and quotas that AWS documents.
///
/// [`Moto`](crate::Moto) proves that requests are understood. This proves what Moto does not do: status 400 and distinct
/// messages for what is missing, at most 20 secrets in a batch, results in another order than asked for, web
/// identities that are refused, keys that are unknown or expired, and throttling.
///
/// ```no_run
/// use esc_test_servers::{FakeAws, ParameterKind};
///
/// # async fn test() {
/// let aws = FakeAws::start().await;
/// aws.put_secret("prod/db", r#"{"user":"app"}"#);
/// aws.put_parameter("/app/password", ParameterKind::SecureString, "hidden");
/// aws.set_quota("BatchGetSecretValue", 2.0);
/// // … a client of `aws.endpoint()` …
/// assert_eq!(aws.count("BatchGetSecretValue"), 1);
/// # }
/// ```
///
/// | operation | notes |
/// |---|---|
/// | `GetSecretValue` | by name, ARN, or ARN without its random end; version and stage |
/// | `BatchGetSecretValue` | a list of 1 to 20; errors of single secrets within the answer; other order |
/// | `GetParameter`, `GetParameters` | versions, labels, ARNs; 1 to 10 names; missing ones in `InvalidParameters` |
/// | `GetParametersByPath` | at most 10 in a page, a first page without parameters on request |
/// | `AssumeRoleWithWebIdentity` | checks the token's signature, issuer, audience, subject, times; durations |
/// | `AssumeRole`, `GetCallerIdentity` | with keys given before, if keys are checked |
///
/// Quotas, requests a second, as of a new account: 10000 for `GetSecretValue`, 100 for `BatchGetSecretValue`, 40 for all
/// `GetParameter…` together; none for STS.
///
/// # Deviations from AWS
///
/// * Nothing is written over the wire; tests put secrets and parameters with the methods here.
/// * Signatures are not verified, and keys only after [`check_keys`](FakeAws::check_keys).
/// * One account, `123456789012`. All regions show the same; ARNs are of `eu-west-1`.
/// * The random end of a secret's ARN is derived from its name. Version ids are counted.
/// * `BatchGetSecretValue` knows no filters and `GetParametersByPath` none either.
/// * Policies are one switch for each secret or parameter: [`deny`](FakeAws::deny).
/// * An undecrypted `SecureString` is base64 of a digest. Nothing can decrypt it.
/// * Quotas are token buckets that hold a second's worth; AWS's algorithm is not public.
/// * `AssumeRole` looks at whether the role exists, not at who may assume it. Session policies are ignored.
/// * Secrets of other accounts, replicas, rotation, and advanced parameters do not exist.
#[derive(Debug)]
pub struct FakeAws {
    server: HttpServer,
    world: Arc<Mutex<World>>,
}

impl FakeAws {
    /// Starts one over HTTP.
    pub async fn start() -> FakeAws {
        FakeAws::serve(HttpServer::start)
    }

    /// Starts one over TLS.
    pub async fn start_tls(ca: &Ca) -> FakeAws {
        FakeAws::serve(|app| HttpServer::start_tls(app, ca.server()))
    }

    fn serve(serve: impl FnOnce(Router) -> HttpServer) -> FakeAws {
        let world = Arc::new(Mutex::new(World {
            started: Some(std::time::Instant::now()),
            ..World::default()
        }));
        let server = serve(Router::new().fallback(world::handle).with_state(world.clone()));
        FakeAws { server, world }
    }

    /// The URL of all services.
    pub fn endpoint(&self) -> String {
        self.server.url()
    }

    /// Makes a secret, or a new version of it, which becomes `AWSCURRENT`. Answers the version's id.
    pub fn put_secret(&self, name: &str, text: &str) -> String {
        self.world().secrets.put(name, secrets::Content::Text(text.to_owned()))
    }

    /// Makes a binary secret, or a new version of it, which becomes `AWSCURRENT`. Answers the version's id.
    pub fn put_binary_secret(&self, name: &str, bytes: &[u8]) -> String {
        self.world().secrets.put(name, secrets::Content::Binary(bytes.to_owned()))
    }

    /// Moves a staging label to that version of a secret. Panics if there is none.
    pub fn stage_secret(&self, name: &str, version_id: &str, stage: &str) {
        self.world().secrets.stage(name, version_id, stage);
    }

    /// Marks a secret for deletion.
    pub fn delete_secret(&self, name: &str) {
        self.world().secrets.delete(name);
    }

    /// The ARN of a secret, which need not exist.
    pub fn secret_arn(&self, name: &str) -> String {
        secrets::arn(name)
    }

    /// Makes a parameter, or a new version of it. Answers the version.
    ///
    /// The value of a [`ParameterKind::StringList`] is separated by commas.
    pub fn put_parameter(&self, name: &str, kind: ParameterKind, value: &str) -> u64 {
        self.world().parameters.put(name, kind, value)
    }

    /// Moves a label to that version of a parameter. Panics if there is none.
    pub fn label_parameter(&self, name: &str, version: u64, label: &str) {
        self.world().parameters.label(name, version, label);
    }

    /// Removes a parameter.
    pub fn delete_parameter(&self, name: &str) {
        self.world().parameters.delete(name);
    }

    /// The ARN of a parameter, which need not exist.
    pub fn parameter_arn(&self, name: &str) -> String {
        parameters::arn(name)
    }

    /// Whether `GetParametersByPath` answers a page without parameters first, as AWS may.
    pub fn set_empty_first_page(&self, empty: bool) {
        self.world().parameters.empty_first_page = empty;
    }

    /// Denies access to a secret or a parameter, by name.
    pub fn deny(&self, name: &str) {
        self.world().denied.push(name.to_owned());
    }

    /// Grants access again.
    pub fn allow(&self, name: &str) {
        self.world().denied.retain(|n| n != name);
    }

    /// Makes a role that web identities may assume, or replaces it.
    pub fn trust(&self, trust: Trust) {
        self.world().roles.trust(trust);
    }

    /// Makes a role that `AssumeRole` knows, with that maximal duration of sessions.
    pub fn add_role(&self, arn: &str, max_duration: Duration) {
        self.world().roles.add(arn, max_duration);
    }

    /// From now on requests must carry an access key that was given out or [added](FakeAws::add_key).
    pub fn check_keys(&self) {
        self.world().keys.checked = true;
    }

    /// Makes an access key without an end, and without a session.
    pub fn add_key(&self, access_key_id: &str) {
        self.world().keys.add(access_key_id);
    }

    /// Ends the session of an access key now, or makes such a key.
    pub fn expire_key(&self, access_key_id: &str) {
        self.world().keys.expire(access_key_id);
    }

    /// Sets how many requests of an operation are answered in a second, and that many at once after a pause. Operations
    /// that share a quota keep to share it.
    pub fn set_quota(&self, operation: &str, per_second: f64) {
        self.world().quotas.set(operation, per_second);
    }

    /// Never throttles from now on.
    pub fn lift_quotas(&self) {
        self.world().quotas.lift();
    }

    /// All requests so far, in the order in which they were answered.
    pub fn calls(&self) -> Vec<Call> {
        self.world().calls.clone()
    }

    /// How many requests of that operation there were, refused ones included; of all, if it is empty.
    pub fn count(&self, operation: &str) -> usize {
        let world = self.world();
        world.calls.iter().filter(|c| operation.is_empty() || c.operation == operation).count()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        self.world().calls.clear();
    }

    fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }
}
