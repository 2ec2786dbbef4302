//! What a login comes to: the output of `kubernetes-login` and the input `login` of the others.

use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::secret::{Secret, Text};
use esc_core::value::{Value, ValueKind};
use serde::Deserialize;
use smol_str::SmolStr;

/// A server and the credentials for it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Login {
    pub(crate) server: String,
    pub(crate) ca_certificate: Option<String>,
    pub(crate) tls_server_name: Option<String>,
    #[serde(default)]
    pub(crate) insecure_skip_tls_verify: bool,
    pub(crate) token: Option<Secret<String>>,
    pub(crate) client_certificate: Option<String>,
    pub(crate) client_key: Option<Secret<String>>,
    pub(crate) namespace: Option<String>,
    pub(crate) expiration: Option<String>,
}

/// The namespace of those who name none.
pub(crate) const DEFAULT_NAMESPACE: &str = "default";

impl Login {
    /// A login without credentials.
    pub(crate) fn to(server: impl Into<String>) -> Login {
        Login {
            server: server.into(),
            ca_certificate: None,
            tls_server_name: None,
            insecure_skip_tls_verify: false,
            token: None,
            client_certificate: None,
            client_key: None,
            namespace: None,
            expiration: None,
        }
    }

    /// This namespace, else the login's, else the default.
    pub(crate) fn namespace_or(&self, namespace: Option<&str>) -> String {
        namespace.or(self.namespace.as_deref()).unwrap_or(DEFAULT_NAMESPACE).to_owned()
    }

    /// As documents see it.
    pub(crate) fn into_value(self) -> Value {
        let plain = |text: Option<String>| text.map(|text| Value::string(text.as_str()));
        let secret = |text: Option<Secret<String>>| {
            text.map(|text| Value::string(Text::secret(text.expose().clone())).into_secret())
        };
        let insecure = self.insecure_skip_tls_verify.then(|| Value::new(ValueKind::Bool(true)));
        let properties = [
            ("server", plain(Some(self.server))),
            ("caCertificate", plain(self.ca_certificate)),
            ("tlsServerName", plain(self.tls_server_name)),
            ("insecureSkipTlsVerify", insecure),
            ("token", secret(self.token)),
            ("clientCertificate", plain(self.client_certificate)),
            ("clientKey", secret(self.client_key)),
            ("namespace", plain(self.namespace)),
            ("expiration", plain(self.expiration)),
        ];
        Value::object(properties.into_iter().filter_map(|(name, value)| Some((name, value?))))
    }
}

/// The schema of a login; the description says what it is for.
pub(crate) fn schema(description: &str) -> SchemaRef {
    let string = |text: &str| Builder::string().description(text);
    Schema::object()
        .description(description)
        .required_property("server", string("The address of the API server, as in `https://10.0.0.1:6443`."))
        .property(
            "caCertificate",
            string(
                "The certificates of the authorities that the server's certificate may come from, \
                 in PEM. Without them the machine's own are trusted.",
            ),
        )
        .property(
            "tlsServerName",
            string(
                "The name that the server's certificate must have, if it is not that of the address.",
            ),
        )
        .property(
            "insecureSkipTlsVerify",
            Builder::boolean().description("Whether to believe any certificate. Refused unless the program allows it."),
        )
        .property("token", string("The bearer token.").secret())
        .property("clientCertificate", string("The client's certificate, in PEM."))
        .property("clientKey", string("The private key of the client's certificate, in PEM.").secret())
        .property("namespace", namespace_schema("The namespace of calls that name none; without it `default`."))
        .property("expiration", string("When the credentials end, as in `2026-01-02T03:04:05Z`."))
        .build()
}

/// The pattern of namespaces: a DNS label.
const LABEL: &str = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
/// The pattern of most names: a DNS subdomain.
const SUBDOMAIN: &str = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

/// The schema of a namespace.
pub(crate) fn namespace_schema(description: &str) -> SchemaRef {
    Builder::string().pattern(LABEL).max_length(63).description(description).build()
}

/// The schema of an object's name.
pub(crate) fn name_schema(description: &str) -> SchemaRef {
    Builder::string().pattern(SUBDOMAIN).max_length(253).description(description).build()
}

/// Whether a text can be part of a path: whatever else it is, it leads nowhere else.
pub(crate) fn is_name(text: &str) -> bool {
    let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (1..=253).contains(&text.len())
        && text.chars().all(|c| edge(c) || c == '-' || c == '.')
        && text.starts_with(edge)
        && text.ends_with(edge)
}

/// The server of a request's login, for the quotas: unless somebody made it a secret.
pub(crate) fn account(inputs: &Value) -> SmolStr {
    let server = inputs.get("login").and_then(|login| login.get("server"));
    let server = server.filter(|server| !server.is_secret()).and_then(Value::as_str);
    server.map(SmolStr::new).unwrap_or_default()
}
