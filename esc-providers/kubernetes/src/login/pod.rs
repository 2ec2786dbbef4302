//! The service account of the Pod.

use esc_core::provider::ErrorKind;
use esc_core::secret::Secret;

use super::files;
use crate::credentials::Login;
use crate::failure::Problem;
use crate::settings::Settings;

/// The login as the files have it now: they are read every time, because the token in them is replaced long before it
/// ends.
pub(super) async fn login(settings: &Settings) -> Result<Login, Problem> {
    let Some(account) = &settings.in_cluster else {
        return Err(Problem::new(
            ErrorKind::Denied,
            "this program does not let documents use the service account of its Pod",
            "log in another way, or let the program allow it (`Settings::with_in_cluster`)",
        ));
    };
    let file = |name: &str| {
        let path = account.directory.join(name);
        async move { files::read(&path).await }
    };
    let token = Secret::new(file("token").await?);
    let ca_certificate = file("ca.crt").await?;
    let namespace = file("namespace").await?.trim().to_owned();
    Ok(Login {
        ca_certificate: Some(ca_certificate),
        token: Some(Secret::new(token.expose().trim().to_owned())),
        namespace: Some(namespace).filter(|namespace| !namespace.is_empty()),
        ..Login::to(account.server.clone())
    })
}
