//! Every example environment that needs no server opens, and the larger ones say what they should.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::path::Path;
use std::sync::Arc;

use esc_core::provider::Registry;
use esc_core::value::{Reveal, Value};
use esc_providers::local::{Files, Variables};
use esc_sdk::crypto::Key;
use esc_sdk::{Client, DirectorySource, Snapshot};

fn source() -> DirectorySource {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let key = Key::from_file(&here.join("demo.key")).unwrap();
    assert!(key.is_demo());
    DirectorySource::new(here.join("environments")).unwrap().with_key(key)
}

async fn open(name: &str) -> Snapshot {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("environments");
    let providers = Registry::new()
        .with_provider("file", Arc::new(Files::new(root).unwrap()))
        .with_provider("env", Arc::new(Variables::new([("SHOP_TOKEN", "brought along")])));
    let client = Client::builder(source()).providers(providers).build();
    let opened = client.open(name).await.unwrap();
    assert!(opened.diagnostics().list.is_empty(), "{:?}", opened.diagnostics());
    opened
}

fn text(opened: &Snapshot, path: &str) -> String {
    opened.value_at(path).unwrap().and_then(Value::as_str).unwrap().to_owned()
}

#[tokio::test]
async fn all_open_and_none_holds_a_plaintext_secret() {
    let source = source();
    let names = source.names().unwrap();
    assert!(names.len() >= 16);
    for name in names {
        // Those of these projects take servers, see `brokers.rs`, or name providers that nobody has yet, see below.
        if !["brokers", "families", "public"].contains(&name.project()) {
            open(&name.to_string()).await;
        }
        let document = source.read(&name).unwrap();
        let plain = document.lines().any(|line| line.contains("fn::secret: "));
        assert!(!plain, "`{name}`: run `esc encrypt --all`");
    }
}

#[tokio::test]
async fn production() {
    let opened = open("shop/production").await;
    assert_eq!(
        text(&opened, "database.url"),
        "postgres://shop_app:correct-horse-battery-staple@db.eu-central-1.internal:5432/shop?sslmode=verify-full&application_name=shop-production"
    );
    assert_eq!(
        text(&opened, "environmentVariables.FEATURES"),
        r#"{"checkout-v2":true,"gift-cards":true,"languages":["de","en","fr"]}"#
    );
    assert_eq!(text(&opened, "logging.fields.environment"), "shop/production");
    assert!(!opened.value().to_json(Reveal::Redacted).contains("horse"));
    assert_eq!(opened.environments().len(), 8);
    assert_eq!(opened.files().entries.len(), 3);
}

#[tokio::test]
async fn staging_and_development() {
    let staging = open("shop/staging").await;
    assert_eq!(
        text(&staging, "environmentVariables.SERVICE_URL"),
        "https://staging.eu.shop.example"
    );
    assert_eq!(
        text(&staging, "database.url"),
        "postgres://shop_app:staging-only-password@db.staging.internal/shop"
    );
    let development = open("shop/development").await;
    assert_eq!(text(&development, "environmentVariables.SHOP_TOKEN"), "brought along");
}

#[tokio::test]
async fn environments_as_people_write_them_check_clean() {
    let client = Client::builder(source()).build();
    let names = source().names().unwrap().into_iter().filter(|name| name.project() == "public");
    let names: Vec<String> = names.map(|name| name.to_string()).collect();
    assert_eq!(names.len(), 5);
    for name in names {
        let checked = client.check(&name).await.unwrap();
        assert!(checked.diagnostics().list.is_empty(), "{name}: {}", checked.diagnostics());
    }
}
