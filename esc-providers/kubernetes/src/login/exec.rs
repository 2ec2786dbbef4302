//! Credential plugins: commands of a kubeconfig that print credentials.

use std::process::Stdio;

use esc_core::provider::ErrorKind;
use esc_core::secret::Secret;
use kube::config::ExecConfig;
use serde::Deserialize;
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use crate::credentials::Login;
use crate::failure::Problem;
use crate::settings::Settings;

/// Credentials are smaller than that.
const MAX_OUTPUT: u64 = 1 << 20;

const ADVICE: &str = "run the plugin by hand and see what it says";

#[derive(Deserialize)]
struct Credential {
    status: Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    token: Option<Secret<String>>,
    client_certificate_data: Option<String>,
    client_key_data: Option<Secret<String>>,
    expiration_timestamp: Option<String>,
}

/// Runs the plugin and puts what it answers into the login. The command ends when this is dropped.
pub(super) async fn run(
    settings: &Settings,
    plugin: &ExecConfig,
    login: &mut Login,
) -> Result<(), Problem> {
    let name = plugin.command.as_deref().unwrap_or_default();
    let failed = |kind, why: &str| {
        Problem::new(kind, format!("the credential plugin `{name}` {why}"), ADVICE)
    };
    let version = plugin.api_version.as_deref().unwrap_or("client.authentication.k8s.io/v1");
    let info = json!({ "apiVersion": version, "kind": "ExecCredential", "spec": { "interactive": false } });

    let mut command = Command::new(name);
    command
        .args(plugin.args.iter().flatten())
        .env("KUBERNETES_EXEC_INFO", info.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // What it complains about may quote credentials.
        .stderr(Stdio::null())
        .kill_on_drop(true);
    for variable in plugin.env.iter().flatten() {
        if let (Some(name), Some(value)) = (variable.get("name"), variable.get("value")) {
            command.env(name, value);
        }
    }
    let mut child =
        command.spawn().map_err(|_| failed(ErrorKind::Unavailable, "cannot be started"))?;
    let stdout = child.stdout.take();
    let output = tokio::time::timeout(settings.request_timeout, async {
        let mut output = Vec::new();
        if let Some(stdout) = stdout {
            stdout.take(MAX_OUTPUT).read_to_end(&mut output).await?;
        }
        Ok::<_, std::io::Error>((child.wait().await?, Secret::new(output)))
    });
    let (status, output) = match output.await {
        Ok(Ok(ended)) => ended,
        Ok(Err(_)) => return Err(failed(ErrorKind::Unavailable, "cannot be listened to")),
        Err(_) => return Err(failed(ErrorKind::Unavailable, "takes too long")),
    };
    if !status.success() {
        return Err(failed(ErrorKind::Unauthenticated, "failed"));
    }
    let Credential { status } = serde_json::from_slice(output.expose())
        .map_err(|_| failed(ErrorKind::Invalid, "did not print an ExecCredential"))?;
    login.token = status.token.or(login.token.take());
    if status.client_key_data.is_some() {
        login.client_certificate = status.client_certificate_data;
        login.client_key = status.client_key_data;
    }
    login.expiration = status.expiration_timestamp;
    Ok(())
}
