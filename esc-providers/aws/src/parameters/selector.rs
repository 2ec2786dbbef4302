//! What one read asks for.

/// One parameter to read, perhaps with a version or label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ParameterSelector {
    pub(super) decrypt: bool,
    pub(super) name: String,
}

/// One path to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PathSelector {
    pub(super) path: String,
    pub(super) recursive: bool,
    pub(super) decrypt: bool,
}
