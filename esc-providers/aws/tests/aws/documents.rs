//! Documents, evaluated: the examples of the documentation, and how many requests an environment takes.

use std::sync::Arc;

use aws_sdk_ssm::types::ParameterType::{SecureString, String as Plain, StringList};
use esc_core::ast::Document;
use esc_core::provider::Registry;
use esc_core::syntax::Limits;
use esc_core::value::Value;
use esc_eval::testing::{Memory, Rot128};
use esc_eval::{Evaluator, Root};
use esc_provider_kit::Family as _;
use serde_json::json;

use crate::bench::{Bench, login, revealed, shown};

async fn evaluate(bench: &Bench, files: &[(&str, &str)], text: &str) -> Value {
    let registry = bench
        .aws
        .providers()
        .into_iter()
        .fold(Registry::new(), |registry, (name, p)| registry.with_provider(name, p));
    let source = Memory::new(files.iter().map(|(name, text)| (*name, *text)));
    let evaluator = Evaluator::new(Arc::new(source), Arc::new(registry));
    let loaded = Document::load("app/dev", text, &Limits::default());
    let document = loaded.document.unwrap();
    let root = Root { document: Arc::new(document), decrypter: Arc::new(Rot128) };
    let mut evaluation = evaluator.open(root).await;
    assert!(!evaluation.has_errors(), "{:#?}", evaluation.diagnostics());
    evaluation.value().unwrap()
}

#[tokio::test]
async fn the_examples_work() {
    let Some(mut bench) = Bench::start().await else { return };
    let aws = include_str!("../../examples/aws-login.yaml");
    let session = evaluate(&bench, &[], aws).await;
    bench.seed_with(session.get("aws").unwrap());
    bench.secret("prod/database", r#"{"user":"app","password":"hunter2"}"#).await;
    bench.secret("prod/signing-key", "old").await;
    let put = bench.secrets_manager().put_secret_value().secret_id("prod/signing-key");
    put.secret_string("new").send().await.unwrap();
    let secrets =
        evaluate(&bench, &[("aws", aws)], include_str!("../../examples/aws-secrets.yaml")).await;
    let seen = revealed(&secrets);
    assert_eq!(seen["secrets"]["key"], "new");
    assert_eq!(seen["secrets"]["previousKey"], "old");
    assert_eq!(seen["environmentVariables"]["DATABASE_PASSWORD"], "hunter2");
    assert_eq!(shown(&secrets)["environmentVariables"]["DATABASE_PASSWORD"], "[secret]");
    bench.parameter("/app/url", Plain, "https://app.example.com").await;
    bench.parameter("/app/hosts", StringList, "a.example.com,b.example.com").await;
    bench.parameter("/app/limits/http/requests-per-second", Plain, "50").await;
    bench.parameter("/app/password", SecureString, "hunter2").await;
    let label = bench.ssm().label_parameter_version().name("/app/password");
    label.labels("stable").send().await.unwrap();
    let text = include_str!("../../examples/aws-parameter-store.yaml");
    let seen = shown(&evaluate(&bench, &[("aws", aws)], text).await);
    assert_eq!(seen["firstHost"], "a.example.com");
    assert_eq!(seen["requestsPerSecond"], "50");
    assert_eq!(seen["parameters"]["password"], "[secret]");
}

#[tokio::test]
async fn forty_secrets_in_forty_calls_of_an_environment_are_two_requests() {
    let Some(bench) = Bench::start().await else { return };
    let mut values = json!({ "aws": { "fn::open::aws-login": { "static": login() } } });
    for n in 0..40 {
        bench.secret(&format!("forty/{n}"), &format!("text {n}")).await;
        values[format!("s{n}")] = json!({ "fn::open::aws-secrets": {
            "region": "eu-west-1", "login": "${aws}",
            "get": { "it": { "secretId": format!("forty/{n}") } },
        } });
    }
    let text = json!({ "values": values }).to_string();
    let value = evaluate(&bench, &[], &text).await;
    for n in 0..40 {
        assert_eq!(revealed(&value)[format!("s{n}")]["it"], format!("text {n}"));
    }
    assert_eq!((bench.proxy.count("BatchGetSecretValue"), bench.proxy.count("")), (2, 2));
}
