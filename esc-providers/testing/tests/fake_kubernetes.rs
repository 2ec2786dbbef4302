//! The fake API server does what the real one does.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::time::Duration;

use serde_json::{Value, json};

use esc_test_servers::kubernetes::{FakeKubernetes, Fault, Rule};

/// A client of one user.
struct User<'a> {
    server: &'a FakeKubernetes,
    http: reqwest::Client,
    token: String,
}

impl<'a> User<'a> {
    fn new(server: &'a FakeKubernetes, token: &str) -> User<'a> {
        let mut http = reqwest::Client::builder().no_proxy();
        if let Some(pem) = server.ca_pem() {
            let ca = reqwest::Certificate::from_pem(pem.as_bytes()).unwrap();
            http = http.tls_certs_only([ca]);
        }
        User { server, http: http.build().unwrap(), token: token.into() }
    }

    fn admin(server: &'a FakeKubernetes) -> User<'a> {
        User::new(server, &server.admin_token())
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}{path}", self.server.endpoint());
        let kind =
            if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
        let request = self.http.request(method.parse().unwrap(), url).bearer_auth(&self.token);
        let request = request.header("content-type", kind).body(body.to_string());
        let response = request.send().await.unwrap();
        let code = response.status().as_u16();
        let text = response.text().await.unwrap();
        (code, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.send("GET", path, Value::Null).await
    }

    async fn watch(&self, path: &str) -> Vec<(String, Value)> {
        let url = format!("{}{path}", self.server.endpoint());
        let text = self.http.get(url).bearer_auth(&self.token).send().await.unwrap();
        let text = text.text().await.unwrap();
        text.lines()
            .map(|line| {
                let mut event: Value = serde_json::from_str(line).unwrap();
                (event["type"].as_str().unwrap().to_owned(), event["object"].take())
            })
            .collect()
    }
}

const SECRETS: &str = "/api/v1/namespaces/app/secrets";

#[tokio::test]
async fn objects_are_created_replaced_patched_and_deleted() {
    let server = FakeKubernetes::start().await;
    let admin = User::admin(&server);
    let secret = json!({ "metadata": { "name": "db" }, "stringData": { "password": "hunter2" } });
    let (code, status) = admin.send("POST", SECRETS, secret.clone()).await;
    assert_eq!(
        (code, &status["reason"], &status["details"]["kind"]),
        (404, &json!("NotFound"), &json!("namespaces"))
    );

    server.namespace("app");
    let (code, created) = admin.send("POST", SECRETS, secret.clone()).await;
    assert_eq!((code, &created["data"]["password"]), (201, &json!("aHVudGVyMg==")));
    assert_eq!((&created["type"], created.get("stringData")), (&json!("Opaque"), None));
    assert_eq!(created["metadata"]["uid"].as_str().unwrap().len(), 36);
    let (code, status) = admin.send("POST", SECRETS, secret).await;
    assert_eq!((code, &status["reason"]), (409, &json!("AlreadyExists")));

    let path = format!("{SECRETS}/db");
    let patch = json!({ "data": { "password": null }, "stringData": { "user": "app" } });
    let (code, patched) = admin.send("PATCH", &path, patch).await;
    assert_eq!((code, &patched["data"]), (200, &json!({ "user": "YXBw" })));
    let version = |object: &Value| {
        object["metadata"]["resourceVersion"].as_str().unwrap().parse::<u64>().unwrap()
    };
    assert!(version(&patched) > version(&created));

    // What was read before is out of date; what was read after is not; what does not change is not written.
    let (code, status) = admin.send("PUT", &path, created).await;
    assert_eq!((code, &status["reason"]), (409, &json!("Conflict")));
    let (code, same) = admin.send("PUT", &path, patched.clone()).await;
    assert_eq!((code, version(&same)), (200, version(&patched)));

    for bad in [
        json!({ "data": { "k": "%%%" } }),
        json!({ "data": { "no/key": "" } }),
        json!({ "type": "x" }),
    ] {
        let (code, _) = admin.send("PATCH", &path, bad).await;
        assert!(matches!(code, 400 | 422), "{code}");
    }
    let (code, status) = admin.send("DELETE", &path, Value::Null).await;
    assert_eq!(
        (code, &status["status"], &status["details"]["name"]),
        (200, &json!("Success"), &json!("db"))
    );
    assert_eq!(admin.get(&path).await.0, 404);
}

#[tokio::test]
async fn lists_come_in_pages_by_label_until_history_is_forgotten() {
    let server = FakeKubernetes::start_plain().await;
    let admin = User::admin(&server);
    server.namespace("app");
    for n in 0..5 {
        let tier = if n == 4 { "front" } else { "back" };
        server.config_map("app", &format!("c{n}"), &[("tier", tier)], &[("n", "1")], &[]);
    }
    let path = "/api/v1/namespaces/app/configmaps";
    let names = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap();
        items.iter().map(|item| item["metadata"]["name"].as_str().unwrap().to_owned()).collect()
    };
    let (_, page) = admin.get(&format!("{path}?limit=2")).await;
    assert_eq!(
        (names(&page), &page["metadata"]["remainingItemCount"]),
        (vec!["c0".into(), "c1".into()], &json!(3))
    );
    let token = page["metadata"]["continue"].as_str().unwrap();
    let (_, page) = admin.get(&format!("{path}?limit=3&continue={token}")).await;
    assert_eq!((names(&page).len(), page["metadata"].get("continue")), (3, None));
    server.compact();
    let (code, status) = admin.get(&format!("{path}?limit=3&continue={token}")).await;
    assert_eq!((code, &status["reason"]), (410, &json!("Expired")));

    for (selector, count) in [
        ("tier%3Dback", 4),
        ("tier!%3Dback", 1),
        ("tier%20in%20(front,back)", 5),
        ("tier%20notin%20(front)", 4),
        ("!tier", 0),
        ("tier,tier%3Dfront", 1),
    ] {
        let (code, page) = admin.get(&format!("{path}?labelSelector={selector}")).await;
        assert_eq!((code, names(&page).len()), (200, count), "{selector}");
    }
    assert_eq!(admin.get(&format!("{path}?labelSelector=a%20b%20c")).await.0, 400);
    assert_eq!(names(&admin.get("/api/v1/configmaps").await.1).len(), 5);
}

#[tokio::test]
async fn users_may_what_their_roles_say_until_their_tokens_end() {
    let server = FakeKubernetes::start().await;
    server.namespace("app");
    server.secret("app", "db", &[], &[("password", b"hunter2")]);
    server.secret("app", "other", &[], &[]);
    let rules = [
        Rule::new(&["get"], &["secrets"]).named(&["db"]),
        Rule::new(&["create"], &["serviceaccounts/token"]),
    ];
    let token = server.account("app", "reader", &rules);
    let reader = User::new(&server, &token);
    assert_eq!(reader.get(&format!("{SECRETS}/db")).await.0, 200);
    let (code, status) = reader.get(&format!("{SECRETS}/other")).await;
    let message = "secrets \"other\" is forbidden: User \"system:serviceaccount:app:reader\" cannot get resource \
                   \"secrets\" in API group \"\" in the namespace \"app\"";
    assert_eq!((code, &status["message"]), (403, &json!(message)));
    assert_eq!(reader.get(SECRETS).await.0, 403);
    assert_eq!(User::new(&server, "nonsense").get(SECRETS).await.0, 401);

    let path = "/api/v1/namespaces/app/serviceaccounts/reader/token";
    let wanted = |seconds: u64, audiences: &[&str]| {
        let spec = json!({ "expirationSeconds": seconds, "audiences": audiences });
        json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec })
    };
    assert_eq!(reader.send("POST", path, wanted(599, &[])).await.0, 422);
    let (code, issued) = reader.send("POST", path, wanted(600, &[])).await;
    assert_eq!((code, &issued["spec"]["expirationSeconds"]), (201, &json!(600)));
    let short = issued["status"]["token"].as_str().unwrap();
    assert_eq!(User::new(&server, short).get(&format!("{SECRETS}/db")).await.0, 200);
    server.expire_token(short);
    assert_eq!(User::new(&server, short).get(&format!("{SECRETS}/db")).await.0, 401);
    let (_, elsewhere) = reader.send("POST", path, wanted(600, &["vault"])).await;
    let elsewhere = elsewhere["status"]["token"].as_str().unwrap();
    assert_eq!(User::new(&server, elsewhere).get(&format!("{SECRETS}/db")).await.0, 401);
}

#[tokio::test]
async fn watches_tell_what_changes_and_end_with_a_bookmark() {
    let server = FakeKubernetes::start().await;
    let admin = User::admin(&server);
    server.namespace("app");
    server.secret("app", "a", &[("w", "1")], &[]);
    let (_, list) = admin.get(SECRETS).await;
    let version = list["metadata"]["resourceVersion"].as_str().unwrap().to_owned();
    let path = format!(
        "{SECRETS}?watch=1&labelSelector=w%3D1&allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion={version}"
    );
    let changes = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        server.secret("app", "b", &[("w", "1")], &[]);
        server.secret("app", "b", &[("w", "1")], &[("k", b"v")]);
        server.secret("app", "a", &[("w", "0")], &[]);
        server.secret("app", "c", &[("w", "0")], &[]);
        server.delete_secret("app", "b");
    };
    let (events, ()) = tokio::join!(admin.watch(&path), changes);
    let told: Vec<_> = events
        .iter()
        .map(|(kind, object)| (kind.as_str(), object["metadata"]["name"].as_str().unwrap_or("")))
        .collect();
    let expected =
        [("ADDED", "b"), ("MODIFIED", "b"), ("DELETED", "a"), ("DELETED", "b"), ("BOOKMARK", "")];
    assert_eq!(told, expected);
    let last = &events.last().unwrap().1["metadata"]["resourceVersion"];
    assert_eq!(last, &admin.get(SECRETS).await.1["metadata"]["resourceVersion"]);

    server.compact();
    let events = admin.watch(&path).await;
    assert_eq!((events[0].0.as_str(), &events[0].1["code"]), ("ERROR", &json!(410)));
    let from_start = admin.watch(&format!("{SECRETS}?watch=1&timeoutSeconds=1")).await;
    assert_eq!(from_start.len(), 2);
}

#[tokio::test]
async fn it_tells_what_it_is_and_fails_on_demand() {
    let server = FakeKubernetes::start().await;
    let admin = User::admin(&server);
    for path in
        ["/version", "/api", "/api/v1", "/apis", "/apis/rbac.authorization.k8s.io/v1", "/readyz"]
    {
        assert_eq!(admin.get(path).await.0, 200, "{path}");
    }
    assert_eq!(admin.get("/apis/apps/v1").await.0, 404);
    server.fault(1, "/version", Fault::Throttle(7));
    let url = format!("{}/version", server.endpoint());
    let response = admin.http.get(url).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (429, &"7".parse().unwrap())
    );
    assert_eq!(admin.get("/version").await.0, 200);
}
