//! How deeply schemas may nest, and what their counts may be.

use super::error::SchemaError;
use crate::number::Number;

/// How deeply schemas may nest at all: as deep as values and a little deeper. Beyond this a schema is `false`, so that
/// no walk through one can exhaust the stack.
pub(super) const MAX_LEVELS: u32 = crate::json::MAX_DEPTH as u32 + 100;

/// The natural number that a count is.
pub(super) fn parse_count(number: &Number) -> Result<u64, SchemaError> {
    let text = number.as_str();
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let error = |out_of_range| SchemaError::Count { text: text.into(), out_of_range };
    if !digits {
        return Err(error(false));
    }
    text.parse().map_err(|_| error(true))
}
