//! Providers and rotators in words.

use std::collections::HashMap;

use esc_core::ast::{Call, Function};
use esc_core::provider::Providers;
use esc_core::schema::{Schema, SchemaRef, compile};
use futures::future::{join, join_all};
use smol_str::SmolStr;

use super::expected::{Interface, properties};
use super::summary::type_name;
use super::text::{code, described, paragraph};
use super::{Analysis, Catalog, function};

/// Interfaces by function and name.
pub(super) type Interfaces = HashMap<&'static str, HashMap<SmolStr, Interface>>;

/// What the provider or rotator of a call is and takes, if it was loaded.
pub(super) fn of_call(analysis: &Analysis, call: &Call) -> Option<Interface> {
    let (Function::Open(open) | Function::Rotate(open, _)) = &call.function else { return None };
    let name = open.provider.as_deref()?;
    let function = function::info(&call.name)?.name;
    analysis.interface(function, name)
}

impl Analysis {
    /// What a provider or rotator is and takes, if the evaluation or the catalog knows it.
    pub(super) fn interface(&self, function: &str, name: &str) -> Option<Interface> {
        let loaded = self.ask(|session| session.interface(function, name));
        loaded.or_else(|| self.interfaces.get(function)?.get(name).cloned())
    }
}

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

/// The description, the inputs one by one, and the result.
pub(super) fn markdown(interface: &Interface) -> String {
    let mut text = interface.description.clone();
    let inputs = properties(&interface.inputs);
    if inputs.is_empty() {
        paragraph(&mut text, &format!("Inputs: {}", code(&type_name(&interface.inputs))));
    } else {
        let lines: Vec<String> =
            inputs.iter().map(|(name, schema, required)| input(name, schema, *required)).collect();
        paragraph(&mut text, &format!("Inputs:\n\n{}", lines.join("\n")));
    }
    paragraph(&mut text, &format!("Result: {}", code(&type_name(&interface.outputs))));
    text
}

fn input(name: &str, schema: &SchemaRef, required: bool) -> String {
    let mark = if required { " (required)" } else { "" };
    let about = described(schema).replace("\n\n", " ");
    let dash = if about.is_empty() { "" } else { " — " };
    format!("- {}: {}{mark}{dash}{about}", code(name), code(&type_name(schema)))
}
