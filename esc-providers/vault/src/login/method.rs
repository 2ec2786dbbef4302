//! The ways to log in.

use std::time::Duration;

use esc_core::provider::{ErrorKind, OpenRequest, ProviderError};
use esc_core::secret::Secret;
use esc_core::value::Value;
use esc_provider_kit::Failure;
use esc_provider_kit::identity::{Audience, Identity, TokenRequest};
use esc_provider_kit::inputs::parse_duration;
use rustify::Endpoint;
use smol_str::SmolStr;
use vaultrs::api::auth::approle::requests::LoginWithApproleRequest;
use vaultrs::api::auth::kubernetes::requests::LoginWithKubernetesRequest;
use vaultrs::api::auth::oidc::requests::JWTLoginRequest;
use vaultrs::api::auth::userpass::requests::LoginRequest;
use vaultrs::api::token::requests::CreateTokenRequest;

use super::advice;
use super::inputs::{Child, Inputs, Scalar};
use crate::connection::{Answer, Connection, Logical, Refusal};
use crate::failure::{self, Diagnosis, Subject};
use crate::{LOGIN, path};

/// How long a child lives unless something else is asked for.
const CHILD_TTL: Duration = Duration::from_secs(2 * 3600);

/// A way to log in.
pub(super) enum Method {
    Jwt { role: String, mount: String, token: Box<TokenRequest> },
    Child { parent: Secret<String>, child: Box<CreateTokenRequest> },
    AppRole { role_id: String, secret_id: SecretId, mount: String },
    Kubernetes { role: String, jwt: Secret<String>, mount: String },
    Userpass { username: String, password: Secret<String>, mount: String },
    Wrapped { token: Secret<String> },
}

/// A secret id, or the wrapping token in which it waits.
pub(super) enum SecretId {
    Plain(Secret<String>),
    Wrapped(Secret<String>),
}

impl Method {
    /// The one way that the inputs give.
    pub fn of(inputs: Inputs, request: &OpenRequest) -> Result<Method, ProviderError> {
        let mut ways = Vec::new();
        if let Some(jwt) = inputs.jwt {
            let mut token = TokenRequest::login("vault", jwt.subject_attributes, request);
            if let Some(audience) = jwt.audience {
                token.audience = Audience::Exact(SmolStr::new(audience));
            }
            let mount = mount("jwt.mount", jwt.mount, "jwt")?;
            ways.push(Method::Jwt { role: jwt.role, mount, token: Box::new(token) });
        }
        if let Some(mut child) = inputs.token {
            let parent = std::mem::replace(&mut child.token, Secret::new(String::new()));
            ways.push(Method::Child { parent, child: Box::new(create(child)?) });
        }
        if let Some(approle) = inputs.approle {
            let secret_id = match (approle.secret_id, approle.wrapped_secret_id) {
                (Some(id), None) => SecretId::Plain(id),
                (None, Some(token)) => SecretId::Wrapped(token),
                _ => {
                    let cause = "`approle` needs either `secretId` or `wrappedSecretId`";
                    return Err(Failure::new(LOGIN, ErrorKind::Invalid)
                        .cause(cause)
                        .advice("give exactly one of them")
                        .into());
                }
            };
            let mount = mount("approle.mount", approle.mount, "approle")?;
            ways.push(Method::AppRole { role_id: approle.role_id, secret_id, mount });
        }
        if let Some(kubernetes) = inputs.kubernetes {
            let mount = mount("kubernetes.mount", kubernetes.mount, "kubernetes")?;
            ways.push(Method::Kubernetes { role: kubernetes.role, jwt: kubernetes.jwt, mount });
        }
        if let Some(userpass) = inputs.userpass {
            let mount = mount("userpass.mount", userpass.mount, "userpass")?;
            let username = segment("userpass.username", userpass.username)?;
            ways.push(Method::Userpass { username, password: userpass.password, mount });
        }
        ways.extend(inputs.wrapped_token.map(|token| Method::Wrapped { token }));
        match (ways.pop(), ways.is_empty()) {
            (Some(way), true) => Ok(way),
            (way, _) => {
                let count = ways.len() + usize::from(way.is_some());
                let cause = format!("{count} ways to log in are given, not one");
                let advice = "give exactly one of `jwt`, `token`, `approle`, `kubernetes`, `userpass` and `wrappedToken`";
                Err(Failure::new(LOGIN, ErrorKind::Invalid).cause(cause).advice(advice).into())
            }
        }
    }

    /// How errors name it.
    pub fn reference(&self) -> String {
        match self {
            Method::Jwt { role, mount, .. } => {
                format!("the login as the role `{role}` at `auth/{mount}` (`jwt`)")
            }
            Method::Child { .. } => "the child token (`token`)".into(),
            Method::AppRole { mount, .. } => format!("the login at `auth/{mount}` (`approle`)"),
            Method::Kubernetes { role, mount, .. } => {
                format!("the login as the role `{role}` at `auth/{mount}` (`kubernetes`)")
            }
            Method::Userpass { username, mount, .. } => {
                format!("the login of `{username}` at `auth/{mount}` (`userpass`)")
            }
            Method::Wrapped { .. } => "the wrapped login (`wrappedToken`)".into(),
        }
    }

    /// Logs in.
    pub async fn log_in(
        &self,
        connection: &Connection,
        identity: &dyn Identity,
    ) -> Result<Answer, ProviderError> {
        let attempt = Attempt { reference: self.reference(), connection };
        match self {
            Method::Jwt { role, mount, token } => {
                let minted = identity.mint(token).await.map_err(|error| ProviderError {
                    message: format!("{LOGIN}: {}: {}", attempt.reference, error.message),
                    ..error
                })?;
                let request = JWTLoginRequest {
                    mount: mount.clone(),
                    jwt: minted.token.expose().clone(),
                    role: Some(role.clone()),
                };
                let trouble = match connection.call(request, None).await {
                    Ok(answer) => return Ok(answer),
                    Err(trouble) => trouble,
                };
                // Only to tell what was wrong with it.
                let claims = identity.preview(token).await.unwrap_or_default();
                let secrets = vec![minted.token.expose().as_str()];
                let known = |refusal: &Refusal| advice::jwt(refusal, role, mount, &claims);
                Err(attempt.subject(secrets).explain(&trouble, known).into())
            }
            Method::Child { parent, child } => {
                let request = copy(child);
                attempt.call(request, Some(parent), parent, advice::child).await
            }
            Method::AppRole { role_id, secret_id, mount } => {
                let secret_id = match secret_id {
                    SecretId::Plain(id) => id.clone(),
                    SecretId::Wrapped(token) => attempt.unwrap_secret_id(token).await?,
                };
                let request = LoginWithApproleRequest {
                    mount: mount.clone(),
                    role_id: role_id.clone(),
                    secret_id: secret_id.expose().clone(),
                };
                attempt.call(request, None, &secret_id, |r| advice::approle(r, mount)).await
            }
            Method::Kubernetes { role, jwt, mount } => {
                let request = LoginWithKubernetesRequest {
                    mount: mount.clone(),
                    role: role.clone(),
                    jwt: jwt.expose().trim().to_owned(),
                };
                attempt.call(request, None, jwt, |r| advice::kubernetes(r, role, mount)).await
            }
            Method::Userpass { username, password, mount } => {
                let request = LoginRequest {
                    mount: mount.clone(),
                    username: username.clone(),
                    password: password.expose().clone(),
                };
                attempt.call(request, None, password, |r| advice::userpass(r, mount)).await
            }
            Method::Wrapped { token } => {
                let request = Logical::post("sys/wrapping/unwrap", &[]);
                attempt.call(request, Some(token), token, failure::unwrapping).await
            }
        }
    }
}

/// One login under way.
struct Attempt<'a> {
    reference: String,
    connection: &'a Connection,
}

impl Attempt<'_> {
    fn subject<'s>(&'s self, secrets: Vec<&'s str>) -> Subject<'s> {
        let (reference, place) = (self.reference.clone(), &self.connection.place);
        Subject { provider: LOGIN, reference, place, secrets }
    }

    async fn call<E: Endpoint>(
        &self,
        request: E,
        token: Option<&Secret<String>>,
        sent: &Secret<String>,
        known: impl FnOnce(&Refusal) -> Option<Diagnosis>,
    ) -> Result<Answer, ProviderError> {
        let answer = self.connection.call(request, token).await;
        answer.map_err(|trouble| self.subject(vec![sent.expose()]).explain(&trouble, known).into())
    }

    async fn unwrap_secret_id(
        &self,
        token: &Secret<String>,
    ) -> Result<Secret<String>, ProviderError> {
        let request = Logical::post("sys/wrapping/unwrap", &[]);
        let answer = self.call(request, Some(token), token, failure::unwrapping).await?;
        let id = answer.data.as_ref().and_then(|data| data.get("secret_id"));
        let id = id.and_then(Value::as_str).map(|id| Secret::new(id.to_owned()));
        id.ok_or_else(|| {
            Failure::new(LOGIN, ErrorKind::Invalid)
                .reference(&self.reference)
                .cause("what was wrapped is not a secret id")
                .advice("wrap the response of `auth/approle/role/<role>/secret-id`")
                .into()
        })
    }
}

fn create(child: Child) -> Result<CreateTokenRequest, ProviderError> {
    let asked = child.max_ttl.as_deref().filter(|text| !text.is_empty());
    let ttl = asked.map_or(Some(CHILD_TTL), parse_duration);
    // No time at all would mean without end to the server.
    let Some(ttl) = ttl.filter(|ttl| !ttl.is_zero()) else {
        let failure = Failure::new(LOGIN, ErrorKind::Invalid)
            .reference("`token.maxTtl`")
            .cause("is not a duration above zero")
            .advice("write it as in `1h30m`");
        return Err(failure.into());
    };
    let metadata = child.metadata.unwrap_or_default();
    let meta = metadata.into_iter().map(|(k, v): (String, Scalar)| (k, v.into_text())).collect();
    Ok(CreateTokenRequest {
        display_name: Some(child.display_name.unwrap_or_else(|| "pulumi".into())),
        explicit_max_ttl: Some(format!("{}s", ttl.as_secs())),
        policies: child.policies,
        meta: Some(meta),
        ..CreateTokenRequest::default()
    })
}

/// The request again; its type cannot be cloned.
fn copy(request: &CreateTokenRequest) -> CreateTokenRequest {
    CreateTokenRequest {
        display_name: request.display_name.clone(),
        explicit_max_ttl: request.explicit_max_ttl.clone(),
        policies: request.policies.clone(),
        meta: request.meta.clone(),
        ..CreateTokenRequest::default()
    }
}

/// The path of a mount, without slashes around it.
fn mount(input: &str, given: Option<String>, default: &str) -> Result<String, ProviderError> {
    let mount = given.unwrap_or_else(|| default.to_owned());
    let mount = mount.trim_matches('/').trim_start_matches("auth/").to_owned();
    match path::problem(&mount) {
        None => Ok(mount),
        Some(problem) => Err(bad_path(input, problem)),
    }
}

/// A name that is one segment of a path.
fn segment(input: &str, name: String) -> Result<String, ProviderError> {
    match path::problem(&name) {
        None if name.contains('/') => Err(bad_path(input, "has a slash in it")),
        None => Ok(name),
        Some(problem) => Err(bad_path(input, problem)),
    }
}

fn bad_path(input: &str, problem: &str) -> ProviderError {
    Failure::new(LOGIN, ErrorKind::Invalid)
        .reference(format!("`{input}`"))
        .cause(problem)
        .advice("write it as in `team/jwt`; the name of a user has no slash")
        .into()
}
