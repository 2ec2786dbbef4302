//! Faults of servers and of the network.

use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use esc_core::provider::ErrorKind;
use esc_provider_vault::{Settings, Vault};
use esc_test_servers::{FaultProxy, HttpServer, OpenBao, OutOfReach, Rule};
use serde_json::json;

use crate::common::{login, read, revealed, told};

fn one(address: &str, token: &str) -> serde_json::Value {
    json!({ "login": login(address, token), "read": { "x": { "path": "secret/data/fault" } } })
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_have_their_kinds_and_pass() {
    let Some(bao) = OpenBao::shared().await else { return };
    bao.write("secret/data/fault", json!({ "data": { "x": "canary" } })).await;
    let proxy = FaultProxy::start(bao.address()).await;
    let vault = Vault::new(
        Settings::default().with_timeout(Duration::from_millis(800)).with_max_response_bytes(2000),
    );
    let wait = Duration::from_secs(7);
    for (rule, kind, words, retry_after) in [
        (Rule::vault_throttling(Some(wait)), ErrorKind::Throttled, "quota", Some(wait)),
        (Rule::vault_throttling(None), ErrorKind::Throttled, "quota", None),
        (Rule::vault_sealed(), ErrorKind::Unavailable, "unseal the server", None),
        (
            Rule::vault_error(503, "no active node").header("retry-after", "2"),
            ErrorKind::Unavailable,
            "sys/health",
            Some(Duration::from_secs(2)),
        ),
        (
            Rule::vault_error(412, "required index state not present"),
            ErrorKind::Unavailable,
            "try again",
            None,
        ),
        (Rule::vault_error(473, "standby"), ErrorKind::Unavailable, "active one", None),
        (
            Rule::vault_error(500, "failed: postgres://u:canary@h/d broke"),
            ErrorKind::Unavailable,
            "[secret] broke",
            None,
        ),
        (Rule::status(502, "<html>"), ErrorKind::Unavailable, "status 502", None),
        (Rule::status(200, "<html>"), ErrorKind::Unavailable, "not one of Vault", None),
        (Rule::reset(), ErrorKind::Unavailable, "connection closed before", None),
        (Rule::truncate(20), ErrorKind::Unavailable, "connection closed before", None),
        (Rule::latency(Duration::from_secs(3)), ErrorKind::Unavailable, "in time", None),
        (Rule::status(200, "x".repeat(2001)), ErrorKind::Invalid, "larger than 2000 bytes", None),
    ] {
        proxy.push(rule.times(1));
        let error = read(&vault, one(&proxy.endpoint(), bao.root_token())).await.unwrap_err();
        let all = told(&error, &["canary", bao.root_token()]);
        assert_eq!((error.kind, error.retry_after), (kind, retry_after), "{words}: {all}");
        assert!(all.contains(words), "{words}: {all}");
        let opened = read(&vault, one(&proxy.endpoint(), bao.root_token())).await.unwrap();
        assert_eq!(revealed(&opened)["x"]["data"]["x"], "canary");
    }
}

#[tokio::test]
async fn what_keeps_a_server_out_of_reach_is_told() {
    let nowhere = OutOfReach::start();
    let vault = Vault::new(Settings::default().with_timeout(Duration::from_millis(500)));
    for (url, cause, advice) in [
        (nowhere.refused("http"), "connection refused", "port"),
        (nowhere.unresolvable("https"), "the host name could not be resolved", "DNS"),
        (
            nowhere.untrusted(),
            "TLS: the server's certificate is signed by an unknown authority",
            "`caCertificate`",
        ),
        (nowhere.silent("http"), "the server did not respond in time", "allow more time"),
    ] {
        let error = read(&vault, one(&url, "canary")).await.unwrap_err();
        let all = told(&error, &["canary"]);
        assert_eq!(error.kind, ErrorKind::Unavailable, "{all}");
        assert!(all.contains(&format!("in {url}")) && all.contains(cause), "{all}");
        assert!(error.advice.as_deref().unwrap().contains(advice), "{all}");
    }
    let two = json!({
        "login": login(&nowhere.refused("http"), "t"),
        "read": { "x": { "path": "secret/data/a" }, "y": { "path": "secret/data/b" } },
    });
    let error = read(&vault, two).await.unwrap_err();
    let all = told(&error, &[]);
    let both = "the path `secret/data/a` (`read.x`), the path `secret/data/b` (`read.y`) in http";
    assert!(all.contains(both), "{all}");
    assert_eq!(error.entries.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_server_says_so_until_it_is_unsealed() {
    let Some(bao) = OpenBao::start().await else { return };
    bao.write("secret/data/fault", json!({ "data": { "x": "y" } })).await;
    let vault = Vault::default();
    bao.seal().await;
    let error = read(&vault, one(bao.address(), bao.root_token())).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(told(&error, &[bao.root_token()]).contains("unseal"), "{error:?}");
    bao.unseal().await;
    let mut last = None;
    for _ in 0..50 {
        match read(&vault, one(bao.address(), bao.root_token())).await {
            Ok(opened) => return assert_eq!(revealed(&opened)["x"]["data"]["x"], "y"),
            Err(error) => last = Some(error),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it stays sealed: {last:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_allowed_addresses_are_called_and_redirects_are_followed_there_once() {
    let active = Router::new().fallback(async |headers: HeaderMap| {
        let token = headers.get("x-vault-token").and_then(|t| t.to_str().ok()).unwrap_or("none");
        json!({ "data": { "token": token } }).to_string()
    });
    let active = HttpServer::start(active);
    let target = active.url();
    let standby = Router::new().fallback(async move |uri: axum::http::Uri| {
        (StatusCode::TEMPORARY_REDIRECT, [("location", format!("{target}{}", uri.path()))])
    });
    let standby = HttpServer::start(standby);
    let opened = read(&Vault::default(), one(&standby.url(), "t-1")).await.unwrap();
    assert_eq!(revealed(&opened)["x"]["token"], "t-1");

    let vault = Vault::new(Settings::default().with_allowed_address(&standby.url()));
    let error = read(&vault, one(&standby.url(), "canary")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(told(&error, &["canary"]).contains("sends us to"), "{error:?}");
    let error = read(&vault, one(&active.url(), "canary")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(told(&error, &["canary"]).contains("not among those that are allowed"), "{error:?}");
    let error = read(&vault, one("http://u:canary@vault:8200", "t")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
    told(&error, &["canary"]);
}
