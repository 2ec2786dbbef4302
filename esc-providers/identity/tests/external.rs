//! `fn::open::external` against adapters on this machine: with TLS and a private authority, and broken in every way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod adapter;
mod common;

use std::sync::Arc;
use std::time::{Duration, Instant};

use adapter::{Adapter, CANARY};
use common::*;
use esc_core::provider::{ErrorKind, ProviderError};
use esc_core::value::Reveal;
use esc_provider_identity::{Outbound, OutboundBuilder, SettingsError};
use esc_test_servers::OutOfReach;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn settings(adapter: &Adapter) -> OutboundBuilder {
    Outbound::builder(adapter.issuer.clone()).certificates(adapter.authority.clone())
}

async fn ask(outbound: &Outbound, url: &str) -> Result<esc_core::value::Value, ProviderError> {
    let inputs = json!({ "url": url, "request": { "canary": CANARY } }).to_string();
    open(outbound, "external", &inputs).await.map(|opened| opened.value)
}

#[tokio::test]
async fn the_example_is_answered_by_an_adapter_that_verifies_who_asks() {
    let adapter = Adapter::start(&["localhost"]).await;
    let outbound = settings(&adapter).build().unwrap();
    let text = include_str!("../examples/external.yaml");
    let text = text.replace("https://adapter.internal", &adapter.url("localhost"));
    let mut evaluation = evaluate(&text, &outbound, true).await;
    assert_eq!(complaints(&evaluation), Vec::<String>::new());
    let value = evaluation.value().unwrap();
    let database = value.get("database").unwrap();
    assert!(database.is_secret());
    assert!(database.get("password").unwrap().is_secret());
    let revealed = value.to_json(Reveal::Revealed);
    let revealed: serde_json::Value = serde_json::from_str(&revealed).unwrap();
    assert_eq!(
        revealed["database"],
        json!({ "password": CANARY, "asked": { "path": "team/db", "readOnly": true }, "n": 1.5 })
    );
    assert_eq!(value.get("regions").unwrap().to_json(Reveal::Redacted), r#"{"default":"eu"}"#);
    let variables = value.get("environmentVariables").unwrap();
    assert!(variables.get("DATABASE_PASSWORD").unwrap().is_secret());
    assert_eq!(variables.get("REGION").unwrap().to_json(Reveal::Redacted), "\"eu\"");

    let mut seen = adapter.seen();
    seen.sort_by_key(|seen| seen.claims["aud"].to_string());
    let claims = &seen[0].claims;
    assert_eq!(claims["aud"], format!("{}/v1/credentials", adapter.url("localhost")));
    assert_eq!(claims["sub"], "pulumi:environments:org:acme:env:app/prod");
    assert_eq!(claims["trigger_user"], "ana");
    for name in ["iss", "exp", "iat", "jti", "org", "env", "current_env", "root_env"] {
        assert!(claims.get(name).is_some(), "{name}");
    }
    assert_eq!(seen[1].body, "{}");
    assert_eq!(complaints(&evaluate(&text, &outbound, false).await), Vec::<String>::new());
}

#[tokio::test]
async fn connections_are_shared() {
    let adapter = Adapter::start(&["localhost"]).await;
    let outbound = settings(&adapter).build().unwrap();
    for _ in 0..5 {
        ask(&outbound, &format!("{}/v1/regions", adapter.url("localhost"))).await.unwrap();
    }
    let mut peers: Vec<_> = adapter.seen().into_iter().map(|seen| seen.peer).collect();
    assert_eq!(peers.len(), 5);
    peers.dedup();
    assert_eq!(peers.len(), 1);
}

#[tokio::test]
async fn every_failure_has_its_kind_and_shows_nothing_of_the_answer() {
    let adapter = Adapter::start(&["localhost"]).await;
    let outbound = settings(&adapter).max_response_bytes(1000).build().unwrap();
    let origin = adapter.url("localhost");
    let text = |cause: &str| format!("external: the adapter in {origin}: {cause}");
    for (path, kind, message) in [
        ("status/400", ErrorKind::Invalid, "invalid: it answered 400 Bad Request"),
        ("status/401", ErrorKind::Unauthenticated, "unauthenticated: it answered 401 Unauthorized"),
        ("status/403", ErrorKind::Denied, "denied: it answered 403 Forbidden"),
        ("status/404", ErrorKind::NotFound, "not found: it answered 404 Not Found"),
        ("status/408", ErrorKind::Unavailable, "unavailable: it answered 408 Request Timeout"),
        ("status/409", ErrorKind::Conflict, "conflict: it answered 409 Conflict"),
        ("status/429", ErrorKind::Throttled, "throttled: it answered 429 Too Many Requests"),
        (
            "status/500",
            ErrorKind::Unavailable,
            "unavailable: it answered 500 Internal Server Error",
        ),
        ("status/503", ErrorKind::Unavailable, "unavailable: it answered 503 Service Unavailable"),
        ("status/201", ErrorKind::Internal, "internal error: it answered 201 Created"),
        ("status/307", ErrorKind::Invalid, "invalid: it answered 307 Temporary Redirect"),
        ("list", ErrorKind::Internal, "internal error: its answer is JSON, but not an object"),
        ("text", ErrorKind::Internal, "internal error: its answer is not JSON"),
        ("bytes", ErrorKind::Internal, "internal error: its answer is not UTF-8"),
        ("large", ErrorKind::Internal, "internal error: its answer is larger than 1000 bytes"),
        ("stream", ErrorKind::Internal, "internal error: its answer is larger than 1000 bytes"),
    ] {
        let error = ask(&outbound, &format!("{origin}/{path}?{CANARY}")).await.unwrap_err();
        assert_eq!((error.kind, &*error.message), (kind, &*text(message)), "{path}");
        assert!(error.advice.is_some(), "{path}");
        let wait = kind.is_temporary().then_some(Duration::from_secs(7));
        assert_eq!(error.retry_after, wait, "{path}");
        assert!(!format!("{error:?}").contains(CANARY), "{path}");
    }
    // Redirects are answers like others: nobody goes where they lead.
    assert!(adapter.seen().iter().all(|seen| !seen.path.starts_with("/v1")));
}

#[tokio::test]
async fn slow_adapters_are_given_up() {
    let adapter = Adapter::start(&["localhost"]).await;
    let outbound = settings(&adapter).timeout(Duration::from_millis(300)).build().unwrap();
    for path in ["slow", "trickle"] {
        let start = Instant::now();
        let error = ask(&outbound, &format!("{}/{path}", adapter.url("localhost"))).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert!(error.message.ends_with("it did not respond in time"), "{path}: {error}");
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn tls_is_not_optional() {
    let adapter = Adapter::start(&["localhost"]).await;
    let untrusting = Outbound::builder(adapter.issuer.clone()).build().unwrap();
    let url = format!("{}/v1/regions", adapter.url("localhost"));
    let error = ask(&untrusting, &url).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(
        error.message.ends_with("TLS: the server's certificate is signed by an unknown authority"),
        "{error}"
    );
    assert!(error.advice.unwrap().contains("trust its authority in the settings"));

    let trusting = settings(&adapter).build().unwrap();
    let error = ask(&trusting, &format!("{}/v1/regions", adapter.url("127.0.0.1"))).await;
    let error = error.unwrap_err();
    assert!(
        error.message.ends_with("TLS: the server's certificate is for another name"),
        "{error}"
    );
    assert!(ask(&trusting, &url).await.is_ok());
    assert_eq!(adapter.seen().len(), 1, "nobody got a token without a certificate");

    let bad = Outbound::builder(adapter.issuer.clone()).certificates("x").build();
    assert_eq!(bad.map(|_| ()).unwrap_err(), SettingsError::Certificate);
}

#[tokio::test]
async fn only_urls_that_may_be_called_are_called() {
    let issuer = Arc::new(full());
    let outbound = Outbound::builder(issuer.clone())
        .allow_http_on_loopback(true)
        .allow_urls(|url| url.path() != "/internal")
        .build()
        .unwrap();
    let strict = Outbound::builder(issuer).build().unwrap();
    for (outbound, url, kind, cause) in [
        (&outbound, "http://adapter.example/", ErrorKind::Invalid, "it is not https"),
        (&strict, "http://127.0.0.1/", ErrorKind::Invalid, "it is not https"),
        (&outbound, "ftp://127.0.0.1/", ErrorKind::Invalid, "it is not https"),
        (&outbound, "https://", ErrorKind::Invalid, "it is not a URL"),
        (
            &outbound,
            "https://u:hunter2@a.example",
            ErrorKind::Invalid,
            "it has a user or password in it",
        ),
        (
            &outbound,
            "https://a.example/internal",
            ErrorKind::Denied,
            "this adapter is not allowed here",
        ),
    ] {
        let error = ask(outbound, url).await.unwrap_err();
        assert_eq!(error.kind, kind, "{url}");
        assert!(error.message.ends_with(cause), "{error}");
        assert!(!format!("{error:?}").contains("hunter2"));
    }
    let document = "values:\n  x: {fn::open::external: {url: 'http://127.0.0.1/'}}\n";
    let complaints = complaints(&evaluate(document, &strict, false).await);
    assert!(complaints.iter().any(|c| c.contains("^https://")), "{complaints:?}");
}

#[tokio::test]
async fn broken_connections_are_told_apart() {
    let outbound = Outbound::builder(Arc::new(full())).allow_http_on_loopback(true);
    let outbound = outbound.build().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        for answer in ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 1 << 14];
            assert_ne!(stream.read(&mut request).await.unwrap(), 0);
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let url = format!("http://{address}/");
    for _ in 0..2 {
        let error = ask(&outbound, &url).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
        assert!(
            error.message.ends_with("connection closed before the response was complete"),
            "{error}"
        );
    }
    server.await.unwrap();
    let error = ask(&outbound, &url).await.unwrap_err();
    assert_eq!(
        error.message,
        format!(
            "external: the adapter in http://{address}: unavailable: it cannot be reached: connection refused"
        )
    );
}

#[tokio::test]
async fn hosts_without_an_address_are_told_as_such() {
    let outbound = Outbound::builder(Arc::new(full())).build().unwrap();
    let url = format!("{}/x?{CANARY}", OutOfReach::start().unresolvable("https"));
    let error = ask(&outbound, &url).await.unwrap_err();
    assert_eq!(
        error.message,
        "external: the adapter in https://no-such-host.invalid: unavailable: it cannot be reached: the host name could not be resolved"
    );
}

#[tokio::test]
async fn neither_the_token_nor_a_secret_url_is_shown() {
    let adapter = Adapter::start(&["localhost"]).await;
    let outbound = settings(&adapter).build().unwrap();
    let url = format!("{}/status/403?{CANARY}", adapter.url("localhost"));
    let document = format!(
        "values:\n  url: {{fn::secret: '{url}'}}\n  x: {{fn::open::external: {{url: '${{url}}'}}}}\n"
    );
    let evaluation = evaluate(&document, &outbound, true).await;
    let seen = adapter.seen();
    let [seen] = seen.as_slice() else { panic!("{seen:?}") };
    assert!(seen.token.split('.').count() == 3);
    let shown = format!("{:?} {outbound:?}", evaluation.diagnostics());
    assert!(shown.contains("external: the adapter: denied"), "{shown}");
    for secret in [CANARY, &url, &seen.token, seen.token.rsplit('.').next().unwrap()] {
        assert!(!shown.contains(secret));
    }
}
