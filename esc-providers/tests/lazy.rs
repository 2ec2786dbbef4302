//! Providers that are made when somebody asks for them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use esc_core::provider::{ErrorKind, Providers};
use esc_providers::layers::Trace;
use esc_providers::local::{Local, Variables};
use esc_providers::{Catalog, Lazy};

#[tokio::test]
async fn the_rest_is_made_once_and_only_when_it_is_asked_for() {
    let made = Arc::new(AtomicU32::new(0));
    let count = made.clone();
    let ready = Catalog::new().provider_in("ready", Arc::new(Variables::default()), &Trace);
    let lazy = Lazy::new(ready, move || {
        count.fetch_add(1, Ordering::SeqCst);
        Ok(Catalog::new().family(&Local::new().with_variables(Variables::default())))
    });
    assert!(lazy.provider("ready").await.is_ok());
    assert_eq!(made.load(Ordering::SeqCst), 0);
    let (a, b) = tokio::join!(lazy.provider("env"), lazy.provider("env"));
    assert!(a.is_ok() && b.is_ok());
    assert!(lazy.provider("azure-login").await.is_ok(), "stand-ins are there as well");
    let unknown = lazy.provider("nonesuch").await.err().unwrap();
    assert_eq!((unknown.kind, made.load(Ordering::SeqCst)), (ErrorKind::NotFound, 1));
}

#[tokio::test]
async fn what_cannot_be_made_is_an_error_and_is_tried_again() {
    let lazy = Lazy::new(Catalog::new(), || Err("no certificates".to_owned()));
    for _ in 0..2 {
        let error = lazy.provider("env").await.err().unwrap();
        assert_eq!(error.to_string(), "the providers cannot be made: no certificates");
    }
}
