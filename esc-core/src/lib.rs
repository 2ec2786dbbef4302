//! The language of environments, secrets and configuration, as data.
//!
//! An environment is a YAML document that mixes configuration and secrets, imports other environments, interpolates,
//! calls functions and opens providers. This crate knows what such a document *is*; `esc-eval` knows what it evaluates
//! to. Nothing here does I/O.
//!
//! Data flow through the crate:
//!
//! 1. [`syntax`]: bytes to a tree in which every key and value knows where it stands;
//! 2. [`ast`]: the tree to expressions, calls and imports;
//! 3. [`schema`], [`value`]: what values look like and what they are;
//! 4. [`deserialize`]: values to Rust types;
//! 5. [`diagnostic`]: what is wrong, where, and what to do.

pub mod ast;
pub mod context;
pub mod crypt;
pub mod deserialize;
pub mod diagnostic;
pub mod edit;
pub mod envelope;
pub mod environment;
pub mod json;
pub mod number;
pub mod path;
pub mod position;
pub mod provider;
pub mod schema;
pub mod secret;
pub mod source;
pub mod spelling;
pub mod syntax;
pub mod text;
pub mod value;
