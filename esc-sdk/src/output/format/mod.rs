//! Opened environments as text, for programs and shells to read.
//!
//! [`json`], [`yaml`], [`string`] and [`detailed`] render any value; [`dotenv`] and [`shell`] render variables, quoted
//! such that their readers get exactly these values: nothing in a value is ever expanded or run.

mod quote;
mod yaml;

use esc_core::json::Writer;
use esc_core::value::{Reveal, TooLarge, TracedValue, Value};

pub use quote::{QuoteError, dotenv, dotenv_quoted, is_variable_name, shell, shell_quoted};
pub use yaml::yaml;

/// Indented JSON with the keys in order.
pub fn json(value: &Value, reveal: Reveal) -> String {
    let mut text = value.to_json_pretty(reveal);
    text.push('\n');
    text
}

/// The value as interpolation writes it, ending in a newline.
///
/// # Errors
///
/// The text would be unreasonably large.
pub fn string(value: &Value, reveal: Reveal) -> Result<String, TooLarge> {
    let mut text = value.to_string_form(reveal)?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}

/// Indented JSON that reports for every value where it comes from and what it was merged over.
///
/// [`Snapshot::traced_value`](crate::Snapshot::traced_value) has such values.
pub fn detailed(value: &TracedValue, reveal: Reveal) -> String {
    let mut writer = Writer::pretty();
    value.write_json(&mut writer, reveal);
    let mut text = writer.finish();
    text.push('\n');
    text
}
