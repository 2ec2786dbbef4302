//! Values inside an evaluation: what they are, what they were merged over, what may be shown of them.
//!
//! * `environments`: documents and their expressions, each with its value once it has one;
//! * `arena`: values as nodes, shared and layered, never copied;
//! * `layers`: bases, properties and inherited keys of layered values;
//! * `types`: the schemas of values;
//! * `secrets`: secret propagation, into what is shown and out of it;
//! * `finals`: final values that are overridden all the same;
//! * `export_view`: values as plain data, and plain data as values.

pub(crate) mod arena;
pub(crate) mod environments;
pub(crate) mod export_view;
mod finals;
mod layers;
pub(crate) mod secrets;
mod types;
