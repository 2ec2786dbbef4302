//! The providers keep what every provider has to keep.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod adapter;
mod common;

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use adapter::{Adapter, CANARY};
use common::*;
use esc_core::json::Json;
use esc_core::provider::{ErrorKind, Provider};
use esc_core::value::{Reveal, Value};
use esc_provider_identity::{Algorithm, Issuer, KeySet, Outbound, SigningKey, Standalone};
use esc_provider_kit::Family;
use esc_provider_kit::conformance::{self, Case, Failing, Subject};
use esc_provider_kit::identity::NoIdentity;

fn provider(outbound: Outbound, name: &str) -> Arc<dyn Provider> {
    outbound.providers().into_iter().find(|(known, _)| *known == name).unwrap().1
}

fn json(text: &str) -> Value {
    Value::from_json(&Json::parse(text).unwrap())
}

/// RSA signatures, a clock that stands and ids that do not change: each token is the same, and so can be looked for.
fn constant() -> Arc<Issuer> {
    let keys = KeySet::new(SigningKey::generate(Algorithm::Rs256).unwrap());
    let standalone = Standalone::new("o-1", |_: &str| Some("e-1".into()), keys);
    let now = || UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let issuer = builder().clock(now).random(|| Some([7; 16])).standalone(standalone);
    Arc::new(issuer.build().unwrap())
}

#[tokio::test]
async fn oidc() {
    let make = |issuer| provider(Outbound::builder(issuer).build().unwrap(), "oidc");
    let inputs = json(r#"{"audience":"a","duration":"10m","identityToken":{"version":"v2"}}"#);
    let outbound = Outbound::builder(constant()).build().unwrap();
    let text = inputs.to_json(Reveal::Revealed);
    let token = open_in(&outbound, "oidc", &text, "conformance/test").await.unwrap().value;
    let gated = make(Arc::new(builder().build().unwrap()));
    let subject = Subject::new("oidc", provider(outbound, "oidc"))
        .context(ana())
        .canary(token.as_str().unwrap().rsplit('.').next().unwrap())
        .case(Case::new("a token", inputs.clone()).satisfies(|value| value.is_secret()))
        .failing(Failing::new(ErrorKind::Denied, inputs.clone()).provider(gated).reference("acme"))
        .failing(
            Failing::new(ErrorKind::Unauthenticated, inputs).provider(make(Arc::new(NoIdentity))),
        )
        .without(ErrorKind::NotFound, "nothing is looked up")
        .without(ErrorKind::Throttled, "there is no backend")
        .without(ErrorKind::Unavailable, "there is no backend");
    conformance::run(&subject).await.assert();
}

#[tokio::test]
async fn debug_oidc_claims() {
    let name = "debug-oidc-claims";
    let make = |issuer| provider(Outbound::builder(issuer).build().unwrap(), name);
    let login = json(r#"{"audiencePrefix":"aws","subjectAttributes":["pulumi.user.login"]}"#);
    let standalone = json(r#"{"audience":"a","identityToken":{"version":"v2"}}"#);
    let gated = make(Arc::new(builder().build().unwrap()));
    let subject = Subject::new(name, make(constant()))
        .context(ana())
        .case(Case::new("a login", login).satisfies(|value| !value.is_secret()))
        .case(Case::new("any audience", standalone.clone()))
        .failing(Failing::new(ErrorKind::Denied, standalone.clone()).provider(gated))
        .failing(
            Failing::new(ErrorKind::Unauthenticated, standalone)
                .provider(make(Arc::new(NoIdentity))),
        )
        .without(ErrorKind::NotFound, "nothing is looked up")
        .without(ErrorKind::Throttled, "there is no backend")
        .without(ErrorKind::Unavailable, "there is no backend");
    conformance::run(&subject).await.assert();
}

#[tokio::test]
async fn external() {
    let adapter = Adapter::start(&["localhost"]).await;
    let settings = Outbound::builder(adapter.issuer.clone());
    let settings = settings.certificates(adapter.authority.clone()).adapters_are_idempotent(true);
    let origin = adapter.url("localhost");
    let inputs = |path: &str, more: &str| json(&format!(r#"{{"url":"{origin}/{path}"{more}}}"#));
    let regions = Value::object([("default", Value::string("eu"))]);
    let mut subject = Subject::new("external", provider(settings.build().unwrap(), "external"))
        .context(ana())
        .canary(CANARY)
        .case(Case::new("a secret", inputs("v1/credentials", "")))
        .case(Case::new("no secret", inputs("v1/regions", r#","secret":false"#)).equals(regions));
    for (kind, status) in [
        (ErrorKind::NotFound, 404),
        (ErrorKind::Denied, 403),
        (ErrorKind::Unauthenticated, 401),
        (ErrorKind::Throttled, 429),
        (ErrorKind::Unavailable, 503),
        (ErrorKind::Invalid, 400),
    ] {
        let failing = Failing::new(kind, inputs(&format!("status/{status}"), ""));
        subject = subject.failing(failing.reference(origin.clone()));
    }
    conformance::run(&subject).await.assert();
}
