//! Documents as texts.

use std::collections::BTreeMap;

/// Environments by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Documents {
    /// The name of the one to evaluate.
    pub root: String,
    /// All texts, the root's too.
    pub texts: BTreeMap<String, String>,
}
