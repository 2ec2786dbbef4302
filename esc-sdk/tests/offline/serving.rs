//! When and how the last good values are served.

use std::time::Duration;

use esc_core::provider::ErrorKind;
use esc_core::source::SourceErrorKind;
use esc_sdk::{Error, FromEnvironment, Secret};
use tokio::time::{Instant, sleep, sleep_until};

use crate::world::{CANARY, Mode, World};
use crate::{NAME, Site, minutes, offline};

/// What takes something out of reach, and its name.
type Outage = (&'static str, fn(&World));

/// All ways in which something cannot be reached.
const OUTAGES: [Outage; 7] = [
    ("the source", |w| w.source(NAME, Mode::Fails(SourceErrorKind::Unavailable))),
    ("an import", |w| w.source("shop/base", Mode::Fails(SourceErrorKind::Unavailable))),
    ("an import, hanging", |w| w.source("shop/base", Mode::Hangs)),
    ("the provider", |w| w.provider("vault", Mode::Fails(ErrorKind::Unavailable))),
    ("the provider's quota", |w| w.provider("vault", Mode::Fails(ErrorKind::Throttled))),
    ("the provider, hanging", |w| w.provider("vault", Mode::Hangs)),
    ("the source, hanging", |w| w.source(NAME, Mode::Hangs)),
];

#[tokio::test(start_paused = true)]
async fn the_last_good_values_are_served_for_an_hour_and_say_how_old_they_are() {
    for (what, outage) in OUTAGES {
        let site = Site::new();
        let client = site.client();
        let live = client.open(NAME).await.unwrap();
        assert_eq!(offline(&live), None);
        let began = Instant::now();
        outage(&site.world);

        for (minute, ended) in [(10, &[][..]), (40, &["values.db"]), (59, &["values.db"])] {
            sleep_until(began + minutes(minute)).await;
            let opened = client.open(NAME).await.unwrap();
            let (age, of) = offline(&opened).unwrap();
            // A deadline has passed where something hangs.
            assert!((minutes(minute)..=minutes(minute) + Duration::from_secs(5)).contains(&age));
            assert_eq!(of, ended, "{what}");
            assert_eq!(opened.value(), live.value(), "{what}");
            assert_eq!(opened.environments(), live.environments());
            assert!(opened.schema().is_some());
        }
        // Nothing is older than that.
        sleep_until(began + minutes(60) + Duration::from_secs(1)).await;
        let error = client.open(NAME).await.unwrap_err();
        assert!(error.is_unavailable(), "{what}: {error}");

        site.world.mend();
        let back = client.open(NAME).await.unwrap();
        assert_eq!(offline(&back), None, "{what}");
        let url: String = back.get("url").unwrap();
        assert_ne!(url, live.get::<String>("url").unwrap());
    }
}

#[derive(FromEnvironment)]
struct Config {
    #[esc(path = "db.password")]
    password: Secret<String>,
    port: u16,
    proxy: Option<String>,
}

#[tokio::test(start_paused = true)]
async fn a_program_that_starts_without_reach_has_everything_it_had() {
    for (what, outage) in OUTAGES {
        let site = Site::new();
        site.client().open(NAME).await.unwrap();
        outage(&site.world);
        sleep(minutes(5)).await;
        let client = site.client();
        let url: String = client.get(NAME, "url").await.unwrap();
        assert_eq!(url, "user-1@db.example", "{what}");
        let config: Config = client.open_as(NAME).await.unwrap();
        assert_eq!(config.password.expose(), &format!("{CANARY}-1"), "{what}");
        assert_eq!((config.port, config.proxy), (5432, None));
        let picked = client.open_paths(NAME, &["db.user"]).await.unwrap();
        assert!(offline(&picked).is_some(), "{what}");
        assert_eq!(picked.get::<String>("db.user").unwrap(), "user-1");
        // The cache changes nothing about secrets and mistakes.
        let error = client.get::<String>(NAME, "db.password").await.unwrap_err();
        assert!(error.to_string().contains("is secret"), "{error}");
        let error = client.get::<String>(NAME, "prt").await.unwrap_err();
        assert!(matches!(error, Error::Lookup(_)), "{error}");
        assert!(error.to_string().contains("did you mean `port`?"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_is_told_alike_with_and_without_a_cache() {
    let site = Site::new();
    for client in [site.client(), site.world.client().build()] {
        let error = client.get::<String>(NAME, "prt").await.unwrap_err();
        assert!(matches!(error, Error::Lookup(_)), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_starts_from_the_cache_and_goes_on_to_what_is_live() {
    let site = Site::new();
    site.client().open(NAME).await.unwrap();
    site.world.provider("vault", Mode::Fails(ErrorKind::Unavailable));
    sleep(minutes(10)).await;
    let watch = site.client().watch::<Config>(NAME).await.unwrap();
    let status = watch.status();
    assert!(status.offline && status.age == minutes(10), "{status:?}");
    assert!(status.failure.unwrap().error.is_unavailable());
    assert_eq!(watch.current().password.expose(), &format!("{CANARY}-1"));

    sleep(minutes(5)).await;
    let failure = watch.status().failure.unwrap();
    assert!(failure.attempts > 3 && failure.lasting == minutes(5), "{failure:?}");
    site.world.mend();
    watch.changed().await.unwrap();
    let status = watch.status();
    assert!(!status.offline && status.failure.is_none() && status.age < minutes(1));
    assert_ne!(watch.current().password.expose(), &format!("{CANARY}-1"));
    watch.stop().await;
}
