//! Providers and rotators in words.

use esc_core::ast::{Builtin, Call, Function};
use esc_core::schema::SchemaRef;

use super::Analysis;
use super::catalog::Interface;
use super::expected::properties;
use super::summary::type_name;
use super::text::{code, described, paragraph};

/// What the provider or rotator of a call is and takes, if it was loaded.
pub(super) fn of_call(analysis: &Analysis, call: &Call) -> Option<Interface> {
    let (Function::Open(open) | Function::Rotate(open, _)) = &call.function else { return None };
    let name = open.provider.as_deref()?;
    let (function, _) = Builtin::named(&call.name)?;
    analysis.interface(function.name, name)
}

impl Analysis {
    /// What a provider or rotator is and takes, if the evaluation or the catalog knows it.
    pub(super) fn interface(&self, function: &str, name: &str) -> Option<Interface> {
        let loaded = self.lock().and_then(|evaluation| evaluation.interface(function, name));
        loaded.or_else(|| self.interfaces.get(function)?.get(name).cloned())
    }
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
