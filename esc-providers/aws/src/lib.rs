//! AWS for environments: logins, Secrets Manager and Parameter Store.
//!
//! | provider | answers |
//! |---|---|
//! | [`aws-login`](LOGIN) | credentials: a role taken with OIDC, keys as given, a profile, or roles taken one after another |
//! | [`aws-secrets`](SECRETS) | secrets of Secrets Manager |
//! | [`aws-parameter-store`](PARAMETER_STORE) | parameters of the Systems Manager's Parameter Store |
//!
//! ```
//! use esc_provider_aws::{Aws, Settings};
//! use esc_provider_kit::Family;
//!
//! let aws = Aws::new(Settings::default().with_region("eu-west-1"));
//! let names: Vec<&str> = aws.providers().into_iter().map(|(name, _)| name).collect();
//! assert_eq!(names, ["aws-login", "aws-secrets", "aws-parameter-store"]);
//! ```
//!
//! # How it talks to AWS
//!
//! * One HTTP client and one pool of connections for everything; clients are kept per region and credentials.
//! * Entries of all calls that are ready together and use one login and one region are fetched together: 20 secrets or
//!   10 parameters in a request. See [`Settings`] for how many requests a second and at a time.
//! * A throttled or failed request is tried again, with growing pauses, up to [`Settings::with_attempts`] times.
//! * Nothing is taken from the process environment, the profile files or the machine's metadata service unless a
//!   document asks for it by `profile` or `default` *and* the embedder [allows](Settings::allow_ambient_credentials) it.
//! * What the AWS SDK logs is dropped: at its most talkative it logs requests, and a request of a login holds a token.
//! * Secrets are wiped from memory when their last value is dropped. What the AWS SDK held of an answer or a request while
//!   it was under way is freed, but not wiped.
//!
//! # Permissions
//!
//! The least that a login needs, besides the trust policy of its role. For `aws-secrets`:
//!
//! ```json
#![doc = include_str!("../examples/iam-secrets.json")]
//! ```
//!
//! Without `BatchGetSecretValue` every secret is read by a request of its own. `kms:Decrypt` is needed only for secrets
//! under a key of your own. For `aws-parameter-store`:
//!
//! ```json
#![doc = include_str!("../examples/iam-parameter-store.json")]
//! ```
//!
//! `GetParametersByPath` is needed only for `getByPath`, on the path itself. For `aws-login` with OIDC no permission is
//! needed; the role must trust the issuer:
//!
//! ```json
#![doc = include_str!("../examples/iam-trust-policy.json")]
//! ```
//!
//! For `assumeRole` the login that takes the next role needs `sts:AssumeRole` on it, and the role must trust the login.

use std::sync::Arc;

use esc_core::provider::Provider;
use esc_provider_kit::Family;

mod batch;
mod connection;
mod failure;
mod inputs;
mod login;
mod names;
mod parameters;
mod secrets;
mod settings;
mod tried;

pub use names::{LOGIN, PARAMETER_STORE, SECRETS};

pub use aws_smithy_runtime_api::client::http::SharedHttpClient;
pub use login::AwsLogin;
pub use parameters::AwsParameterStore;
pub use secrets::AwsSecrets;
pub use settings::Settings;

use connection::Connections;

/// The providers of AWS, which share connections.
///
/// Clones share them too.
#[derive(Clone, Debug)]
pub struct Aws {
    connections: Arc<Connections>,
}

impl Aws {
    /// Providers with these settings.
    pub fn new(settings: Settings) -> Aws {
        Aws { connections: Arc::new(Connections::new(settings)) }
    }

    /// `aws-login`.
    pub fn login(&self) -> AwsLogin {
        AwsLogin::new(self.connections.clone())
    }

    /// `aws-secrets`.
    pub fn secrets(&self) -> AwsSecrets {
        AwsSecrets::new(self.connections.clone())
    }

    /// `aws-parameter-store`.
    pub fn parameter_store(&self) -> AwsParameterStore {
        AwsParameterStore::new(self.connections.clone())
    }
}

impl Default for Aws {
    fn default() -> Aws {
        Aws::new(Settings::default())
    }
}

impl Family for Aws {
    fn providers(&self) -> Vec<(&'static str, Arc<dyn Provider>)> {
        vec![
            (LOGIN, Arc::new(self.login())),
            (SECRETS, Arc::new(self.secrets())),
            (PARAMETER_STORE, Arc::new(self.parameter_store())),
        ]
    }
}
