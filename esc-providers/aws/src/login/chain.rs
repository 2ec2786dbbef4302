//! Taking roles one after another, each with the credentials before it.

use std::time::Duration;

use esc_core::provider::{ErrorKind, OpenRequest, ProviderError};
use esc_core::secret::Secret;
use serde::Deserialize;

use super::oidc::policies;
use super::session::{Session, duration};
use crate::LOGIN;
use crate::connection::Connections;
use crate::failure::{Reason, Service};
use crate::inputs::shown;

const USUAL_DURATION: Duration = Duration::from_secs(60 * 60);

/// The name of sessions that are given none.
const SESSION_NAME: &str = "esc";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hop {
    role_arn: String,
    session_name: Option<String>,
    external_id: Option<Secret<String>>,
    duration: Option<String>,
    policy_arns: Option<Vec<String>>,
}

/// Takes the roles in their order and answers the credentials of the last.
pub(super) async fn take(
    connections: &Connections,
    region: &str,
    mut session: Session,
    hops: &[Hop],
    session_name: Option<&str>,
    request: &OpenRequest,
) -> Result<Session, ProviderError> {
    let session_name = session_name.unwrap_or(SESSION_NAME);
    for (index, hop) in hops.iter().enumerate() {
        let input = format!("assumeRole[{index}]");
        let (length, seconds) =
            duration(hop.duration.as_deref(), USUAL_DURATION, &format!("{input}.duration"))?;
        let call = connections
            .sts(region, Some(session.login.credentials()))
            .assume_role()
            .role_arn(&hop.role_arn)
            .role_session_name(hop.session_name.as_deref().unwrap_or(session_name))
            .set_external_id(hop.external_id.as_ref().map(|id| id.expose().clone()))
            .duration_seconds(seconds)
            .set_policy_arns(hop.policy_arns.as_deref().map(policies))
            .send();
        let answer = connections.send_unpaced(Service::Sts, call).await;
        let credentials = answer.and_then(|answer| {
            let none = || Reason::new(ErrorKind::Unavailable, "STS answered no credentials");
            answer.credentials.ok_or_else(none)
        });
        session = match credentials {
            Ok(credentials) => Session::of_sts(credentials, length),
            Err(reason) => {
                let path = ["assumeRole", &index.to_string(), "roleArn"];
                let role = shown(&request.inputs, &path);
                let reference = format!("{input}.roleArn: the role `{role}`");
                return Err(with_advice(reason).failure(LOGIN, reference, region).into());
            }
        };
    }
    Ok(session)
}

fn with_advice(reason: Reason) -> Reason {
    if reason.kind != ErrorKind::Denied {
        return reason;
    }
    reason.with_advice(
        "the credentials before it need `sts:AssumeRole` on this role, and its trust policy must allow them (with the same `externalId`, if it asks for one)",
    )
}
