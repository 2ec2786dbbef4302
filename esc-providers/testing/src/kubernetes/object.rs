//! Objects as JSON, and what is read out of them.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use serde_json::{Map, Value};

/// A text somewhere below `metadata`; empty if it is not there.
pub(super) fn meta<'a>(object: &'a Value, field: &str) -> &'a str {
    object.get("metadata").and_then(|m| m.get(field)).and_then(Value::as_str).unwrap_or_default()
}

/// Sets a field of the metadata.
pub(super) fn set_meta(object: &mut Value, field: &str, value: impl Into<Value>) {
    if let Some(object) = object.as_object_mut() {
        let metadata = object.entry("metadata").or_insert_with(|| Map::new().into());
        if let Some(metadata) = metadata.as_object_mut() {
            metadata.insert(field.into(), value.into());
        }
    }
}

/// A label.
pub(super) fn label<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object.get("metadata")?.get("labels")?.get(key)?.as_str()
}

/// A uid, or anything else that must be new and not be guessed.
pub(super) fn random_hex(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    let filled = SystemRandom::new().fill(&mut buffer);
    debug_assert!(filled.is_ok(), "no randomness");
    buffer.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A uid in its usual form.
pub(super) fn uid() -> String {
    let hex = random_hex(16);
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default();
    format!("{}-{}-4{}-a{}-{}", part(0..8), part(8..12), part(13..16), part(17..20), part(20..32))
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map(|d| d.as_secs()).unwrap_or_default()
}

/// A time as Kubernetes writes it: `2026-01-02T03:04:05Z`.
pub(super) fn timestamp(seconds: u64) -> String {
    let seconds = seconds.try_into().expect("a time that fits");
    jiff::Timestamp::from_second(seconds).expect("a time before the year 10000").to_string()
}

#[cfg(test)]
mod tests {
    use super::timestamp;

    #[test]
    fn times_fall_on_the_right_day() {
        assert_eq!(timestamp(1_772_323_199), "2026-02-28T23:59:59Z");
        assert_eq!(timestamp(951_827_696), "2000-02-29T12:34:56Z");
        assert_eq!(timestamp(1_735_689_600), "2025-01-01T00:00:00Z");
    }
}
