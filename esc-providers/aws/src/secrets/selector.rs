//! What one read asks for.

use std::collections::HashMap;

use esc_core::secret::Text;

use crate::failure::Reason;

/// What one read is told: which secret, and which version of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Selector {
    pub(super) secret: String,
    pub(super) version_id: Option<String>,
    pub(super) stage: Option<String>,
}

pub(super) type Texts = HashMap<Selector, Result<Text, Reason>>;

impl Selector {
    /// Whether it asks for no particular version.
    pub(super) fn is_plain(&self) -> bool {
        self.version_id.is_none() && self.stage.is_none()
    }
}
