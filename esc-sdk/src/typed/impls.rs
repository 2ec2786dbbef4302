//! How the types of the standard library and of this project are read.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use esc_core::deserialize::{ValueError, ValueProblem, deserialize};
use esc_core::path::{PathElement, PropertyPath};
use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::secret::Secret;
use esc_core::value::{Value, ValueKind};
use serde::de::DeserializeOwned;
use smol_str::SmolStr;
use zeroize::Zeroize;

use super::FromEnvironment;
use crate::inspect::{kind, mistyped};

macro_rules! scalars {
    ($($t:ty => $schema:expr;)*) => {$(
        impl FromEnvironment for $t {
            fn expected() -> SchemaRef {
                $schema.into()
            }

            fn from_value(value: &Value) -> Result<Self, ValueError> {
                deserialize(value)
            }
        }
    )*};
}

macro_rules! integers {
    ($($t:ty)*) => {
        scalars! { $($t => whole().minimum(<$t>::MIN).maximum(<$t>::MAX);)* }
    };
}

integers! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize }

scalars! {
    // Schemas have no bounds this large.
    u128 => whole().minimum(0);
    i128 => whole();
    f32 => Schema::number();
    f64 => Schema::number();
    bool => Schema::boolean();
    String => Schema::string();
    SmolStr => Schema::string();
}

fn whole() -> Builder {
    Builder::number().multiple_of(1)
}

/// A value as it is. It keeps its secrets to itself.
impl FromEnvironment for Value {
    fn expected() -> SchemaRef {
        // That is `true` but for secrets, which may be anywhere in it.
        Builder::new().secret().build()
    }

    fn from_value(value: &Value) -> Result<Value, ValueError> {
        Ok(Value { trace: None, ..value.clone() })
    }
}

impl<T: FromEnvironment + DeserializeOwned + Zeroize> FromEnvironment for Secret<T> {
    fn expected() -> SchemaRef {
        let inner = T::expected();
        // Within a secret, bytes may be written as a string.
        let bytes = inner.items().is_some_and(|item| **item == *u8::expected());
        let inner = if bytes { Schema::either([Schema::string(), inner]) } else { inner };
        Builder::from(&*inner).secret().build()
    }

    fn from_value(value: &Value) -> Result<Secret<T>, ValueError> {
        deserialize(value)
    }
}

impl<T: FromEnvironment> FromEnvironment for Option<T> {
    fn expected() -> SchemaRef {
        Schema::either([T::expected(), Schema::null()])
    }

    fn from_value(value: &Value) -> Result<Option<T>, ValueError> {
        match value.kind {
            ValueKind::Null if !value.unknown => Ok(None),
            _ => T::from_value(value).map(Some),
        }
    }

    fn if_missing() -> Option<Option<T>> {
        Some(None)
    }
}

impl<T: FromEnvironment> FromEnvironment for Box<T> {
    fn expected() -> SchemaRef {
        T::expected()
    }

    fn from_value(value: &Value) -> Result<Box<T>, ValueError> {
        T::from_value(value).map(Box::new)
    }

    fn if_missing() -> Option<Box<T>> {
        T::if_missing().map(Box::new)
    }
}

impl<T: FromEnvironment> FromEnvironment for Vec<T> {
    fn expected() -> SchemaRef {
        Schema::array(T::expected())
    }

    fn from_value(value: &Value) -> Result<Vec<T>, ValueError> {
        match &value.kind {
            ValueKind::List(items) => {
                let items = items.iter().enumerate();
                items.map(|(i, item)| T::from_value(item).map_err(|e| below(i, e))).collect()
            }
            _ => Err(unlike(value, "a list")),
        }
    }
}

macro_rules! maps {
    ($($map:ident<K, V $(, $s:ident: $bound:ident + $default:ident)?> where K: $($key:ident)+;)*) => {$(
        /// Keys are whatever a name can be turned into.
        impl<K, V $(, $s)?> FromEnvironment for $map<K, V $(, $s)?>
        where
            K: From<String> $(+ $key)+,
            V: FromEnvironment,
            $($s: $bound + $default,)?
        {
            fn expected() -> SchemaRef {
                Schema::object().additional(V::expected()).build()
            }

            fn from_value(value: &Value) -> Result<Self, ValueError> {
                let ValueKind::Object(properties) = &value.kind else {
                    return Err(unlike(value, "an object"));
                };
                let entry = |(key, value): (&SmolStr, &Value)| {
                    let value = V::from_value(value).map_err(|e| below(key.clone(), e))?;
                    Ok((K::from(key.to_string()), value))
                };
                properties.iter().map(entry).collect()
            }
        }
    )*};
}

maps! {
    BTreeMap<K, V> where K: Ord;
    HashMap<K, V, S: BuildHasher + Default> where K: Eq Hash;
}

pub(super) fn below(element: impl Into<PathElement>, error: ValueError) -> ValueError {
    let path: PropertyPath =
        [element.into()].into_iter().chain(error.path.elements().iter().cloned()).collect();
    ValueError { path, ..error }
}

/// Why a value is not of another type.
pub(super) fn unlike(value: &Value, expected: &str) -> ValueError {
    let problem =
        if value.unknown { ValueProblem::Unknown } else { mistyped(expected, kind(value)) };
    ValueError { path: PropertyPath::new(), problem }
}
