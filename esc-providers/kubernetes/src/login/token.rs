//! `tokenRequest`: a short-lived token of a service account in place of the credentials that ask for it.

use std::time::Duration;

use esc_core::provider::{ErrorKind, Lease, Output, ProviderError};
use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::secret::Secret;
use esc_provider_kit::inputs::{duration_schema, parse_duration};
use serde::Deserialize;
use serde_json::json;

use crate::connection::{Connections, Question};
use crate::credentials::{self, Login};
use crate::failure::Problem;

/// No API server issues shorter ones.
const SHORTEST: Duration = Duration::from_secs(600);

/// What token is wanted.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Wanted {
    service_account: String,
    namespace: Option<String>,
    #[serde(default)]
    audiences: Vec<String>,
    expiration: Option<String>,
}

pub(super) fn schema() -> SchemaRef {
    let audience = Builder::string().min_length(1).description("An audience.");
    Schema::object()
        .description(
            "Asks the cluster for a short-lived token of a service account and answers that instead. \
             Needs the verb `create` on `serviceaccounts/token` of this account.",
        )
        .required_property("serviceAccount", credentials::name_schema("The name of the service account."))
        .property("namespace", credentials::namespace_schema("Its namespace; without it the login's."))
        .property(
            "audiences",
            Builder::array()
                .items(audience)
                .description(
                "Whom the token is made out to; without it the API server. Whoever is not named \
                 refuses the token, the API server too.",
            ),
        )
        .property("expiration", duration_schema(
                "How long the token is to be valid, at least `10m`. Default `1h`. A server may \
                 choose another time.",
            ))
        .closed()
        .build()
}

#[derive(Deserialize)]
struct Answer {
    spec: Spec,
    status: Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    expiration_seconds: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    token: Secret<String>,
    expiration_timestamp: Option<String>,
}

/// The login with a new token instead of its credentials.
pub(super) async fn exchange(
    connections: &Connections,
    login: Login,
    wanted: &Wanted,
) -> Result<Output, ProviderError> {
    let namespace = login.namespace_or(wanted.namespace.as_deref());
    let account = &wanted.service_account;
    let asked = ask(connections, &login, wanted, &namespace).await;
    let Answer { spec, status } = asked.map_err(|problem| {
        let reference = format!("a token of the service account `{account}` (`tokenRequest`)");
        problem.told(crate::LOGIN, &reference, &format!("`{namespace}` of {}", login.server))
    })?;
    let exchanged = Login {
        token: Some(status.token),
        client_certificate: None,
        client_key: None,
        expiration: status.expiration_timestamp,
        ..login
    };
    let opened = Output::from(exchanged.into_value());
    Ok(match spec.expiration_seconds {
        Some(seconds) => opened.with_lease(Lease::of(Duration::from_secs(seconds))),
        None => opened,
    })
}

async fn ask(
    connections: &Connections,
    login: &Login,
    wanted: &Wanted,
    namespace: &str,
) -> Result<Answer, Problem> {
    let invalid = |cause: String, advice: &str| Problem::new(ErrorKind::Invalid, cause, advice);
    for name in [namespace, &wanted.service_account] {
        if !credentials::is_name(name) {
            let cause = format!("`{name}` cannot be the name of anything in Kubernetes");
            return Err(invalid(cause, "names are of lower-case letters, digits, `-` and `.`"));
        }
    }
    let text = wanted.expiration.as_deref().unwrap_or("1h");
    let lifetime =
        parse_duration(text).filter(|lifetime| *lifetime >= SHORTEST).ok_or_else(|| {
            invalid(
                format!("`expiration` is `{text}`"),
                "write it as in `1h30m`; the least is `10m`",
            )
        })?;
    let mut spec = json!({ "expirationSeconds": lifetime.as_secs() });
    if let (Some(spec), false) = (spec.as_object_mut(), wanted.audiences.is_empty()) {
        spec.insert("audiences".into(), json!(wanted.audiences));
    }
    let body = json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec,
    });
    let question = Question::Token {
        namespace: namespace.to_owned(),
        account: wanted.service_account.clone(),
        body: body.to_string().into_bytes(),
    };
    let answer = Secret::new(connections.ask(login, &question).await?);
    // What is wrong with an answer stays unsaid: it has the token in it.
    serde_json::from_slice(answer.expose()).map_err(|_| Problem::not_kubernetes())
}
