//! Secret propagation: marking what schemas say is secret, and keeping secrets out of what is shown.
//!
//! Values carry their mark themselves, and what is made of a secret is secret: functions and interpolation see to that.
//! Here are the two ends: outputs of providers are marked by the schemas of the providers, and diagnostics lose every text
//! that is a secret's, since what providers, decoders and schemas say may quote it.

use esc_core::diagnostic::Diagnostic;
use esc_core::schema::SchemaRef;
use esc_core::secret::Scrubber;
use esc_core::value::{Value, ValueKind};

use crate::ids::ValueId;
use crate::values::View;
use crate::values::node::{Kind, Repr};

impl View {
    /// Replaces secrets in diagnostics: what providers, decoders and schemas say may quote them.
    pub fn scrub<'d>(&self, diagnostics: impl Iterator<Item = &'d mut Diagnostic>) {
        let mut diagnostics = diagnostics.peekable();
        if diagnostics.peek().is_none() {
            return;
        }
        let secrets = (0..self.arena.len() as u32).filter_map(|index| {
            let node = self.arena.node(ValueId(index));
            match &node.kind {
                Kind::Own { repr: Repr::String(text), .. }
                    if node.flags.secret || text.is_secret() =>
                {
                    Some(text.as_str())
                }
                _ => None,
            }
        });
        let scrubber = Scrubber::new(secrets);
        let clean = |text: &mut String| {
            if let std::borrow::Cow::Owned(scrubbed) = scrubber.scrub(text) {
                *text = scrubbed;
            }
        };
        for diagnostic in diagnostics {
            clean(&mut diagnostic.summary);
            if let Some(help) = &mut diagnostic.help {
                clean(help);
            }
            for related in &mut diagnostic.related {
                clean(&mut related.message);
            }
        }
    }
}

/// The value with everything marked secret that the schema says is.
pub(crate) fn mark_secrets(value: Value, schema: &SchemaRef, depth: usize) -> Value {
    if schema.secret() {
        return value.into_secret();
    }
    // Provider outputs are trees of the provider's making; schemas can be recursive.
    if depth > 100 || (schema.properties().is_empty() && !has_parts(schema)) {
        return value;
    }
    let mut value = value;
    if let Some(target) = schema.resolved() {
        value = mark_secrets(value, &target, depth + 1);
    }
    for branch in schema.any_of().iter().chain(schema.one_of()) {
        value = mark_secrets(value, branch, depth + 1);
    }
    value.kind = match value.kind {
        ValueKind::Object(properties) => ValueKind::Object(
            properties
                .into_iter()
                .map(|(key, child)| {
                    let part = schema.own_property(&key).or(schema.additional_properties());
                    let child = match part {
                        Some(part) => mark_secrets(child, part, depth + 1),
                        None => child,
                    };
                    (key, child)
                })
                .collect(),
        ),
        ValueKind::List(items) => ValueKind::List(
            items
                .into_iter()
                .enumerate()
                .map(|(index, child)| match schema.prefix_items().get(index).or(schema.items()) {
                    Some(part) => mark_secrets(child, part, depth + 1),
                    None => child,
                })
                .collect(),
        ),
        scalar => scalar,
    };
    value
}

fn has_parts(schema: &SchemaRef) -> bool {
    schema.additional_properties().is_some()
        || schema.items().is_some()
        || !schema.prefix_items().is_empty()
        || !schema.any_of().is_empty()
        || !schema.one_of().is_empty()
        || schema.reference().is_some()
}
