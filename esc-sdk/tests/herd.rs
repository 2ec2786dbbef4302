//! Many who ask for the same at once.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

#[path = "common/world.rs"]
mod world;

use std::time::Duration;

use esc_core::provider::ErrorKind;
use esc_core::source::SourceErrorKind;
use esc_sdk::{Error, FromEnvironment};
use futures::future::join_all;
use tokio::time::{Instant, sleep, timeout};

use crate::world::{Mode, World};

const NAME: &str = "shop/prod";
const HERD: usize = 10_000;

fn world() -> World {
    let world = World::new(&[(NAME, "values:\n  db: {fn::open::vault: {}}\n  port: 1\n")]);
    world.slow(Duration::from_secs(1));
    world
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_who_ask_at_once_are_one_evaluation() {
    let world = world();
    let client = world.client().build();
    let opened = join_all((0..HERD).map(|_| client.open(NAME))).await;
    assert!(
        opened.iter().all(|o| o.as_ref().unwrap().get::<String>("db.user").unwrap() == "user-1")
    );
    assert_eq!(world.counts(), (1, 1));
    let users = join_all((0..HERD).map(|_| client.get::<String>(NAME, "db.user"))).await;
    assert!(users.iter().all(|user| user.as_ref().unwrap() == "user-2"));
    assert_eq!(world.counts(), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_herd_that_fails_fails_once_and_only_answers_are_remembered() {
    let world = world();
    let client = world.client().build();
    let fails = async || {
        let results = join_all((0..HERD).map(|_| client.open(NAME))).await;
        assert!(results.iter().all(Result::is_err));
        world.counts().1
    };
    // That something is out of reach is not remembered.
    world.provider("vault", Mode::Fails(ErrorKind::Unavailable));
    assert_eq!((fails().await, fails().await), (1, 2));
    // That it is denied is, for a second.
    world.provider("vault", Mode::Fails(ErrorKind::Denied));
    assert_eq!((fails().await, fails().await), (3, 3));
    sleep(Duration::from_millis(999)).await;
    assert_eq!(fails().await, 3);
    sleep(Duration::from_millis(1)).await;
    assert_eq!(fails().await, 4);
}

#[tokio::test(start_paused = true)]
async fn who_came_first_may_leave() {
    let world = world();
    let client = world.client().build();
    let hurried = timeout(Duration::from_millis(500), client.open(NAME));
    let rest = join_all((0..HERD).map(|_| client.open(NAME)));
    let (hurried, rest) = tokio::join!(hurried, rest);
    assert!(hurried.is_err() && rest.iter().all(Result::is_ok));
    assert_eq!(world.counts(), (1, 1));
}

#[derive(FromEnvironment)]
struct Config {
    #[allow(dead_code, reason = "only read")]
    port: u16,
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_fails_asks_once_for_each_step_of_its_backoff() {
    let world = world();
    world.slow(Duration::ZERO);
    let _watch = world.client().build().watch::<Config>(NAME).await.unwrap();
    world.provider("vault", Mode::Fails(ErrorKind::Unavailable));
    sleep(Duration::from_secs(900)).await;
    let steps: Vec<f64> =
        world.called_at().windows(2).map(|w| (w[1] - w[0]).as_secs_f64()).collect();
    assert!((270.0..=300.1).contains(&steps[0]), "{steps:?}");
    for (n, step) in steps[1..].iter().enumerate() {
        let full = f64::from(1u32 << n.min(16)).min(60.0);
        assert!((full / 2.0 - 0.01..=full + 0.01).contains(step), "{n}: {steps:?}");
    }
    assert!((12..40).contains(&steps.len()), "{steps:?}");
}

#[tokio::test(start_paused = true)]
async fn what_a_watch_was_lent_is_its_own() {
    let world = world();
    world.lease(Duration::from_secs(3600));
    let client = world.client().cache(Duration::from_secs(60)).build();
    let (watch, opened) = tokio::join!(client.watch::<Config>(NAME), client.open(NAME));
    let (watch, opened) = (watch.unwrap(), opened.unwrap());
    watch.stop().await;
    let held = opened.leases()[0].1.id.clone().unwrap().to_string();
    assert_eq!(world.revoked().len(), 1);
    assert!(!world.revoked().contains(&held));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_tells_what_was_late() {
    let text = "values:\n  db: {fn::open::vault: {}}\n  fast: {fn::open::other: {}}\n";
    let world = World::new(&[(NAME, text)]);
    let client = world.client().deadline(Duration::from_secs(3)).build();
    world.provider("vault", Mode::Hangs);
    let began = Instant::now();
    let error = client.open(NAME).await.unwrap_err();
    assert_eq!(began.elapsed(), Duration::from_secs(3));
    let Error::Environment(diagnostics) = &error else { panic!("{error}") };
    let late: Vec<&str> = diagnostics.list.iter().map(|d| d.path.as_str()).collect();
    assert!(late.len() == 1 && late[0].starts_with("values.db"), "{diagnostics:?}");

    world.source(NAME, Mode::<SourceErrorKind>::Hangs);
    let error = client.open(NAME).await.unwrap_err();
    assert!(error.is_unavailable() && error.to_string().contains("`shop/prod`"), "{error}");
}
