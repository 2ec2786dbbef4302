//! What comes out of an evaluation.
//!
//! * `export`, `export_call`: the evaluated environment with expressions, traces and schemas;
//! * `provenance`: where values come from;
//! * `replay`: what the reference's way of merging does to its export.

pub(crate) mod export;
mod export_call;
pub(crate) mod provenance;
pub(crate) mod replay;
