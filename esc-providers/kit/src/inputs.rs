//! Reading what a document gives a provider.

use std::time::Duration;

use esc_core::deserialize::deserialize_exposed;
use esc_core::provider::{ErrorKind, OpenRequest, ProviderError};
use esc_core::schema::SchemaRef;
use esc_provider_schemas::shape;
pub use esc_provider_schemas::shape::DURATION_PATTERN;
use serde::de::DeserializeOwned;

use crate::Failure;

/// The inputs of a call as a Rust type.
///
/// Any input may come from a secret, so none is refused for being one; what is secret by nature belongs into a
/// [`Secret`](esc_core::secret::Secret) field.
///
/// # Errors
///
/// [`ErrorKind::Invalid`]: the inputs do not have the shape. The schema should have said so before.
pub fn read<T: DeserializeOwned>(
    provider: &'static str,
    request: &OpenRequest,
) -> Result<T, ProviderError> {
    deserialize_exposed(&request.inputs).map_err(|error| {
        Failure::new(provider, ErrorKind::Invalid).reference("the inputs").cause(error).into()
    })
}

/// The schema of a duration.
pub fn duration_schema(description: &str) -> SchemaRef {
    shape::duration(description)
}

/// Reads a duration such as `1h30m`; none if it is not one. The empty text is no time at all.
///
/// ```
/// use std::time::Duration;
/// use esc_provider_kit::inputs::parse_duration;
///
/// assert_eq!(parse_duration("1h30m"), Some(Duration::from_secs(5400)));
/// assert_eq!(parse_duration("90"), None);
/// ```
pub fn parse_duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut seconds: u64 = 0;
    for (unit, length) in [('h', 3600), ('m', 60), ('s', 1)] {
        let Some((number, after)) = rest.split_once(unit) else { continue };
        if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        seconds = seconds.checked_add(number.parse::<u64>().ok()?.checked_mul(length)?)?;
        rest = after;
    }
    rest.is_empty().then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let seconds = |text| parse_duration(text).map(|d| d.as_secs());
        assert_eq!(seconds("1h1m1s"), Some(3661));
        assert_eq!(seconds("45m"), Some(2700));
        assert_eq!(seconds(""), Some(0));
        for bad in [
            "1d",
            "1",
            "1m1h",
            "-1s",
            "h",
            "1h ",
            "1 h",
            "99999999999999999999s",
            "9999999999999999h",
        ] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }
}
