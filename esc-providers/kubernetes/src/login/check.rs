//! Credentials as they are given.

use esc_core::provider::ErrorKind;

use crate::credentials::Login;
use crate::failure::Problem;

/// Whether given credentials are any.
pub(super) fn check(login: &Login) -> Result<Login, Problem> {
    let invalid = |cause: &str, advice: &str| Err(Problem::new(ErrorKind::Invalid, cause, advice));
    if login.client_certificate.is_some() != login.client_key.is_some() {
        return invalid(
            "there is one of `clientCertificate` and `clientKey` without the other",
            "give both",
        );
    }
    if login.token.is_none() && login.client_key.is_none() {
        return invalid(
            "there are no credentials",
            "give `token`, or `clientCertificate` and `clientKey`",
        );
    }
    Ok(login.clone())
}
