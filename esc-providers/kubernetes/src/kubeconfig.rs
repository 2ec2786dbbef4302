//! `fn::open::kubernetes-kubeconfig`: a kubeconfig of a login.

use async_trait::async_trait;
use esc_core::provider::{
    Capabilities, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
};
use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::secret::{Secret, Text};
use esc_core::text::encode_base64;
use esc_core::value::Value;
use esc_provider_kit::inputs;
use serde::Deserialize;
use smol_str::SmolStr;

use crate::credentials::{self, Login};

/// The provider.
pub(crate) struct Kubeconfigs;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inputs {
    login: Login,
    namespace: Option<String>,
    cluster: Option<String>,
    user: Option<String>,
    context: Option<String>,
}

#[async_trait]
impl Provider for Kubeconfigs {
    fn schema(&self) -> ProviderSchema {
        let name =
            |text: &str| -> SchemaRef { Builder::string().min_length(1).description(text).build() };
        ProviderSchema {
            description: Some(
                "Writes a kubeconfig, for kubectl and whatever else reads one. Nobody is asked."
                    .into(),
            ),
            inputs: Schema::object()
                .required_property(
                    "login",
                    credentials::schema("What the kubeconfig says, from `kubernetes-login`."),
                )
                .property(
                    "namespace",
                    credentials::namespace_schema("The namespace; without it the login's."),
                )
                .property("cluster", name("The name of the cluster. Default `esc`."))
                .property("user", name("The name of the user. Default `esc`."))
                .property("context", name("The name of the context. Default `esc`."))
                .closed()
                .build(),
            outputs: Builder::string().secret().description("The kubeconfig, in YAML.").build(),
        }
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default().with_idempotent()
    }

    fn account(&self, request: &OpenRequest) -> SmolStr {
        credentials::account(&request.inputs)
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        let inputs = inputs::read(crate::KUBECONFIG, &request)?;
        Ok(Value::string(Text::secret(render(&inputs))).into_secret().into())
    }
}

fn render(inputs: &Inputs) -> String {
    let Inputs { login, namespace, cluster, user, context } = inputs;
    let or_esc = |name: &Option<String>| name.clone().unwrap_or_else(|| "esc".into());
    let (cluster, user, context) = (or_esc(cluster), or_esc(user), or_esc(context));
    let namespace = namespace.as_ref().or(login.namespace.as_ref());
    let insecure = login.insecure_skip_tls_verify;
    // kubectl refuses an authority that nobody would ask.
    let authority = login.ca_certificate.as_deref().filter(|_| !insecure).map(base64);
    let key = login.client_key.as_ref().map(|key| Secret::new(base64(key.expose())));
    let token = login.token.as_ref().map(|token| token.expose().as_str());

    let mut yaml = Yaml::new();
    yaml.line("apiVersion: v1");
    yaml.line("kind: Config");
    yaml.field("current-context", Some(&context));
    yaml.line("clusters:");
    yaml.field("- name", Some(&cluster));
    yaml.line("  cluster:");
    yaml.field("    server", Some(&login.server));
    yaml.field("    certificate-authority-data", authority.as_deref());
    yaml.field("    tls-server-name", login.tls_server_name.as_deref());
    if insecure {
        yaml.line("    insecure-skip-tls-verify: true");
    }
    yaml.line("users:");
    yaml.field("- name", Some(&user));
    let certificate = login.client_certificate.as_deref().map(base64);
    let anybody = token.is_none() && key.is_none();
    yaml.line(if anybody { "  user: {}" } else { "  user:" });
    yaml.field("    token", token);
    yaml.field("    client-certificate-data", certificate.as_deref().filter(|_| key.is_some()));
    yaml.field("    client-key-data", key.as_ref().map(|key| key.expose().as_str()));
    yaml.line("contexts:");
    yaml.field("- name", Some(&context));
    yaml.line("  context:");
    yaml.field("    cluster", Some(&cluster));
    yaml.field("    user", Some(&user));
    yaml.field("    namespace", namespace.map(String::as_str));
    yaml.0
}

fn base64(pem: &str) -> String {
    encode_base64(pem.as_bytes())
}

/// YAML, line by line.
struct Yaml(String);

impl Yaml {
    fn new() -> Yaml {
        // Enough for most, so that no outgrown copy is left behind in memory.
        Yaml(String::with_capacity(16 << 10))
    }

    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// A field, if there is something to write. A string of JSON is one of YAML, too.
    fn field(&mut self, name: &str, text: Option<&str>) {
        let Some(text) = text else { return };
        self.0.push_str(name);
        self.0.push_str(": ");
        self.0.push_str(&serde_json::Value::from(text).to_string());
        self.0.push('\n');
    }
}
