//! A real backend believes our tokens, and only for what they say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::*;
use esc_provider_identity::{Algorithm, Issuer, KeySet, SigningKey, Version};
use esc_provider_kit::identity::{Audience, Identity, SubjectAttribute, TokenRequest, TokenStyle};
use esc_test_servers::OpenBao;
use serde_json::json;

#[tokio::test]
async fn openbao_believes_tokens_by_keys_that_it_was_given() {
    let Some(bao) = OpenBao::shared().await else { return };
    for algorithm in [Algorithm::Rs256, Algorithm::Es256] {
        let mount = format!("identity-{}", algorithm.as_str().to_lowercase());
        let keys = KeySet::new(SigningKey::generate(algorithm).unwrap());
        let issuer = Issuer::builder(ISSUER, "acme", keys).build().unwrap();
        let key = issuer.keys(Version::Login).active().public_key().to_pem().unwrap();
        bao.write(&format!("sys/auth/{mount}"), json!({ "type": "jwt" })).await;
        let config = json!({ "jwt_validation_pubkeys": [key], "bound_issuer": ISSUER });
        bao.write(&format!("auth/{mount}/config"), config).await;
        let subject = "pulumi:environments:pulumi.organization.login:acme:currentEnvironment.name:app/*:pulumi.user.login:ana";
        let role = json!({
            "role_type": "jwt",
            "user_claim": "sub",
            "bound_audiences": ["vault:acme"],
            "bound_claims_type": "glob",
            "bound_claims": { "sub": subject },
        });
        bao.write(&format!("auth/{mount}/role/app"), role).await;

        let subject = [SubjectAttribute::CurrentEnvironment, SubjectAttribute::User];
        let token = |vendor: &str, current: &str| TokenRequest {
            audience: Audience::Vendor(vendor.into()),
            style: TokenStyle::Login(subject.to_vec()),
            ..login(&[], "app/prod", current)
        };
        let accepted = async |issuer: &Issuer, request: TokenRequest| {
            let jwt = issuer.mint(&request).await.unwrap().token.expose().clone();
            let body = json!({ "role": "app", "jwt": jwt });
            let answer = bao.request("POST", &format!("auth/{mount}/login"), Some(body)).await;
            answer.body["auth"]["client_token"].is_string()
        };
        assert!(accepted(&issuer, token("vault", "app/prod")).await);
        assert!(!accepted(&issuer, token("aws", "app/prod")).await, "another audience");
        assert!(!accepted(&issuer, token("vault", "other/prod")).await, "another subject");
        let impostor = KeySet::new(SigningKey::generate(algorithm).unwrap());
        let impostor = Issuer::builder(ISSUER, "acme", impostor).build().unwrap();
        assert!(!accepted(&impostor, token("vault", "app/prod")).await, "another key");
        let other = (*issuer.keys(Version::Login)).clone();
        let other = Issuer::builder("https://other.example", "acme", other).build().unwrap();
        assert!(!accepted(&other, token("vault", "app/prod")).await, "another issuer");
    }
}
