//! What could be imported and opened, and what providers look like.

use std::collections::HashMap;

use esc_core::provider::Providers;
use esc_core::schema::{Schema, SchemaRef, compile};
use futures::future::{join, join_all};
use smol_str::SmolStr;

/// Names that the document cannot tell: what could be imported and opened.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// Environments that can be imported.
    pub environments: Vec<SmolStr>,
    /// Providers for `fn::open`.
    pub providers: Vec<SmolStr>,
    /// Rotators for `fn::rotate`.
    pub rotators: Vec<SmolStr>,
}

/// What a provider or rotator is and takes.
#[derive(Clone)]
pub(super) struct Interface {
    pub description: String,
    pub inputs: SchemaRef,
    /// Rotators only.
    pub state: SchemaRef,
    pub outputs: SchemaRef,
}

/// Interfaces by function and name.
pub(super) type Interfaces = HashMap<&'static str, HashMap<SmolStr, Interface>>;

/// Asks for the interfaces of what the catalog lists. What cannot be had is left out: the names are still good.
pub(super) async fn interfaces(catalog: &Catalog, providers: &dyn Providers) -> Interfaces {
    let open = catalog.providers.iter().map(async |name| {
        let schema = providers.provider(name).await.ok()?.schema();
        let interface = Interface {
            description: schema.description.unwrap_or_default(),
            inputs: compiled(schema.inputs),
            state: Schema::always(),
            outputs: compiled(schema.outputs),
        };
        Some((name.clone(), interface))
    });
    let rotate = catalog.rotators.iter().map(async |name| {
        let schema = providers.rotator(name).await.ok()?.schema();
        let interface = Interface {
            description: schema.description.unwrap_or_default(),
            inputs: compiled(schema.inputs),
            state: compiled(schema.state),
            outputs: compiled(schema.outputs),
        };
        Some((name.clone(), interface))
    });
    let (open, rotate) = join(join_all(open), join_all(rotate)).await;
    let [open, rotate] = [open, rotate].map(|found| found.into_iter().flatten().collect());
    HashMap::from([("fn::open", open), ("fn::rotate", rotate)])
}

fn compiled(schema: SchemaRef) -> SchemaRef {
    compile(&schema).unwrap_or(schema)
}
