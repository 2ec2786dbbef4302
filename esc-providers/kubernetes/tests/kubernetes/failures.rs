use std::time::Duration;

use esc_core::provider::{ErrorKind, ProviderError};
use esc_provider_kubernetes::{LOGIN, SECRETS, Settings};
use esc_test_servers::OutOfReach;
use esc_test_servers::kubernetes::{FakeKubernetes, Fault, Rule};
use serde_json::json;

use super::common::{CANARY, World};

fn check(error: &ProviderError, kind: ErrorKind, message: &str, advice: &str) {
    let told = format!("{error:?}");
    assert_eq!(error.kind, kind, "{told}");
    assert!(error.message.contains(message), "{told}");
    let given = error.advice.as_deref().expect("there is advice");
    assert!(given.contains(advice), "{told}");
    assert!(error.message.starts_with("kubernetes-"), "{told}");
    assert!(!told.contains("canary") && !told.contains("fake-account"), "{told}");
}

#[tokio::test]
async fn answers_of_the_server_become_kinds_with_advice() {
    let world = World::new().await;
    let at = world.server.endpoint();
    let db = || json!({ "name": "db" });

    let error = world.get(json!({ "name": "nothing" })).await.unwrap_err();
    check(&error, ErrorKind::NotFound, "secrets \"nothing\" not found", "the namespace `app`");
    assert!(error.message.starts_with(&format!(
        "kubernetes-secrets: the Secret `nothing` (`get.it`) in `app` of {at}: not found: "
    )));
    let error = world.get(json!({ "name": "db", "key": "pasword" })).await.unwrap_err();
    check(&error, ErrorKind::NotFound, "no key `pasword`", "`password`, `user`");
    let error = world.get(json!({ "name": "keys" })).await.unwrap_err();
    check(&error, ErrorKind::Invalid, "`bytes` of `keys` is not UTF-8", "binary: base64");

    for (fault, kind, message) in [
        (Fault::Throttle(7), ErrorKind::Throttled, "Too many requests"),
        (Fault::Status(500), ErrorKind::Unavailable, "500"),
        (Fault::Status(503), ErrorKind::Unavailable, "unable to handle the request"),
        (Fault::Status(504), ErrorKind::Unavailable, "504"),
        (Fault::Status(418), ErrorKind::Invalid, "418"),
        (
            Fault::Garbage(format!("<html>{CANARY}")),
            ErrorKind::Invalid,
            "not that of an API server",
        ),
        (Fault::Garbage(format!("{{\"metadata\":{{\"name\":\"{CANARY}")), ErrorKind::Invalid, ""),
    ] {
        let throttled = matches!(fault, Fault::Throttle(_));
        world.server.fault(1, "/secrets/db", fault);
        let error = world.get(db()).await.unwrap_err();
        check(&error, kind, message, "");
        assert_eq!(error.retry_after, throttled.then_some(Duration::from_secs(7)));
    }

    let narrow =
        world.server.account("app", "narrow", &[Rule::new(&["get"], &["secrets"]).named(&["db"])]);
    let inputs = json!({ "login": world.login_with(&narrow), "get": { "x": { "name": "keys" } } });
    let error = world.open(SECRETS, inputs).await.unwrap_err();
    let rule = "{ apiGroups: [\"\"], resources: [\"secrets\"], resourceNames: [\"keys\"], verbs: [\"get\"] }";
    check(&error, ErrorKind::Denied, "system:serviceaccount:app:narrow", rule);
    let inputs = json!({ "login": world.login_with(&narrow), "list": { "x": { "labels": "a" } } });
    let error = world.open(SECRETS, inputs).await.unwrap_err();
    check(&error, ErrorKind::Denied, "the labels `a` (`list.x`)", "verbs: [\"list\"]");

    world.server.expire_token(&world.token);
    let error = world.get(db()).await.unwrap_err();
    check(&error, ErrorKind::Unauthenticated, "does not accept the credentials", "tokenRequest");
}

#[tokio::test]
async fn servers_that_cannot_be_talked_to_are_told_apart() {
    let settings = Settings::default().with_request_timeout(Duration::from_secs(2));
    let world = World::with(settings).await;
    let other = FakeKubernetes::start().await;
    let plain = FakeKubernetes::start_plain().await;
    let nowhere = OutOfReach::start();
    let changed = |field: &str, text: &str| {
        let mut login = world.login();
        login[field] = json!(text);
        login
    };
    let tls_to_plain = plain.endpoint().replace("http:", "https:");
    let plain_to_tls = world.server.endpoint().replace("https:", "http:");
    for (login, kind, message, advice) in [
        (
            changed("caCertificate", other.ca_pem().unwrap()),
            ErrorKind::Unavailable,
            "signed by an unknown authority",
            "caCertificate",
        ),
        (
            changed("tlsServerName", "api.example"),
            ErrorKind::Unavailable,
            "another name",
            "tlsServerName",
        ),
        (
            changed("server", &nowhere.refused("https")),
            ErrorKind::Unavailable,
            "connection refused",
            "`server`",
        ),
        (
            changed("server", &nowhere.unresolvable("https")),
            ErrorKind::Unavailable,
            "the host name could not be resolved",
            "`server`",
        ),
        (
            changed("server", &nowhere.silent("https")),
            ErrorKind::Unavailable,
            "no answer within 2 s",
            "later",
        ),
        (
            changed("server", &tls_to_plain),
            ErrorKind::Unavailable,
            "does not speak TLS",
            "`server`",
        ),
        (changed("server", &plain_to_tls), ErrorKind::Unavailable, "", "`server`"),
        (changed("server", "http://192.0.2.1"), ErrorKind::Denied, "who the server is", "https"),
        (
            changed("server", "https://me:pw@host"),
            ErrorKind::Invalid,
            "not the address",
            "https://HOST",
        ),
        (changed("server", "10.0.0.1:6443"), ErrorKind::Invalid, "", ""),
        (changed("caCertificate", "nonsense"), ErrorKind::Invalid, "not PEM", "BEGIN CERTIFICATE"),
        (changed("token", "two\nlines"), ErrorKind::Invalid, "cannot be used", "one line"),
        (changed("clientKey", CANARY), ErrorKind::Invalid, "without the other", "both"),
    ] {
        let inputs = json!({ "login": login, "get": { "x": { "name": "db" } } });
        let error = world.open(SECRETS, inputs).await.unwrap_err();
        check(&error, kind, message, advice);
    }
    world.server.fault(1, "/secrets/db", Fault::Delay(Duration::from_secs(60)));
    let error = world.get(json!({ "name": "db" })).await.unwrap_err();
    check(&error, ErrorKind::Unavailable, "no answer within 2 s", "later");
    // What broke one connection does not break the next.
    world.get(json!({ "name": "db" })).await.unwrap();
}

#[tokio::test]
async fn inputs_that_make_no_sense_are_refused_before_anybody_is_asked() {
    let world = World::new().await;
    let secrets = |extra: serde_json::Value| {
        let mut inputs = json!({ "login": world.login() });
        inputs.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        (SECRETS, inputs)
    };
    let request = |account: &str, expiration: &str| {
        let wanted = json!({ "serviceAccount": account, "expiration": expiration });
        (LOGIN, json!({ "static": world.login(), "tokenRequest": wanted }))
    };
    for (name, inputs) in [
        secrets(json!({})),
        secrets(json!({ "get": { "x": { "name": "db" } }, "list": { "x": { "labels": "a" } } })),
        secrets(json!({ "get": { "x": { "name": "../configmaps/x" } } })),
        secrets(json!({ "namespace": "a/b", "get": { "x": { "name": "db" } } })),
        request("reader", "9m59s"),
        request("reader", "soon"),
        request("../x", "1h"),
    ] {
        let error = world.open(name, inputs).await.unwrap_err();
        check(&error, ErrorKind::Invalid, "", "");
    }
    assert_eq!(world.server.requests(), []);
}
