//! What an accessor finds in a value.
//!
//! A property is looked for layer by layer, as long as what lies below may be an object. In what is unknown everything
//! is found that its schema allows, as an unknown value; so `check` finds misspelt properties of providers that were
//! never opened. Nothing is reported here: whoever asks knows where to.

use esc_core::ast::Accessor;
use esc_core::path::{PathElement, PropertyPath};
use esc_core::schema::{Builder, Schema, SchemaRef, Type};
use smol_str::SmolStr;

use crate::ids::{EnvId, ExprRef, ValueId};
use crate::outcome::Poll;
use crate::values::View;
use crate::values::access_error::{
    AccessError, index_into_object, key_of, list_index, unknown_property,
};
use crate::values::node::Def;

impl View {
    /// The value at a path of the evaluated root.
    pub fn find(&mut self, path: &PropertyPath) -> Option<ValueId> {
        let root = ExprRef { env: EnvId::ROOT, expr: self.env(EnvId::ROOT).document.root };
        let mut value = self.expr_value(root).ok()?;
        for element in path.elements() {
            value = match element {
                PathElement::Index(index) => self.list_item(value, *index).ok()?,
                PathElement::Key(key) => {
                    let properties = self.inherited_by_name(value, key)?;
                    self.own_child(properties.0, properties.1).ok()?
                }
            };
        }
        Some(value)
    }

    /// The layer that has a property, and its number there.
    fn inherited_by_name(&mut self, value: ValueId, key: &str) -> Option<(ValueId, u32)> {
        let mut layer = value;
        while self.is_object(layer) {
            if let Some(index) = self.find_own(layer, key) {
                return Some((layer, index));
            }
            layer = self.base_of(layer).ok()??;
        }
        None
    }

    pub fn access_step(
        &mut self,
        e: ExprRef,
        receiver: ValueId,
        accessor: &Accessor,
    ) -> Poll<Result<ValueId, AccessError>> {
        let mut receiver = receiver;
        loop {
            if self.arena.flags(receiver).unknown {
                let schema = self.schema_of(receiver)?;
                let strict = self.settings.compatible;
                return Ok(match unknown_access(&schema, accessor, strict) {
                    Ok(found) if found.is_never() && !strict => {
                        // The reference says nothing here and lets whatever uses the value fail.
                        let keys: Vec<SmolStr> =
                            schema.properties().iter().map(|(key, _)| key.clone()).collect();
                        Err(unknown_property(key_of(accessor).unwrap_or_default(), &keys))
                    }
                    Ok(schema) => Ok(self.arena.unknown(Def::Expr(e), schema)),
                    Err(error) => Err(error),
                });
            }
            if let Some(len) = self.list_len(receiver) {
                return match list_index(accessor, len) {
                    Ok(index) => self.list_item(receiver, index).map(Ok),
                    Err(error) => Ok(Err(error)),
                };
            }
            if !self.is_object(receiver) {
                return Ok(Err(AccessError::new("receiver must be an array or an object")));
            }
            let Some(key) = key_of(accessor) else { return Ok(Err(index_into_object())) };
            if let Some(index) = self.find_own(receiver, key) {
                return self.own_child(receiver, index).map(Ok);
            }
            match self.base_of(receiver)? {
                Some(base) if self.may_be_object(base)? => receiver = base,
                _ => {
                    // The names in a secret are a part of it.
                    let hidden = self.arena.flags(receiver).secret && !self.settings.compatible;
                    let count = if hidden { 0 } else { self.own_len(receiver) };
                    let keys: Vec<SmolStr> =
                        (0..count).map(|i| self.own_key(receiver, i)).collect();
                    return Ok(Err(unknown_property(key, &keys)));
                }
            }
        }
    }

    pub(super) fn may_be_object(&mut self, v: ValueId) -> Poll<bool> {
        if self.is_object(v) {
            return Ok(true);
        }
        if !self.arena.flags(v).unknown {
            return Ok(false);
        }
        let schema = self.schema_of(v)?;
        Ok(schema.is_always() || schema.ty() == Some(Type::Object))
    }
}

/// The schema of what an accessor finds in an unknown value.
///
/// Unions and references are followed, and what says nothing of types (but that it is secret, say) may be anything,
/// unless `strict`: the reference can do neither.
fn unknown_access(
    schema: &SchemaRef,
    accessor: &Accessor,
    strict: bool,
) -> Result<SchemaRef, AccessError> {
    if schema.is_always() {
        return Ok(schema.clone());
    }
    if !strict && schema.ty().is_none() {
        if let Some(target) = schema.resolved() {
            return unknown_access(&target, accessor, strict);
        }
        let branches: Vec<&SchemaRef> = schema.any_of().iter().chain(schema.one_of()).collect();
        let found: Vec<Result<SchemaRef, AccessError>> =
            branches.iter().map(|branch| unknown_access(branch, accessor, strict)).collect();
        if found.iter().any(Result::is_ok) {
            return Ok(Schema::union(found.into_iter().flatten()));
        }
        if branches.is_empty() && schema.const_value().is_none() && schema.enum_values().is_empty()
        {
            return Ok(if schema.secret() {
                Builder::new().secret().build()
            } else {
                Schema::always()
            });
        }
    }
    match schema.ty() {
        Some(Type::Array) => {
            // Only tuples, which say that nothing follows their items, have a length.
            let len = match schema.items() {
                Some(items) if items.is_never() => schema.prefix_items().len(),
                _ => usize::MAX,
            };
            let index = list_index(accessor, len)?;
            Ok(if index >= schema.prefix_items().len() && schema.items().is_none() {
                Schema::always()
            } else {
                schema.item(index)
            })
        }
        Some(Type::Object) => match key_of(accessor) {
            Some(key) => Ok(schema.property(key)),
            None => Err(index_into_object()),
        },
        _ => Err(AccessError::new("receiver must be an array or an object")),
    }
}

#[cfg(test)]
mod tests {
    use esc_core::ast::AccessorKind;
    use esc_core::value::Value;

    use super::*;

    #[test]
    fn what_names_no_type_may_be_anything_and_stays_secret() {
        let of = |schema: Builder, strict| {
            let kind = AccessorKind::Name("key".into());
            let key = Accessor { kind, range: None, span: None };
            unknown_access(&schema.build(), &key, strict).ok()
        };
        let found = of(Builder::new().secret().description("data"), false).unwrap();
        assert!(found.secret() && found.ty().is_none() && found.description().is_empty());
        assert!(of(Builder::new().description("data"), false).unwrap().is_always());
        assert!(of(Builder::new().secret(), true).is_none(), "the reference refuses");
        assert!(of(Builder::new().constant(Value::string("text")), false).is_none());
        assert!(of(Builder::string().secret(), false).is_none());
    }
}
