//! What tokens say, and that whoever has the published keys can verify them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::*;
use esc_core::context::ExecutionContext;
use esc_core::provider::ErrorKind;
use esc_core::secret::Secret;
use esc_core::value::{Reveal, Value};
use esc_provider_identity::*;
use esc_provider_kit::identity::{Audience, Identity, SubjectAttribute, TokenStyle};
use serde_json::json;

#[tokio::test]
async fn a_login_token_says_what_trust_policies_match() {
    let issuer = fixed().build().unwrap();
    let request = login(&[], "app/prod", "app/cloud");
    let token = issuer.mint(&request).await.unwrap();
    assert_eq!(token.valid_for, Duration::from_secs(3600));
    let mut claims = verified(&issuer, &token, "aws:acme");
    let expected = json!({
        "iss": "https://esc.example/oidc",
        "aud": "aws:acme",
        "sub": "pulumi:environments:org:acme:env:app/cloud",
        "org": "acme",
        "env": "cloud",
        "current_env": "app/cloud",
        "root_env": "app/prod",
        "trigger_user": "ana",
        "iat": 1_700_000_000,
        "nbf": 1_700_000_000,
        "exp": 1_700_003_600,
        "jti": "07070707-0707-4707-8707-070707070707",
    });
    assert_eq!(claims, expected);
    // The preview is the same without what differs from token to token.
    let preview = issuer.preview(&request).await.unwrap().to_json(Reveal::Redacted);
    let claims = claims.as_object_mut().unwrap();
    claims.retain(|name, _| !["iat", "nbf", "exp", "jti"].contains(&name.as_str()));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&preview).unwrap(), json!(claims));
}

#[tokio::test]
async fn a_standalone_token_says_what_outlives_renaming() {
    let ids = |name: &str| match name {
        "app/prod" => Some("e-1".into()),
        "app/cloud" => Some("e-2".into()),
        _ => None,
    };
    let issuer = fixed().standalone(Standalone::new("o-1", ids, keys())).build().unwrap();
    let token = issuer.mint(&standalone("app/cloud")).await.unwrap().token;
    let jwks = issuer.jwks(Version::Standalone);
    let expected = json!({
        "iss": "https://esc.example/oidc/v2",
        "aud": "https://registry.example",
        "sub": "pulumi:org:o-1:env:e-2",
        "https://pulumi.com/org": "acme",
        "https://pulumi.com/org_id": "o-1",
        "https://pulumi.com/current_env": "app/cloud",
        "https://pulumi.com/current_env_id": "e-2",
        "https://pulumi.com/root_env": "app/prod",
        "https://pulumi.com/root_env_id": "e-1",
        "https://pulumi.com/actor": "ana",
        "https://pulumi.com/actor_id": "u-1",
        "iat": 1_700_000_000,
        "nbf": 1_700_000_000,
        "exp": 1_700_003_600,
        "jti": "07070707-0707-4707-8707-070707070707",
    });
    assert_eq!(verify(&jwks, &token, "https://registry.example").unwrap(), expected);
    // The keys of logins are others.
    let error = verify(&issuer.jwks(Version::Login), &token, "https://registry.example");
    assert_eq!(error, Err("the key is not published".into()));

    let error = issuer.mint(&standalone("app/new")).await.unwrap_err();
    assert_eq!(
        (error.kind, &*error.message),
        (ErrorKind::NotFound, "the environment `app/new` has no id to make a subject of")
    );
}

#[tokio::test]
async fn subjects_are_made_of_the_attributes_in_order() {
    use SubjectAttribute::*;
    let issuer = fixed().build().unwrap();
    let subject = async |attributes: &[SubjectAttribute], current: &str| {
        let claims = issuer.preview(&login(attributes, "app/prod", current)).await.unwrap();
        claims.get("sub").unwrap().as_str().unwrap().to_owned()
    };
    let prefix = "pulumi:environments:pulumi.organization.login:acme";
    assert_eq!(
        subject(&[CurrentEnvironment, User], "app/cloud").await,
        format!("{prefix}:currentEnvironment.name:app/cloud:pulumi.user.login:ana")
    );
    assert_eq!(
        subject(&[TokenType, Organization, RootEnvironment], "app/cloud").await,
        format!(
            "{prefix}:pulumi.token.type:personal:pulumi.organization.login:acme:rootEnvironment.name:app/prod"
        )
    );
    let default = "pulumi:environments:org:acme:env";
    assert_eq!(subject(&[], "app/cloud").await, format!("{default}:app/cloud"));
    assert_eq!(subject(&[], "default/cloud").await, format!("{default}:cloud"));
    assert_eq!(subject(&[], "cloud").await, format!("{default}:cloud"));
    assert_eq!(subject(&[], "<yaml>").await, format!("{default}:<yaml>"));
}

#[tokio::test]
async fn what_is_not_attested_is_not_signed() {
    use SubjectAttribute::*;
    let issuer = fixed().build().unwrap();
    let refused = async |request| {
        let minted = issuer.mint(&request).await.unwrap_err();
        assert_eq!(issuer.preview(&request).await.unwrap_err().message, minted.message);
        (minted.kind, minted.message, minted.advice.unwrap_or_default())
    };

    let (kind, message, advice) = refused(login(&[TokenTeam], "app/prod", "app/prod")).await;
    assert_eq!(kind, ErrorKind::Invalid);
    assert_eq!(message, "the subject attribute `pulumi.token.team` has no value here");
    assert!(advice.starts_with("take `pulumi.token.team` out of `subjectAttributes`"), "{advice}");

    // One part must not pass for several.
    let forged = "x:pulumi.user.login:root";
    for attributes in [&[CurrentEnvironment][..], &[]] {
        let (kind, message, _) = refused(login(attributes, "app/prod", forged)).await;
        assert_eq!(kind, ErrorKind::Invalid);
        assert!(message.contains("would make the token's subject ambiguous"), "{message}");
    }

    let mut nowhere = login(&[], "app/prod", "app/prod");
    nowhere.context = Arc::new(ana());
    assert_eq!(refused(nowhere).await.0, ErrorKind::Invalid);

    let other = Value::object([("login", Value::string("evil"))]);
    let other = ExecutionContext::new([("pulumi", Value::object([("organization", other)]))]);
    let mut foreign = login(&[], "app/prod", "app/prod");
    foreign.context = Arc::new(other.unwrap().for_environment("app/prod"));
    assert_eq!(refused(foreign).await.0, ErrorKind::Denied);

    for claim in ["sub", "trigger_user", "https://pulumi.com/actor"] {
        let mut request = login(&[], "app/prod", "app/prod");
        request.claims.insert(claim.into(), Value::string("root"));
        assert_eq!(refused(request).await.0, ErrorKind::Internal);
    }
}

#[tokio::test]
async fn unknown_users_are_not_named() {
    let issuer = fixed().build().unwrap();
    let mut request = login(&[], "app/prod", "app/prod");
    request.context = Arc::new(ExecutionContext::default().for_environment("app/prod"));
    let claims = issuer.preview(&request).await.unwrap();
    assert_eq!(claims.get("trigger_user"), None);
    assert_eq!(claims.get("root_env").unwrap().as_str(), Some("app/prod"));
}

#[tokio::test]
async fn audiences_of_the_default_project_may_be_bare() {
    let audience = async |issuer: Issuer, audience: Audience, current: &str| {
        let request = request(audience, TokenStyle::Login(Vec::new()), context("", current));
        let claims = issuer.preview(&request).await.unwrap();
        claims.get("aud").unwrap().as_str().unwrap().to_owned()
    };
    let aws = || Audience::Vendor("aws".into());
    let plain = || fixed().build().unwrap();
    let bare = || fixed().bare_audience_for_default_project(true).build().unwrap();
    assert_eq!(audience(plain(), aws(), "default/x").await, "aws:acme");
    assert_eq!(audience(bare(), aws(), "default/x").await, "acme");
    assert_eq!(audience(bare(), aws(), "x").await, "acme");
    assert_eq!(audience(bare(), aws(), "app/x").await, "aws:acme");
    let exact = Audience::Exact("https://a.example".into());
    assert_eq!(audience(bare(), exact, "x").await, "https://a.example");
}

#[tokio::test]
async fn keys_are_replaced_with_an_overlap() {
    let old = SigningKey::generate(Algorithm::Rs256).unwrap();
    let next = SigningKey::generate(Algorithm::Es256).unwrap();
    let issuer = Issuer::builder(ISSUER, "acme", KeySet::new(old.clone())).build().unwrap();
    let mint = async || issuer.mint(&login(&[], "app/prod", "app/prod")).await.unwrap().token;
    let jwks = || issuer.jwks(Version::Login);
    let check = |jwks: &serde_json::Value, token: &Secret<String>| {
        verify(jwks, token, "aws:acme").map(|_| ())
    };
    let unknown = Err("the key is not published".to_owned());
    let (first, before) = (mint().await, jwks());

    issuer.set_keys(Version::Login, KeySet::new(old.clone()).publish(next.public_key()));
    let announced = jwks();
    assert_eq!(check(&announced, &first), Ok(()));
    assert_eq!(check(&before, &mint().await), Ok(()), "the next key does not sign yet");

    let keys = (*issuer.keys(Version::Login)).clone();
    issuer.set_keys(Version::Login, keys.rotate(next.clone()));
    let second = mint().await;
    assert_eq!(check(&announced, &second), Ok(()), "who fetched the set before knows the key");
    assert_eq!(check(&jwks(), &first), Ok(()), "old tokens are good until they expire");
    assert_eq!(check(&before, &second), unknown);
    let algorithms = &issuer.discovery(Version::Login)["id_token_signing_alg_values_supported"];
    assert_eq!(algorithms, &json!(["ES256", "RS256"]));

    let keys = (*issuer.keys(Version::Login)).clone();
    issuer.set_keys(Version::Login, keys.retire(old.id()));
    assert_eq!(check(&jwks(), &first), unknown);
    assert_eq!(check(&jwks(), &mint().await), Ok(()));
}

#[tokio::test]
async fn tampered_tokens_are_refused() {
    let issuer = fixed().build().unwrap();
    let token = issuer.mint(&login(&[], "app/prod", "app/prod")).await.unwrap().token;
    let other = fixed().build().unwrap();
    let parts: Vec<&str> = token.expose().split('.').collect();
    let forged = other.mint(&login(&[], "app/prod", "app/root")).await.unwrap().token;
    let claims = forged.expose().split('.').nth(1).unwrap();
    let mixed = Secret::new([parts[0], claims, parts[2]].join("."));
    let error = verify(&issuer.jwks(Version::Login), &mixed, "aws:acme").unwrap_err();
    assert_eq!(error, "InvalidSignature");
}

#[test]
fn the_documents_tell_backends_all_they_need() {
    let ids = |_: &str| None;
    let issuer = builder().standalone(Standalone::new("o-1", ids, keys()));
    let issuer = issuer.build().unwrap();
    let documents = issuer.documents();
    let urls: Vec<&str> = documents.iter().map(|d| d.url.as_str()).collect();
    assert_eq!(
        urls,
        [
            "https://esc.example/oidc/.well-known/openid-configuration",
            "https://esc.example/oidc/.well-known/jwks",
            "https://esc.example/oidc/v2/.well-known/openid-configuration",
            "https://esc.example/oidc/v2/.well-known/jwks",
        ]
    );
    assert_eq!(
        documents[0].body,
        json!({
            "issuer": "https://esc.example/oidc",
            "jwks_uri": "https://esc.example/oidc/.well-known/jwks",
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "scopes_supported": ["openid"],
            "claims_supported": ["aud", "exp", "iat", "iss", "jti", "nbf", "sub"],
        })
    );
    assert_eq!(documents[2].body["jwks_uri"], documents[3].url);
    assert_eq!(documents[3].body, issuer.jwks(Version::Standalone));
    assert_ne!(documents[3].body, documents[1].body);
    assert_eq!(builder().build().unwrap().documents().len(), 2);
}

#[tokio::test]
async fn every_token_is_told_to_the_audit() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let seen = log.clone();
    let issuer = fixed().on_mint(move |minted| seen.lock().unwrap().push(minted.clone()));
    let issuer = issuer.build().unwrap();
    let mut request = login(&[], "app/prod", "app/cloud");
    request.lifetime = Some(Duration::from_secs(60));
    issuer.preview(&request).await.unwrap();
    issuer.mint(&request).await.unwrap();
    request.lifetime = Some(Duration::from_secs(3601));
    assert_eq!(issuer.mint(&request).await.unwrap_err().kind, ErrorKind::Invalid);
    let log = log.lock().unwrap();
    let [minted] = log.as_slice() else { panic!("{log:?}") };
    assert_eq!(minted.subject, "pulumi:environments:org:acme:env:app/cloud");
    assert_eq!((&*minted.audience, &*minted.path), ("aws:acme", "login"));
    assert_eq!(minted.lifetime, Duration::from_secs(60));
}

#[test]
fn issuers_that_nobody_could_trust_are_refused() {
    let url = |url: &str| {
        Issuer::builder(url, "acme", keys()).build().map(|i| i.url(Version::Login).to_owned())
    };
    assert_eq!(url("https://esc.example/oidc/"), Ok(ISSUER.into()));
    assert_eq!(url("http://127.0.0.1:8080"), Ok("http://127.0.0.1:8080".into()));
    for bad in
        ["http://esc.example", "https://a.example?x=1", "https://u:p@a.example", "esc", "ftp://x"]
    {
        assert_eq!(url(bad), Err(IssuerError::Url(bad.into())));
    }
    for bad in ["", "a:b", "a b"] {
        let error = Issuer::builder(ISSUER, bad, keys()).build().map(|_| ()).unwrap_err();
        assert_eq!(error, IssuerError::Organization(bad.into()));
    }
    let long = builder().lifetime(Duration::from_secs(7200)).build().map(|_| ());
    assert_eq!(long, Err(IssuerError::Lifetime));
    let keys = keys();
    let standalone = Standalone::new("o-1", |_: &str| None, keys.clone());
    let shared = Issuer::builder(ISSUER, "acme", keys).standalone(standalone).build().map(|_| ());
    assert_eq!(shared, Err(IssuerError::SharedKeys));
}
