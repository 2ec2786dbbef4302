//! What an evaluation is told.

use std::collections::HashSet;

use esc_core::context::ExecutionContext;
use esc_core::path::PropertyPath;
use esc_core::schema::SchemaRef;

/// What an evaluation does about providers and rotators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Nothing is opened; results are unknown values of the declared types.
    Check,
    /// Providers and rotators are opened.
    Open,
    /// Rotators of the root environment are rotated, then opened.
    Rotate,
}

/// Bounds on what documents may demand. Exceeding one is a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bounds on each document.
    pub document: esc_core::syntax::Limits,
    /// How many environments one evaluation may load. Default 10,000.
    pub max_environments: usize,
    /// How many environments may import one another in a row. Default 1,000.
    pub max_import_depth: usize,
    /// How deeply lists and objects may be nested in a value. Default 1,000.
    pub max_value_depth: usize,
    /// How many bytes the strings that one function or interpolation makes may have. Default 8 MiB.
    pub max_string_bytes: usize,
    /// How many values an environment or an argument may consist of, written out: references make
    /// much out of little. Default 250,000.
    pub max_values: usize,
    /// How many values one evaluation may make beside those of its literals: imports of imports multiply layers.
    /// Default 300,000.
    pub max_layers: usize,
    /// How many values all providers together may be given. Default 100,000.
    pub max_given: usize,
    /// How many steps the check of one value against a schema may take; schemas can branch without end. Default 1
    /// million.
    pub max_checks: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            document: esc_core::syntax::Limits::default(),
            max_environments: 10_000,
            max_import_depth: 1_000,
            max_value_depth: 1_000,
            max_string_bytes: 8 << 20,
            max_values: 250_000,
            max_layers: 300_000,
            max_given: 100_000,
            max_checks: 1_000_000,
        }
    }
}

/// Everything an evaluation is told, in the form the machine uses.
pub(crate) struct Settings {
    pub mode: Mode,
    pub show_secrets: bool,
    /// Reproduce the reference's quirks.
    pub compatible: bool,
    /// Evaluate only what the paths below reach.
    pub demand: bool,
    pub paths: Vec<PropertyPath>,
    /// Document paths of the rotators to rotate; none for all.
    pub rotate: Option<HashSet<String>>,
    pub limits: Limits,
    pub context: ExecutionContext,
    /// The schema that everything matches.
    pub any: SchemaRef,
    /// Stands in for documents that are not there yet.
    pub placeholder: std::sync::Arc<esc_core::ast::Document>,
}
