//! AWS.

use esc_core::provider::{ProviderSchema, RotatorSchema};

use crate::published::{Home, Published};

mod credentials;
mod iam;
mod login;
mod parameters;
mod secrets;

pub(crate) use credentials::{login, region};
pub(crate) use iam::lambda_connector;

/// `aws-login`.
pub static LOGIN: Published<ProviderSchema> =
    Published::new("aws-login", Home::AWS, login::interface);

/// `aws-secrets`.
pub static SECRETS: Published<ProviderSchema> =
    Published::new("aws-secrets", Home::AWS, secrets::interface);

/// `aws-parameter-store`.
pub static PARAMETER_STORE: Published<ProviderSchema> =
    Published::new("aws-parameter-store", Home::AWS, parameters::interface);

/// The rotator `aws-iam`.
pub static IAM: Published<RotatorSchema> = Published::new("aws-iam", Home::Nowhere, iam::interface);
