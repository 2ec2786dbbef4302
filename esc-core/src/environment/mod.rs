//! Evaluated environments, as they are handed to tools: values, the expressions that made them, their schema.
//!
//! What an evaluation came to is a graph: values and expressions that are part of several others are there once and
//! shared, so that an [`Environment`] is as large as what was evaluated. Written as JSON it is a tree, which can be very
//! much larger; [`Environment::write_to`] writes it without holding it.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::json::Writer;
use crate::schema::SchemaRef;
use crate::value::{Reveal, TracedValue, Value};

mod expr;
mod members;
mod read;
mod secrets;
mod write;

pub use expr::{AccessKey, AccessorInfo, ExprInfo, ExprInfoKind};
pub use members::{WireError, read_origin};
pub use read::read_value;

/// An evaluated environment.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The environment's own expressions, by name.
    pub exprs: BTreeMap<SmolStr, Arc<ExprInfo>>,
    /// The effective values, inherited ones included.
    pub properties: BTreeMap<SmolStr, TracedValue>,
    /// The schema of the values.
    pub schema: SchemaRef,
    /// What the environment sees as `${context}`.
    pub context: BTreeMap<SmolStr, TracedValue>,
    /// The schema of the context.
    pub context_schema: SchemaRef,
}

impl Environment {
    /// The values as one object, without where they come from.
    pub fn value(&self) -> Value {
        let properties = self.properties.iter();
        Value::object(properties.map(|(key, value)| (key.clone(), value.to_value())))
    }

    /// Compact JSON, in the shape of the hosted service's API.
    pub fn to_json(&self, reveal: Reveal) -> String {
        let mut w = Writer::compact();
        self.write_json(&mut w, reveal);
        w.finish()
    }

    /// Writes the same JSON piece by piece.
    ///
    /// # Errors
    ///
    /// `target` did not take all of it.
    pub fn write_to(&self, target: &mut dyn io::Write, reveal: Reveal) -> io::Result<()> {
        let mut w = Writer::compact().to(target);
        self.write_json(&mut w, reveal);
        w.flush()
    }
}

#[cfg(test)]
mod tests;
