//! Opens an environment and uses its values.
//!
//! `cargo run -p esc-examples --example quickstart`

use std::error::Error;
use std::path::Path;

use esc_providers::Catalog;
use esc_providers::local::{Files, Local};
use esc_sdk::crypto::Key;
use esc_sdk::{Client, DirectorySource, FromEnvironment, Secret};

#[derive(FromEnvironment)]
struct Database {
    #[esc(path = "database.host")]
    host: String,
    #[esc(path = "database.port", default = 5432)]
    port: u16,
    #[esc(path = "database.password")]
    password: Secret<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let environments = here.join("environments");
    let key = Key::from_file(&here.join("demo.key"))?;

    // Where environments are, and what they may open.
    let source = DirectorySource::new(&environments)?.with_key(key);
    let local = Local::new().with_files(Files::new(&environments)?);
    let providers = Catalog::new().family(&local).registry();
    let client = Client::builder(source).providers(providers).build();

    // What the program needs, checked before anything is opened.
    client.check_type::<Database>("shop/production").await?;

    let opened = client.open("shop/production").await?;
    let database: Database = opened.extract()?;
    println!("the database is at {}:{}", database.host, database.port);
    println!("its password is {:?}", database.password);
    println!("environments that took part: {}", opened.environments().join(", "));
    println!("{}", opened.explain("database.url")?);

    // One value, and only what it needs: no file is read for this.
    let zones: Vec<String> = client.get("shop/production", "region.zones").await?;
    println!("zones: {}", zones.join(", "));
    Ok(())
}
