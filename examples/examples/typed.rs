//! Environments as Rust types: nested, optional, secret, and checked before anything is opened.
//!
//! `cargo run -p esc-examples --example typed`

#![allow(dead_code, reason = "the values are only shown")]

use std::error::Error;
use std::net::SocketAddr;

use esc_sdk::{Client, FromEnvironment, MemorySource, Secret};

const DEVELOPMENT: &str = "
values:
  listen: 127.0.0.1:8080
  logLevel: info
  database:
    host: localhost
    password: {fn::secret: correct-horse}
  replicas: [{host: a.example, weight: 2}, {host: b.example}]
";

/// Three mistakes in one environment.
const BROKEN: &str = "
values:
  listen: 127.0.0.1:8080
  logLevel: loud
  database:
    hots: localhost
    password: {fn::secret: correct-horse}
  replicas: [{host: a.example, weight: two}]
";

#[derive(Debug, FromEnvironment)]
#[esc(rename_all = "camelCase")]
struct Config {
    /// Anything that can be parsed from a string.
    #[esc(parse)]
    listen: SocketAddr,
    log_level: Level,
    database: Database,
    replicas: Vec<Replica>,
    /// `None` if it is not there.
    proxy: Option<String>,
    #[esc(path = "limits.requests", default = 100)]
    max_requests: u32,
}

#[derive(Debug, FromEnvironment)]
struct Database {
    host: String,
    /// A secret does not go into a plain `String`.
    password: Secret<String>,
}

#[derive(Debug, FromEnvironment)]
struct Replica {
    host: String,
    #[esc(default = 1)]
    weight: u8,
}

#[derive(Debug, FromEnvironment)]
#[esc(rename_all = "lowercase")]
enum Level {
    Info,
    Debug,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let source = MemorySource::new().with("shop/dev", DEVELOPMENT)?.with("shop/broken", BROKEN)?;
    let client = Client::builder(source).build();

    let config: Config = client.open_as("shop/dev").await?;
    println!("{config:#?}");
    println!("the password has {} characters", config.database.password.expose().len());

    // Nothing is opened for this. Put it into a test, for every environment that you have.
    if let Err(error) = client.check_type::<Config>("shop/broken").await {
        println!("{error}");
    }
    Ok(())
}
