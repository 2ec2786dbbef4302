use std::sync::Arc;

use esc_core::provider::ErrorKind;
use esc_core::value::{Value, ValueKind};
use esc_provider_kit::conformance::{self, Case, Failing, Subject};
use esc_provider_kubernetes::{CONFIG_MAPS, KUBECONFIG, Kubernetes, LOGIN, SECRETS, Settings};
use esc_test_servers::kubernetes::{FakeKubernetes, Fault};
use serde_json::json;

use super::common::{CANARY, World, provider, value};

/// The failures that all providers that ask an API server share. The servers that fail come back, since they must live
/// as long as the subject.
async fn failing(
    subject: Subject,
    world: &World,
    inputs: impl Fn(serde_json::Value) -> serde_json::Value,
) -> (Subject, Vec<FakeKubernetes>) {
    let login = |fault| {
        let inputs = &inputs;
        async move {
            let server = FakeKubernetes::start_plain().await;
            server.fault(usize::MAX, "", fault);
            let login = json!({ "server": server.endpoint(), "token": CANARY, "namespace": "app" });
            (server, value(inputs(login)))
        }
    };
    let (throttled, throttling) = login(Fault::Throttle(1)).await;
    let (broken, breaking) = login(Fault::Status(503)).await;
    let nobody = world.server.account("app", "nobody", &[]);
    let subject = subject
        .failing(Failing::new(ErrorKind::Denied, value(inputs(world.login_with(&nobody)))))
        .failing(Failing::new(ErrorKind::Unauthenticated, value(inputs(world.login_with(CANARY)))))
        .failing(Failing::new(ErrorKind::Throttled, throttling))
        .failing(Failing::new(ErrorKind::Unavailable, breaking));
    (subject, vec![throttled, broken])
}

fn marked(mut inputs: serde_json::Value) -> Value {
    // Logins come with secret tokens.
    let token = inputs["login"]["token"].take();
    let mut inputs = value(inputs);
    if let ValueKind::Object(all) = &mut inputs.kind
        && let Some(login) = all.get_mut("login")
        && let ValueKind::Object(login) = &mut login.kind
    {
        login.insert("token".into(), Value::string(token.as_str().unwrap()).into_secret());
    }
    inputs
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_and_config_maps_conform() {
    let world = World::new().await;
    for (name, entry, canary) in [
        (SECRETS, json!({ "name": "db", "key": "password" }), true),
        (CONFIG_MAPS, json!({ "name": "features", "key": "flags.json" }), false),
    ] {
        let inputs = |login| json!({ "login": login, "get": { "it": entry } });
        let missing = json!({ "login": world.login(), "get": { "it": { "name": "nothing" } } });
        let other = json!({ "login": world.login(), "list": { "q": { "labels": "tier=queue" } } });
        let expected = match canary {
            true => Value::string(CANARY).into_secret(),
            false => Value::string("{}"),
        };
        let subject = Subject::new(name, provider(&world.providers, name))
            .case(
                Case::new("one", marked(inputs(world.login())))
                    .equals(Value::object([("it", expected)])),
            )
            .case(Case::new("list", marked(other.clone())))
            .failing(Failing::new(ErrorKind::NotFound, marked(missing)).reference("get.it"))
            .batch([marked(inputs(world.login())), marked(other), marked(inputs(world.login()))])
            .canary(CANARY)
            .canary("canary-one")
            .canary(world.token.clone());
        let (subject, _servers) = failing(subject, &world, inputs).await;
        conformance::run(&subject).await.assert();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_conform() {
    let world = World::new().await;
    let wanted = |name: &str| json!({ "serviceAccount": name, "expiration": "10m" });
    let inputs = |login| json!({ "static": login, "tokenRequest": wanted("reader") });
    let admin = world.login_with(&world.server.admin_token());
    let missing = json!({ "static": admin, "tokenRequest": wanted("nothing") });
    let subject = Subject::new(LOGIN, provider(&world.providers, LOGIN))
        .varying("each token is a new one")
        .case(Case::new("a token", value(inputs(world.login()))))
        .failing(Failing::new(ErrorKind::NotFound, value(missing)).reference("nothing"))
        .canary(world.token.clone())
        .canary(CANARY);
    let (subject, _servers) = failing(subject, &world, inputs).await;
    conformance::run(&subject).await.assert();
}

#[tokio::test(flavor = "multi_thread")]
async fn kubeconfigs_conform() {
    let world = World::new().await;
    let family = Arc::new(Kubernetes::new(Settings::default()));
    let mut subject = Subject::new(KUBECONFIG, provider(&*family, KUBECONFIG))
        .case(Case::new("all", value(json!({ "login": world.login() }))))
        .canary(world.token.clone());
    for kind in Subject::REQUIRED {
        subject = subject.without(kind, "nobody is asked");
    }
    conformance::run(&subject).await.assert();
}
