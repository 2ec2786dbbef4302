//! Looking for canaries: secrets whose text is known, and must not be seen.

use esc_core::value::{Value, ValueKind};

/// The paths of what holds a canary without being secret.
pub(super) fn unmarked(value: &Value, canaries: &[String]) -> Vec<String> {
    let mut out = Vec::new();
    look(value, canaries, "", &mut out);
    out
}

fn look(value: &Value, canaries: &[String], path: &str, out: &mut Vec<String>) {
    // What is in a secret is secret.
    if value.is_secret() {
        return;
    }
    let bare = |text: &str| canaries.iter().any(|canary| occurs(canary, text));
    let top = if path.is_empty() { "the answer" } else { path };
    match &value.kind {
        ValueKind::String(text) if bare(text.as_str()) => out.push(format!("{top} is not secret")),
        ValueKind::Number(number) if bare(number.as_str()) => {
            out.push(format!("{top} is not secret"));
        }
        ValueKind::List(items) => {
            for (index, item) in items.iter().enumerate() {
                look(item, canaries, &format!("{path}[{index}]"), out);
            }
        }
        ValueKind::Object(properties) => {
            for (key, property) in properties {
                if bare(key) {
                    out.push(format!("a key of {top} is not secret"));
                }
                look(property, canaries, &format!("{path}.{key}"), out);
            }
        }
        _ => {}
    }
}

/// Whether a text has a canary in it: as it is, or as `Debug` and JSON write it.
pub(super) fn occurs(canary: &str, text: &str) -> bool {
    let escaped = format!("{canary:?}");
    !canary.is_empty() && (text.contains(canary) || text.contains(escaped.trim_matches('"')))
}
