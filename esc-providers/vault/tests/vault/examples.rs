//! The documented examples work as they stand, but for the address and the credentials of this server.

use std::sync::Arc;

use esc_core::ast::Document;
use esc_core::provider::Registry;
use esc_core::syntax::Limits;
use esc_core::value::Reveal;
use esc_eval::testing::{Memory, Rot128};
use esc_eval::{Evaluator, Root};
use esc_provider_identity::{Algorithm, Issuer, KeySet, SigningKey};
use esc_provider_kit::Family;
use esc_provider_vault::{Settings, Vault};
use esc_test_servers::{OpenBao, Postgres};
use serde_json::json;

use crate::dynamic::database;

const ADDRESS: &str = "https://vault.internal:8200";

async fn open(vault: &Vault, text: &str) -> (serde_json::Value, usize) {
    let loaded = Document::load("shop/prod", text, &Limits::default());
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    let root = Root { document: Arc::new(loaded.document.unwrap()), decrypter: Arc::new(Rot128) };
    let mut registry = Registry::new();
    for (name, provider) in vault.providers() {
        registry = registry.with_provider(name, provider);
    }
    let evaluator =
        Evaluator::new(Arc::new(Memory::new(Vec::<(String, String)>::new())), Arc::new(registry));
    let mut evaluation = evaluator.open(root).await;
    assert!(evaluation.diagnostics().is_empty(), "{:?}", evaluation.diagnostics());
    let value = evaluation.value().unwrap();
    let redacted = value.to_json(Reveal::Redacted);
    assert!(!redacted.contains("canary"), "{redacted}");
    let leases = evaluation.leases();
    for (_, lease) in &leases {
        lease.revoke().await.unwrap();
    }
    (serde_json::from_str(&value.to_json(Reveal::Revealed)).unwrap(), leases.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn vault_login() {
    let Some(bao) = OpenBao::start().await else { return };
    let key = SigningKey::generate(Algorithm::Rs256).unwrap();
    let pem = key.public_key().to_pem().unwrap();
    let issuer =
        Issuer::builder("https://esc.example/oidc", "acme", KeySet::new(key)).build().unwrap();
    bao.write("sys/auth/jwt", json!({ "type": "jwt" })).await;
    bao.write("auth/jwt/config", json!({ "jwt_validation_pubkeys": [pem] })).await;
    let role = json!({ "role_type": "jwt", "user_claim": "sub", "bound_audiences": "vault:acme" });
    bao.write("auth/jwt/role/ci", role).await;
    let vault = Vault::new(Settings::default().with_identity(Arc::new(issuer)));
    let text = include_str!("../../examples/vault-login.yaml").replace(ADDRESS, bao.address());
    let (value, leases) = open(&vault, &text).await;
    assert_eq!(value["environmentVariables"]["VAULT_ADDR"], bao.address());
    assert_eq!(value["environmentVariables"]["VAULT_TOKEN"], value["vault"]["token"]);
    assert_eq!(leases, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn vault_secrets() {
    let (Some(bao), Some(postgres)) = (OpenBao::start().await, Postgres::shared().await) else {
        return;
    };
    for password in ["canary-first", "canary-second"] {
        bao.write("secret/data/app", json!({ "data": { "password": password } })).await;
    }
    bao.write("sys/mounts/kv1", json!({ "type": "kv", "options": { "version": "1" } })).await;
    bao.write("kv1/app", json!({ "password": "canary-old" })).await;
    database(&bao, postgres, "database").await;
    bao.write("sys/auth/approle", json!({ "type": "approle" })).await;
    // The policy is that of the documentation.
    let policy =
        include_str!("../../src/secrets/mod.rs").split("```").find_map(|p| p.strip_prefix("hcl\n"));
    let policy = policy.unwrap().replace("/// ", "").replace("///", "");
    bao.write("sys/policies/acl/app", json!({ "policy": policy })).await;
    let role = json!({ "token_policies": ["app"], "token_no_default_policy": false });
    bao.write("auth/approle/role/app", role).await;
    let role_id = bao.request("GET", "auth/approle/role/app/role-id", None).await.expect("role id");
    let secret_id = bao.write("auth/approle/role/app/secret-id", json!({})).await;
    let text = include_str!("../../examples/vault-secrets.yaml")
        .replace(ADDRESS, bao.address())
        .replace(
            "6f0bd2f5-9a2b-4d4e-8ea1-0c2f0a1f7c11",
            role_id["data"]["role_id"].as_str().unwrap(),
        )
        .replace(
            "0e0a4b0e-57a1-4a0b-a6c1-3a4d9d2f6f55",
            secret_id["data"]["secret_id"].as_str().unwrap(),
        );
    let (value, leases) = open(&Vault::default(), &text).await;
    let secrets = &value["secrets"];
    assert_eq!(secrets["raw"]["metadata"]["version"], 2);
    assert_eq!(secrets["old"], "canary-old");
    assert_eq!(secrets["app"], json!({ "password": "canary-second" }));
    assert_eq!(secrets["key"], "canary-first");
    assert_eq!(value["environmentVariables"]["PASSWORD"], "canary-second");
    assert!(secrets["user"].as_str().unwrap().starts_with("v-approle-"));
    assert_eq!(leases, 2);
}
