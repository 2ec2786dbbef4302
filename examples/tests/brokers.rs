//! Environments that draw from backends: one is opened against servers, all are checked.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::sync::Arc;

use esc_core::context::ExecutionContext;
use esc_core::value::Value;
use esc_examples::brokers::{self, Calls, Shop};
use esc_providers::Standard;
use esc_providers::identity::NoIdentity;
use esc_sdk::{Client, DirectorySource, MemorySource};

fn client(source: impl esc_core::source::EnvironmentSource + 'static) -> Client {
    let registry = Standard::new(Arc::new(NoIdentity)).catalog().unwrap().registry();
    let servers = ["vault", "kubernetes"].map(|name| (name, Value::string("https://127.0.0.1:1")));
    let context = ExecutionContext::new([("servers", Value::object(servers))]).unwrap();
    Client::builder(source).providers(registry).context(context).build()
}

fn source() -> DirectorySource {
    DirectorySource::new(brokers::environments()).unwrap()
}

#[tokio::test]
async fn environments_of_all_families_have_no_findings() {
    let mut checked = 0;
    for name in source().names().unwrap() {
        if !["brokers", "families"].contains(&name.project()) {
            continue;
        }
        let inspected = client(source()).check(&name.to_string()).await.unwrap();
        let diagnostics = inspected.diagnostics();
        assert!(diagnostics.list.is_empty(), "{name}: {diagnostics:?}");
        checked += 1;
    }
    assert_eq!(checked, 7);
}

#[tokio::test]
async fn production_differs_by_one_line() {
    let text = |name: &str| source().read(&name.parse().unwrap()).unwrap();
    let shop = text("brokers/shop");
    let in_production = shop.replace("- brokers/local ", "- brokers/production ");
    assert_ne!(shop, in_production);
    let source = MemorySource::new()
        .with("brokers/production", text("brokers/production"))
        .and_then(|source| source.with("brokers/shop", in_production))
        .unwrap();
    let client = client(source);
    client.check_type::<Shop>("brokers/shop").await.unwrap();
    let inspected = client.check("brokers/shop").await.unwrap();
    assert!(inspected.diagnostics().list.is_empty(), "{:?}", inspected.diagnostics());
    let address = inspected.value_at("backends.vault.address").unwrap().and_then(Value::as_str);
    assert_eq!(address, Some("https://vault.internal:8200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_application_works_with_what_it_draws_from_all_backends() {
    let Some(report) = brokers::run().await.unwrap() else { return };
    assert_eq!(
        report.work,
        "the shop is open at a.shop.example and b.shop.example, with gift cards; its database is named; 4 of 4 \
         secrets are at hand; questions to help@shop.example"
    );
    let text = report.to_string();
    assert!(!text.contains("canary") && text.contains("[secret]"), "{text}");
    assert_eq!((report.calls_by_check, report.leases), (0, 1));
    assert!(report.differences.iter().all(|d| d.local != d.production), "{text}");
    let calls =
        |backend, operation: &str, count| Calls { backend, operation: operation.into(), count };
    assert_eq!(
        report.calls,
        [
            calls("AWS STS", "AssumeRoleWithWebIdentity", 1),
            calls("AWS", "BatchGetSecretValue", 1),
            calls("AWS", "GetParameters", 2),
            calls("Vault", "GET /v1/secret/data/shop/cluster", 1),
            calls("Vault", "GET /v1/secret/data/shop/payments", 1),
            calls("Vault", "GET /v1/sys/internal/ui/mounts/secret/shop/cluster", 1),
            calls("Vault", "POST /v1/auth/jwt/login", 1),
            calls("Vault", "POST /v1/auth/token/revoke-self", 1),
            calls("Kubernetes", "GET /api/v1/namespaces/shop/configmaps/shop", 1),
            calls("Kubernetes", "GET /api/v1/namespaces/shop/secrets/queue", 1),
        ]
    );
}
