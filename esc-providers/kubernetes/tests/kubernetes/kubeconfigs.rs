use esc_provider_kubernetes::{KUBECONFIG, LOGIN, SECRETS};
use kube::config::Kubeconfig;
use serde_json::json;

use super::common::{World, revealed};

#[tokio::test]
async fn a_kubeconfig_is_read_back_as_the_login_it_was_written_from() {
    let world = World::new().await;
    let inputs = json!({ "login": world.login(), "namespace": "app", "cluster": "prod: 1", "context": "c\"x" });
    let opened = world.open(KUBECONFIG, inputs).await.unwrap();
    assert!(opened.value.is_secret());
    let yaml = opened.value.as_str().unwrap().to_owned();

    let config = Kubeconfig::from_yaml(&yaml).unwrap();
    assert_eq!(config.current_context.as_deref(), Some("c\"x"));
    assert_eq!(
        (config.clusters[0].name.as_str(), config.auth_infos[0].name.as_str()),
        ("prod: 1", "esc")
    );
    let read = world.open(LOGIN, json!({ "kubeconfig": yaml })).await.unwrap();
    assert_eq!(revealed(&read.value), world.login());
    let inputs =
        json!({ "login": revealed(&read.value), "get": { "x": { "name": "db", "key": "user" } } });
    assert_eq!(revealed(&world.open(SECRETS, inputs).await.unwrap().value), json!({ "x": "app" }));
    // It is only written down: nobody was asked before.
    assert_eq!(world.server.requests().len(), 1);
}

#[tokio::test]
async fn certificates_go_into_a_kubeconfig_in_base64() {
    let world = World::new().await;
    let login = json!({
        "server": "https://a", "caCertificate": "PEM", "tlsServerName": "t", "clientCertificate": "CERT",
        "clientKey": "KEY",
    });
    let opened = world.open(KUBECONFIG, json!({ "login": login })).await.unwrap();
    let expected = "apiVersion: v1\nkind: Config\ncurrent-context: \"esc\"\nclusters:\n- name: \"esc\"\n  cluster:\n    \
                    server: \"https://a\"\n    certificate-authority-data: \"UEVN\"\n    tls-server-name: \"t\"\nusers:\n\
                    - name: \"esc\"\n  user:\n    client-certificate-data: \"Q0VSVA==\"\n    client-key-data: \"S0VZ\"\n\
                    contexts:\n- name: \"esc\"\n  context:\n    cluster: \"esc\"\n    user: \"esc\"\n";
    assert_eq!(opened.value.as_str(), Some(expected));
    let read = world.open(LOGIN, json!({ "kubeconfig": expected })).await.unwrap();
    assert_eq!(revealed(&read.value), login);
}
