//! A front end of one's own: prints an environment as a Kubernetes Secret.
//!
//! `cargo run -p esc-examples --example front_end -- shop/production`

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use esc_core::diagnostic::Renderer;
use esc_core::provider::Registry;
use esc_core::text::encode_base64;
use esc_core::value::{Reveal, Value};
use esc_providers::local::Files;
use esc_sdk::crypto::Key;
use esc_sdk::{Client, DirectorySource, Snapshot, output::format};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let name = std::env::args().nth(1).unwrap_or_else(|| "shop/production".to_owned());
    let opened = match client()?.open(&name).await {
        Ok(opened) => opened,
        // Errors come with the documents they are about.
        Err(esc_sdk::Error::Environment(diagnostics)) => {
            eprint!("{}", diagnostics.render(&Renderer::new()));
            return Ok(ExitCode::FAILURE);
        }
        Err(other) => return Err(other.into()),
    };
    print!("{}", format::yaml(&manifest(&opened), Reveal::Revealed));
    Ok(ExitCode::SUCCESS)
}

fn client() -> Result<Client, Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let environments = here.join("environments");
    let source =
        DirectorySource::new(&environments)?.with_key(Key::from_file(&here.join("demo.key"))?);
    let providers = Registry::new().with_provider("file", Arc::new(Files::new(&environments)?));
    Ok(Client::builder(source).providers(providers).build())
}

/// The format that the libraries do not know: a value like any other, rendered by theirs.
fn manifest(opened: &Snapshot) -> Value {
    let variables = opened.environment_variables().entries.into_iter();
    let data = variables
        .map(|v| (v.name, Value::string(encode_base64(v.value.as_str().as_bytes()).as_str())));
    Value::object([
        ("apiVersion", Value::string("v1")),
        ("kind", Value::string("Secret")),
        (
            "metadata",
            Value::object([("name", Value::string(opened.name().replace('/', "-").as_str()))]),
        ),
        ("data", Value::object(data)),
    ])
}
