//! Logins by a kubeconfig.
//!
//! A kubeconfig can make whoever follows it read files and run commands. Here it is data: what reaches out of it is
//! refused unless the embedder allows it, and what would be silently lost (impersonation, proxies, old ways to
//! authenticate) is refused always.

use std::path::{Path, PathBuf};

use esc_core::provider::ErrorKind;
use esc_core::secret::Secret;
use esc_core::text::decode_base64;
use kube::config::{AuthInfo, Cluster, Context, Kubeconfig};

use super::check::check;
use super::{exec, files};
use crate::credentials::Login;
use crate::failure::Problem;
use crate::settings::Settings;

fn invalid(cause: impl Into<String>, advice: &str) -> Problem {
    Problem::new(ErrorKind::Invalid, cause, advice)
}

fn denied(what: &str, setting: &str, instead: &str) -> Problem {
    Problem::new(
        ErrorKind::Denied,
        format!("this program does not let logins {what}"),
        format!("{instead}, or let the program allow it (`Settings::{setting}`)"),
    )
}

/// The login of a kubeconfig in a file.
pub(super) async fn login_of_file(
    settings: &Settings,
    path: &str,
    context: Option<&str>,
) -> Result<Login, Problem> {
    if !settings.files {
        let instead = "give the text of the kubeconfig as `kubeconfig`";
        return Err(denied("read files", "with_files", instead));
    }
    let path = Path::new(path);
    let text = Secret::new(files::read(path).await?);
    login(settings, text.expose(), context, path.parent()).await
}

/// The login of a kubeconfig. Files that it names are relative to the directory.
pub(super) async fn login(
    settings: &Settings,
    text: &str,
    context: Option<&str>,
    directory: Option<&Path>,
) -> Result<Login, Problem> {
    // What the parser says quotes the text.
    let config = Kubeconfig::from_yaml(text).map_err(|_| {
        invalid("it is not a kubeconfig", "check that it is the YAML of a kubeconfig")
    })?;
    let Chosen { context, cluster, user } = choose(config, context)?;
    refuse_what_would_be_lost(&cluster, &user)?;
    let insecure = cluster.insecure_skip_tls_verify.unwrap_or(false);
    if insecure && !settings.insecure {
        let instead =
            "give the cluster's `certificate-authority-data` instead of `insecure-skip-tls-verify`";
        return Err(denied("skip checking who the server is", "with_insecure", instead));
    }
    let server = cluster.server.filter(|server| !server.is_empty()).ok_or_else(|| {
        invalid("the cluster has no `server`", "check the cluster of the context")
    })?;
    let source = Source { settings, directory };
    let authority = (cluster.certificate_authority_data, cluster.certificate_authority);
    let certificate = (user.client_certificate_data, user.client_certificate);
    let key = (user.client_key_data.map(|data| reveal(&data)), user.client_key);
    let token = match user.token.map(|token| reveal(&token)).filter(|token| !token.is_empty()) {
        Some(token) => Some(token),
        None => source.file(user.token_file).await?,
    };
    let mut login = Login {
        ca_certificate: source.pem("certificate-authority-data", authority).await?,
        tls_server_name: cluster.tls_server_name.filter(|name| !name.is_empty()),
        insecure_skip_tls_verify: insecure,
        token: token.map(|token| Secret::new(token.trim().to_owned())),
        client_certificate: source.pem("client-certificate-data", certificate).await?,
        client_key: source.pem("client-key-data", key).await?.map(Secret::new),
        namespace: context.namespace.filter(|namespace| !namespace.is_empty()),
        ..Login::to(server)
    };
    if let Some(plugin) = user.exec {
        if !settings.exec {
            let instead = "give a token or certificate, with `tokenRequest` for a short-lived one";
            return Err(denied("run credential plugins (`exec`)", "with_exec", instead));
        }
        exec::run(settings, &plugin, &mut login).await?;
    }
    check(&login)
}

/// A context, and what it refers to.
struct Chosen {
    context: Context,
    cluster: Cluster,
    user: AuthInfo,
}

fn choose(config: Kubeconfig, context: Option<&str>) -> Result<Chosen, Problem> {
    let current = config.current_context.filter(|name| !name.is_empty());
    let name = context
        .map(str::to_owned)
        .or(current)
        .ok_or_else(|| invalid("it has no `current-context`", "say which with `context`"))?;
    let missing = |what: &str, name: &str| {
        let cause = format!("it has no {what} `{name}`");
        Problem::new(ErrorKind::NotFound, cause, "check the names in the kubeconfig and `context`")
    };
    let context = config
        .contexts
        .into_iter()
        .find(|entry| entry.name == name)
        .and_then(|entry| entry.context)
        .ok_or_else(|| missing("context", &name))?;
    let cluster = config
        .clusters
        .into_iter()
        .find(|entry| entry.name == context.cluster)
        .and_then(|entry| entry.cluster)
        .ok_or_else(|| missing("cluster", &context.cluster))?;
    let user = context.user.clone().unwrap_or_default();
    let user = config
        .auth_infos
        .into_iter()
        .find(|entry| entry.name == user)
        .and_then(|entry| entry.auth_info)
        .ok_or_else(|| missing("user", &user))?;
    Ok(Chosen { context, cluster, user })
}

fn refuse_what_would_be_lost(cluster: &Cluster, user: &AuthInfo) -> Result<(), Problem> {
    let lost = if cluster.proxy_url.is_some() {
        "`proxy-url`"
    } else if user.impersonate.is_some()
        || user.impersonate_groups.is_some()
        || user.impersonate_uid.is_some()
    {
        "impersonation (`as`)"
    } else if user.auth_provider.is_some() {
        "`auth-provider`"
    } else if user.username.is_some() || user.password.is_some() {
        "`username` and `password`"
    } else {
        return Ok(());
    };
    Err(invalid(
        format!("it uses {lost}, which is not supported"),
        "use a token, a client certificate or `tokenRequest`",
    ))
}

/// Where the parts of a kubeconfig come from: from itself, or from files.
struct Source<'a> {
    settings: &'a Settings,
    directory: Option<&'a Path>,
}

impl Source<'_> {
    /// A part that is either there in base64 or in a file.
    async fn pem(
        &self,
        field: &str,
        (data, path): (Option<String>, Option<String>),
    ) -> Result<Option<String>, Problem> {
        let Some(data) = data.filter(|data| !data.is_empty()) else { return self.file(path).await };
        let text = decode_base64(&data).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let advice = "it must be PEM in base64";
        text.map(Some).ok_or_else(|| invalid(format!("`{field}` cannot be read"), advice))
    }

    async fn file(&self, path: Option<String>) -> Result<Option<String>, Problem> {
        let Some(path) = path.filter(|path| !path.is_empty()) else { return Ok(None) };
        if !self.settings.files {
            let instead = "put the contents into the kubeconfig (`kubectl config view --flatten`)";
            return Err(denied("read the files that a kubeconfig names", "with_files", instead));
        }
        let path = match self.directory {
            Some(directory) => directory.join(path),
            None => PathBuf::from(path),
        };
        files::read(&path).await.map(Some)
    }
}

/// The text of a secret of the client's library.
fn reveal(secret: &impl secrecy::ExposeSecret<str>) -> String {
    secret.expose_secret().to_owned()
}
