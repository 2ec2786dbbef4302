//! All interfaces, by name.

use esc_core::provider::{ProviderSchema, RotatorSchema};

use crate::published::Published;
use crate::{
    aws, azure, database, doppler, gcp, generated, github, infisical, onepassword, outbound,
    pulumi, snowflake, terraform, vault,
};

/// All published providers, sorted by name.
pub static PROVIDERS: [&Published<ProviderSchema>; 21] = [
    &onepassword::SECRETS,
    &aws::LOGIN,
    &aws::PARAMETER_STORE,
    &aws::SECRETS,
    &azure::LOGIN,
    &azure::SECRETS,
    &outbound::DEBUG_CLAIMS,
    &doppler::LOGIN,
    &doppler::SECRETS,
    &outbound::EXTERNAL,
    &gcp::LOGIN,
    &gcp::SECRETS,
    &github::LOGIN,
    &infisical::LOGIN,
    &infisical::SECRETS,
    &outbound::OIDC,
    &pulumi::STACKS,
    &snowflake::LOGIN,
    &terraform::STATE,
    &vault::LOGIN,
    &vault::SECRETS,
];

/// All published rotators, sorted by name.
pub static ROTATORS: [&Published<RotatorSchema>; 8] = [
    &aws::IAM,
    &azure::APP_SECRET,
    &outbound::EXTERNAL_ROTATOR,
    &database::MYSQL,
    &generated::PASSPHRASE,
    &generated::PASSWORD,
    &database::POSTGRES,
    &snowflake::USER,
];

/// The published provider of that name.
pub fn provider(name: &str) -> Option<&'static Published<ProviderSchema>> {
    PROVIDERS.into_iter().find(|published| published.name() == name)
}

/// The published rotator of that name.
pub fn rotator(name: &str) -> Option<&'static Published<RotatorSchema>> {
    ROTATORS.into_iter().find(|published| published.name() == name)
}
