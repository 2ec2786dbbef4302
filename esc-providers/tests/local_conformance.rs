//! The providers that need no network, in the suite for providers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;

use esc_core::json::Json;
use esc_core::provider::ErrorKind;
use esc_core::value::Value;
use esc_providers::conformance::{self, Case, Failing, Subject};
use esc_providers::local::{ENV, FILE, Files, Variables};

fn value(json: &str) -> Value {
    Value::from_json(&Json::parse(json).unwrap())
}

/// What a local provider cannot run into.
fn without_network(mut subject: Subject) -> Subject {
    for kind in [ErrorKind::Unauthenticated, ErrorKind::Throttled, ErrorKind::Unavailable] {
        subject = subject.without(kind, "there is no backend");
    }
    subject
}

#[tokio::test]
async fn variables() {
    let provider = Arc::new(Variables::new([("TOKEN", "canary-hunter2"), ("BRANCH", "main")]));
    let subject = Subject::new(ENV, provider)
        .case(
            Case::new("a secret", value(r#"{"name":"TOKEN"}"#))
                .equals(Value::string("canary-hunter2").into_secret()),
        )
        .case(
            Case::new("plain", value(r#"{"name":"BRANCH","secret":false}"#))
                .equals(Value::string("main")),
        )
        .failing(Failing::new(ErrorKind::NotFound, value(r#"{"name":"NONE"}"#)).reference("NONE"))
        .without(ErrorKind::Denied, "what is not allowed does not exist")
        .canary("canary-hunter2");
    conformance::run(&without_network(subject)).await.assert();
}

#[tokio::test]
async fn files() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("token"), "canary-hunter2").unwrap();
    std::fs::write(directory.path().join("limits.json"), r#"{"max":3}"#).unwrap();
    let provider = Arc::new(Files::new(directory.path()).unwrap());
    let subject = Subject::new(FILE, provider)
        .case(
            Case::new("a secret", value(r#"{"path":"token"}"#))
                .equals(Value::string("canary-hunter2").into_secret()),
        )
        .case(
            Case::new("json", value(r#"{"path":"limits.json","format":"json","secret":false}"#))
                .equals(value(r#"{"max":3}"#)),
        )
        .failing(Failing::new(ErrorKind::NotFound, value(r#"{"path":"none"}"#)).reference("none"))
        .failing(
            Failing::new(ErrorKind::Denied, value(r#"{"path":"../token"}"#)).reference("../token"),
        )
        .canary("canary-hunter2");
    conformance::run(&without_network(subject)).await.assert();
}
