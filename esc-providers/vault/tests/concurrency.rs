//! Reads of one call are in flight at once. A test binary of its own, because it measures time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use esc_core::json::Json;
use esc_core::provider::{OpenRequest, Provider};
use esc_core::value::{Reveal, Value};
use esc_provider_vault::Vault;
use esc_test_servers::{FaultProxy, OpenBao, Rule};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn forty_reads_take_as_long_as_one() {
    let Some(bao) = OpenBao::start().await else { return };
    let proxy = FaultProxy::start(bao.address()).await;
    let mut forty = serde_json::Map::new();
    for n in 0..40 {
        let path = format!("secret/data/many/{n}");
        bao.write(&path, json!({ "data": { "n": n } })).await;
        forty.insert(format!("s{n}"), json!({ "path": path }));
    }
    let forty = serde_json::Value::Object(forty);
    let one = json!({ "s0": { "path": "secret/data/many/0" } });
    let vault = Vault::default();
    let take = async |reads: &serde_json::Value| {
        let login = json!({ "address": proxy.endpoint(), "token": bao.root_token() });
        let inputs = json!({ "login": login, "read": reads }).to_string();
        let inputs = Value::from_json(&Json::parse(&inputs).unwrap());
        let request = OpenRequest { inputs, context: Arc::default(), site: Default::default() };
        let start = Instant::now();
        let opened = vault.secrets().open(request).await.unwrap();
        (start.elapsed(), opened.value)
    };
    proxy.push(Rule::latency(Duration::from_millis(200)));
    // Connections are kept, as in a program that reads more than once.
    let (_, value) = take(&forty).await;
    let text = value.to_json(Reveal::Revealed);
    assert!((0..40).all(|n| text.contains(&format!("\"data\":{{\"n\":{n}}}"))), "{text}");
    // The machine may be busy with something else, so the best of some rounds counts.
    let (mut least_one, mut least_forty) = (Duration::MAX, Duration::MAX);
    for _ in 0..30 {
        least_one = least_one.min(take(&one).await.0);
        least_forty = least_forty.min(take(&forty).await.0);
        if least_forty < least_one.mul_f64(1.3) {
            println!("one read takes {least_one:?}, forty take {least_forty:?}");
            return;
        }
    }
    panic!("one read takes {least_one:?}, forty take {least_forty:?}");
}
