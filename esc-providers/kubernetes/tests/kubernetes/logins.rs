use std::time::Duration;

use esc_core::provider::{ErrorKind, ProviderError};
use esc_provider_kubernetes::{InCluster, Kubernetes, LOGIN, SECRETS, Settings};
use esc_test_servers::kubernetes::FakeKubernetes;
use serde_json::{Value, json};

use super::common::{CANARY, World, provider, redacted, request, revealed};

async fn log_in(settings: &Settings, inputs: Value) -> Result<Value, ProviderError> {
    let login = provider(&Kubernetes::new(settings.clone()), LOGIN);
    login.open(request(inputs)).await.map(|opened| revealed(&opened.value))
}

#[tokio::test]
async fn a_token_request_answers_a_short_lived_token_that_works() {
    let world = World::new().await;
    let wanted = json!({ "serviceAccount": "reader", "expiration": "15m" });
    let inputs = json!({ "kubeconfig": world.server.kubeconfig(&world.token, "app"), "tokenRequest": wanted });
    let opened = world.open(LOGIN, inputs).await.unwrap();
    assert_eq!(opened.leases.len(), 1);
    assert_eq!(opened.leases[0].duration, Some(Duration::from_secs(900)));
    let shown = redacted(&opened.value);
    assert_eq!(
        (&shown["token"], &shown["server"]),
        (&json!("[secret]"), &json!(world.server.endpoint()))
    );
    assert!(shown["expiration"].as_str().unwrap().ends_with('Z'));

    let login = revealed(&opened.value);
    assert_ne!(login["token"], json!(world.token));
    let get = json!({ "x": { "name": "db", "key": "user" } });
    let inputs = json!({ "login": login, "get": get });
    assert_eq!(
        revealed(&world.open(SECRETS, inputs.clone()).await.unwrap().value),
        json!({ "x": "app" })
    );
    world.server.expire_token(login["token"].as_str().unwrap());
    assert_eq!(world.open(SECRETS, inputs).await.unwrap_err().kind, ErrorKind::Unauthenticated);

    let wanted = json!({ "serviceAccount": "other" });
    let inputs = json!({ "static": world.login(), "tokenRequest": wanted });
    let error = world.open(LOGIN, inputs).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied, "{error}");
    let advice = error.advice.unwrap();
    assert!(advice.contains(
        "resources: [\"serviceaccounts/token\"], resourceNames: [\"other\"], verbs: [\"create\"]"
    ));
}

#[tokio::test]
async fn there_is_exactly_one_way_and_it_has_credentials() {
    let world = World::new().await;
    let settings = Settings::default();
    let mut anonymous = world.login();
    anonymous.as_object_mut().unwrap().remove("token");
    for inputs in [
        json!({}),
        json!({ "static": world.login(), "kubeconfig": "{}" }),
        json!({ "static": anonymous }),
        json!({ "static": world.login(), "context": "x" }),
        json!({ "kubeconfig": "- no" }),
        json!({ "kubeconfig": format!("clusters: [{CANARY}") }),
    ] {
        let error = log_in(&settings, inputs).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid, "{error}");
        assert!(error.advice.is_some() && !format!("{error:?}").contains("canary"));
    }
    let given = json!({ "server": "https://a", "token": CANARY });
    assert_eq!(log_in(&settings, json!({ "static": given })).await.unwrap(), given);
}

#[tokio::test]
async fn a_kubeconfig_chooses_by_context_and_reaches_nothing_unless_allowed() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_string_lossy().into_owned();
    let credential = json!({ "kind": "ExecCredential", "status": {
        "token": "from-plugin", "expirationTimestamp": "2030-01-01T00:00:00Z",
    }});
    std::fs::write(path("token"), "from-file\n").unwrap();
    std::fs::write(path("credential"), credential.to_string()).unwrap();
    let plugin = json!({ "apiVersion": "client.authentication.k8s.io/v1", "command": "cat",
        "args": [path("credential")], "interactiveMode": "Never" });
    let broken = json!({ "apiVersion": "client.authentication.k8s.io/v1", "command": "sh",
        "args": ["-c", format!("echo {CANARY}; echo {CANARY} >&2; exit 3")] });
    let user = |name: &str, user: Value| json!({ "name": name, "user": user });
    let context = |name: &str, cluster: &str| json!({ "name": name, "context": { "cluster": cluster, "user": name, "namespace": "n" } });
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "token",
        "clusters": [
            { "name": "a", "cluster": { "server": "https://a", "certificate-authority-data": "UEVN", "tls-server-name": "t" } },
            { "name": "blind", "cluster": { "server": "https://b", "insecure-skip-tls-verify": true } },
            { "name": "proxied", "cluster": { "server": "https://b", "proxy-url": "http://p" } },
        ],
        "users": [
            user("token", json!({ "token": "t1" })),
            user("certificate", json!({ "client-certificate-data": "Q0VSVA==", "client-key-data": "S0VZ" })),
            user("file", json!({ "tokenFile": "token" })),
            user("plugin", json!({ "exec": plugin })),
            user("broken", json!({ "exec": broken })),
            user("other", json!({ "token": "t1", "as": "root" })),
            user("password", json!({ "username": "u", "password": CANARY })),
            user("blind", json!({ "token": "t1" })),
            user("proxied", json!({ "token": "t1" })),
        ],
        "contexts": [
            context("token", "a"), context("certificate", "a"), context("file", "a"), context("plugin", "a"),
            context("broken", "a"), context("other", "a"), context("password", "a"), context("blind", "blind"),
            context("proxied", "proxied"), context("dangling", "none"),
        ],
    });
    std::fs::write(path("config"), config.to_string()).unwrap();
    let text = config.to_string();
    let inline = |context: &str| json!({ "kubeconfig": text, "context": context });
    let strict = Settings::default();
    let lax = Settings::default().with_files(true).with_exec(true).with_insecure(true);

    let expected = json!({ "server": "https://a", "caCertificate": "PEM", "tlsServerName": "t", "token": "t1", "namespace": "n" });
    assert_eq!(log_in(&strict, json!({ "kubeconfig": text })).await.unwrap(), expected);
    let login = log_in(&strict, inline("certificate")).await.unwrap();
    assert_eq!((&login["clientCertificate"], &login["clientKey"]), (&json!("CERT"), &json!("KEY")));

    let file = |context: &str| json!({ "kubeconfigFile": path("config"), "context": context });
    for inputs in [
        inline("file"),
        inline("plugin"),
        inline("blind"),
        file("token"),
        json!({ "inCluster": true }),
    ] {
        let error = log_in(&strict, inputs).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Denied, "{error}");
        assert!(error.advice.unwrap().contains("Settings::with_"));
    }
    assert_eq!(log_in(&lax, file("file")).await.unwrap()["token"], json!("from-file"));
    let login = log_in(&lax, inline("plugin")).await.unwrap();
    assert_eq!(
        (&login["token"], &login["expiration"]),
        (&json!("from-plugin"), &json!("2030-01-01T00:00:00Z"))
    );
    assert_eq!(log_in(&lax, inline("blind")).await.unwrap()["insecureSkipTlsVerify"], json!(true));

    for (inputs, kind) in [
        (inline("other"), ErrorKind::Invalid),
        (inline("password"), ErrorKind::Invalid),
        (inline("proxied"), ErrorKind::Invalid),
        (inline("dangling"), ErrorKind::NotFound),
        (inline("nothing"), ErrorKind::NotFound),
        (inline("broken"), ErrorKind::Unauthenticated),
        (json!({ "kubeconfigFile": path("nothing") }), ErrorKind::NotFound),
        (json!({ "kubeconfigFile": path("") }), ErrorKind::Invalid),
    ] {
        let error = log_in(&lax, inputs).await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert!(!format!("{error:?}").contains("canary"));
    }
}

#[tokio::test]
async fn the_account_of_the_pod_is_read_anew_each_time() {
    let world = World::new().await;
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("ca.crt", world.server.ca_pem().unwrap());
    write("namespace", "app");
    write("token", "old");
    let account = InCluster::new(world.server.endpoint(), directory.path());
    let settings = Settings::default().with_in_cluster(account);
    let inputs = json!({ "inCluster": true });
    assert_eq!(log_in(&settings, inputs.clone()).await.unwrap()["token"], json!("old"));
    write("token", &format!("{}\n", world.token));
    let login = log_in(&settings, inputs).await.unwrap();
    assert_eq!(login, world.login());
    let inputs = json!({ "login": login, "get": { "x": { "name": "db", "key": "user" } } });
    assert_eq!(revealed(&world.open(SECRETS, inputs).await.unwrap().value), json!({ "x": "app" }));
}

#[tokio::test]
async fn a_client_certificate_logs_in_and_without_one_the_server_does_not_talk() {
    let world = World::new().await;
    let server = FakeKubernetes::start_with_client_certificate().await;
    server.namespace("app");
    server.secret("app", "db", &[], &[("user", b"app")]);
    let (certificate, key) = server.client_certificate().unwrap();
    let given = json!({
        "server": server.endpoint(), "caCertificate": server.ca_pem(), "clientCertificate": certificate,
        "clientKey": key, "namespace": "app",
    });
    let opened = world.open(LOGIN, json!({ "static": given })).await.unwrap();
    assert_eq!(redacted(&opened.value)["clientKey"], json!("[secret]"));
    let get = json!({ "x": { "name": "db" } });
    let inputs = json!({ "login": revealed(&opened.value), "get": get });
    let opened = world.open(SECRETS, inputs.clone()).await.unwrap();
    assert_eq!(revealed(&opened.value), json!({ "x": { "user": "app" } }));

    let mut without = inputs;
    for field in ["clientCertificate", "clientKey"] {
        without["login"].as_object_mut().unwrap().remove(field);
    }
    without["login"]["token"] = json!(CANARY);
    let error = world.open(SECRETS, without).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthenticated, "{error}");
    assert!(error.advice.unwrap().contains("clientCertificate"));
}
