//! The CA and the issuer, as those see them who rely on them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use esc_test_servers::{Ca, FakeAws, FaultProxy, OpenBao, TokenIssuer};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{KeyPair, PublicKeyData};
use reqwest::{Certificate, Client};
use serde_json::{Value, json};

#[tokio::test]
async fn only_who_trusts_the_ca_connects() {
    let (ca, other) = (Ca::new(), Ca::new());
    let aws = FakeAws::start_tls(&ca).await;
    let call = async |pem: String| {
        let certificate = Certificate::from_pem(pem.as_bytes()).unwrap();
        let client = Client::builder().no_proxy().tls_certs_only([certificate]).build().unwrap();
        client.post(aws.endpoint().replace("127.0.0.1", "localhost")).send().await
    };
    assert_eq!(call(ca.pem()).await.unwrap().status(), 400);
    assert!(call(other.pem()).await.unwrap_err().is_connect());
    let leaf = ca.leaf("somebody", &["localhost"]);
    assert!(leaf.key_pem.starts_with("-----BEGIN PRIVATE KEY-----"));
}

#[tokio::test]
async fn a_proxy_stands_in_front_of_tls_too() {
    let aws = FakeAws::start_tls(&Ca::new()).await;
    aws.put_secret("a", "v");
    let proxy = FaultProxy::start(&aws.endpoint()).await;
    let client = Client::builder().no_proxy().build().unwrap();
    let request =
        client.post(proxy.endpoint()).header("x-amz-target", "secretsmanager.GetSecretValue");
    let answer = request.body(r#"{"SecretId":"a"}"#).send().await.unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap()["SecretString"], "v");
}

#[tokio::test]
async fn openbao_believes_the_issuers_documents() {
    let Some(bao) = OpenBao::shared().await else { return };
    let issuer = TokenIssuer::start().await;
    let key = KeyPair::generate().unwrap();
    let point = key.der_bytes();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let jwk = json!({
        "kty": "EC", "crv": "P-256", "kid": "k1", "alg": "ES256", "use": "sig",
        "x": text(&point[1..33]), "y": text(&point[33..65]),
    });
    issuer.set_jwks(json!({ "keys": [jwk] }));
    bao.write("sys/auth/jwt-trust", json!({ "type": "jwt" })).await;
    bao.write("auth/jwt-trust/config", json!({ "oidc_discovery_url": issuer.url() })).await;
    let role = json!({
        "role_type": "jwt", "user_claim": "sub", "bound_audiences": ["vault:org"], "token_ttl": "5m",
        "bound_subject": "somebody",
    });
    bao.write("auth/jwt-trust/role/r", role).await;
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let login = async |audience: &str| {
        let claims = json!({
            "iss": issuer.url(), "aud": audience, "sub": "somebody", "iat": now, "exp": now + 600,
        });
        let header = Header { kid: Some("k1".into()), ..Header::new(Algorithm::ES256) };
        let key = EncodingKey::from_ec_pem(key.serialize_pem().as_bytes()).unwrap();
        let body = json!({ "role": "r", "jwt": encode(&header, &claims, &key).unwrap() });
        bao.request_as("", "POST", "auth/jwt-trust/login", Some(body)).await
    };
    let good = login("vault:org").await.expect("login");
    assert!(good["auth"]["client_token"].is_string(), "{good}");
    assert_eq!(login("other").await.status, 400);
    assert!(issuer.requests().contains(&"/.well-known/openid-configuration".to_owned()));
    assert!(issuer.requests().contains(&"/.well-known/jwks".to_owned()));
}
