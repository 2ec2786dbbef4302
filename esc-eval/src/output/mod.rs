//! What comes out of an evaluation.
//!
//! * `export`, `export_call`: the evaluated environment with expressions, traces and schemas;
//! * `provenance`: where values come from.

pub(crate) mod export;
mod export_call;
pub(crate) mod provenance;
