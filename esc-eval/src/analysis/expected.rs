//! What arguments of calls have to look like.

use std::collections::HashMap;

use esc_core::ast::{AccessorKind, Builtin, Call, Document, ExprId, ExprKind, Function};
use esc_core::path::PathElement;
use esc_core::schema::{Schema, SchemaRef, meta_schema};
use esc_core::syntax::{NodeId, NodeKind};

use super::catalog::Interface;

/// The call whose argument a node is or is in.
pub(super) struct Enclosing<'d> {
    pub call: &'d Call,
    /// The way from the argument to the node.
    pub path: Vec<PathElement>,
}

/// The innermost call around a node.
pub(super) fn enclosing<'d>(
    document: &'d Document,
    by_node: &HashMap<NodeId, ExprId>,
    node: NodeId,
) -> Option<Enclosing<'d>> {
    let tree = &document.syntax;
    let mut path = Vec::new();
    let mut at = node;
    while let Some(parent) = tree.node(at).parent {
        if let Some(expr) = by_node.get(&parent.node)
            && let ExprKind::Call(call) = &document.expr(*expr).kind
            && call.argument == at
        {
            path.reverse();
            return Some(Enclosing { call, path });
        }
        path.push(match &tree.node(parent.node).kind {
            NodeKind::Mapping(_) => PathElement::Key(tree.key_of(at)?.text.clone()),
            _ => PathElement::Index(parent.index as usize),
        });
        at = parent.node;
    }
    None
}

/// What a node in the argument of a call has to look like; none outside of calls.
pub(super) fn expected(
    enclosing: &Enclosing<'_>,
    interface: impl FnOnce(&str, &str) -> Option<Interface>,
) -> Option<SchemaRef> {
    let mut schema = argument(enclosing.call, interface)?;
    for element in &enclosing.path {
        schema = match element {
            PathElement::Key(key) => step(&schema, &AccessorKind::Name(key.clone())),
            PathElement::Index(index) => {
                step(&schema, &AccessorKind::Index(i64::try_from(*index).ok()?))
            }
        };
    }
    Some(schema)
}

fn argument(
    call: &Call,
    interface: impl FnOnce(&str, &str) -> Option<Interface>,
) -> Option<SchemaRef> {
    let described = |text: &str| esc_core::schema::Builder::new().description(text).build();
    let (builtin, in_key) = Builtin::named(&call.name)?;
    let interface = |provider: &Option<smol_str::SmolStr>| {
        let known = provider.as_deref().and_then(|provider| interface(builtin.name, provider));
        known.unwrap_or_else(|| Interface {
            description: String::new(),
            inputs: Schema::always(),
            state: Schema::always(),
            outputs: Schema::always(),
        })
    };
    let named =
        || esc_core::schema::Builder::string().description("The name of the provider.").build();
    let short = in_key.is_some();
    Some(match &call.function {
        Function::Open(open) if short => interface(&open.provider).inputs,
        Function::Open(open) => {
            Schema::record([("provider", named()), ("inputs", interface(&open.provider).inputs)])
        }
        Function::Rotate(open, _) => {
            let Interface { inputs, state, .. } = interface(&open.provider);
            let builder = Schema::object().required_property("inputs", inputs);
            let builder =
                if short { builder } else { builder.required_property("provider", named()) };
            builder.property("state", state).build()
        }
        Function::Validate { .. } => Schema::record([
            ("schema", meta_schema()),
            ("value", described("The value to validate.")),
        ]),
        Function::Pure(pure, _) => return pure.argument_schema(),
        Function::SecretPlaintext(_) | Function::SecretCiphertext(_) => Schema::string(),
    })
}

/// What an accessor finds in a value of a schema. Of what is not known to be there, anything may be.
pub(super) fn step(schema: &SchemaRef, accessor: &AccessorKind) -> SchemaRef {
    let schema = resolved(schema);
    if schema.is_always() {
        return schema;
    }
    match accessor {
        AccessorKind::Name(key) | AccessorKind::Subscript(key) => schema.property(key),
        AccessorKind::Index(index) => {
            usize::try_from(*index).map_or_else(|_| Schema::never(), |index| schema.item(index))
        }
    }
}

/// The schema that a reference refers to, or the schema itself.
pub(super) fn resolved(schema: &SchemaRef) -> SchemaRef {
    let mut schema = schema.clone();
    // References may go in circles.
    for _ in 0..16 {
        match schema.resolved() {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}

/// The listed properties of a schema and its alternatives, with whether they are required; sorted by name.
pub(super) fn properties(schema: &SchemaRef) -> Vec<(smol_str::SmolStr, SchemaRef, bool)> {
    let mut all: Vec<(smol_str::SmolStr, SchemaRef, bool)> = Vec::new();
    let mut rest = vec![(resolved(schema), 0)];
    while let Some((schema, level)) = rest.pop() {
        for (name, property) in schema.properties() {
            if !all.iter().any(|(known, ..)| known == name) {
                let required = level == 0 && schema.required().contains(name);
                all.push((name.clone(), property.clone(), required));
            }
        }
        if level < 4 && rest.len() < 64 {
            let alternatives = schema.any_of().iter().chain(schema.one_of());
            rest.extend(alternatives.map(|schema| (resolved(schema), level + 1)));
        }
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}
