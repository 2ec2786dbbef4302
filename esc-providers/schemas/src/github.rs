//! GitHub.

use esc_core::provider::ProviderSchema;
use esc_core::schema::{Schema, SchemaRef};

use crate::published::{Home, Published};
use crate::shape::{list, number, secret, text};

/// `gh-login`.
pub static LOGIN: Published<ProviderSchema> = Published::new("gh-login", Home::Nowhere, login);

/// What an installation of an app can be allowed.
const PERMISSIONS: [&str; 35] = [
    "actions",
    "administration",
    "blocking",
    "checks",
    "content_references",
    "contents",
    "deployments",
    "emails",
    "environments",
    "followers",
    "issues",
    "members",
    "metadata",
    "organization_administration",
    "organization_hooks",
    "organization_plan",
    "organization_pre_receive_hooks",
    "organization_projects",
    "organization_secrets",
    "organization_self_hosted_runners",
    "organization_user_blocking",
    "packages",
    "pages",
    "pull_requests",
    "repository_hooks",
    "repository_pre_receive_hooks",
    "repository_projects",
    "secret_scanning_alerts",
    "secrets",
    "security_events",
    "single_file",
    "statuses",
    "team_discussions",
    "vulnerability_alerts",
    "workflows",
];

fn login() -> ProviderSchema {
    let key = "The private key of the app, in PEM; write it as a block (`|`) to keep its lines.";
    let repositories =
        "The names of the repositories that the token is for. Without it, all of the installation.";
    let enterprise = Schema::object()
        .required_property("host", text("The name of the host."))
        .closed()
        .description("GitHub Enterprise Server instead of github.com.");
    ProviderSchema {
        description: Some(
            "Logs in to GitHub as an app and returns an installation's token.".into(),
        ),
        inputs: Schema::object()
            .required_property("appId", number("The id of the app."))
            .required_property("privateKey", secret(key))
            .required_property("owner", text("The user or organization that installed the app."))
            .property("repositories", list(text("The name of a repository."), repositories))
            .property("permissions", permissions())
            .property("ghe", enterprise)
            .closed()
            .build(),
        outputs: Schema::object()
            .required_property("accessToken", secret("The token."))
            .required_property("appId", number("The id of the app."))
            .required_property("appSlug", text("The name of the app in URLs."))
            .required_property("expiry", text("When the token ends, as in RFC 3339."))
            .required_property("installationId", number("The id of the installation."))
            .required_property("type", text("`installation`."))
            .description("The token, and whose it is.")
            .build(),
    }
}

fn permissions() -> SchemaRef {
    let each = PERMISSIONS.iter().fold(Schema::object(), |all, name| {
        let what = name.replace('_', " ");
        all.property(*name, text(&format!("The level of access to {what}: `read` or `write`.")))
    });
    each.closed()
        .description("What the token may do. Without it, all that the installation may.")
        .build()
}
