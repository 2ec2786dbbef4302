//! A web service whose configuration is reloaded while it runs.
//!
//! `cargo run -p esc-examples --example web -- 127.0.0.1:8080`, then `curl 127.0.0.1:8080/config`
//!
//! Edit `examples/environments/shop/production.yaml` meanwhile: within ten seconds the answer is another.
//! With `--once` the service ends after one request.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::routing::get;
use esc_providers::Catalog;
use esc_providers::local::{Files, Local};
use esc_sdk::crypto::Key;
use esc_sdk::watch::Watch;
use esc_sdk::{Client, DirectorySource, FromEnvironment, Secret};
use tokio::net::TcpListener;
use tokio::sync::Notify;

#[derive(Debug, FromEnvironment)]
#[allow(dead_code, reason = "only shown")]
struct Config {
    url: String,
    #[esc(path = "database.host")]
    database: String,
    #[esc(path = "database.password")]
    password: Secret<String>,
}

#[derive(Clone)]
struct Service {
    config: Watch<Config>,
    served: Arc<Notify>,
}

/// Reading the configuration takes neither a lock nor a call. `Debug` shows `[secret]` for secrets.
async fn show(State(service): State<Service>) -> String {
    service.served.notify_one();
    format!("{:#?}\n", *service.config.current())
}

/// A stale configuration is a reason to alert, and no reason to stop.
async fn health(State(service): State<Service>) -> String {
    service.served.notify_one();
    let status = service.config.status();
    match status.failure {
        None => format!("fresh, version {}\n", status.version),
        Some(failure) => format!("{} s old: {}\n", status.age.as_secs(), failure.error),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let once = arguments.iter().any(|argument| argument == "--once");
    let address = arguments.first().filter(|a| !a.starts_with('-'));

    let watcher = client()?.watch::<Config>("shop/production").ttl(Duration::from_secs(10));
    let config = watcher.validate(|new| match new.url.starts_with("https://") {
        true => Ok(()),
        false => Err("`url` must be https".to_owned()),
    });
    let service = Service { config: config.await?, served: Arc::default() };

    let app = axum::Router::new()
        .route("/config", get(show))
        .route("/health", get(health))
        .with_state(service.clone());
    let listener = TcpListener::bind(address.map_or("127.0.0.1:0", String::as_str)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let Service { config, served } = service;
    let end = async move {
        match once {
            true => served.notified().await,
            false => std::future::pending().await,
        }
    };
    axum::serve(listener, app).with_graceful_shutdown(end).await?;
    config.stop().await;
    println!("stopped");
    Ok(())
}

fn client() -> Result<Client, Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let environments = here.join("environments");
    let source =
        DirectorySource::new(&environments)?.with_key(Key::from_file(&here.join("demo.key"))?);
    let local = Local::new().with_files(Files::new(&environments)?);
    Ok(Client::builder(source).providers(Catalog::new().family(&local).registry()).build())
}
