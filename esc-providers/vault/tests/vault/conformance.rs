//! What every provider has to keep.

use std::time::Duration;

use esc_core::provider::ErrorKind;
use esc_provider_kit::conformance::{self, Case, Failing, Subject};
use esc_provider_vault::{LOGIN, SECRETS, Vault};
use esc_test_servers::{FaultProxy, OpenBao, Postgres, Rule};
use serde_json::json;

use crate::common::{login, token_with, value};
use crate::dynamic::database;

#[tokio::test(flavor = "multi_thread")]
async fn vault_login() {
    let Some(bao) = OpenBao::shared().await else { return };
    let throttled = FaultProxy::start(bao.address()).await;
    throttled.push(Rule::vault_throttling(Some(Duration::from_secs(1))));
    bao.write("sys/auth/conformance", json!({ "type": "userpass" })).await;
    let body = json!({ "password": "canary-7f3a-password", "token_ttl": "5m" });
    bao.write("auth/conformance/users/ana", body).await;
    let poor = token_with(bao, "conformance-poor", r#"path "x" { capabilities = ["read"] }"#).await;
    let person = |address: &str, password: &str| {
        value(json!({
            "address": address,
            "userpass": { "username": "ana", "password": password, "mount": "conformance" },
        }))
    };
    let child = |parent: &str| {
        value(
            json!({ "address": bao.address(), "token": { "token": parent, "policies": ["default"] } }),
        )
    };
    let subject = Subject::new(LOGIN, Vault::default().login())
        .case(Case::new("a user", person(bao.address(), "canary-7f3a-password")))
        .case(Case::new("a child", child(bao.root_token())))
        .failing(
            Failing::new(ErrorKind::Unauthenticated, person(bao.address(), "canary-7f3a-wrong"))
                .reference("`ana`"),
        )
        .failing(Failing::new(ErrorKind::Denied, child(&poor)).reference("`token`"))
        .failing(Failing::new(
            ErrorKind::Throttled,
            person(&throttled.endpoint(), "canary-7f3a-password"),
        ))
        .failing(Failing::new(
            ErrorKind::Unavailable,
            person("http://127.0.0.1:1", "canary-7f3a-password"),
        ))
        .without(ErrorKind::NotFound, "only roles of identity tokens can be missing, see `logins`")
        .varying("each login makes a token of its own")
        .canary("canary-7f3a")
        .canary(bao.root_token())
        .canary(poor);
    conformance::run(&subject).await.assert();
}

#[tokio::test(flavor = "multi_thread")]
async fn vault_secrets() {
    let (Some(bao), Some(postgres)) = (OpenBao::shared().await, Postgres::shared().await) else {
        return;
    };
    database(bao, postgres, "conformance-db").await;
    bao.write("secret/data/conformance", json!({ "data": { "x": "canary-91c4-x" } })).await;
    let throttled = FaultProxy::start(bao.address()).await;
    throttled.push(Rule::vault_throttling(Some(Duration::from_secs(1))));
    let poor = token_with(bao, "conformance-none", r#"path "x" { capabilities = ["read"] }"#).await;
    let inputs = |address: &str, token: &str, path: &str| {
        value(json!({
            "login": login(address, token),
            "read": { "db": { "path": "conformance-db/creds/app" }, "kv": { "path": path } },
            "kv": { "x": { "path": "secret/conformance", "field": "x" } },
        }))
    };
    let path = "secret/data/conformance";
    let subject = Subject::new(SECRETS, Vault::default().secrets())
        .case(Case::new("a user and a secret", inputs(bao.address(), bao.root_token(), path)))
        .failing(
            Failing::new(
                ErrorKind::NotFound,
                inputs(bao.address(), bao.root_token(), "secret/data/none"),
            )
            .reference("`read.kv`"),
        )
        .failing(
            Failing::new(ErrorKind::Denied, inputs(bao.address(), &poor, path))
                .reference("`read.db`"),
        )
        .failing(Failing::new(
            ErrorKind::Unauthenticated,
            inputs(bao.address(), "canary-91c4-t", path),
        ))
        .failing(Failing::new(
            ErrorKind::Throttled,
            inputs(&throttled.endpoint(), bao.root_token(), path),
        ))
        .failing(Failing::new(
            ErrorKind::Unavailable,
            inputs("http://127.0.0.1:1", bao.root_token(), path),
        ))
        .varying("each read makes a user of its own")
        .canary("canary-91c4")
        .canary(bao.root_token())
        .canary(poor);
    conformance::run(&subject).await.assert();
}
