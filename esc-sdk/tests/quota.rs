//! Fifty watches on one account, against the quotas that backends have.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use esc_core::provider::{
    ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema, Registry,
};
use esc_core::schema::Schema;
use esc_core::value::Value;
use esc_sdk::{Client, FromEnvironment, MemorySource};
use tokio::time::{Instant, sleep};

/// Gives a token to each call, as long as there are some; they come back at a steady rate.
struct Quota {
    capacity: f64,
    per_second: f64,
    state: Mutex<State>,
}

struct State {
    tokens: f64,
    at: Instant,
    calls: u32,
    throttled: u32,
}

#[async_trait]
impl Provider for Quota {
    fn schema(&self) -> ProviderSchema {
        let inputs = Schema::always();
        ProviderSchema { description: None, inputs, outputs: Schema::string() }
    }

    async fn open(&self, _: OpenRequest) -> Result<Output, ProviderError> {
        let mut state = self.state.lock().unwrap();
        let earned = state.at.elapsed().as_secs_f64() * self.per_second;
        state.tokens = (state.tokens + earned).min(self.capacity);
        state.at = Instant::now();
        state.calls += 1;
        if state.tokens < 1.0 {
            state.throttled += 1;
            return Err(ProviderError::new(ErrorKind::Throttled, "slow down"));
        }
        state.tokens -= 1.0;
        Ok(Value::string("a").into())
    }
}

#[derive(FromEnvironment)]
struct Config {
    #[allow(dead_code, reason = "only read")]
    a: String,
}

/// Calls and throttled answers in ten minutes of fifty watches, started one after the other in five seconds.
async fn ten_minutes(capacity: f64, per_second: f64, ttl: Option<Duration>) -> (u32, u32) {
    let state = State { tokens: capacity, at: Instant::now(), calls: 0, throttled: 0 };
    let quota = Arc::new(Quota { capacity, per_second, state: Mutex::new(state) });
    let mut source = MemorySource::new();
    for n in 0..50 {
        source = source.with(&format!("shop/e{n}"), "values: {a: {fn::open::q: {}}}").unwrap();
    }
    let providers = Registry::new().with_provider("q", quota.clone());
    let client = Client::builder(source).providers(providers).build();
    let mut watches = Vec::new();
    for n in 0..50 {
        let watcher = client.watch::<Config>(&format!("shop/e{n}"));
        let watcher = match ttl {
            Some(ttl) => watcher.ttl(ttl),
            None => watcher,
        };
        watches.push(watcher.await.unwrap());
        sleep(Duration::from_millis(100)).await;
    }
    sleep(Duration::from_secs(600)).await;
    let state = quota.state.lock().unwrap();
    (state.calls, state.throttled)
}

#[tokio::test(start_paused = true)]
async fn fifty_watches_at_the_default_pace_are_never_throttled() {
    for (capacity, per_second) in [(10_000.0, 10_000.0), (40.0, 40.0), (1000.0, 1000.0 / 3600.0)] {
        let (calls, throttled) = ten_minutes(capacity, per_second, None).await;
        assert!((100..=200).contains(&calls), "{calls} calls");
        assert_eq!(throttled, 0, "of {calls} calls at {per_second}/s");
    }
    // Who refreshes every five seconds meets the hourly quota.
    let eager = Some(Duration::from_secs(5));
    assert!(ten_minutes(1000.0, 1000.0 / 3600.0, eager).await.1 > 0);
}
