//! `aws-login`.

use std::time::Duration;

use esc_core::provider::{ErrorKind, Lease};
use esc_core::value::Value;
use esc_test_servers::Rule;
use serde_json::json;

use crate::bench::{Bench, SECRET_KEY, SESSION_TOKEN, login, open, shown, told, value};

const ROLE: &str = "arn:aws:iam::123456789012:role/dev";

fn oidc() -> Value {
    value(json!({ "oidc": { "roleArn": ROLE, "sessionName": "esc-dev", "duration": "45m" } }))
}

#[tokio::test]
async fn credentials_that_are_given_come_back_without_a_request() {
    let Some(bench) = Bench::start().await else { return };
    let mut inputs = value(json!({ "static": login() }));
    let opened = open(&bench.aws.login(), inputs.clone()).await.unwrap();
    let seen = json!({
        "accessKeyId": "AKIDEXAMPLE", "secretAccessKey": "[secret]", "sessionToken": "[secret]",
    });
    assert_eq!(shown(&opened.value), seen);
    assert_eq!(opened.value.get("secretAccessKey").unwrap().as_str(), Some(SECRET_KEY));
    assert_eq!(opened.value.get("sessionToken").unwrap().as_str(), Some(SESSION_TOKEN));
    assert!(opened.leases.is_empty());
    // What came from a secret stays one.
    inputs = inputs.into_secret();
    let opened = open(&bench.aws.login(), inputs).await.unwrap();
    assert_eq!(shown(&opened.value)["accessKeyId"], "[secret]");
    assert_eq!(bench.proxy.count(""), 0);
}

#[tokio::test]
async fn exactly_one_way_is_needed() {
    let Some(bench) = Bench::start().await else { return };
    let oidc = json!({ "roleArn": ROLE, "sessionName": "esc" });
    for (inputs, cause) in [
        (json!({}), "no way"),
        (json!({ "default": false }), "no way"),
        (json!({ "static": login(), "oidc": oidc }), "more than one way"),
        (json!({ "profile": "dev", "default": true }), "more than one way"),
    ] {
        let error = open(&bench.aws.login(), value(inputs)).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid);
        assert!(told(&error).contains(cause), "{error}");
    }
    assert_eq!(bench.proxy.count(""), 0);
}

#[tokio::test]
async fn a_role_is_taken_with_a_token_and_others_from_there() {
    let Some(bench) = Bench::start().await else { return };
    let opened = open(&bench.aws.login(), oidc()).await.unwrap();
    assert_eq!(opened.leases, [Lease::of(Duration::from_secs(45 * 60))]);
    let seen = shown(&opened.value);
    assert_eq!(seen["secretAccessKey"], "[secret]");
    assert_eq!(seen["sessionToken"], "[secret]");
    let expiration = seen["expiration"].as_str().unwrap();
    assert!(expiration.ends_with('Z') && expiration.contains('T'), "{expiration}");
    assert_eq!((bench.proxy.count("AssumeRoleWithWebIdentity"), bench.proxy.count("")), (1, 1));
    let chain = json!({
        "static": login(),
        "assumeRole": [
            { "roleArn": ROLE, "externalId": "canary-external" },
            { "roleArn": ROLE, "sessionName": "last", "duration": "15m" },
        ],
    });
    let opened = open(&bench.aws.login(), value(chain)).await.unwrap();
    assert_eq!(opened.leases, [Lease::of(Duration::from_secs(15 * 60))]);
    assert_eq!(bench.proxy.count("AssumeRole"), 2);
    assert_ne!(shown(&opened.value)["accessKeyId"], "AKIDEXAMPLE");
}

#[tokio::test]
async fn what_trust_turns_on_is_told_and_the_token_is_not() {
    let Some(bench) = Bench::with(|settings| settings.with_attempts(1)).await else { return };
    let claims = [
        "issuer `https://esc.example.com/oidc`",
        "audience `aws:acme`",
        "subject `pulumi:environments:org:acme:env:app/dev`",
    ];
    for (status, code, message, kind, of_token) in [
        (403, "AccessDenied", "canary", ErrorKind::Denied, true),
        (400, "InvalidIdentityToken", "canary", ErrorKind::Unauthenticated, true),
        (403, "IDPRejectedClaim", "canary", ErrorKind::Denied, true),
        (400, "ExpiredTokenException", "canary", ErrorKind::Unauthenticated, true),
        (400, "IDPCommunicationError", "canary", ErrorKind::Unavailable, true),
        (
            400,
            "ValidationError",
            "The requested DurationSeconds exceeds the canary",
            ErrorKind::Invalid,
            false,
        ),
        (400, "ValidationError", "Value 'canary' at 'webIdentityToken'", ErrorKind::Invalid, false),
        (400, "PackedPolicyTooLarge", "canary", ErrorKind::Invalid, false),
        (403, "RegionDisabledException", "canary", ErrorKind::Denied, true),
    ] {
        bench.proxy.clear();
        bench.proxy.push(Rule::aws_query_error(status, code, message));
        let error = open(&bench.aws.login(), oidc()).await.unwrap_err();
        let text = told(&error);
        assert_eq!(error.kind, kind, "{text}");
        assert!(text.starts_with(&format!("aws-login: oidc.roleArn: the role `{ROLE}`")), "{text}");
        assert_eq!(claims.iter().all(|claim| text.contains(claim)), of_token, "{text}");
    }
    bench.proxy.clear();
    bench.proxy.push(Rule::aws_query_error(403, "AccessDenied", "canary"));
    let chain = json!({ "static": login(), "assumeRole": [{ "roleArn": ROLE }] });
    let error = open(&bench.aws.login(), value(chain)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(told(&error).contains("assumeRole[0].roleArn"), "{error}");
}

#[tokio::test]
async fn an_issuer_that_aws_cannot_reach_is_tried_again() {
    let Some(bench) = Bench::start().await else { return };
    bench.proxy.push(Rule::aws_query_error(400, "IDPCommunicationError", "").times(2));
    assert!(open(&bench.aws.login(), oidc()).await.is_ok());
    assert_eq!(bench.proxy.count("AssumeRoleWithWebIdentity"), 3);
}

#[tokio::test]
async fn durations_that_aws_would_refuse_and_other_regions_hosts_are_refused_without_a_request() {
    let Some(bench) = Bench::start().await else { return };
    for (input, text) in
        [("duration", "14m"), ("duration", "13h"), ("duration", ""), ("region", "a.evil.example/")]
    {
        let mut inputs = json!({ "oidc": { "roleArn": ROLE, "sessionName": "esc" } });
        match input {
            "region" => inputs["region"] = json!(text),
            _ => inputs["oidc"][input] = json!(text),
        }
        let error = open(&bench.aws.login(), value(inputs)).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid, "{error}");
    }
    assert_eq!(bench.proxy.count(""), 0);
}
