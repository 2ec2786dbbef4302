//! The conformance suite, for each provider.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_ssm::types::ParameterType::{SecureString, String as Plain, StringList};
use esc_core::context::ExecutionContext;
use esc_core::provider::{ErrorKind, Provider};
use esc_core::value::Value;
use esc_provider_aws::Aws;
use esc_provider_kit::conformance::{self, Case, Failing, Subject};
use esc_test_servers::{FaultProxy, Rule};
use serde_json::json;

use crate::bench::{Bench, SECRET_KEY, SESSION_TOKEN, get, settings, value};

/// Providers whose every request fails, and why.
async fn failing(bench: &Bench, rule: Rule) -> (Aws, FaultProxy) {
    let proxy = FaultProxy::start(bench.moto.endpoint()).await;
    proxy.push(rule);
    (Aws::new(settings(&proxy.endpoint()).with_attempts(2)), proxy)
}

fn subject(name: &'static str, provider: Arc<dyn Provider>) -> Subject {
    let subject = Subject::new(name, provider).patience(Duration::from_secs(60));
    [SECRET_KEY, SESSION_TOKEN, "canary"].into_iter().fold(subject, Subject::canary)
}

/// With calls that fail in each way that a backend of AWS's can.
async fn with_failures(
    bench: &Bench,
    mut subject: Subject,
    inputs: Value,
    reference: &str,
    provider: impl Fn(&Aws) -> Arc<dyn Provider>,
    error: impl Fn(u16, &str, &str) -> Rule,
) -> (Subject, Vec<FaultProxy>) {
    let mut proxies = Vec::new();
    for (kind, rule) in [
        (ErrorKind::Denied, error(403, "AccessDeniedException", "canary")),
        (ErrorKind::Unauthenticated, error(403, "UnrecognizedClientException", "canary")),
        (ErrorKind::Throttled, error(400, "ThrottlingException", "canary")),
        (ErrorKind::Unavailable, Rule::status(503, "canary")),
    ] {
        let (aws, proxy) = failing(bench, rule).await;
        let call = Failing::new(kind, inputs.clone()).reference(reference).provider(provider(&aws));
        subject = subject.failing(call);
        proxies.push(proxy);
    }
    (subject, proxies)
}

#[tokio::test]
async fn secrets_conform() {
    let Some(bench) = Bench::start().await else { return };
    for name in ["conform/a", "conform/b", "conform/c"] {
        bench.secret(name, &format!("canary {name}")).await;
    }
    let entries = |names: &[&str]| {
        let entry =
            |name: &&str| ((*name).to_owned(), json!({ "secretId": format!("conform/{name}") }));
        get(names.iter().map(entry).collect::<serde_json::Map<_, _>>().into())
    };
    let expected = value(json!({ "a": "canary conform/a" })).into_secret();
    let subject = subject("aws-secrets", Arc::new(bench.aws.secrets()))
        .case(Case::new("one secret", entries(&["a"])).equals(expected))
        .case(Case::new("several", entries(&["a", "b", "c"])))
        .failing(Failing::new(ErrorKind::NotFound, entries(&["none"])).reference("conform/none"))
        .batch([entries(&["b", "c"]), entries(&["none", "a"]), entries(&["a"])]);
    let make = |aws: &Aws| Arc::new(aws.secrets()) as Arc<dyn Provider>;
    let (subject, _proxies) =
        with_failures(&bench, subject, entries(&["a"]), "conform/a", make, Rule::aws_error).await;
    conformance::run(&subject).await.assert();
}

#[tokio::test]
async fn parameters_conform() {
    let Some(bench) = Bench::start().await else { return };
    bench.parameter("/conform/plain", Plain, "plain").await;
    bench.parameter("/conform/list", StringList, "x,y").await;
    bench.parameter("/conform/password", SecureString, "canary").await;
    let entries = |names: &[&str]| {
        let entry = |name: &&str| {
            ((*name).to_owned(), json!({ "name": format!("/conform/{name}"), "decrypt": true }))
        };
        get(names.iter().map(entry).collect::<serde_json::Map<_, _>>().into())
    };
    let mut path = get(json!({ "plain": { "name": "/conform/plain" } }));
    if let esc_core::value::ValueKind::Object(inputs) = &mut path.kind {
        let by_path = value(json!({ "all": { "path": "/conform", "decrypt": true } }));
        inputs.insert("getByPath".into(), by_path);
    }
    let subject = subject("aws-parameter-store", Arc::new(bench.aws.parameter_store()))
        .case(Case::new("of all types", entries(&["plain", "list", "password"])))
        .case(Case::new("by path", path))
        .failing(Failing::new(ErrorKind::NotFound, entries(&["none"])).reference("/conform/none"))
        .batch([entries(&["plain", "list"]), entries(&["none", "plain"]), entries(&["password"])]);
    let make = |aws: &Aws| Arc::new(aws.parameter_store()) as Arc<dyn Provider>;
    let (subject, _proxies) = with_failures(
        &bench,
        subject,
        entries(&["plain"]),
        "/conform/plain",
        make,
        Rule::aws_error,
    )
    .await;
    conformance::run(&subject).await.assert();
}

#[tokio::test]
async fn logins_conform() {
    let Some(bench) = Bench::start().await else { return };
    let role = "arn:aws:iam::123456789012:role/dev";
    let inputs = value(json!({ "oidc": { "roleArn": role, "sessionName": "esc" } }));
    let chain = value(json!({
        "static": { "accessKeyId": "AKIDEXAMPLE", "secretAccessKey": SECRET_KEY, "sessionToken": SESSION_TOKEN },
        "assumeRole": [{ "roleArn": role }],
    }));
    let subject = subject("aws-login", Arc::new(bench.aws.login()))
        .context(ExecutionContext::default())
        .case(Case::new("with OIDC", inputs.clone()))
        .case(Case::new("with a role from there", chain))
        .varying("each login has credentials of its own")
        .without(
            ErrorKind::NotFound,
            "a role that does not exist is refused like one that does not trust",
        )
        .canary("eyJ");
    let make = |aws: &Aws| Arc::new(aws.login()) as Arc<dyn Provider>;
    let (subject, _proxies) =
        with_failures(&bench, subject, inputs, role, make, Rule::aws_query_error).await;
    conformance::run(&subject).await.assert();
}
