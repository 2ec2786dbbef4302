//! `aws-login`: credentials for AWS.
//!
//! A login begins in one of four [ways](Way), and may go on to [other roles](chain).

use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{
    Capabilities, ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
};
use esc_provider_kit::Failure;
use esc_provider_kit::inputs::read;
use serde::Deserialize;
use smol_str::{SmolStr, format_smolstr};

use crate::LOGIN;
use crate::connection::Connections;
use crate::inputs::{Login, check_region, shown};

mod ambient;
mod chain;
mod oidc;
mod session;

use session::Session;

/// Logs in to AWS: the provider `aws-login`.
///
/// ```yaml
#[doc = include_str!("../../examples/aws-login.yaml")]
/// ```
///
/// Exactly one of these is given:
///
/// | input | credentials |
/// |---|---|
/// | `oidc` | of a role that trusts the issuer of the environment's tokens; nothing is stored |
/// | `static` | as they are written, without a request |
/// | `profile` | of that profile in the machine's AWS files |
/// | `default` | those that AWS's own tools would find on the machine |
///
/// The last two are for local work, and are refused unless the embedder
/// [allows](crate::Settings::allow_ambient_credentials) them. Profiles that sign in through a browser or start a program
/// need the features `sso` and `credentials-process` of `aws-config`.
///
/// `assumeRole` then takes roles one after another, each with the credentials before it. AWS limits sessions of roles
/// that are taken from roles to one hour.
///
/// `oidc.duration` is `2h` if it is not given, and a new role allows `1h`: then AWS refuses, and the error says so.
///
/// The answer has the inputs' shape of `login` in the other providers, and `expiration` (RFC 3339) if the credentials
/// end; then it has a lease.
#[derive(Clone, Debug)]
pub struct AwsLogin {
    connections: Arc<Connections>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inputs {
    region: Option<String>,
    oidc: Option<oidc::Oidc>,
    #[serde(rename = "static")]
    fixed: Option<Login>,
    profile: Option<String>,
    #[serde(default)]
    default: bool,
    #[serde(default)]
    assume_role: Vec<chain::Hop>,
}

/// How a login begins.
enum Way<'a> {
    Oidc(&'a oidc::Oidc),
    Static(&'a Login),
    Profile(&'a str),
    Default,
}

impl AwsLogin {
    pub(crate) fn new(connections: Arc<Connections>) -> AwsLogin {
        AwsLogin { connections }
    }

    async fn log_in(&self, request: &OpenRequest) -> Result<Session, ProviderError> {
        let inputs: Inputs = read(LOGIN, request)?;
        let region = inputs.region.as_deref().unwrap_or(&self.connections.settings.region);
        check_region(LOGIN, region)?;
        let session = match inputs.way()? {
            Way::Oidc(oidc) => oidc::log_in(&self.connections, region, oidc, request).await?,
            Way::Static(login) => Session {
                login: login.clone(),
                ends: None,
                key_is_secret: shown(&request.inputs, &["static", "accessKeyId"])
                    != login.access_key_id,
            },
            Way::Profile(name) => {
                ambient::profile(&self.connections, region, name, request).await?
            }
            Way::Default => ambient::default(&self.connections, region).await?,
        };
        let session_name = inputs.oidc.as_ref().map(|oidc| oidc.session_name.as_str());
        chain::take(&self.connections, region, session, &inputs.assume_role, session_name, request)
            .await
    }
}

impl Inputs {
    fn way(&self) -> Result<Way<'_>, ProviderError> {
        let ways = [
            self.oidc.as_ref().map(Way::Oidc),
            self.fixed.as_ref().map(Way::Static),
            self.profile.as_deref().map(Way::Profile),
            self.default.then_some(Way::Default),
        ];
        let mut given = ways.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(way), None) => Ok(way),
            (first, _) => {
                let cause = match first {
                    Some(_) => "there is more than one way to log in",
                    None => "there is no way to log in",
                };
                Err(Failure::new(LOGIN, ErrorKind::Invalid)
                    .reference("the inputs")
                    .cause(cause)
                    .advice("give exactly one of `oidc`, `static`, `profile` and `default: true`")
                    .into())
            }
        }
    }
}

#[async_trait]
impl Provider for AwsLogin {
    fn schema(&self) -> ProviderSchema {
        esc_provider_schemas::aws::LOGIN.schema().clone()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default().with_idempotent().with_lease().with_contextual()
    }

    fn account(&self, request: &OpenRequest) -> SmolStr {
        let region = match shown(&request.inputs, &["region"]) {
            region if region.is_empty() => self.connections.settings.region.clone(),
            region => region.into(),
        };
        format_smolstr!("{region}/{}", shown(&request.inputs, &["oidc", "roleArn"]))
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        self.log_in(&request).await.map(Session::opened)
    }
}
