//! A value as a `serde` deserialiser.

use std::collections::btree_map;
use std::slice;

use serde::de::value::{BorrowedStrDeserializer, SeqDeserializer};
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use smol_str::SmolStr;

use super::error::{ValueError, ValueProblem};
use crate::number::Number;
use crate::spelling::closest;
use crate::value::{Value, ValueKind};

/// The name by which `Secret` tells a deserialiser that it may hand out secrets.
pub(crate) const SECRET: &str = "$esc::Secret";

/// A value, and whether a secret may be handed out here.
#[derive(Clone, Copy)]
pub(super) struct Node<'v> {
    value: &'v Value,
    revealed: bool,
    /// Directly inside of `Secret`: a string may be read as bytes.
    inside: bool,
}

impl<'v> Node<'v> {
    pub fn new(value: &'v Value, revealed: bool) -> Node<'v> {
        Node { value, revealed, inside: false }
    }

    /// A part of this value.
    fn part(self, value: &'v Value) -> Node<'v> {
        Node { value, revealed: self.revealed, inside: false }
    }

    /// Refuses what may not be handed out. Objects and lists are judged by what is in them.
    fn admit(self) -> Result<(), ValueError> {
        if self.value.unknown {
            return Err(ValueError::here(ValueProblem::Unknown));
        }
        let scalar = !matches!(self.value.kind, ValueKind::List(_) | ValueKind::Object(_));
        if scalar && self.value.is_secret() && !self.revealed {
            return Err(ValueError::here(ValueProblem::SecretInPlain));
        }
        Ok(())
    }

    /// Reads this value. What a type says of secrets is held back: it may quote them.
    pub fn read<S: DeserializeSeed<'v>>(self, seed: S) -> Result<S::Value, ValueError> {
        seed.deserialize(self).map_err(|mut error| {
            if matches!(error.problem, ValueProblem::Refused(_)) && has_secrets(self.value) {
                error.problem =
                    ValueProblem::Refused("is secret and does not fit its type".to_owned());
            }
            error
        })
    }
}

fn has_secrets(value: &Value) -> bool {
    value.is_secret()
        || match &value.kind {
            ValueKind::List(items) => items.iter().any(has_secrets),
            ValueKind::Object(properties) => properties.values().any(has_secrets),
            _ => false,
        }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.admit()?;
        match &self.value.kind {
            ValueKind::Null => visitor.visit_unit(),
            ValueKind::Bool(value) => visitor.visit_bool(*value),
            ValueKind::Number(number) => visit_number(number, visitor),
            ValueKind::String(text) => visitor.visit_borrowed_str(text.as_str()),
            ValueKind::List(items) => {
                let mut rest = List { node: self, items: items.iter(), index: 0 };
                let value = visitor.visit_seq(&mut rest)?;
                if rest.items.len() > 0 {
                    let expected = format!("a list of {} elements", rest.index);
                    let found = format!("one of {}", items.len());
                    return Err(ValueError::here(ValueProblem::Mistyped { expected, found }));
                }
                Ok(value)
            }
            ValueKind::Object(properties) => {
                visitor.visit_map(Object { node: self, properties: properties.iter(), next: None })
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.value.kind {
            ValueKind::Null if !self.value.unknown => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let secret = name == SECRET;
        visitor.visit_newtype_struct(Node {
            revealed: self.revealed || secret,
            inside: secret,
            ..self
        })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match &self.value.kind {
            ValueKind::String(text) if self.inside => {
                self.admit()?;
                visitor.visit_seq(SeqDeserializer::new(text.as_str().bytes()))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match &self.value.kind {
            ValueKind::String(text) => {
                self.admit()?;
                visitor.visit_borrowed_bytes(text.as_str().as_bytes())
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        if let ValueKind::List(_) = self.value.kind {
            return Err(de::Error::invalid_type(Unexpected::Seq, &visitor));
        }
        self.deserialize_any(visitor).map_err(|mut error| {
            if let (
                ValueProblem::Missing { name, nearest: near @ None },
                true,
                ValueKind::Object(has),
            ) = (&mut error.problem, error.path.is_empty(), &self.value.kind)
            {
                // The names in a secret are a part of it.
                let spare = has.keys().map(SmolStr::as_str).filter(|key| !fields.contains(key));
                let near_name = closest(spare, name).filter(|_| !self.value.is_secret());
                *near = near_name.map(str::to_owned);
            }
            error
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.admit()?;
        match &self.value.kind {
            ValueKind::String(text) => {
                visitor.visit_enum(Variant { node: self, name: text.as_str(), content: None })
            }
            ValueKind::Object(properties) if properties.len() == 1 => {
                let mut variants = properties.iter().map(|(name, content)| Variant {
                    node: self,
                    name,
                    content: Some(content),
                });
                match variants.next() {
                    Some(variant) => visitor.visit_enum(variant),
                    None => Err(unlike_enum()),
                }
            }
            _ => Err(unlike_enum()),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string
        unit unit_struct tuple tuple_struct map identifier
    }
}

fn unlike_enum() -> ValueError {
    let expected = "a string or an object with one property".to_owned();
    ValueError::here(ValueProblem::Mistyped { expected, found: "something else".to_owned() })
}

/// Whole numbers as such, however they are written (`1e3`, `2.0`), as long as no digit is lost.
fn visit_number<'de, V: Visitor<'de>>(number: &Number, visitor: V) -> Result<V::Value, ValueError> {
    let text = number.as_str();
    if let Ok(number) = text.parse::<u64>() {
        return visitor.visit_u64(number);
    }
    if let Ok(number) = text.parse::<i64>() {
        return visitor.visit_i64(number);
    }
    if let Ok(number) = text.parse::<i128>() {
        return visitor.visit_i128(number);
    }
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = number.to_f64();
    let whole = float.fract() == 0.0 && float.abs() <= EXACT;
    match whole {
        true if float >= 0.0 => visitor.visit_u64(float as u64),
        true => visitor.visit_i64(float as i64),
        false => visitor.visit_f64(float),
    }
}

struct List<'v> {
    node: Node<'v>,
    items: slice::Iter<'v, Value>,
    index: usize,
}

impl<'de> de::SeqAccess<'de> for &mut List<'de> {
    type Error = ValueError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ValueError> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        self.node.part(item).read(seed).map(Some).map_err(|error| error.below(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Object<'v> {
    node: Node<'v>,
    properties: btree_map::Iter<'v, SmolStr, Value>,
    next: Option<(&'v SmolStr, &'v Value)>,
}

impl<'de> de::MapAccess<'de> for Object<'de> {
    type Error = ValueError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ValueError> {
        self.next = self.properties.next();
        let Some((key, _)) = self.next else { return Ok(None) };
        seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<T::Value, ValueError> {
        let Some((key, value)) = self.next.take() else {
            return Err(de::Error::custom("a value was asked for before its key"));
        };
        self.node.part(value).read(seed).map_err(|error| error.below(key.clone()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.properties.len())
    }
}

struct Variant<'v> {
    node: Node<'v>,
    name: &'v str,
    content: Option<&'v Value>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = ValueError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self), ValueError> {
        Ok((seed.deserialize(BorrowedStrDeserializer::<ValueError>::new(self.name))?, self))
    }
}

impl<'de> Variant<'de> {
    fn content(self) -> Result<(Node<'de>, &'de str), ValueError> {
        let missing = || {
            ValueError::here(ValueProblem::Mistyped {
                expected: format!("an object with the property `{}`", self.name),
                found: "the name alone".to_owned(),
            })
        };
        Ok((self.node.part(self.content.ok_or_else(missing)?), self.name))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = ValueError;

    fn unit_variant(self) -> Result<(), ValueError> {
        match self.content {
            None => Ok(()),
            Some(content) => de::Deserialize::deserialize(self.node.part(content))
                .map_err(|error: ValueError| error.below(self.name)),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, ValueError> {
        let (node, name) = self.content()?;
        node.read(seed).map_err(|error| error.below(name))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, ValueError> {
        let (node, name) = self.content()?;
        node.deserialize_seq(visitor).map_err(|error| error.below(name))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let (node, name) = self.content()?;
        node.deserialize_struct("", fields, visitor).map_err(|error| error.below(name))
    }
}
