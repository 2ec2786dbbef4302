//! A provider of one's own: `fn::open::inventory`, with a schema, errors that help, and the standard layers.
//!
//! `cargo run -p esc-examples --example custom_provider`

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::diagnostic::Renderer;
use esc_core::provider::{
    Capabilities, ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
};
use esc_core::schema::{Builder, Schema};
use esc_core::value::{Reveal, Value};
use esc_providers::{Catalog, Failure, inputs, layers};
use esc_sdk::{Client, MemorySource};
use serde::Deserialize;

/// Knows machines and the passwords of their consoles.
struct Inventory(BTreeMap<&'static str, (&'static str, &'static str)>);

#[derive(Deserialize)]
struct Inputs {
    machine: String,
}

#[async_trait]
impl Provider for Inventory {
    /// Editors, checks and types go by this.
    fn schema(&self) -> ProviderSchema {
        let text = |about: &str| Builder::string().description(about);
        ProviderSchema {
            description: Some("Answers where a machine is and how to get in.".into()),
            inputs: Schema::object()
                .required_property("machine", text("The name of the machine."))
                .closed()
                .build(),
            outputs: Schema::object()
                .required_property("address", text("Where it is."))
                .required_property("password", text("For its console.").secret())
                .closed()
                .build(),
        }
    }

    /// The layers may share and repeat calls.
    fn capabilities(&self) -> Capabilities {
        Capabilities::default().with_idempotent()
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        let Inputs { machine } = inputs::read("inventory", &request)?;
        let Some((address, password)) = self.0.get(machine.as_str()) else {
            return Err(Failure::new("inventory", ErrorKind::NotFound)
                .reference(format_args!("the machine `{machine}`"))
                .advice("enter the machine into the inventory, or check `machine`")
                .into());
        };
        let password = Value::string(*password).into_secret();
        Ok(Value::object([("address", Value::string(*address)), ("password", password)]).into())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let inventory = Inventory(BTreeMap::from([("db-1", ("10.0.0.5", "correct-horse"))]));
    let stack = layers::Stack::standard();
    let catalog = Catalog::new().provider_in("inventory", Arc::new(inventory), &stack);
    let source = MemorySource::new()
        .with("ops/db", "values:\n  db: {fn::open::inventory: {machine: db-1}}\n")?
        .with("ops/web", "values:\n  web: {fn::open::inventory: {machine: web-1}}\n")?;
    let client = Client::builder(source).providers(catalog.registry()).build();

    println!("{}", client.open("ops/db").await?.value().to_json(Reveal::Redacted));
    if let Err(esc_sdk::Error::Environment(diagnostics)) = client.open("ops/web").await {
        println!("{}", diagnostics.render(&Renderer::new()));
    }
    Ok(())
}
