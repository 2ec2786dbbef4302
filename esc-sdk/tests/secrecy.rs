//! Nothing that is told of a client's work tells a secret: spans, events, metrics, errors, `Debug`.
//!
//! The recorders are the process's, so this test is the only one in its process.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

#[path = "common/world.rs"]
mod world;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use esc_core::provider::ErrorKind;
use esc_sdk::crypto::Key;
use esc_sdk::offline::OfflineCache;
use esc_sdk::{FromEnvironment, Secret};
use metrics::{
    Counter, Gauge, Histogram, Key as Name, KeyName, Metadata, Recorder, SharedString, Unit,
};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::world::{CANARY, Mode, Simulated, World};

const NAME: &str = "shop/prod";
/// A secret that is no password: it decides over a number.
const PLAIN_CANARY: &str = "canary-in-plaintext";

/// All that was told.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<u8>>>);

impl Told {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }

    fn say(&self, text: &str) {
        self.0.lock().unwrap().extend_from_slice(text.as_bytes());
    }
}

impl Write for Told {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Told {
    type Writer = Told;

    fn make_writer(&'a self) -> Told {
        self.clone()
    }
}

impl Recorder for Told {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Name, _: &Metadata<'_>) -> Counter {
        self.say(&format!("metric {key}\n"));
        Counter::noop()
    }

    fn register_gauge(&self, key: &Name, _: &Metadata<'_>) -> Gauge {
        self.say(&format!("metric {key}\n"));
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Name, _: &Metadata<'_>) -> Histogram {
        self.say(&format!("metric {key}\n"));
        Histogram::noop()
    }
}

#[derive(Debug, FromEnvironment)]
struct Config {
    #[esc(path = "db.password")]
    password: Secret<String>,
}

#[derive(Debug, FromEnvironment)]
struct Careless {
    #[allow(dead_code, reason = "it is never read")]
    token: String,
}

#[tokio::test(start_paused = true)]
async fn nothing_that_is_told_is_secret() {
    let told = Told::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_writer(told.clone())
        .init();
    metrics::set_global_recorder(told.clone()).unwrap();

    let world = World::new(&[(
        NAME,
        &format!(
            "values:\n  db: {{fn::open::vault: {{}}}}\n  token: {{fn::secret: {PLAIN_CANARY}}}\n  \
             url: 'x:${{db.password}}@${{token}}'\n  number: {{fn::fromJSON: '{{\"fn\":1}}'}}\n"
        ),
    )]);
    world.lease(Duration::from_secs(600));
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("cache");
    let key = Key::generate().unwrap();
    let cache = OfflineCache::new(directory, key, "web", Simulated::start());
    let client = world.client().offline(cache.clone()).cache(Duration::from_secs(1)).build();
    let say = |what: &dyn std::fmt::Debug| told.say(&format!("{what:?}\n{what:#?}\n"));
    let fail = |error: &esc_sdk::Error| told.say(&format!("{error}\n{error:?}\n"));

    let opened = client.open(NAME).await.unwrap();
    assert!(opened.get::<Secret<String>>("url").unwrap().expose().contains(CANARY));
    say(&opened);
    say(opened.value());
    say(&opened.leases());
    say(&client);
    say(&cache);
    told.say(&opened.explain("url").unwrap().to_string());
    say(&opened.explain("db.password").unwrap());
    fail(&opened.get::<u16>("db.password").unwrap_err());
    fail(&opened.get::<Secret<u16>>("db.password").unwrap_err());
    fail(&opened.get::<String>("url").unwrap_err());
    fail(&opened.get::<Vec<String>>("token").unwrap_err());
    say(&client.check(NAME).await.unwrap());
    fail(&client.check_type::<Careless>(NAME).await.unwrap_err());
    fail(&client.open_as::<Careless>(NAME).await.unwrap_err());
    say(&client.get::<Secret<String>>(NAME, "db.password").await.unwrap());

    let watch = client.watch::<Config>(NAME).await.unwrap();
    let mut changes = watch.changes();
    watch.refresh();
    let change = changes.next().await.unwrap();
    say(&change);
    change.fields.iter().for_each(|field| told.say(&field.to_string()));
    assert!(watch.current().password.expose().contains(CANARY));
    world.provider("vault", Mode::Fails(ErrorKind::Unavailable));
    watch.refresh();
    tokio::time::sleep(Duration::from_secs(700)).await;
    say(&watch);
    say(&watch.status());
    let offline = client.open(NAME).await.unwrap();
    say(&offline);
    say(offline.freshness());
    say(&cache.load(NAME).await.unwrap());
    world.define(NAME, &format!("values:\n  token: {{fn::secret: {PLAIN_CANARY}}}\n  a: ${{token.b}}\n  c: {{fn::toBase64: [${{token}}]}}\n"));
    fail(&client.open(NAME).await.unwrap_err());
    watch.stop().await;

    let text = told.text();
    assert!(text.contains("esc.environment") && text.contains("metric"), "the test must hear");
    for canary in [CANARY, PLAIN_CANARY] {
        let at = text.find(canary);
        let around = at.map(|at| &text[at.saturating_sub(300)..(at + 60).min(text.len())]);
        assert_eq!(around, None, "{canary} was told");
    }
}
