//! What comes out of an evaluation.
//!
//! * `export`: the evaluated environment with expressions, traces and schemas;
//! * `provenance`: where values come from.

pub(crate) mod export;
pub(crate) mod provenance;
