//! What the tests share.

use std::sync::Arc;

use esc_core::context::ExecutionContext;
use esc_core::json::Json;
use esc_core::provider::{OpenRequest, Output, Provider, ProviderError};
use esc_core::value::{Reveal, Value};
use esc_provider_vault::Vault;
use esc_test_servers::OpenBao;
use serde_json::json;

/// A call from the environment `shop/prod`.
pub fn request(inputs: serde_json::Value) -> OpenRequest {
    OpenRequest {
        inputs: value(inputs),
        context: Arc::new(ExecutionContext::default().for_environment("shop/prod")),
        site: Default::default(),
    }
}

pub fn value(json: serde_json::Value) -> Value {
    Value::from_json(&Json::parse(&json.to_string()).unwrap())
}

pub async fn log_in(vault: &Vault, inputs: serde_json::Value) -> Result<Output, ProviderError> {
    vault.login().open(request(inputs)).await
}

/// Reads, and shows what there is without marks.
pub async fn read(vault: &Vault, inputs: serde_json::Value) -> Result<Output, ProviderError> {
    vault.secrets().open(request(inputs)).await
}

pub fn revealed(opened: &Output) -> serde_json::Value {
    serde_json::from_str(&opened.value.to_json(Reveal::Revealed)).unwrap()
}

pub fn login(address: &str, token: &str) -> serde_json::Value {
    json!({ "address": address, "token": token })
}

/// A token with exactly this policy.
pub async fn token_with(bao: &OpenBao, name: &str, policy: &str) -> String {
    bao.write(&format!("sys/policies/acl/{name}"), json!({ "policy": policy })).await;
    let body = json!({ "policies": [name], "no_default_policy": true });
    let made = bao.write("auth/token/create", body).await;
    made["auth"]["client_token"].as_str().unwrap().to_owned()
}

/// The error's words and advice, which must not hold any of these.
#[track_caller]
pub fn told(error: &ProviderError, canaries: &[&str]) -> String {
    let all = format!("{error:?}");
    for canary in canaries {
        assert!(!all.contains(canary), "leaked: {all}");
    }
    format!("{} | {}", error.message, error.advice.as_deref().expect("advice"))
}

/// Posts that, and answers the wrapping token in which the answer waits.
pub async fn wrap(bao: &OpenBao, path: &str, body: serde_json::Value) -> String {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(format!("{}/v1/{path}", bao.address()));
    let request =
        request.header("X-Vault-Token", bao.root_token()).header("X-Vault-Wrap-TTL", "5m");
    let answer: serde_json::Value = request.json(&body).send().await.unwrap().json().await.unwrap();
    answer["wrap_info"]["token"].as_str().expect("a wrapping token").to_owned()
}
