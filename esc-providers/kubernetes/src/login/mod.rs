//! `fn::open::kubernetes-login`: a server and credentials for it, from a kubeconfig, from the Pod, or as given; exchanged
//! for a short-lived token if that is asked for.

use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{
    Capabilities, ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
};
use esc_core::schema::{Builder, Schema};
use esc_core::secret::Secret;
use esc_core::value::Value;
use esc_provider_kit::inputs;
use serde::Deserialize;
use smol_str::SmolStr;

use crate::connection::Connections;
use crate::credentials::{self, Login};
use crate::failure::Problem;

mod check;
mod exec;
mod files;
mod kubeconfig;
mod pod;
mod token;

use check::check;

/// The provider.
pub(crate) struct Logins {
    pub(crate) connections: Arc<Connections>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Inputs {
    kubeconfig: Option<Secret<String>>,
    kubeconfig_file: Option<String>,
    context: Option<String>,
    #[serde(default)]
    in_cluster: bool,
    r#static: Option<Login>,
    token_request: Option<token::Wanted>,
}

#[async_trait]
impl Provider for Logins {
    fn schema(&self) -> ProviderSchema {
        let text = |text: &str| Builder::string().min_length(1).description(text);
        let inputs = Schema::object()
            .property("kubeconfig", text("A kubeconfig, as YAML text.").secret())
            .property("kubeconfigFile", text(
                    "The path of a kubeconfig. Refused unless the program lets logins read files.",
                ))
            .property("context", text("The context of the kubeconfig; without it its current one."))
            .property(
                "inCluster",
                Builder::boolean()
                    .constant(Value::new(esc_core::value::ValueKind::Bool(true)))
                    .description("Uses the service account of the Pod. Refused unless the program allows it."),
            )
            .property("static", credentials::schema("The server and the credentials as they are."))
            .property("tokenRequest", token::schema())
            .closed()
            .build();
        ProviderSchema {
            description: Some(
                "Logs in to a Kubernetes cluster: by a kubeconfig, as the Pod's service account or with \
                 given credentials, and exchanges them for a short-lived token on request."
                    .into(),
            ),
            inputs,
            outputs: credentials::schema("How to reach the cluster."),
        }
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default().with_idempotent().with_lease()
    }

    fn account(&self, request: &OpenRequest) -> SmolStr {
        let server = request.inputs.get("static").and_then(|given| given.get("server"));
        let server = server.filter(|server| !server.is_secret()).and_then(Value::as_str);
        server.map(SmolStr::new).unwrap_or_default()
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        let inputs: Inputs = inputs::read(crate::LOGIN, &request)?;
        let (reference, login) = self.resolve(&inputs).await;
        let login = login.map_err(|problem| problem.told(crate::LOGIN, reference, ""))?;
        match &inputs.token_request {
            None => Ok(login.into_value().into()),
            Some(wanted) => token::exchange(&self.connections, login, wanted).await,
        }
    }
}

impl Logins {
    /// The login by the way that is given, and what the way is called.
    async fn resolve(&self, inputs: &Inputs) -> (&'static str, Result<Login, Problem>) {
        let settings = &self.connections.settings;
        let context = inputs.context.as_deref();
        let ways =
            (&inputs.kubeconfig, &inputs.kubeconfig_file, inputs.in_cluster, &inputs.r#static);
        if context.is_some() && inputs.kubeconfig.is_none() && inputs.kubeconfig_file.is_none() {
            let problem = Problem::new(
                ErrorKind::Invalid,
                "`context` is given without a kubeconfig",
                "give `kubeconfig` or `kubeconfigFile`, or leave `context` out",
            );
            return ("the inputs", Err(problem));
        }
        match ways {
            (Some(text), None, false, None) => {
                ("`kubeconfig`", kubeconfig::login(settings, text.expose(), context, None).await)
            }
            (None, Some(path), false, None) => {
                ("`kubeconfigFile`", kubeconfig::login_of_file(settings, path, context).await)
            }
            (None, None, true, None) => ("`inCluster`", pod::login(settings).await),
            (None, None, false, Some(given)) => ("`static`", check(given)),
            _ => {
                let problem = Problem::new(
                    ErrorKind::Invalid,
                    "there must be exactly one way to log in",
                    "give one of `kubeconfig`, `kubeconfigFile`, `inCluster: true` and `static`",
                );
                ("the inputs", Err(problem))
            }
        }
    }
}
