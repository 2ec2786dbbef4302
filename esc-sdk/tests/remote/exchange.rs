//! Access tokens for identity tokens.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use esc_core::secret::Secret;
use esc_sdk::remote::{Api, ApiError, Exchange, RequestedToken, SubjectToken, SubjectTokenError};

use crate::builder;
use crate::look_alike::{Fault, IDENTITY, LookAlike};

/// Tells how often it was asked.
#[derive(Clone, Default)]
struct Identity {
    asked: Arc<AtomicU32>,
    wrong: bool,
    missing: bool,
}

#[async_trait]
impl SubjectToken for Identity {
    async fn subject_token(&self) -> Result<Secret<String>, SubjectTokenError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(20)).await;
        match (self.missing, self.wrong) {
            (true, _) => Err(SubjectTokenError("the file is not mounted".to_owned())),
            (_, true) => Ok(Secret::new("eyJ.canary-wrong.x".to_owned())),
            _ => Ok(Secret::new(IDENTITY.to_owned())),
        }
    }
}

fn exchanging(server: &LookAlike, identity: &Identity) -> Api {
    let exchange = Exchange::new("acme")
        .requested(RequestedToken::Team("core".into()))
        .expiration(Duration::from_secs(600));
    builder(server).exchange(exchange, identity.clone()).build().unwrap()
}

#[tokio::test]
async fn a_token_is_exchanged_once_for_many_calls() {
    let server = LookAlike::start().await;
    let identity = Identity::default();
    let api = exchanging(&server, &identity);
    let calls = (0..20).map(|_| api.list(None));
    assert!(futures::future::join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(identity.asked.load(Ordering::SeqCst), 1);
    let requests = server.requests();
    assert_eq!(requests.len(), 21);
    let exchange = &requests[0];
    assert_eq!(exchange.line(), "POST /api/oauth/token");
    assert_eq!(exchange.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(exchange.header("authorization"), None);
    let form: Vec<(String, String)> =
        url::form_urlencoded::parse(exchange.body.as_bytes()).into_owned().collect();
    let field = |name: &str| form.iter().find(|(k, _)| k == name).unwrap().1.as_str();
    assert_eq!(field("requested_token_type"), "urn:pulumi:token-type:access_token:team");
    assert_eq!((field("scope"), field("expiration")), ("team:core", "600"));
    let authorization = Some("token pul-canary-exchanged-1");
    assert!(requests[1..].iter().all(|r| r.header("authorization") == authorization));
    assert!(!format!("{api:?}").contains("canary"));
}

#[tokio::test]
async fn a_token_is_renewed_shortly_before_it_ends() {
    let server = LookAlike::start().await;
    let identity = Identity::default();
    let api = exchanging(&server, &identity);
    api.list(None).await.unwrap();
    // It lives for 100 s, of which 90 are used.
    let pass = async |seconds| {
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(seconds)).await;
        tokio::time::resume();
    };
    pass(80).await;
    api.list(None).await.unwrap();
    assert_eq!(identity.asked.load(Ordering::SeqCst), 1);
    pass(11).await;
    api.list(None).await.unwrap();
    assert_eq!(identity.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_token_that_was_taken_back_is_replaced_once() {
    let server = LookAlike::start().await;
    let identity = Identity::default();
    let api = exchanging(&server, &identity);
    api.list(None).await.unwrap();
    server.shared.exchanged.lock().unwrap().clear();
    api.create(&crate::name("p/e")).await.unwrap();
    assert_eq!(identity.asked.load(Ordering::SeqCst), 2);
    // If the new one does not help either, that is that.
    server.requests();
    for _ in 0..3 {
        server.answer(401, &[], "");
    }
    // The fault of the exchange itself counts as one of the three.
    let error = api.list(None).await.unwrap_err();
    assert!(matches!(error, ApiError::Unauthenticated { .. }), "{error}");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_failed_exchange_fails_all_who_wait_for_it() {
    let server = LookAlike::start().await;
    let identity = Identity { wrong: true, ..Identity::default() };
    let api = exchanging(&server, &identity);
    let errors = futures::future::join_all((0..10).map(|_| api.list(None))).await;
    for error in errors {
        let error = error.unwrap_err();
        assert!(matches!(error, ApiError::Unauthenticated { .. }), "{error}");
        // The server quoted it.
        assert_eq!(error.message(), "wrong subject_token: [secret]");
        assert!(!format!("{error:?}").contains("canary"));
    }
    assert_eq!(identity.asked.load(Ordering::SeqCst), 1);
    // Who comes later tries again.
    assert!(api.list(None).await.is_err());
    assert_eq!(identity.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_dropped_exchange_lets_the_next_one_try() {
    let server = LookAlike::start().await;
    let identity = Identity::default();
    let api = exchanging(&server, &identity);
    server.fail(Fault::Late(Duration::from_secs(10)));
    let hurried = tokio::time::timeout(Duration::from_millis(200), api.list(None));
    assert!(hurried.await.is_err());
    assert!(api.list(None).await.is_ok());
    assert_eq!(identity.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn answers_without_a_token_are_refused() {
    let server = LookAlike::start().await;
    let api = exchanging(&server, &Identity::default());
    for body in [
        "{}",
        "[]",
        r#"{"access_token":"","expires_in":60}"#,
        r#"{"access_token":"canary","expires_in":0}"#,
        r#"{"access_token":"canary","expires_in":-1}"#,
        r#"{"access_token":"canary\nx","expires_in":60}"#,
        r#"{"access_token":"canary"}"#,
    ] {
        server.answer(200, &[], body);
        let error = api.list(None).await.unwrap_err();
        assert!(matches!(error, ApiError::Protocol { .. }), "{body}: {error}");
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
    let identity = Identity { missing: true, ..Identity::default() };
    let error = exchanging(&server, &identity).list(None).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot exchange the identity token for an access token: unauthenticated: \
         there is no identity token: the file is not mounted"
    );
}
