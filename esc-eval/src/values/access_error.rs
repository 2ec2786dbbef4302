//! Why an accessor finds nothing, in the words of reports.

use esc_core::ast::{Accessor, AccessorKind};
use esc_core::diagnostic::Code;
use esc_core::spelling;
use smol_str::SmolStr;

/// Where a value access fails, for reports.
pub(crate) struct AccessError {
    pub code: Code,
    pub message: String,
    pub help: Option<String>,
}

impl AccessError {
    pub fn new(message: impl Into<String>) -> AccessError {
        AccessError { code: Code::InvalidAccess, message: message.into(), help: None }
    }
}

/// The name an accessor asks for.
pub(crate) fn key_of(accessor: &Accessor) -> Option<&str> {
    match &accessor.kind {
        AccessorKind::Name(key) | AccessorKind::Subscript(key) => Some(key),
        AccessorKind::Index(_) => None,
    }
}

pub(super) fn list_index(accessor: &Accessor, len: usize) -> Result<usize, AccessError> {
    match accessor.kind {
        AccessorKind::Index(index) if index < 0 => {
            Err(AccessError::new("array indices must not be negative"))
        }
        AccessorKind::Index(index) if (index as u64) < len as u64 => Ok(index as usize),
        AccessorKind::Index(index) => Err(AccessError::new(format!(
            "array index {index} out-of-bounds for array of length {len}"
        ))),
        _ => Err(AccessError::new("cannot access an array element using a property name")),
    }
}

pub(super) fn index_into_object() -> AccessError {
    AccessError::new("cannot access an object property using an integer index")
}

pub(super) fn unknown_property(key: &str, candidates: &[SmolStr]) -> AccessError {
    let mut message = format!("unknown property {}", esc_core::text::quote(key));
    let nearest = spelling::nearest(candidates.iter().map(SmolStr::as_str), key);
    if let Some(nearest) = nearest {
        message.push_str(&format!("; did you mean {}?", esc_core::text::quote(nearest)));
    }
    AccessError { code: Code::UnknownProperty, message, help: None }
}
