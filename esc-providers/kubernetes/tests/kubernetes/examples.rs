use std::sync::Arc;

use esc_core::ast::Document;
use esc_core::crypt::Decrypter;
use esc_core::provider::Registry;
use esc_core::syntax::Limits;
use esc_core::value::Reveal;
use esc_eval::testing::{Memory, Rot128};
use esc_eval::{Evaluator, Root};
use esc_provider_kit::Family;
use esc_test_servers::kubernetes::Rule;
use serde_json::{Value, json};

use super::common::{CANARY, World};

/// What stands below `values` in an example.
fn values(text: &str) -> &str {
    text.strip_prefix("values:\n").unwrap()
}

#[tokio::test]
async fn the_examples_of_the_documentation_open() {
    let world = World::new().await;
    world.server.secret("app", "web-tls", &[], &[("tls.crt", b"PEM"), ("keystore.p12", &[0xfe])]);
    // What the documented Role allows, and `list`, of which the documentation warns.
    let rules = [
        Rule::new(&["get"], &["secrets"]).named(&["db", "web-tls"]),
        Rule::new(&["list"], &["secrets"]),
        Rule::new(&["get"], &["configmaps"]).named(&["features"]),
        Rule::new(&["create"], &["serviceaccounts/token"]).named(&["reader"]),
    ];
    let bootstrap = world.server.account("app", "reader", &rules);
    let text = format!(
        "values:\n  server: {}\n  authority: {}\n  bootstrap:\n    fn::secret: {bootstrap}\n{}{}{}{}",
        json!(world.server.endpoint()),
        json!(world.server.ca_pem()),
        values(include_str!("../../examples/kubernetes-login.yaml")),
        values(include_str!("../../examples/kubernetes-secrets.yaml")),
        values(include_str!("../../examples/kubernetes-configmaps.yaml")),
        values(include_str!("../../examples/kubernetes-kubeconfig.yaml")),
    );
    let mut registry = Registry::new();
    for (name, provider) in world.providers.providers() {
        registry = registry.with_provider(name, provider);
    }
    let source = Memory::new(Vec::<(String, String)>::new());
    let evaluator = Evaluator::new(Arc::new(source), Arc::new(registry));
    let document = Document::load("app/prod", text, &Limits::default()).document.unwrap();
    let decrypter: Arc<dyn Decrypter> = Arc::new(Rot128);
    let root = Root { document: Arc::new(document), decrypter };

    let checked = evaluator.check(root.clone()).await;
    assert!(!checked.has_errors(), "{:?}", checked.diagnostics());
    let mut opened = evaluator.open(root).await;
    assert!(!opened.has_errors(), "{:?}", opened.diagnostics());
    assert_eq!(opened.diagnostics().len(), 0, "{:?}", opened.diagnostics());
    assert_eq!(opened.leases().len(), 1);
    let value = opened.value().unwrap();
    let revealed = value.to_json(Reveal::Revealed);
    let revealed: Value = serde_json::from_str(&revealed).unwrap();
    assert_eq!(revealed["environmentVariables"]["DB_PASSWORD"], json!(CANARY));
    assert_eq!(revealed["secrets"]["keystore"], json!("/g=="));
    assert_eq!(revealed["secrets"]["brokers"], json!({ "q1": "canary-one", "q2": "canary-two" }));
    assert_eq!(revealed["settings"]["features"], json!("{}"));
    assert!(revealed["files"]["KUBECONFIG"].as_str().unwrap().contains("fake-account"));
    let shown = value.to_json(Reveal::Redacted);
    assert!(!shown.contains("canary") && !shown.contains("fake-account"), "{shown}");
}
