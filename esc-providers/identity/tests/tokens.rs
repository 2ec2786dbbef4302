//! `fn::open::oidc` and `fn::open::debug-oidc-claims`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::*;
use esc_core::provider::{ErrorKind, Lease};
use esc_core::secret::Secret;
use esc_core::value::Reveal;
use esc_provider_identity::{Issuer, Outbound, Version};
use esc_provider_kit::identity::NoIdentity;

fn outbound(issuer: Issuer) -> (Arc<Issuer>, Outbound) {
    let issuer = Arc::new(issuer);
    (issuer.clone(), Outbound::builder(issuer).build().unwrap())
}

#[tokio::test]
async fn the_example_of_oidc_answers_a_token_that_the_audience_can_verify() {
    let (issuer, outbound) = outbound(full());
    let mut evaluation = evaluate(include_str!("../examples/oidc.yaml"), &outbound, true).await;
    assert_eq!(complaints(&evaluation), Vec::<String>::new());
    let value = evaluation.value().unwrap();
    let token = value.get("token").unwrap();
    assert!(token.is_secret());
    let file = value.get("files").unwrap().get("REGISTRY_TOKEN_FILE").unwrap();
    assert_eq!(file.as_str(), token.as_str());
    assert!(file.is_secret());

    let token = Secret::new(token.as_str().unwrap().to_owned());
    let jwks = issuer.jwks(Version::Standalone);
    let claims = verify(&jwks, &token, "https://registry.example").unwrap();
    assert_eq!(claims["sub"], "pulumi:org:o-1:env:id-of-8");
    let (issued, expires) = (claims["iat"].as_u64().unwrap(), claims["exp"].as_u64().unwrap());
    assert_eq!(expires - issued, 600);
    assert!(verify(&jwks, &token, "https://other.example").is_err());

    let leases = evaluation.leases();
    let [(site, lease)] = leases.as_slice() else { panic!("{leases:?}") };
    assert_eq!(site.path, "values.token");
    assert_eq!(lease, &Lease::of(Duration::from_secs(600)));
    // Nothing that is shown has the token in it.
    let shown = format!("{value:?} {leases:?} {outbound:?} {issuer:?}");
    assert!(!shown.contains(token.expose()));
    assert!(!value.to_json(Reveal::Redacted).contains(token.expose()));
}

#[tokio::test]
async fn the_example_of_debug_oidc_claims_shows_both_kinds_of_tokens() {
    let (_, outbound) = outbound(full());
    let text = include_str!("../examples/debug-oidc-claims.yaml");
    let mut evaluation = evaluate(text, &outbound, true).await;
    assert_eq!(complaints(&evaluation), Vec::<String>::new());
    let expected = r#"{
  "aws-login": {
    "aud": "aws:acme",
    "current_env": "app/prod",
    "env": "prod",
    "iss": "https://esc.example/oidc",
    "org": "acme",
    "root_env": "app/prod",
    "sub": "pulumi:environments:pulumi.organization.login:acme:currentEnvironment.name:app/prod:pulumi.user.login:ana",
    "trigger_user": "ana"
  },
  "registry": {
    "aud": "https://registry.example",
    "https://pulumi.com/actor": "ana",
    "https://pulumi.com/actor_id": "u-1",
    "https://pulumi.com/current_env": "app/prod",
    "https://pulumi.com/current_env_id": "id-of-8",
    "https://pulumi.com/org": "acme",
    "https://pulumi.com/org_id": "o-1",
    "https://pulumi.com/root_env": "app/prod",
    "https://pulumi.com/root_env_id": "id-of-8",
    "iss": "https://esc.example/oidc/v2",
    "sub": "pulumi:org:o-1:env:id-of-8"
  },
  "subjects": [
    "pulumi:environments:pulumi.organization.login:acme:currentEnvironment.name:app/prod:pulumi.user.login:ana",
    "pulumi:org:o-1:env:id-of-8"
  ]
}"#;
    assert_eq!(evaluation.value().unwrap().to_json_pretty(Reveal::Redacted).trim(), expected);
    assert_eq!(complaints(&evaluate(text, &outbound, false).await), Vec::<String>::new());
}

#[tokio::test]
async fn what_oidc_refuses_it_refuses_in_these_words() {
    let (_, outbound) = outbound(full());
    const V2: &str = r#""identityToken":{"version":"v2"}"#;
    let duration = "duration must be between 1m0s and 1h0m0s";
    let audience = "audience must be 1 to 512 bytes long and not blank";
    let long = format!(r#"{{"audience":"{}",{V2}}}"#, "x".repeat(513));
    for (inputs, message) in [
        (
            format!(r#"{{"audience":"a",{V2},"subjectAttributes":[]}}"#),
            "fn::open::oidc does not accept subjectAttributes",
        ),
        (
            format!(r#"{{"audience":"a",{V2},"login":1}}"#),
            "fn::open::oidc does not accept an input named \"login\"",
        ),
        (format!(r#"{{"audience":"a",{V2},"duration":"59s"}}"#), duration),
        (format!(r#"{{"audience":"a",{V2},"duration":"1h1s"}}"#), duration),
        (format!(r#"{{"audience":"a",{V2},"duration":""}}"#), duration),
        (format!(r#"{{"audience":" ",{V2}}}"#), audience),
        (long, audience),
    ] {
        let error = open(&outbound, "oidc", &inputs).await.unwrap_err();
        assert_eq!((error.kind, &*error.message), (ErrorKind::Invalid, message), "{inputs}");
    }
    for inputs in [
        format!(r#"{{"audience":"{}",{V2},"duration":"1m"}}"#, "x".repeat(512)),
        format!(r#"{{"audience":"a",{V2},"duration":"1h"}}"#),
    ] {
        assert!(open(&outbound, "oidc", &inputs).await.is_ok());
    }
    let inputs = format!(r#"{{"audience":"a",{V2}}}"#);
    for unsaved in ["<yaml>", ""] {
        let error = open_in(&outbound, "oidc", &inputs, unsaved).await.unwrap_err();
        assert_eq!(
            error.message,
            "fn::open::oidc cannot run in an unsaved environment document; save the environment and import it"
        );
    }
    let (_, gated) = self::outbound(builder().build().unwrap());
    let error = open(&gated, "oidc", &inputs).await.unwrap_err();
    assert_eq!(error.message, "fn::open::oidc is not enabled for organization \"acme\"");
    assert_eq!(error.kind, ErrorKind::Denied);
}

#[tokio::test]
async fn the_words_reach_the_reader_of_the_document() {
    let (_, outbound) = outbound(full());
    let document = "values:\n  t:\n    fn::open::oidc:\n      audience: a\n      \
                    identityToken: { version: v2 }\n      subjectAttributes: []\n";
    let complaints = complaints(&evaluate(document, &outbound, true).await);
    let [complaint] = complaints.as_slice() else { panic!("{complaints:?}") };
    assert!(complaint.contains("fn::open::oidc does not accept subjectAttributes"), "{complaint}");
    // What the schema knows is said before anything is opened.
    for (bad, word) in [("v1", "v2"), ("v2 }\n      duration: { a: 1", "string")] {
        let document = format!(
            "values:\n  t:\n    fn::open::oidc:\n      audience: a\n      identityToken: {{ version: {bad} }}\n"
        );
        let complaints = self::complaints(&evaluate(&document, &outbound, false).await);
        assert!(complaints.iter().any(|c| c.contains(word)), "{complaints:?}");
    }
}

#[tokio::test]
async fn a_preview_takes_the_inputs_of_its_kind() {
    let (_, outbound) = outbound(full());
    let name = "debug-oidc-claims";
    for (inputs, message) in [
        (
            r#"{"audiencePrefix":"aws","audience":"a"}"#,
            "fn::open::debug-oidc-claims does not accept an input named \"audience\"",
        ),
        (
            r#"{"audiencePrefix":"aws","duration":"1h"}"#,
            "fn::open::debug-oidc-claims does not accept an input named \"duration\"",
        ),
        (
            r#"{"audience":"a","identityToken":{"version":"v2"},"subjectAttributes":[]}"#,
            "fn::open::debug-oidc-claims does not accept subjectAttributes",
        ),
        (
            r#"{"audiencePrefix":"aws","audience":"a","identityToken":{"version":"v2"}}"#,
            "fn::open::debug-oidc-claims does not accept an input named \"audiencePrefix\"",
        ),
        ("{}", "audiencePrefix is required without identityToken"),
        (
            r#"{"audience":"a","duration":"2h","identityToken":{"version":"v2"}}"#,
            "duration must be between 1m0s and 1h0m0s",
        ),
    ] {
        let error = open(&outbound, name, inputs).await.unwrap_err();
        assert_eq!((error.kind, &*error.message), (ErrorKind::Invalid, message), "{inputs}");
    }
    let opened = open(&outbound, name, r#"{"audiencePrefix":"vault"}"#).await.unwrap();
    assert_eq!(opened.value.get("aud").unwrap().as_str(), Some("vault:acme"));
    assert!(!opened.value.is_secret() && opened.leases.is_empty());
}

#[tokio::test]
async fn without_an_identity_there_are_no_tokens() {
    let outbound = Outbound::builder(Arc::new(NoIdentity)).build().unwrap();
    let inputs = r#"{"audience":"a","identityToken":{"version":"v2"}}"#;
    let error = open(&outbound, "oidc", inputs).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthenticated);
    assert!(error.advice.unwrap().contains("configure an issuer"));
}
