//! What goes wrong on the way to AWS and at AWS: kinds, advice, attempts; and nothing of what AWS says.

use std::time::{Duration, Instant};

use esc_core::provider::ErrorKind::{self, *};
use esc_core::provider::Provider as _;
use esc_core::value::ValueKind;
use esc_provider_aws::Aws;
use esc_provider_kit::limit::Rate;
use esc_test_servers::{OutOfReach, Rule};
use serde_json::json;

use crate::bench::{Bench, get, open, request, revealed, settings, told};

#[tokio::test]
async fn each_error_of_aws_has_its_kind_and_advice_and_its_words_are_not_repeated() {
    let Some(bench) = Bench::with(|settings| settings.with_attempts(1)).await else { return };
    let cases: &[(&str, &str, ErrorKind, &str)] = &[
        ("ResourceNotFoundException", "canary", NotFound, "the region and the account"),
        ("ResourceNotFoundException", "canary for staging label: X", NotFound, "versionStage"),
        ("ResourceNotFoundException", "canary with VersionId: X", NotFound, "versionId"),
        (
            "InvalidRequestException",
            "because it was marked for deletion canary",
            NotFound,
            "restore",
        ),
        ("InvalidRequestException", "canary", Invalid, "versionStage"),
        ("DecryptionFailure", "canary", Denied, "kms:Decrypt"),
        ("AccessDeniedException", "canary", Denied, "secretsmanager:GetSecretValue"),
        ("AccessDeniedException", "Access to KMS is not allowed canary", Denied, "kms:Decrypt"),
        ("ExpiredTokenException", "canary", Unauthenticated, "expired"),
        ("UnrecognizedClientException", "canary", Unauthenticated, "accessKeyId"),
        ("InvalidSignatureException", "canonical: canary", Unauthenticated, "secretAccessKey"),
        ("InvalidSignatureException", "Signature expired: canary", Unauthenticated, "clock"),
        ("ThrottlingException", "canary", Throttled, "cache"),
        ("InternalServiceError", "canary", Unavailable, "try again"),
        ("InvalidParameterException", "canary", Invalid, "secretId"),
        ("RegionDisabledException", "canary", Denied, "enable the region"),
        ("Novel canary! Exception", "canary", Invalid, "documentation"),
        ("NovelException", "canary", Invalid, "NovelException"),
    ];
    for (code, message, kind, advice) in cases {
        bench.proxy.clear();
        bench.proxy.push(Rule::aws_error(400, code, message));
        let inputs = get(json!({ "db": { "secretId": "prod/db" } }));
        let error = open(&bench.aws.secrets(), inputs).await.unwrap_err();
        let text = told(&error);
        assert_eq!(error.kind, *kind, "{code}: {text}");
        assert!(text.contains(advice), "{code}: {text}");
        let head = "aws-secrets: get.db: the secret `prod/db` in eu-west-1: ";
        assert!(text.starts_with(head), "{text}");
        assert_eq!(error.retry_after.is_some(), *kind == Throttled, "{code}");
    }
    for (status, kind) in [(403, Denied), (429, Throttled), (500, Unavailable), (503, Unavailable)]
    {
        bench.proxy.clear();
        bench.proxy.push(Rule::status(status, "<html>canary"));
        let inputs = get(json!({ "db": { "secretId": "prod/db" } }));
        let error = open(&bench.aws.secrets(), inputs).await.unwrap_err();
        assert_eq!(error.kind, kind, "{status}: {}", told(&error));
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_what_may_not_is_not() {
    let Some(bench) = Bench::start().await else { return };
    bench.secret("again/a", "text").await;
    let inputs = || get(json!({ "a": { "secretId": "again/a" } }));
    let secrets = bench.aws.secrets();
    for rule in [
        Rule::aws_throttling(),
        Rule::status(500, ""),
        Rule::status(503, ""),
        Rule::reset(),
        Rule::truncate(10),
    ] {
        bench.proxy.clear();
        bench.proxy.forget();
        bench.proxy.push(rule.clone().times(2));
        let opened = open(&secrets, inputs()).await;
        assert!(opened.is_ok(), "{rule:?}: {}", told(&opened.unwrap_err()));
        assert_eq!(revealed(&opened.unwrap().value), json!({ "a": "text" }));
        assert_eq!(bench.proxy.count("GetSecretValue"), 3, "{rule:?}");
    }
    bench.proxy.clear();
    bench.proxy.forget();
    bench.proxy.push(Rule::aws_throttling().header("x-amz-retry-after", "2"));
    let error = open(&secrets, inputs()).await.unwrap_err();
    assert_eq!((error.kind, bench.proxy.count("")), (Throttled, 3));
    bench.proxy.clear();
    bench.proxy.forget();
    bench.proxy.push(Rule::aws_error(400, "AccessDeniedException", ""));
    let error = open(&secrets, inputs()).await.unwrap_err();
    assert_eq!((error.kind, bench.proxy.count("")), (Denied, 1));
}

#[tokio::test]
async fn aws_says_how_long_to_wait() {
    let Some(bench) = Bench::with(|settings| settings.with_attempts(1)).await else { return };
    let inputs = || get(json!({ "a": { "secretId": "wait/a" } }));
    for (name, text, wait) in [("x-amz-retry-after", "2500", 2500), ("retry-after", "7", 7000)] {
        bench.proxy.clear();
        bench.proxy.push(Rule::aws_throttling().header(name, text));
        let error = open(&bench.aws.secrets(), inputs()).await.unwrap_err();
        assert_eq!(error.retry_after, Some(Duration::from_millis(wait)));
    }
}

#[tokio::test]
async fn nobody_is_waited_for_for_ever() {
    let short = Duration::from_millis(100);
    let set = |settings: esc_provider_aws::Settings| {
        settings.with_attempt_timeout(short).with_operation_timeout(short * 4).with_attempts(2)
    };
    let Some(bench) = Bench::with(set).await else { return };
    bench.proxy.push(Rule::latency(Duration::from_secs(5)));
    let begin = Instant::now();
    let inputs = || get(json!({ "a": { "secretId": "slow/a" } }));
    let error = open(&bench.aws.secrets(), inputs()).await.unwrap_err();
    assert!(begin.elapsed() < Duration::from_secs(3));
    assert_eq!(error.kind, Unavailable);
    let tried = bench.proxy.endpoint().replace("http://", "");
    let expected = format!("Secrets Manager at {tried} did not respond in time");
    assert!(told(&error).contains(&expected), "{}", told(&error));
}

#[tokio::test]
async fn what_keeps_aws_out_of_reach_is_told_with_the_endpoint() {
    let nowhere = OutOfReach::start();
    let short = Duration::from_millis(500);
    let entries: serde_json::Map<_, _> =
        (0..45).map(|n| (format!("s{n:02}"), json!({ "secretId": format!("app/{n}") }))).collect();
    for (url, cause) in [
        (nowhere.refused("http"), "cannot be reached: connection refused"),
        (nowhere.unresolvable("http"), "cannot be reached: the host name could not be resolved"),
        (
            nowhere.untrusted(),
            "cannot be reached: TLS: the server's certificate is signed by an unknown authority",
        ),
        (nowhere.silent("http"), "did not respond in time"),
    ] {
        let settings = settings(&url.replace("://", "://canary:canary@")).with_attempts(1);
        let aws = Aws::new(settings.with_attempt_timeout(short));
        let error = open(&aws.secrets(), get(entries.clone().into())).await.unwrap_err();
        let text = told(&error);
        let host = url.split_once("://").unwrap().1;
        assert!(text.contains(&format!("Secrets Manager at {host}")), "{text}");
        assert!(text.contains(cause), "{text}");
        assert_eq!(error.kind, Unavailable, "{text}");
        // The first few are named, all are counted, and the structured form has each.
        assert!(text.starts_with("aws-secrets: 45 of 45 entries (get.s00: the secret `app/0`, "));
        assert!(text.contains(" and 42 more) in eu-west-1: unavailable: "), "{text}");
        assert_eq!(error.entries.len(), 45);
        assert_eq!(error.entries[44].entry, "get.s44: the secret `app/44`");
        assert!(error.entries[44].cause.contains(cause));
    }
}

#[tokio::test]
async fn requests_keep_to_the_pace() {
    let rate = Rate::per_second(20.0);
    let Some(bench) = Bench::with(|s| s.with_parameter_rate(Some(rate))).await else { return };
    bench.parameter("/pace/a", aws_sdk_ssm::types::ParameterType::String, "a").await;
    let inputs = || get(json!({ "a": { "name": "/pace/a" } }));
    let store = bench.aws.parameter_store();
    let begin = Instant::now();
    let calls = (0..5).map(|_| open(&store, inputs()));
    assert!(futures::future::join_all(calls).await.iter().all(Result::is_ok));
    // The first at once, then one every 50 ms.
    assert!(begin.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn what_a_document_keeps_secret_no_error_names() {
    let Some(bench) = Bench::start().await else { return };
    let mut inputs =
        get(json!({ "a": { "secretId": "canary-of-a-name" }, "b": { "secretId": "plain" } }));
    if let ValueKind::Object(all) = &mut inputs.kind
        && let Some(ValueKind::Object(entries)) = all.get_mut("get").map(|get| &mut get.kind)
    {
        let entry = entries.remove("a").unwrap().into_secret();
        entries.insert("a".into(), entry);
    }
    let error = open(&bench.aws.secrets(), inputs.clone()).await.unwrap_err();
    let text = told(&error);
    assert!(text.contains("get.a: the secret `[secret]`, get.b: the secret `plain`"), "{text}");
    let account = bench.aws.secrets().account(&request(inputs.into_secret()));
    assert_eq!(account, "[secret]/[secret]");
}
