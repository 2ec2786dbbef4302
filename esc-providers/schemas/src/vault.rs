//! HashiCorp Vault and OpenBao.

use esc_core::provider::ProviderSchema;
use esc_core::schema::{Builder, Schema, SchemaRef};

use crate::published::{Home, Published};
use crate::shape::{duration, entries, list, number, secret, subject_attributes, text, text_or};

/// `vault-login`.
pub static LOGIN: Published<ProviderSchema> = Published::new("vault-login", Home::VAULT, login);

/// `vault-secrets`.
pub static SECRETS: Published<ProviderSchema> =
    Published::new("vault-secrets", Home::VAULT, secrets);

const CA_CERTIFICATE: &str =
    "The certificates, in PEM, of the authorities that the server must prove itself by.";

fn login() -> ProviderSchema {
    let wrapped = "A wrapping token; what a login returned waits in it.";
    ProviderSchema {
        description: Some("Logs in at HashiCorp Vault or OpenBao.".into()),
        inputs: Schema::object()
            .required_property("address", text("The server's address: scheme, host and port."))
            .property("namespace", text("The namespace to log in to."))
            .property("caCertificate", text(CA_CERTIFICATE))
            .property("jwt", jwt())
            .property("token", child())
            .property("approle", approle())
            .property("kubernetes", kubernetes())
            .property("userpass", userpass())
            .property("wrappedToken", secret(wrapped))
            .closed()
            .build(),
        outputs: credentials("Where to read and with which token."),
    }
}

fn credentials(description: &str) -> SchemaRef {
    Schema::object()
        .required_property("address", text("The server's address."))
        .required_property("token", secret("The token."))
        .property("namespace", text("The namespace that was logged in to."))
        .property("caCertificate", text(CA_CERTIFICATE))
        .property("expiration", text("When the token ends, in RFC 3339."))
        .description(description)
        .build()
}

fn jwt() -> SchemaRef {
    Schema::object()
        .required_property("role", text("The role to log in as."))
        .property("mount", mount("jwt"))
        .property("audience", text("The audience of the token. Default: `vault:<organization>`."))
        .property("subjectAttributes", subject_attributes())
        .closed()
        .description("Logs in with an identity token.")
        .build()
}

fn child() -> SchemaRef {
    let name = "The name of the child in the server's audit log. Default: `pulumi`.";
    let policies = "The policies of the child. Default: the parent's.";
    let scalar = Schema::either([Schema::string(), Schema::number(), Schema::boolean()]);
    let metadata = Schema::object().additional(scalar).description("The metadata of the child.");
    Schema::object()
        .required_property("token", secret("The parent."))
        .property("displayName", text_or("pulumi", name))
        .property("maxTtl", duration("How long the child lives at most. Default: `2h`."))
        .property("policies", list(Schema::string(), policies))
        .property("metadata", metadata)
        .closed()
        .description("Makes a child of a token.")
        .build()
}

fn approle() -> SchemaRef {
    Schema::object()
        .required_property("roleId", text("The id of the role."))
        .property("secretId", secret("The secret id."))
        .property("wrappedSecretId", secret("A wrapping token; the secret id waits in it."))
        .property("mount", mount("approle"))
        .closed()
        .description("Logs in with AppRole.")
        .build()
}

fn kubernetes() -> SchemaRef {
    Schema::object()
        .required_property("role", text("The role to log in as."))
        .required_property("jwt", secret("The token of a service account."))
        .property("mount", mount("kubernetes"))
        .closed()
        .description("Logs in as a service account of Kubernetes.")
        .build()
}

fn userpass() -> SchemaRef {
    Schema::object()
        .required_property("username", text("The user."))
        .required_property("password", secret("The password."))
        .property("mount", mount("userpass"))
        .closed()
        .description("Logs in with user and password.")
        .build()
}

fn mount(default: &str) -> Builder {
    text_or(default, &format!("Where the auth method is mounted. Default: `{default}`."))
}

fn secrets() -> ProviderSchema {
    let login = credentials("Where to read and with which token: what `vault-login` returns.");
    let read = Schema::object()
        .required_property("path", text("The path to read."))
        .property("field", field())
        .closed()
        .description("One path.");
    let version = number("The version of the secret. Default: the newest.");
    let kv = Schema::object()
        .property("mount", text("Where the secrets engine is mounted, if `path` is without it."))
        .required_property("path", text("The path of the secret, without `data/`."))
        .property("version", version.minimum(1).multiple_of(1))
        .property("field", field())
        .closed()
        .description("One secret.");
    let unwrap = Schema::object()
        .required_property("token", secret("The wrapping token."))
        .property("field", field())
        .closed()
        .description("One wrapped secret.");
    let data = "The data, or the field that was asked for.";
    ProviderSchema {
        description: Some("Reads secrets of HashiCorp Vault or OpenBao.".into()),
        inputs: Schema::object()
            .required_property("login", login)
            .property(
                "read",
                entries(read, "Paths to read as they are, by the name that each gets."),
            )
            .property(
                "kv",
                entries(kv, "KV secrets of either version, by the name that each gets."),
            )
            .property("unwrap", entries(unwrap, "Wrapped secrets, by the name that each gets."))
            .closed()
            .build(),
        outputs: Schema::object()
            .additional(Builder::new().secret().description(data))
            .description("The secrets by name.")
            .build(),
    }
}

fn field() -> Builder {
    text("The field to return instead of all data.")
}
