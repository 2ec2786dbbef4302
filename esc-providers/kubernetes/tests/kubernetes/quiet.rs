//! Nothing secret is told to `tracing`, whatever the level, by us or by what we use.

use std::io;
use std::sync::{Arc, Mutex};

use esc_provider_kubernetes::{KUBECONFIG, LOGIN, SECRETS};
use esc_test_servers::kubernetes::Fault;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use super::common::{CANARY, World, revealed};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

#[tokio::test]
async fn nothing_secret_is_logged_at_any_level() {
    let log = Log::default();
    // For all threads: what the client's library spawns logs by itself. Other tests of this program are heard, too.
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let world = World::new().await;
    let wanted = json!({ "serviceAccount": "reader" });
    let inputs = json!({ "kubeconfig": world.server.kubeconfig(&world.token, "app"), "tokenRequest": wanted });
    let login = revealed(&world.open(LOGIN, inputs).await.unwrap().value);
    let get = json!({ "x": { "name": "db" } });
    let list = json!({ "y": { "labels": "tier=queue" } });
    let inputs = json!({ "login": login, "get": get, "list": list });
    let opened = world.open(SECRETS, inputs.clone()).await.unwrap();
    tracing::info!("marker: {opened:?}");
    world.open(KUBECONFIG, json!({ "login": login })).await.unwrap();
    let garbage = json!({ "metadata": { "name": "db" }, "data": { "password": [CANARY] } });
    world.server.fault(1, "/secrets/db", Fault::Garbage(garbage.to_string()));
    world.open(SECRETS, inputs.clone()).await.unwrap_err();
    world.server.fault(1, "/secrets/db", Fault::Status(503));
    world.open(SECRETS, inputs).await.unwrap_err();

    let text = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    // It does hear us, and the client's library.
    assert!(text.contains("marker") && text.contains("secrets/db"));
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| {
            [CANARY, "canary-one", "Y2FuYXJ5", "fake-account"]
                .iter()
                .any(|secret| line.contains(secret))
        })
        .take(5)
        .collect();
    assert!(lines.is_empty(), "{lines:#?}");
}
