//! Credentials of the machine, where the embedder allows it.

use std::time::{Duration, UNIX_EPOCH};

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::primitives::{DateTime, DateTimeFormat};
use aws_types::region::Region;
use esc_core::provider::{ErrorKind, OpenRequest, ProviderError};
use esc_core::secret::Secret;

use super::session::Session;
use crate::LOGIN;
use crate::connection::{Connections, quietly};
use crate::failure::Reason;
use crate::inputs::{Login, shown};

/// The credentials of a profile in the machine's AWS files.
pub(super) async fn profile(
    connections: &Connections,
    region: &str,
    name: &str,
    request: &OpenRequest,
) -> Result<Session, ProviderError> {
    let reference = format!("profile: the profile `{}`", shown(&request.inputs, &["profile"]));
    let load = async {
        let builder = ProfileFileCredentialsProvider::builder().profile_name(name);
        builder.configure(&config(connections, region)).build().provide_credentials().await
    };
    allowed(connections, load)
        .await
        .map_err(|reason| reason.failure(LOGIN, reference, region).into())
}

/// The credentials that AWS's own tools would find.
pub(super) async fn default(
    connections: &Connections,
    region: &str,
) -> Result<Session, ProviderError> {
    let load = async {
        let builder = DefaultCredentialsChain::builder().configure(config(connections, region));
        builder.region(Region::new(region.to_owned())).build().await.provide_credentials().await
    };
    let reference = "default: the credentials of this machine";
    allowed(connections, load)
        .await
        .map_err(|reason| reason.failure(LOGIN, reference, region).into())
}

fn config(connections: &Connections, region: &str) -> ProviderConfig {
    ProviderConfig::without_region()
        .with_region(Some(Region::new(region.to_owned())))
        .with_http_client(connections.http().clone())
}

async fn allowed(
    connections: &Connections,
    load: impl Future<Output = Result<Credentials, CredentialsError>>,
) -> Result<Session, Reason> {
    if !connections.settings.ambient {
        let cause = "credentials of the machine are not allowed here";
        return Err(Reason::new(ErrorKind::Denied, cause).with_advice(
            "log in with `oidc`; a program that evaluates only its owner's documents may allow ambient credentials in its settings",
        ));
    }
    let credentials = quietly(load).await.map_err(|error| reason(&error))?;
    let ends = credentials.expiry().map(|at| {
        let left = at.duration_since((connections.settings.now)()).unwrap_or(Duration::ZERO);
        let seconds = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let at = DateTime::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
        (left, at.fmt(DateTimeFormat::DateTime).unwrap_or_default())
    });
    let login = Login {
        access_key_id: credentials.access_key_id().to_owned(),
        secret_access_key: Secret::new(credentials.secret_access_key().to_owned()),
        session_token: credentials.session_token().map(|token| Secret::new(token.to_owned())),
    };
    Ok(Session { login, ends, key_is_secret: false })
}

/// Why there are no credentials. What the chain itself says may quote files, so none of it is shown.
fn reason(error: &CredentialsError) -> Reason {
    let (kind, cause, advice) = match error {
        CredentialsError::CredentialsNotLoaded(_) => (
            ErrorKind::Unauthenticated,
            "there are none",
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws configure`",
        ),
        CredentialsError::ProviderTimedOut(_) => (
            ErrorKind::Unavailable,
            "the source of the credentials did not answer in time",
            "try again; outside of AWS, name a `profile` so that no metadata service is asked",
        ),
        CredentialsError::InvalidConfiguration(_) => (
            ErrorKind::Invalid,
            "the configuration cannot be used",
            "check ~/.aws/config and ~/.aws/credentials; profiles with SSO or a process need a program built with these features",
        ),
        _ => (
            ErrorKind::Unauthenticated,
            "the source of the credentials failed",
            "try `aws sts get-caller-identity` with the same profile",
        ),
    };
    Reason::new(kind, cause).with_advice(advice)
}
