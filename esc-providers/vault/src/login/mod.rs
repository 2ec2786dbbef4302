//! `fn::open::vault-login`.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{
    Capabilities, ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
};
use esc_core::secret::Text;
use esc_core::value::Value;
use smol_str::SmolStr;

use crate::LOGIN;
use crate::connection::{self, Answer, Auth, Connection, Connections, Trouble};
use crate::failure::Subject;
use crate::keeper::{TokenKeeper, token_lease};
use crate::settings::Settings;
use crate::timestamp;

mod advice;
mod inputs;
mod method;

use inputs::Inputs;
use method::Method;

/// Logs in at Vault or OpenBao and answers a token.
///
/// ```yaml
#[doc = include_str!("../../examples/vault-login.yaml")]
/// ```
///
/// Exactly one way to log in is given:
///
/// | input | logs in with |
/// |---|---|
/// | `jwt` | an identity token: `role`; `mount` (default `jwt`), `audience` (default `vault:<organization>`), `subjectAttributes` |
/// | `token` | a child of `token`: `displayName` (default `pulumi`), `maxTtl` (default `2h`), `policies` (default the parent's), `metadata` |
/// | `approle` | `roleId`, and `secretId` or `wrappedSecretId`, which is unwrapped first; `mount` (default `approle`) |
/// | `kubernetes` | the `jwt` of a service account: `role`; `mount` (default `kubernetes`) |
/// | `userpass` | `username`, `password`; `mount` (default `userpass`) |
/// | `wrappedToken` | a wrapping token in which the answer of a login waits |
///
/// Besides: `address`, `namespace`, and `caCertificate`, the PEM of the authority that signed the server's certificate.
///
/// The output is what [`vault-secrets`](crate::VaultSecrets) takes as `login`: `address`, `token` (secret), and if known
/// `namespace`, `caCertificate` and `expiration` (RFC 3339, by the server's clock).
///
/// The token's lease renews it and revokes it, but for batch tokens, which only end.
///
/// A wrapping token works once. If the answer to it gets lost, a second try is refused, and a new one is needed.
///
/// # What to configure
///
/// For `jwt` the server must know who signs the tokens, and the role whom to let in. Where the server reaches the issuer:
///
/// ```sh
/// vault auth enable jwt
/// vault write auth/jwt/config oidc_discovery_url=https://esc.example.com/oidc
/// vault write auth/jwt/role/ci role_type=jwt user_claim=sub policies=ci token_ttl=1h \
///     bound_audiences=vault:acme bound_claims_type=glob \
///     bound_claims='{"sub": "pulumi:environments:org:acme:env:shop/*"}'
/// ```
///
/// Where it does not, give it the issuer's public keys instead of `oidc_discovery_url`, and `bound_issuer` with them:
/// `jwt_validation_pubkeys=@issuer.pem bound_issuer=https://esc.example.com/oidc`.
///
/// Logging in needs no policy. Of the policy `default` the token needs this to keep itself:
///
/// ```hcl
/// path "auth/token/renew-self"  { capabilities = ["update"] }
/// path "auth/token/revoke-self" { capabilities = ["update"] }
/// ```
///
/// A parent `token` also needs:
///
/// ```hcl
/// path "auth/token/create" { capabilities = ["update"] }
/// ```
pub struct VaultLogin {
    settings: Arc<Settings>,
    connections: Arc<Connections>,
}

impl VaultLogin {
    pub(crate) fn new(settings: Arc<Settings>, connections: Arc<Connections>) -> VaultLogin {
        VaultLogin { settings, connections }
    }
}

#[async_trait]
impl Provider for VaultLogin {
    fn schema(&self) -> ProviderSchema {
        esc_provider_schemas::vault::LOGIN.schema().clone()
    }

    /// Idempotent: a second login is as good as the first, and a token that nobody got to see ends by itself. Contextual:
    /// an identity token says who opens which environment.
    fn capabilities(&self) -> Capabilities {
        Capabilities::default().with_idempotent().with_lease().with_contextual()
    }

    fn account(&self, request: &OpenRequest) -> SmolStr {
        connection::account(Some(&request.inputs))
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        let inputs: Inputs = esc_provider_kit::inputs::read(LOGIN, &request)?;
        let ca_certificate = inputs.ca_certificate.clone();
        let namespace = inputs.namespace.as_deref();
        let connection = self
            .connections
            .connect(LOGIN, &inputs.address, namespace, ca_certificate.as_deref())
            .await?;
        let method = Method::of(inputs, &request)?;
        let answer = method.log_in(&connection, &*self.settings.identity).await?;
        let expiration = expiration(&answer);
        let Some(auth) = answer.auth else { return Err(no_token(&method, &connection)) };
        Ok(opened(auth, expiration, connection, ca_certificate))
    }
}

/// When the token ends by the server's clock; none if it does not, or is not known.
fn expiration(answer: &Answer) -> Option<String> {
    let duration = answer.auth.as_ref()?.duration;
    if duration.is_zero() {
        return None;
    }
    timestamp::rfc3339(answer.time?.checked_add(duration)?)
}

fn no_token(method: &Method, connection: &Connection) -> ProviderError {
    let subject = Subject {
        provider: LOGIN,
        reference: method.reference(),
        place: &connection.place,
        secrets: Vec::new(),
    };
    ProviderError {
        kind: ErrorKind::Invalid,
        advice: Some("check that what is given is a login: the answer holds no token".into()),
        ..subject.explain(&Trouble::Malformed, |_| None).into()
    }
}

fn opened(
    auth: Auth,
    expiration: Option<String>,
    connection: Connection,
    ca_certificate: Option<String>,
) -> Output {
    let plain = |text: &str| Value::string(text);
    let place = &connection.place;
    let token = Value::string(Text::secret(auth.token.expose().clone())).into_secret();
    let mut output = vec![("address", plain(place.address.as_str())), ("token", token)];
    output.extend(place.namespace.as_deref().map(|n| ("namespace", plain(n))));
    output.extend(ca_certificate.as_deref().map(|pem| ("caCertificate", plain(pem))));
    output.extend(expiration.as_deref().map(|time| ("expiration", plain(time))));
    let opened = Output::from(Value::object(output));
    let lease = token_lease(&auth);
    if !auth.service {
        return opened.with_lease(lease);
    }
    let keeper = TokenKeeper { provider: LOGIN, connection, token: auth.token };
    opened.with_lease(lease.with_keeper(Arc::new(keeper)))
}

impl fmt::Debug for VaultLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultLogin").field("settings", &self.settings).finish()
    }
}
