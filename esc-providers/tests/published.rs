//! What is linked has the published interface, and what is not has a stand-in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::sync::Arc;

use esc_core::provider::{ErrorKind, OpenRequest, Providers, RotateRequest};
use esc_core::value::Value;
use esc_providers::identity::NoIdentity;
use esc_providers::schemas::{Home, PROVIDERS, ROTATORS};
use esc_providers::{Catalog, Standard};

fn standard() -> Catalog {
    Standard::new(Arc::new(NoIdentity)).catalog().unwrap()
}

/// Providers of ours that nobody else has.
fn is_ours(name: &str) -> bool {
    name.starts_with("kubernetes-")
}

fn request() -> OpenRequest {
    OpenRequest {
        inputs: Value::object::<&str>([]),
        context: Arc::default(),
        site: Default::default(),
    }
}

#[tokio::test]
async fn what_is_linked_has_the_published_interface() {
    let catalog = standard();
    let linked: BTreeSet<String> =
        catalog.names().into_iter().filter(|name| !is_ours(name)).map(str::to_owned).collect();
    let homes = PROVIDERS.iter().filter(|published| published.home() != Home::Nowhere);
    assert_eq!(linked, homes.map(|published| published.name().to_owned()).collect());

    let registry = catalog.registry();
    for published in PROVIDERS {
        let schema = registry.provider(published.name()).await.unwrap().schema();
        let expected = published.schema();
        assert_eq!(schema.description, expected.description, "{}", published.name());
        assert_eq!(schema.inputs, expected.inputs, "{}", published.name());
        assert_eq!(schema.outputs, expected.outputs, "{}", published.name());
    }
    for published in ROTATORS {
        let schema = registry.rotator(published.name()).await.unwrap().schema();
        assert_eq!(schema.state, published.schema().state, "{}", published.name());
    }
}

#[tokio::test]
async fn opening_what_is_not_there_says_where_it_is_to_be_had() {
    let alone = Catalog::new().registry();
    for published in PROVIDERS {
        let stand_in = alone.provider(published.name()).await.unwrap();
        let error = stand_in.open(request()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound);
        assert!(error.message.contains(&format!("`{}`", published.name())), "{error}");
        let advice = error.advice.unwrap();
        match published.home() {
            Home::Crate { name, feature } => {
                assert!(
                    advice.contains(name) && advice.contains(&format!("`{feature}`")),
                    "{advice}"
                );
            }
            _ => assert!(error.message.contains("no crate"), "{}", error.message),
        }
    }
    for published in ROTATORS {
        let stand_in = alone.rotator(published.name()).await.unwrap();
        let request = RotateRequest {
            inputs: Value::object::<&str>([]),
            state: None,
            context: Arc::default(),
            site: Default::default(),
        };
        let opened = stand_in.open(request.clone()).await.unwrap_err();
        let rotated = stand_in.rotate(request).await.unwrap_err();
        assert_eq!(opened.message, rotated.message);
        assert!(opened.message.contains(&format!("rotator `{}`", published.name())));
    }
}

#[tokio::test]
async fn stand_ins_can_be_left_out_one_by_one_or_all() {
    let without = standard().without("aws-login").without("azure-login").registry();
    for name in ["aws-login", "azure-login"] {
        assert!(without.provider(name).await.is_err(), "{name}");
    }
    assert!(without.provider("gcp-login").await.is_ok());
    let bare = Catalog::new().without_stand_ins().registry();
    assert!(bare.provider_names().is_empty() && bare.rotator("password").await.is_err());
}
