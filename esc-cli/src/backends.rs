//! The providers of backends, as far as they are built in: each family is a feature.
//!
//! Options that belong to a family are known without it, too. Then they are refused with the feature that they need.

use std::sync::Arc;

use esc_providers::Standard;
use esc_providers::identity::{Identity, NoIdentity};
#[cfg(feature = "outbound")]
use esc_sdk::ContextField;

#[cfg(feature = "outbound")]
use crate::context;
use crate::failure::Failure;
use crate::options::{Allow, Issuer};

/// What the options make of the families.
pub fn standard(
    issuer: &Issuer,
    organization: Option<&str>,
    allow: &[Allow],
) -> Result<Standard, Failure> {
    let standard = Standard::new(identity(issuer, organization)?);
    let standard = with_aws(standard, allow.contains(&Allow::AwsCredentials))?;
    let (files, exec) = (Allow::Kubeconfig, Allow::KubeconfigExec);
    with_kubernetes(standard, allow.contains(&files), allow.contains(&exec))
}

#[cfg(feature = "aws")]
fn with_aws(standard: Standard, ambient: bool) -> Result<Standard, Failure> {
    let settings = esc_providers::aws::Settings::default();
    Ok(standard.aws(settings.allow_ambient_credentials(ambient)))
}

#[cfg(not(feature = "aws"))]
fn with_aws(standard: Standard, ambient: bool) -> Result<Standard, Failure> {
    if ambient { Err(missing("--allow aws-credentials", "aws")) } else { Ok(standard) }
}

#[cfg(feature = "kubernetes")]
fn with_kubernetes(standard: Standard, files: bool, exec: bool) -> Result<Standard, Failure> {
    let settings = esc_providers::kubernetes::Settings::default();
    Ok(standard.kubernetes(settings.with_files(files).with_exec(exec)))
}

#[cfg(not(feature = "kubernetes"))]
fn with_kubernetes(standard: Standard, files: bool, exec: bool) -> Result<Standard, Failure> {
    match files || exec {
        true => Err(missing("--allow kubeconfig", "kubernetes")),
        false => Ok(standard),
    }
}

#[cfg(feature = "outbound")]
fn identity(issuer: &Issuer, organization: Option<&str>) -> Result<Arc<dyn Identity>, Failure> {
    use esc_providers::outbound::{Issuer as IssuerIdentity, KeySet, SigningKey};

    let (Some(url), Some(path)) = (&issuer.url, &issuer.issuer_key) else {
        return Ok(Arc::new(NoIdentity));
    };
    let organization = organization.ok_or_else(|| {
        let how = context::how_to_set(ContextField::OrganizationLogin);
        Failure::Usage(format!("--issuer `{url}`: there is no organization: {how}"))
    })?;
    let unusable = |e: &dyn std::fmt::Display| {
        Failure::Usage(format!("--issuer-key `{}`: {e}", path.display()))
    };
    let pem = std::fs::read_to_string(path).map_err(|e| unusable(&e))?;
    let key = SigningKey::from_pem(&esc_sdk::Secret::new(pem)).map_err(|e| unusable(&e))?;
    let issuer = IssuerIdentity::builder(url.as_str(), organization, KeySet::new(key))
        .build()
        .map_err(|e| Failure::Usage(format!("--issuer `{url}`: {e}")))?;
    Ok(Arc::new(issuer))
}

#[cfg(not(feature = "outbound"))]
fn identity(issuer: &Issuer, _organization: Option<&str>) -> Result<Arc<dyn Identity>, Failure> {
    match issuer.url {
        Some(_) => Err(missing("--issuer", "outbound")),
        None => Ok(Arc::new(NoIdentity)),
    }
}

#[cfg(not(all(feature = "aws", feature = "kubernetes", feature = "outbound")))]
fn missing(option: &str, feature: &str) -> Failure {
    Failure::Usage(format!(
        "{option}: this `esc` was built without the feature `{feature}` of `esc-cli`"
    ))
}
