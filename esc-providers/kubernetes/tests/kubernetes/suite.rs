//! What must hold against any API server. Everything is put there through the API, by an administrator's kubeconfig.

use esc_core::provider::ErrorKind;
use esc_provider_kubernetes::{CONFIG_MAPS, Kubernetes, LOGIN, SECRETS, Settings};
use esc_test_servers::kubernetes::FakeKubernetes;
use kube::Client;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::core::Request;
use kube::core::params::{DeleteParams, PostParams};
use serde_json::{Value, json};

use super::common::{provider, request, revealed};

/// An administrator and a namespace.
struct Cluster {
    kubeconfig: String,
    client: Client,
    namespace: String,
}

impl Cluster {
    async fn new(kubeconfig: String) -> Cluster {
        let parsed = Kubeconfig::from_yaml(&kubeconfig).unwrap();
        let options = KubeConfigOptions::default();
        let config = kube::Config::from_custom_kubeconfig(parsed, &options).await.unwrap();
        let client = Client::try_from(config).unwrap();
        let namespace = format!("esc-test-{}", std::process::id());
        let cluster = Cluster { kubeconfig, client, namespace: namespace.clone() };
        let object =
            json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": namespace } });
        cluster.create("/api/v1/namespaces", object).await;
        cluster
    }

    async fn create(&self, path: &str, object: Value) -> Value {
        let data = object.to_string().into_bytes();
        let request = Request::new(path).create(&PostParams::default(), data).unwrap();
        self.client.request(request).await.unwrap()
    }

    async fn put(&self, group: &str, plural: &str, kind: &str, name: &str, mut object: Value) {
        let version = if group == "/api/v1" { "v1" } else { "rbac.authorization.k8s.io/v1" };
        object["apiVersion"] = json!(version);
        object["kind"] = json!(kind);
        object["metadata"]["name"] = json!(name);
        self.create(&format!("{group}/namespaces/{}/{plural}", self.namespace), object).await;
    }

    async fn end(self) {
        let request = Request::new("/api/v1/namespaces")
            .delete(&self.namespace, &DeleteParams::default())
            .unwrap();
        let _: Value = self.client.request(request).await.unwrap();
    }
}

const CORE: &str = "/api/v1";
const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";

async fn holds(cluster: &Cluster) {
    let bytes = json!({ "data": { "bytes": "/wAB" }, "stringData": { "password": "hunter2" } });
    cluster.put(CORE, "secrets", "Secret", "db", bytes).await;
    for n in 0..5 {
        let labels = json!({ "metadata": { "labels": { "tier": "queue" } }, "stringData": { "n": n.to_string() } });
        cluster.put(CORE, "secrets", "Secret", &format!("q{n}"), labels).await;
    }
    let map = json!({ "data": { "text": "a: 1" }, "binaryData": { "logo": "iVA=" } });
    cluster.put(CORE, "configmaps", "ConfigMap", "features", map).await;
    let rules = json!({ "rules": [
        { "apiGroups": [""], "resources": ["secrets"], "resourceNames": ["db", "nothing"], "verbs": ["get"] },
        { "apiGroups": [""], "resources": ["secrets"], "verbs": ["list"] },
        { "apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["features"], "verbs": ["get"] },
    ]});
    cluster.put(CORE, "serviceaccounts", "ServiceAccount", "reader", json!({})).await;
    cluster.put(RBAC, "roles", "Role", "reader", rules).await;
    let binding = json!({
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader" },
        "subjects": [{ "kind": "ServiceAccount", "name": "reader", "namespace": cluster.namespace }],
    });
    cluster.put(RBAC, "rolebindings", "RoleBinding", "reader", binding).await;

    let family = Kubernetes::new(Settings::default().with_page_size(2));
    let open =
        async |name: &str, inputs: Value| provider(&family, name).open(request(inputs)).await;
    let wanted = |name: &str| {
        let wanted =
            json!({ "serviceAccount": name, "namespace": cluster.namespace, "expiration": "10m" });
        json!({ "kubeconfig": cluster.kubeconfig, "tokenRequest": wanted })
    };
    let opened = open(LOGIN, wanted("reader")).await.unwrap();
    assert_eq!(opened.leases.len(), 1);
    let login = revealed(&opened.value);
    let error = open(LOGIN, wanted("nothing")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound, "{error}");

    let secrets = |more: Value| {
        let mut inputs = json!({ "login": login, "namespace": cluster.namespace });
        inputs.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        inputs
    };
    let inputs = secrets(json!({
        "get": {
            "password": { "name": "db", "key": "password" },
            "bytes": { "name": "db", "key": "bytes", "binary": "base64" },
        },
        "list": { "queues": { "labels": "tier=queue", "key": "n" } },
    }));
    let queues = json!({ "q0": "0", "q1": "1", "q2": "2", "q3": "3", "q4": "4" });
    let expected = json!({ "password": "hunter2", "bytes": "/wAB", "queues": queues });
    assert_eq!(revealed(&open(SECRETS, inputs).await.unwrap().value), expected);
    let inputs = secrets(json!({ "get": { "all": { "name": "features", "binary": "base64" } } }));
    let expected = json!({ "all": { "text": "YTogMQ==", "logo": "iVA=" } });
    assert_eq!(revealed(&open(CONFIG_MAPS, inputs).await.unwrap().value), expected);

    for (provider, name, kind) in [
        (SECRETS, "nothing", ErrorKind::NotFound),
        (SECRETS, "q0", ErrorKind::Denied),
        (CONFIG_MAPS, "other", ErrorKind::Denied),
    ] {
        let error =
            open(provider, secrets(json!({ "get": { "x": { "name": name } } }))).await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.message.contains(name) && error.advice.is_some(), "{error:?}");
    }
    let error = open(SECRETS, secrets(json!({ "list": { "x": { "labels": "a b c" } } })))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid, "{error}");
    let mut inputs = secrets(json!({ "get": { "x": { "name": "db" } } }));
    inputs["login"]["token"] = json!("nonsense");
    let error = open(SECRETS, inputs).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthenticated, "{error}");
}

#[tokio::test]
async fn it_works_with_the_fake() {
    let server = FakeKubernetes::start().await;
    let cluster = Cluster::new(server.kubeconfig(&server.admin_token(), "default")).await;
    holds(&cluster).await;
    cluster.end().await;
}

#[tokio::test]
async fn it_works_with_a_real_server() {
    let Some(path) = std::env::var_os("ESC_TEST_KUBECONFIG") else {
        println!("skipped: ESC_TEST_KUBECONFIG names no kubeconfig of a real API server");
        return;
    };
    let cluster = Cluster::new(std::fs::read_to_string(path).unwrap()).await;
    // The namespace goes, however it ends.
    let held =
        futures::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(holds(&cluster))).await;
    cluster.end().await;
    held.unwrap();
}
