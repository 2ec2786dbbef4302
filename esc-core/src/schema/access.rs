//! Reading a schema's keywords.

use smol_str::SmolStr;

use super::{Class, Schema, SchemaRef, Type};
use crate::number::Number;
use crate::value::Value;

impl Schema {
    /// The schema that `$ref` refers to, if there is a `$ref` and the schema was [compiled](super::compile()).
    pub fn resolved(&self) -> Option<SchemaRef> {
        self.rest().reference.as_ref()?.resolved()
    }

    /// Whether this is `true`: it accepts every value.
    pub fn is_always(&self) -> bool {
        self.class == Class::Always
    }

    /// Whether this is `false`: it accepts no value.
    pub fn is_never(&self) -> bool {
        self.class == Class::Never
    }

    /// Whether the schema stands for a value that is only needed to rotate a secret. Compiling sets this on what
    /// [`rotate_only`](Schema::rotate_only) lists name, and on everything below.
    pub fn is_rotate_only(&self) -> bool {
        self.rotate_only
    }

    /// `type`.
    pub fn ty(&self) -> Option<Type> {
        self.ty
    }

    /// `const`. There is no constant `null`.
    pub fn const_value(&self) -> Option<&Value> {
        self.constant.as_deref()
    }

    /// `enum`.
    pub fn enum_values(&self) -> &[Value] {
        &self.rest().enumeration
    }

    /// `properties`, sorted by name.
    pub fn properties(&self) -> &[(SmolStr, SchemaRef)] {
        &self.properties
    }

    /// The member of `properties` of that name. See also [`property`](Schema::property).
    pub fn own_property(&self, name: &str) -> Option<&SchemaRef> {
        find(&self.properties, name)
    }

    /// `additionalProperties`.
    pub fn additional_properties(&self) -> Option<&SchemaRef> {
        self.rest().additional_properties.as_ref()
    }

    /// `required`.
    pub fn required(&self) -> &[SmolStr] {
        &self.required
    }

    /// `dependentRequired`, sorted by name.
    pub fn dependent_required(&self) -> &[(SmolStr, Vec<SmolStr>)] {
        &self.rest().dependent_required
    }

    /// `prefixItems`.
    pub fn prefix_items(&self) -> &[SchemaRef] {
        &self.prefix_items
    }

    /// `items`: the elements after the [prefix](Schema::prefix_items).
    pub fn items(&self) -> Option<&SchemaRef> {
        self.items.as_ref()
    }

    /// `anyOf`.
    pub fn any_of(&self) -> &[SchemaRef] {
        &self.rest().any_of
    }

    /// `oneOf`.
    pub fn one_of(&self) -> &[SchemaRef] {
        &self.rest().one_of
    }

    /// `$ref`, as it is written. See also [`resolved`](Schema::resolved).
    pub fn reference(&self) -> Option<&str> {
        self.rest().reference.as_ref().map(|r| r.text().as_str())
    }

    /// `$defs`, sorted by name, as they are written.
    pub fn definitions(&self) -> &[(SmolStr, SchemaRef)] {
        &self.rest().defs
    }

    /// `multipleOf`.
    pub fn multiple_of(&self) -> Option<&Number> {
        self.rest().multiple_of.as_ref()
    }

    /// `minimum`.
    pub fn minimum(&self) -> Option<&Number> {
        self.rest().minimum.as_ref()
    }

    /// `exclusiveMinimum`.
    pub fn exclusive_minimum(&self) -> Option<&Number> {
        self.rest().exclusive_minimum.as_ref()
    }

    /// `maximum`.
    pub fn maximum(&self) -> Option<&Number> {
        self.rest().maximum.as_ref()
    }

    /// `exclusiveMaximum`.
    pub fn exclusive_maximum(&self) -> Option<&Number> {
        self.rest().exclusive_maximum.as_ref()
    }

    /// `minLength`, in bytes.
    pub fn min_length(&self) -> Option<&Number> {
        self.rest().min_length.as_ref()
    }

    /// `maxLength`, in bytes.
    pub fn max_length(&self) -> Option<&Number> {
        self.rest().max_length.as_ref()
    }

    /// `pattern`.
    pub fn pattern(&self) -> Option<&str> {
        self.rest().pattern.as_ref().map(|p| p.source())
    }

    /// `minItems`.
    pub fn min_items(&self) -> Option<&Number> {
        self.rest().min_items.as_ref()
    }

    /// `maxItems`.
    pub fn max_items(&self) -> Option<&Number> {
        self.rest().max_items.as_ref()
    }

    /// `uniqueItems`. Nothing checks it.
    pub fn unique_items(&self) -> bool {
        self.rest().unique_items
    }

    /// `minProperties`.
    pub fn min_properties(&self) -> Option<&Number> {
        self.rest().min_properties.as_ref()
    }

    /// `maxProperties`.
    pub fn max_properties(&self) -> Option<&Number> {
        self.rest().max_properties.as_ref()
    }

    /// `title`; empty if there is none.
    pub fn title(&self) -> &str {
        &self.rest().title
    }

    /// `description`; empty if there is none.
    pub fn description(&self) -> &str {
        &self.rest().description
    }

    /// `default`. It documents; nothing applies it.
    pub fn default_value(&self) -> Option<&Value> {
        self.rest().default.as_ref()
    }

    /// `deprecated`.
    pub fn deprecated(&self) -> bool {
        self.rest().deprecated
    }

    /// `examples`.
    pub fn examples(&self) -> &[Value] {
        &self.rest().examples
    }

    /// `secret`. It documents; only values are secret.
    pub fn secret(&self) -> bool {
        self.rest().secret
    }

    /// `rotateOnly`: the properties that are only needed to rotate a secret. Whether *this* schema is such a
    /// property's tells [`is_rotate_only`](Schema::is_rotate_only).
    pub fn rotate_only(&self) -> &[SmolStr] {
        &self.rest().rotate_only
    }
}

/// Looks a name up in a sorted list.
pub(super) fn find<'a, T>(sorted: &'a [(SmolStr, T)], name: &str) -> Option<&'a T> {
    let at = sorted.binary_search_by(|(k, _)| k.as_str().cmp(name)).ok()?;
    sorted.get(at).map(|(_, value)| value)
}
