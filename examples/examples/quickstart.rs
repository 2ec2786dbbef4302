//! Opens an environment and uses its values.
//!
//! `cargo run -p esc-examples --example quickstart`

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use esc_core::provider::Registry;
use esc_core::value::Value;
use esc_providers::local::Files;
use esc_sdk::crypto::Key;
use esc_sdk::{Client, DirectorySource};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let environments = here.join("environments");
    let key = Key::from_file(&here.join("demo.key"))?;

    let source = DirectorySource::new(&environments)?.with_key(key);
    let providers = Registry::new().with_provider("file", Arc::new(Files::new(&environments)?));
    let client = Client::builder(source).providers(providers).build();

    let opened = client.open("shop/production").await?;
    let host = opened.get("database.host")?.and_then(Value::as_str);
    println!("the database is at {}", host.unwrap_or("nowhere"));
    println!("its password is {:?}", opened.get("database.password")?);
    println!("environments that took part: {}", opened.environments().join(", "));

    // One value, and only what it needs: no file is read for this.
    let opened = client.open_paths("shop/production", &["region.zones"]).await?;
    println!("zones: {:?}", opened.get("region.zones")?);
    Ok(())
}
