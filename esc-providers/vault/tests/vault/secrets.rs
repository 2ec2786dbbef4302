//! Reading what is there, and saying what is not.

use esc_core::provider::ErrorKind;
use esc_provider_vault::Vault;
use esc_test_servers::{FaultProxy, OpenBao};
use serde_json::json;

use crate::common::{login, read, revealed, token_with, told, wrap};

async fn mounts(bao: &OpenBao, prefix: &str) {
    for (name, version) in [("one", "1"), ("two", "2")] {
        let body = json!({ "type": "kv", "options": { "version": version } });
        bao.write(&format!("sys/mounts/{prefix}/{name}"), body).await;
    }
    let old = json!({ "password": "canary-one", "n": 1.50 });
    bao.write(&format!("{prefix}/one/app"), old).await;
    for password in ["canary-first", "canary-second"] {
        let body = json!({ "data": { "password": password, "deep": { "list": [1, "x"] } } });
        bao.write(&format!("{prefix}/two/data/app/db"), body).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_are_read_as_they_are_and_kv_secrets_by_either_version() {
    let Some(bao) = OpenBao::shared().await else { return };
    mounts(bao, "reads").await;
    let proxy = FaultProxy::start(bao.address()).await;
    let vault = Vault::default();
    let wrapped = wrap(bao, "sys/wrapping/wrap", json!({ "a": "canary-a", "b": "canary-b" })).await;
    let inputs = json!({
        "login": login(&proxy.endpoint(), bao.root_token()),
        "read": {
            "raw": { "path": "/reads/two/data/app/db" },
            "old": { "path": "reads/one/app" },
            "field": { "path": "reads/one/app", "field": "password" },
        },
        "kv": {
            "one": { "path": "reads/one/app" },
            "newest": { "path": "reads/two/app/db" },
            "first": { "mount": "reads/two", "path": "app/db", "version": 1, "field": "password" },
            "deep": { "mount": "reads/two/", "path": "app/db", "field": "deep" },
        },
        "unwrap": { "a": { "token": wrapped, "field": "a" }, "b": { "token": wrapped, "field": "b" } },
    });
    let opened = read(&vault, inputs.clone()).await.unwrap();
    let output = revealed(&opened);
    let data = json!({ "password": "canary-second", "deep": { "list": [1, "x"] } });
    assert_eq!(output["raw"]["data"], data);
    assert_eq!(output["raw"]["metadata"]["version"], 2);
    assert_eq!(output["newest"], data);
    assert_eq!(output["old"], json!({ "password": "canary-one", "n": 1.5 }));
    assert_eq!(output["one"], output["old"]);
    assert_eq!(output["field"], "canary-one");
    assert_eq!(output["first"], "canary-first");
    assert_eq!(output["deep"], json!({ "list": [1, "x"] }));
    assert_eq!((&output["a"], &output["b"]), (&json!("canary-a"), &json!("canary-b")));
    assert!(opened.leases.is_empty());
    let shown = format!("{opened:?} {:?} {vault:?}", vault.secrets());
    assert!(!shown.contains("canary") && !shown.contains(bao.root_token()), "{shown}");

    // What is known of mounts is kept, and equal reads are one.
    let asked = |part: &str| proxy.requests().iter().filter(|r| r.path.contains(part)).count();
    let detections = asked("ui/mounts");
    assert!((2..=3).contains(&detections), "{detections}");
    assert_eq!(asked("sys/wrapping/unwrap"), 1);
    assert_eq!(asked("/v1/reads/one/app"), 2);
    let mut again = inputs;
    again.as_object_mut().unwrap().remove("unwrap");
    read(&vault, again).await.unwrap();
    assert_eq!(asked("ui/mounts"), detections);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_told_apart() {
    let Some(bao) = OpenBao::shared().await else { return };
    mounts(bao, "misses").await;
    bao.write("misses/two/data/gone", json!({ "data": { "x": "canary" } })).await;
    bao.request("DELETE", "misses/two/data/gone", None).await.expect("delete");
    bao.write("misses/two/data/ashes", json!({ "data": { "x": "canary" } })).await;
    bao.write("misses/two/destroy/ashes", json!({ "versions": [1] })).await;
    bao.write("sys/mounts/misses/transit", json!({ "type": "transit" })).await;
    let policy = r#"
        path "misses/*" { capabilities = ["read"] }
        path "misses/two/data/closed" { capabilities = ["deny"] }
        path "misses/one/closed" { capabilities = ["deny"] }"#;
    let token = token_with(bao, "misses", policy).await;
    let vault = Vault::default();
    let mut failures = Vec::new();
    for (input, kind, words) in [
        (
            json!({ "read": { "x": { "path": "misses/one/none" } } }),
            ErrorKind::NotFound,
            "check the path",
        ),
        (
            json!({ "read": { "x": { "path": "misses/two/data/none" } } }),
            ErrorKind::NotFound,
            "`read.x`",
        ),
        (
            json!({ "read": { "x": { "path": "misses/two/app/db" } } }),
            ErrorKind::NotFound,
            "as in `misses/two/data/app/db`",
        ),
        (
            json!({ "read": { "x": { "path": "misses/two/data/gone" } } }),
            ErrorKind::NotFound,
            "version 1 was deleted at 20",
        ),
        (
            json!({ "read": { "x": { "path": "misses/two/data/ashes" } } }),
            ErrorKind::NotFound,
            "version 1 was destroyed",
        ),
        (
            json!({ "read": { "x": { "path": "misses/two/data/closed" } } }),
            ErrorKind::Denied,
            "`read` the path `misses/two/data/closed`",
        ),
        (
            json!({ "read": { "x": { "path": "misses/one/app", "field": "none" } } }),
            ErrorKind::NotFound,
            "no field `none`",
        ),
        (
            json!({ "read": { "x": { "path": "misses/two/data/app/db", "field": "password" } } }),
            ErrorKind::NotFound,
            "use `kv` instead of `read`",
        ),
        (
            json!({ "read": { "x": { "path": "misses/../x" } } }),
            ErrorKind::Invalid,
            "`read.x.path`",
        ),
        (
            json!({ "kv": { "x": { "path": "misses/two/none" } } }),
            ErrorKind::NotFound,
            "KV version 2",
        ),
        (
            json!({ "kv": { "x": { "path": "misses/one/none" } } }),
            ErrorKind::NotFound,
            "KV version 1",
        ),
        (
            json!({ "kv": { "x": { "path": "misses/two/gone" } } }),
            ErrorKind::NotFound,
            "version 1 was deleted at 20",
        ),
        (
            json!({ "kv": { "x": { "path": "misses/two/app/db", "version": 9 } } }),
            ErrorKind::NotFound,
            "`kv.x`",
        ),
        (
            json!({ "kv": { "x": { "path": "misses/one/app", "version": 1 } } }),
            ErrorKind::Invalid,
            "keeps no versions",
        ),
        (
            json!({ "kv": { "x": { "path": "misses/two/closed" } } }),
            ErrorKind::Denied,
            "misses/two/data/closed",
        ),
        (
            json!({ "kv": { "x": { "path": "misses/one/closed" } } }),
            ErrorKind::Denied,
            "`read` the path `misses/one/closed`",
        ),
        (
            json!({ "kv": { "x": { "path": "misses/two" } } }),
            ErrorKind::Invalid,
            "add the path of the secret",
        ),
        (
            json!({ "kv": { "x": { "path": "misses/transit/keys/a" } } }),
            ErrorKind::Invalid,
            "use `read` for it",
        ),
        (
            json!({ "kv": { "x": { "path": "nowhere/app" } } }),
            ErrorKind::Denied,
            "is mounted where `nowhere/app` begins",
        ),
        (
            json!({ "unwrap": { "x": { "token": "s.canary" } } }),
            ErrorKind::Unauthenticated,
            "works once",
        ),
        (json!({}), ErrorKind::Invalid, "at least one of `read`, `kv` and `unwrap`"),
        (
            json!({ "read": { "x": { "path": "a" } }, "kv": { "x": { "path": "a/b" } } }),
            ErrorKind::Invalid,
            "given twice",
        ),
    ] {
        let mut inputs = input.clone();
        inputs["login"] = login(bao.address(), &token);
        let error = read(&vault, inputs).await.unwrap_err();
        let all = told(&error, &["canary", &token]);
        if error.kind != kind || !all.contains(words) {
            failures.push(format!("{input}: {} {all}", error.kind));
        }
    }
    for (token, kind) in [("s.canary-token", ErrorKind::Unauthenticated), ("é", ErrorKind::Invalid)]
    {
        let inputs = json!({ "login": login(bao.address(), token), "read": { "x": { "path": "misses/one/app" } } });
        let error = read(&vault, inputs).await.unwrap_err();
        let all = told(&error, &["canary-token"]);
        if error.kind != kind {
            failures.push(format!("{token}: {} {all}", error.kind));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
