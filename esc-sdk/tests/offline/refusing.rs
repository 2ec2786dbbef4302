//! When the last good values must not be served.

use esc_core::provider::ErrorKind;
use esc_core::source::SourceErrorKind;
use esc_sdk::Error;

use crate::world::{Mode, World};
use crate::{BASE, NAME, PROD, Site, offline};

/// After a good opening: the change to the world, which must end in an error in spite of the cache.
async fn refused(what: &str, change: impl Fn(&World)) -> Error {
    let site = Site::new();
    site.client().open(NAME).await.unwrap();
    change(&site.world);
    for client in [site.client(), site.client()] {
        let paths = client.open_paths(NAME, &["url"]).await;
        assert!(!paths.is_ok_and(|o| offline(&o).is_some()), "{what}");
        let opened = client.open(NAME).await;
        assert!(opened.is_err(), "{what}: {opened:?}");
    }
    let error = site.client().open(NAME).await.unwrap_err();

    // It was the change, and nothing else.
    site.world.mend();
    [BASE, PROD].iter().for_each(|(name, text)| site.world.define(name, text));
    site.world.source(NAME, Mode::Fails(SourceErrorKind::Unavailable));
    assert!(offline(&site.client().open(NAME).await.unwrap()).is_some(), "{what}");
    error
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_an_answer() {
    for kind in [
        SourceErrorKind::NotFound,
        SourceErrorKind::Denied,
        SourceErrorKind::Unauthenticated,
        SourceErrorKind::Invalid,
    ] {
        for name in [NAME, "shop/base"] {
            refused(&format!("{name}: {kind:?}"), |w| w.source(name, Mode::Fails(kind))).await;
        }
    }
    let kinds: Vec<ErrorKind> = ErrorKind::ALL.into_iter().filter(|k| !k.is_temporary()).collect();
    assert_eq!(kinds.len(), 6);
    for kind in kinds {
        refused(kind.as_str(), |w| w.provider("vault", Mode::Fails(kind))).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_document_that_is_broken_is_not_papered_over() {
    for text in ["values: [", "values: {a: \"${nothing}\"}", "imports: [shop/none]\nvalues: {}"] {
        let error = refused(text, |w| w.define(NAME, text)).await;
        assert!(!error.is_unavailable(), "{text}: {error}");
    }
    refused("an import", |w| w.define("shop/base", "values: [")).await;
    // Not even if something is out of reach as well.
    refused("both", |w| {
        w.define(NAME, "values: {a: \"${nothing}\", db: {fn::open::vault: {}}}");
        w.provider("vault", Mode::Fails(ErrorKind::Unavailable));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn values_of_other_definitions_are_of_the_past() {
    let changed = PROD.1.replace("5432", "5433");
    let more = format!("{}  other: {{fn::open::other: {{}}}}\n", PROD.1);
    let unavailable = Mode::Fails(ErrorKind::Unavailable);
    for (what, mode) in [("unavailable", unavailable), ("hanging", Mode::Hangs)] {
        let down = |w: &World| w.provider("vault", mode);
        refused(&format!("the environment, {what}"), |w| {
            down(w);
            w.define(NAME, &changed);
        })
        .await;
        refused(&format!("an import, {what}"), |w| {
            down(w);
            w.define("shop/base", "values: {host: new.example}");
        })
        .await;
        refused(&format!("one more import, {what}"), |w| {
            down(w);
            w.define("shop/more", "values: {}");
            w.define(NAME, &PROD.1.replace("[shop/base]", "[shop/base, shop/more]"));
        })
        .await;
    }
    // What can be loaded is new, though the rest cannot be loaded.
    for mode in [Mode::Fails(SourceErrorKind::Unavailable), Mode::Hangs] {
        refused("the environment, without its import", |w| {
            w.source("shop/base", mode);
            w.define(NAME, &changed);
        })
        .await;
    }
    // Of two providers, one is out of reach and one says no.
    refused("a second call", |w| {
        w.define(NAME, &more);
        w.provider("vault", unavailable);
        w.provider("other", Mode::Fails(ErrorKind::Denied));
    })
    .await;
}
