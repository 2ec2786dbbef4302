use std::time::Duration;

use esc_core::provider::ErrorKind;
use esc_provider_kubernetes::{CONFIG_MAPS, SECRETS, Settings};
use esc_test_servers::kubernetes::Fault;
use serde_json::json;

use super::common::{CANARY, World, redacted, request, revealed};

#[tokio::test]
async fn secrets_come_by_name_and_by_label_and_are_secret() {
    let world = World::with(Settings::default().with_page_size(1)).await;
    let inputs = json!({
        "login": world.login(),
        "get": {
            "all": { "name": "db" },
            "one": { "name": "db", "key": "password" },
            "bytes": { "name": "keys", "key": "bytes", "binary": "base64" },
        },
        "list": { "queues": { "labels": "tier=queue" }, "words": { "labels": "tier in (queue)", "key": "password" } },
    });
    let opened = world.open(SECRETS, inputs).await.unwrap();
    let expected = json!({
        "all": { "user": "app", "password": CANARY },
        "one": CANARY,
        "bytes": "/wAB",
        "queues": { "q1": { "password": "canary-one" }, "q2": { "password": "canary-two" } },
        "words": { "q1": "canary-one", "q2": "canary-two" },
    });
    assert_eq!(revealed(&opened.value), expected);
    let secret = "[secret]";
    let shown = json!({
        "all": { "user": secret, "password": secret },
        "one": secret,
        "bytes": secret,
        "queues": { "q1": { "password": secret }, "q2": { "password": secret } },
        "words": { "q1": secret, "q2": secret },
    });
    assert_eq!(redacted(&opened.value), shown);
    assert!(opened.leases.is_empty());
}

#[tokio::test]
async fn config_maps_are_plain_and_have_bytes_too() {
    let world = World::new().await;
    let inputs = json!({
        "login": world.login(),
        "namespace": "app",
        "get": {
            "flags": { "name": "features", "key": "flags.json" },
            "all": { "name": "features", "binary": "base64" },
        },
    });
    let opened = world.open(CONFIG_MAPS, inputs).await.unwrap();
    let expected = json!({ "flags": "{}", "all": { "flags.json": "e30=", "logo": "iVA=" } });
    assert_eq!(redacted(&opened.value), expected);
}

#[tokio::test]
async fn equal_objects_are_read_once_in_a_batch_and_not_all_at_once() {
    let world = World::with(Settings::default().with_concurrency(3)).await;
    for n in 0..12 {
        world.server.secret("app", &format!("s{n}"), &[], &[("n", n.to_string().as_bytes())]);
    }
    // The first call connects; only then do requests run beside each other.
    world.get(json!({ "name": "db" })).await.unwrap();
    world.server.forget_requests();
    world.server.fault(100, "/secrets/s", Fault::Delay(Duration::from_millis(50)));
    let call = |range: std::ops::Range<usize>| {
        let get: serde_json::Map<_, _> = range
            .map(|n| (format!("v{n}"), json!({ "name": format!("s{n}"), "key": "n" })))
            .collect();
        request(json!({ "login": world.login(), "get": get }))
    };
    let missing = request(json!({ "login": world.login(), "get": { "x": { "name": "none" } } }));
    let answers = world
        .provider(SECRETS)
        .open_many(vec![call(0..9), missing, call(3..12), call(0..12)])
        .await;
    assert_eq!(answers[1].as_ref().unwrap_err().kind, ErrorKind::NotFound);
    for (answer, range) in [(&answers[0], 0..9), (&answers[2], 3..12), (&answers[3], 0..12)] {
        let expected: serde_json::Map<_, _> =
            range.map(|n| (format!("v{n}"), json!(n.to_string()))).collect();
        assert_eq!(revealed(&answer.as_ref().unwrap().value), json!(expected));
    }
    assert_eq!(world.server.requests().len(), 13);
    assert_eq!(world.server.most_at_once(), 3);
}

#[tokio::test]
async fn a_list_that_the_server_forgets_is_begun_again_but_not_for_ever() {
    let world = World::with(Settings::default().with_page_size(1)).await;
    let inputs = json!({ "login": world.login(), "list": { "q": { "labels": "tier=queue", "key": "password" } } });
    world.server.fault(2, "continue=", Fault::Status(410));
    let opened = world.open(SECRETS, inputs.clone()).await.unwrap();
    assert_eq!(revealed(&opened.value), json!({ "q": { "q1": "canary-one", "q2": "canary-two" } }));
    assert_eq!(world.server.requests().len(), 6);

    world.server.fault(3, "continue=", Fault::Status(410));
    let error = world.open(SECRETS, inputs).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable, "{error}");
}

#[tokio::test]
async fn a_dropped_call_leaves_nothing_behind() {
    let world = World::new().await;
    world.get(json!({ "name": "db" })).await.unwrap();
    world.server.fault(1, "/secrets/db", Fault::Delay(Duration::from_secs(60)));
    let slow = world.get(json!({ "name": "db" }));
    assert!(tokio::time::timeout(Duration::from_millis(200), slow).await.is_err());
    let opened = world.get(json!({ "name": "db", "key": "user" })).await.unwrap();
    assert_eq!(revealed(&opened.value), json!({ "it": "app" }));
}

#[tokio::test]
async fn more_objects_than_allowed_are_refused() {
    let world = World::with(Settings::default().with_max_objects(1)).await;
    let inputs = json!({ "login": world.login(), "list": { "q": { "labels": "tier=queue" } } });
    let error = world.open(SECRETS, inputs).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid, "{error}");
}
