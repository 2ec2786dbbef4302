//! Taking a role with a token of the environment.

use std::time::Duration;

use esc_core::provider::{ErrorKind, OpenRequest, ProviderError};
use esc_core::value::{SECRET_PLACEHOLDER, Value};
use esc_provider_kit::Failure;
use esc_provider_kit::identity::{SubjectAttribute, TokenRequest};
use serde::Deserialize;

use super::session::{Session, duration};
use crate::LOGIN;
use crate::connection::Connections;
use crate::failure::{Reason, Service};
use crate::inputs::shown;

const USUAL_DURATION: Duration = Duration::from_secs(2 * 60 * 60);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Oidc {
    role_arn: String,
    pub(super) session_name: String,
    duration: Option<String>,
    policy_arns: Option<Vec<String>>,
    #[serde(default)]
    subject_attributes: Vec<SubjectAttribute>,
}

pub(super) async fn log_in(
    connections: &Connections,
    region: &str,
    oidc: &Oidc,
    request: &OpenRequest,
) -> Result<Session, ProviderError> {
    let (length, seconds) = duration(oidc.duration.as_deref(), USUAL_DURATION, "oidc.duration")?;
    let wanted = TokenRequest::login("aws", oidc.subject_attributes.clone(), request);
    let identity = &connections.settings.identity;
    let role = format!("oidc.roleArn: the role `{}`", shown(&request.inputs, &["oidc", "roleArn"]));
    let token = identity.mint(&wanted).await.map_err(|error| {
        let failure = Failure::new(LOGIN, error.kind)
            .reference(&role)
            .cause(format!("no token to log in with: {}", error.message))
            .retry_after(error.retry_after);
        match error.advice {
            Some(advice) => failure.advice(advice),
            None => failure,
        }
    })?;
    let call = connections
        .sts(region, None)
        .assume_role_with_web_identity()
        .role_arn(&oidc.role_arn)
        .role_session_name(&oidc.session_name)
        .web_identity_token(token.token.expose())
        .duration_seconds(seconds)
        .set_policy_arns(oidc.policy_arns.as_deref().map(policies))
        .send();
    let reason = match connections.send_unpaced(Service::Sts, call).await {
        Ok(answer) => match answer.credentials {
            Some(credentials) => return Ok(Session::of_sts(credentials, length)),
            None => Reason::new(ErrorKind::Unavailable, "STS answered no credentials"),
        },
        Err(reason) => {
            let about_token = matches!(
                reason.kind,
                ErrorKind::Denied | ErrorKind::Unauthenticated | ErrorKind::Unavailable
            ) && reason.answered;
            match identity.preview(&wanted).await {
                Ok(claims) if about_token => with_claims(reason, &claims),
                _ => reason,
            }
        }
    };
    Err(reason.failure(LOGIN, role, region).into())
}

pub(super) fn policies(arns: &[String]) -> Vec<aws_sdk_sts::types::PolicyDescriptorType> {
    let policy =
        |arn: &String| aws_sdk_sts::types::PolicyDescriptorType::builder().arn(arn).build();
    arns.iter().map(policy).collect()
}

/// The reason with what the token says, which is what most of these failures turn on.
fn with_claims(reason: Reason, claims: &Value) -> Reason {
    let claim = |name| match claims.get(name) {
        Some(value) if value.is_secret() || claims.is_secret() => SECRET_PLACEHOLDER,
        value => value.and_then(Value::as_str).unwrap_or("?"),
    };
    let advice = reason.advice.as_deref().unwrap_or_default();
    let advice = format!(
        "{advice}. The token is of the issuer `{}`, for the audience `{}`, with the subject `{}`: the trust policy must allow `sts:AssumeRoleWithWebIdentity` for these, letter by letter",
        claim("iss"),
        claim("aud"),
        claim("sub"),
    );
    reason.with_advice(advice)
}
