//! A command-line program without asynchronous code: prints one value of an environment.
//!
//! `cargo run -p esc-examples --example blocking -- shop/production region.zones`

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use esc_core::value::Reveal;
use esc_providers::Catalog;
use esc_providers::local::{Files, Local};
use esc_sdk::crypto::Key;
use esc_sdk::{DirectorySource, blocking};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, path] = arguments.as_slice() else {
        eprintln!("usage: blocking NAME PATH, such as: blocking shop/production region.zones");
        return ExitCode::from(2);
    };
    match print(name, path) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn print(name: &str, path: &str) -> Result<(), Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let environments = here.join("environments");
    let source =
        DirectorySource::new(&environments)?.with_key(Key::from_file(&here.join("demo.key"))?);
    let local = Local::new().with_files(Files::new(&environments)?);
    let client = esc_sdk::Client::builder(source)
        .providers(Catalog::new().family(&local).registry())
        .build();

    // From here on, nothing is asynchronous.
    let client = blocking::Client::new(client)?;
    let opened = client.open_paths(name, &[path])?;
    let value = opened.value_at(path)?.ok_or_else(|| format!("`{name}` has no `{path}`"))?;
    println!("{}", value.to_json(Reveal::Redacted));
    Ok(())
}
