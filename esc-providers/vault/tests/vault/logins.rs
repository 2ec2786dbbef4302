//! Every way to log in, and how each is refused.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use esc_core::provider::ErrorKind;
use esc_provider_identity::{Algorithm, Issuer, KeySet, SigningKey, Version};
use esc_provider_vault::{Settings, Vault};
use esc_test_servers::{HttpServer, OpenBao};
use serde_json::json;

use crate::common::{log_in, read, revealed, token_with, told, wrap};

fn issuer(url: &str, key: &SigningKey, ago: Duration) -> Vault {
    let keys = KeySet::new(SigningKey::from_pem(&key.to_pem().unwrap()).unwrap());
    let issuer = Issuer::builder(url, "acme", keys).clock(move || SystemTime::now() - ago);
    Vault::new(Settings::default().with_identity(Arc::new(issuer.build().unwrap())))
}

/// Mounts JWT auth with these settings, and the role `ci` that admits environments of `shop`.
async fn jwt_mount(bao: &OpenBao, mount: &str, config: serde_json::Value) {
    bao.write(&format!("sys/auth/{mount}"), json!({ "type": "jwt" })).await;
    bao.write(&format!("auth/{mount}/config"), config).await;
    for (role, subject) in [("ci", "shop"), ("other", "elsewhere")] {
        bao.write(
            &format!("auth/{mount}/role/{role}"),
            json!({
                "role_type": "jwt", "user_claim": "sub", "token_ttl": "1h", "policies": ["default"],
                "bound_audiences": ["vault:acme"], "bound_claims_type": "glob",
                "bound_claims": { "sub": format!("pulumi:environments:org:acme:env:{subject}/*") },
            }),
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn identity_tokens_log_in_by_static_keys_and_refusals_say_why() {
    let Some(bao) = OpenBao::shared().await else { return };
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let url = "https://esc.example/oidc";
    let config = json!({
        "jwt_validation_pubkeys": [key.public_key().to_pem().unwrap()], "bound_issuer": url,
    });
    jwt_mount(bao, "jwt-static", config).await;
    let vault = issuer(url, &key, Duration::ZERO);
    let inputs = |role: &str| json!({ "address": bao.address(), "jwt": { "role": role, "mount": "jwt-static" } });

    let opened = log_in(&vault, inputs("ci")).await.unwrap();
    let output = revealed(&opened);
    let token = output["token"].as_str().unwrap();
    assert!(opened.value.get("token").unwrap().is_secret());
    assert!(!opened.value.get("address").unwrap().is_secret());
    assert!(output["expiration"].as_str().unwrap().ends_with('Z'), "{output}");
    let found = bao.request_as(token, "GET", "auth/token/lookup-self", None).await.expect("lookup");
    assert_eq!(found["data"]["path"], "auth/jwt-static/login");
    let expires = found["data"]["expire_time"].as_str().unwrap();
    assert_eq!(expires[..16], output["expiration"].as_str().unwrap()[..16]);

    // The lease renews the token, and giving it back ends it.
    let lease = opened.leases.first().unwrap().clone();
    assert_eq!(lease.duration, Some(Duration::from_secs(3600)));
    let renewed = lease.renew().await.unwrap().unwrap();
    assert!(renewed.renewable && renewed.duration.is_some());
    renewed.revoke().await.unwrap();
    assert_eq!(bao.request_as(token, "GET", "auth/token/lookup-self", None).await.status, 403);
    renewed.revoke().await.unwrap();
    assert_eq!(renewed.renew().await.unwrap().unwrap_err().kind, ErrorKind::Unauthenticated);

    let error = log_in(&vault, inputs("none")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert!(told(&error, &[]).contains("create the role `none` at `auth/jwt-static`"), "{error:?}");

    let error = log_in(&vault, inputs("other")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthenticated);
    let subject = "`pulumi:environments:org:acme:env:shop/prod`";
    assert!(told(&error, &[]).contains(subject), "{error:?}");

    let mut wrong = inputs("ci");
    wrong["jwt"]["audience"] = json!("somebody-else");
    let error = log_in(&vault, wrong).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthenticated);
    assert!(told(&error, &[]).contains("audience is `somebody-else`"), "{error:?}");

    let late = issuer(url, &key, Duration::from_secs(7200));
    let error = log_in(&late, inputs("ci")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthenticated);
    assert!(told(&error, &[]).contains("clock"), "{error:?}");

    let stranger = issuer(url, &SigningKey::generate(Algorithm::Es256).unwrap(), Duration::ZERO);
    let error = log_in(&stranger, inputs("ci")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthenticated);
    assert!(told(&error, &[]).contains(&format!("trust the issuer `{url}`")), "{error:?}");

    let mut nowhere = inputs("ci");
    nowhere["jwt"]["mount"] = json!("jwt-nowhere");
    let error = log_in(&vault, nowhere).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(told(&error, &[]).contains("enabled at `auth/jwt-nowhere`"), "{error:?}");

    let error = log_in(&Vault::default(), inputs("ci")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthenticated);
    assert!(error.message.starts_with("vault-login: "), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn identity_tokens_log_in_by_discovery() {
    let Some(bao) = OpenBao::shared().await else { return };
    // The documents name the address of the server that serves them, so they are made once it is known.
    let bodies: Arc<std::sync::OnceLock<Vec<(String, String)>>> = Arc::default();
    let served = bodies.clone();
    let app = Router::new().fallback(get(async move |uri: axum::http::Uri| {
        let found = served.get().into_iter().flatten().find(|(path, _)| path == uri.path());
        found.map(|(_, body)| body.clone()).unwrap_or_default()
    }));
    let server = HttpServer::start(app);
    let url = format!("{}/oidc", server.url());
    let key = SigningKey::generate(Algorithm::Rs256).unwrap();
    let keys = KeySet::new(key);
    let issuer = Issuer::builder(url.as_str(), "acme", keys).build().unwrap();
    assert_eq!(issuer.url(Version::Login), url);
    let documents = issuer.documents().into_iter().map(|document| {
        let path = document.url.trim_start_matches(&server.url()).to_owned();
        (path, document.body.to_string())
    });
    bodies.set(documents.collect()).unwrap();
    jwt_mount(bao, "jwt-discovery", json!({ "oidc_discovery_url": url })).await;
    let vault = Vault::new(Settings::default().with_identity(Arc::new(issuer)));
    let inputs =
        json!({ "address": bao.address(), "jwt": { "role": "ci", "mount": "jwt-discovery" } });
    let opened = log_in(&vault, inputs).await.unwrap();
    opened.leases[0].revoke().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn child_tokens_have_their_parents_rights_or_fewer_and_end_by_themselves() {
    let Some(bao) = OpenBao::shared().await else { return };
    let vault = Vault::default();
    let inputs = |token: serde_json::Value| json!({ "address": bao.address(), "token": token });
    let given = json!({ "token": bao.root_token(), "policies": ["default"], "metadata": { "team": "blue", "n": 7 } });
    let opened = log_in(&vault, inputs(given)).await.unwrap();
    assert_eq!(opened.leases[0].duration, Some(Duration::from_secs(7200)));
    let child = revealed(&opened)["token"].as_str().unwrap().to_owned();
    let found =
        bao.request_as(&child, "GET", "auth/token/lookup-self", None).await.expect("lookup");
    let data = &found["data"];
    assert_eq!(data["display_name"], "token-pulumi");
    assert_eq!(data["meta"], json!({ "team": "blue", "n": "7" }));
    assert_eq!(data["policies"], json!(["default"]));
    assert_eq!(data["explicit_max_ttl"], 7200);

    let short = json!({ "token": bao.root_token(), "policies": ["default"], "maxTtl": "1m", "displayName": "x" });
    let opened = log_in(&vault, inputs(short)).await.unwrap();
    assert_eq!(opened.leases[0].duration, Some(Duration::from_secs(60)));

    let endless = json!({ "token": bao.root_token(), "maxTtl": "0s" });
    assert_eq!(log_in(&vault, inputs(endless)).await.unwrap_err().kind, ErrorKind::Invalid);

    let poor = token_with(bao, "poor", r#"path "secret/*" { capabilities = ["read"] }"#).await;
    let error = log_in(&vault, inputs(json!({ "token": poor }))).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(told(&error, &[&poor]).contains("auth/token/create"), "{error:?}");
    let error =
        log_in(&vault, inputs(json!({ "token": "s.canary-parent-token" }))).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthenticated, "{error:?}");
    told(&error, &["canary-parent"]);
    let error = log_in(&vault, inputs(json!({ "token": "canary\nparent" }))).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
    told(&error, &["canary"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn approle_userpass_and_wrapped_logins() {
    let Some(bao) = OpenBao::shared().await else { return };
    let vault = Vault::default();
    bao.write("sys/auth/approle", json!({ "type": "approle" })).await;
    bao.write("auth/approle/role/app", json!({ "token_ttl": "10m" })).await;
    let role = bao.request("GET", "auth/approle/role/app/role-id", None).await.expect("role id");
    let role_id = role["data"]["role_id"].clone();
    let secret = bao.write("auth/approle/role/app/secret-id", json!({})).await;
    let secret_id = secret["data"]["secret_id"].as_str().unwrap().to_owned();
    let inputs =
        |approle: serde_json::Value| json!({ "address": bao.address(), "approle": approle });

    let given = json!({ "roleId": role_id, "secretId": secret_id });
    let opened = log_in(&vault, inputs(given.clone())).await.unwrap();
    assert_eq!(opened.leases[0].duration, Some(Duration::from_secs(600)));

    // The same for a secret id that waits in a wrapping token; that works once.
    let wrapped = wrap(bao, "auth/approle/role/app/secret-id", json!({})).await;
    let given_wrapped = json!({ "roleId": role_id, "wrappedSecretId": wrapped });
    log_in(&vault, inputs(given_wrapped.clone())).await.unwrap();
    let error = log_in(&vault, inputs(given_wrapped)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthenticated, "{error:?}");
    assert!(told(&error, &[&wrapped]).contains("works once"), "{error:?}");

    let error =
        log_in(&vault, inputs(json!({ "roleId": role_id, "secretId": "canary-secret-id" })))
            .await
            .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthenticated, "{error:?}");
    assert!(told(&error, &["canary-secret-id"]).contains("approle.roleId"), "{error:?}");
    let error = log_in(&vault, inputs(json!({ "roleId": role_id }))).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);

    // A whole login in a wrapping token.
    let wrapped =
        wrap(bao, "auth/approle/login", json!({ "role_id": role_id, "secret_id": secret_id }))
            .await;
    let given = json!({ "address": bao.address(), "wrappedToken": wrapped });
    let output = revealed(&log_in(&vault, given).await.unwrap());
    let found = bao
        .request_as(output["token"].as_str().unwrap(), "GET", "auth/token/lookup-self", None)
        .await;
    assert_eq!(found.expect("lookup")["data"]["path"], "auth/approle/login");

    bao.write("sys/auth/people", json!({ "type": "userpass" })).await;
    bao.write("auth/people/users/ana", json!({ "password": "canary-password" })).await;
    let person = |password: &str| {
        json!({
            "address": bao.address(),
            "userpass": { "username": "ana", "password": password, "mount": "people" },
        })
    };
    log_in(&vault, person("canary-password")).await.unwrap();
    let error = log_in(&vault, person("canary-wrong")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthenticated);
    assert!(told(&error, &["canary"]).contains("userpass.password"), "{error:?}");

    let both = json!({
        "address": bao.address(), "wrappedToken": "x", "approle": { "roleId": "r", "secretId": "s" },
    });
    let error = log_in(&vault, both).await.unwrap_err();
    assert!(told(&error, &[]).contains("2 ways to log in are given"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn namespaces_are_worlds_of_their_own() {
    let Some(bao) = OpenBao::shared().await else { return };
    let vault = Vault::default();
    bao.write("sys/namespaces/team", json!({})).await;
    bao.write("team/sys/mounts/kv", json!({ "type": "kv", "options": { "version": "2" } })).await;
    bao.write("team/kv/data/app", json!({ "data": { "password": "of-the-team" } })).await;
    bao.write(
        "team/sys/policies/acl/all",
        json!({ "policy": r#"path "*" { capabilities = ["read"] }"# }),
    )
    .await;
    let made = bao.write("team/auth/token/create", json!({ "policies": ["all", "default"] })).await;
    let parent = made["auth"]["client_token"].clone();
    bao.write(
        "team/sys/policies/acl/create",
        json!({ "policy": r#"path "auth/token/create" { capabilities = ["update"] }"# }),
    )
    .await;
    let made = bao
        .write("team/auth/token/create", json!({ "policies": ["all", "create", "default"] }))
        .await;
    let rich = made["auth"]["client_token"].clone();
    let opened = log_in(
        &vault,
        json!({ "address": bao.address(), "namespace": "team/", "token": { "token": rich } }),
    )
    .await
    .unwrap();
    let output = revealed(&opened);
    assert_eq!(output["namespace"], "team");
    let kv = json!({ "p": { "path": "kv/app", "field": "password" } });
    let answer = read(&vault, json!({ "login": output, "kv": kv })).await.unwrap();
    assert_eq!(revealed(&answer), json!({ "p": "of-the-team" }));
    let outside = json!({ "address": bao.address(), "token": parent });
    let error =
        read(&vault, json!({ "login": outside, "read": { "p": { "path": "kv/data/app" } } }))
            .await
            .unwrap_err();
    assert!(
        matches!(error.kind, ErrorKind::Denied | ErrorKind::Unauthenticated | ErrorKind::NotFound),
        "{error:?}"
    );
    assert!(
        told(&error, &[]).contains("namespace") || error.kind == ErrorKind::Denied,
        "{error:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_authority_must_be_given() {
    let Some(bao) = OpenBao::builder().tls().start().await else { return };
    let inputs = |ca: Option<&str>| {
        let mut inputs =
            json!({ "address": bao.address(), "token": { "token": bao.root_token() } });
        if let Some(ca) = ca {
            inputs["caCertificate"] = json!(ca);
        }
        inputs
    };
    let error = log_in(&Vault::default(), inputs(None)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(told(&error, &[bao.root_token()]).contains("caCertificate"), "{error:?}");
    let pem = bao.ca_pem().unwrap();
    let opened = log_in(&Vault::default(), inputs(Some(pem))).await.unwrap();
    let output = revealed(&opened);
    assert_eq!(output["caCertificate"], pem);
    // It goes on with the output, to reads and to the keeper.
    let error = read(
        &Vault::default(),
        json!({ "login": output, "read": { "x": { "path": "secret/data/x" } } }),
    )
    .await;
    assert_eq!(error.unwrap_err().kind, ErrorKind::NotFound);
    opened.leases[0].renew().await.unwrap().unwrap();
    let settings = Vault::new(Settings::default().with_ca_certificate(pem));
    log_in(&settings, inputs(None)).await.unwrap();
    let error = log_in(&Vault::default(), inputs(Some("no certificate"))).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid, "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn service_accounts_of_kubernetes() {
    let Some(bao) = OpenBao::shared().await else { return };
    // What the server asks of Kubernetes: who has this token.
    let cluster = HttpServer::start(Router::new().fallback(async || {
        let user = json!({ "username": "system:serviceaccount:shop:app", "uid": "u-1" });
        let status = json!({ "authenticated": true, "user": user });
        axum::Json(json!({ "kind": "TokenReview", "apiVersion": "authentication.k8s.io/v1", "status": status }))
    }));
    let pem = rcgen::generate_simple_self_signed(["unused".to_owned()]).unwrap().cert.pem();
    bao.write("sys/auth/kubernetes", json!({ "type": "kubernetes" })).await;
    let config = json!({ "kubernetes_host": cluster.url(), "token_reviewer_jwt": "r", "kubernetes_ca_cert": pem, "disable_local_ca_jwt": true });
    bao.write("auth/kubernetes/config", config).await;
    for (role, account) in [("app", "app"), ("other", "other")] {
        let bound = json!({
            "bound_service_account_names": account, "bound_service_account_namespaces": "shop",
            "token_ttl": "5m",
        });
        bao.write(&format!("auth/kubernetes/role/{role}"), bound).await;
    }
    let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let account = json!({ "namespace": "shop", "serviceaccount": { "name": "app", "uid": "u-1" } });
    let claims = json!({ "iss": "k", "sub": "system:serviceaccount:shop:app", "kubernetes.io": account, "iat": 1_700_000_000, "nbf": 1_700_000_000, "exp": 4_102_444_800_u64 });
    let jwt = format!(
        "{}.{}.{}",
        part(json!({ "alg": "RS256" })),
        part(claims),
        URL_SAFE_NO_PAD.encode([7; 256])
    );
    let inputs = |role: &str| json!({ "address": bao.address(), "kubernetes": { "role": role, "jwt": jwt } });
    let vault = Vault::default();
    let opened = log_in(&vault, inputs("app")).await.unwrap();
    assert_eq!(opened.leases[0].duration, Some(Duration::from_secs(300)));
    let error = log_in(&vault, inputs("other")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthenticated, "{error:?}");
    assert!(told(&error, &[&jwt]).contains("bound to the role `other`"), "{error:?}");
    let error = log_in(&vault, inputs("none")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound, "{error:?}");
}
