//! Hiding secrets in documents that could not be decoded.
//!
//! Where a document is broken nothing can be relied on: not brackets, not quotes, not indentation. So all that could
//! belong to a secret is hidden, up to the next line that is surely something else.

use std::borrow::Cow;
use std::ops::Range;

use super::{Scan, hide, line_start};

/// What the keys start with, in any letter case; the second for a colon that got lost.
const KEYS: [&str; 2] = ["fn::sec", "fn:sec"];

/// The document with all that may be the plaintext of an `fn::secret` replaced by `*`.
///
/// Like [`mask_secrets`](super::mask_secrets), but for a document that could not be decoded: more is hidden.
pub(crate) fn mask_undecodable(text: &str) -> Cow<'_, str> {
    let lower = text.to_ascii_lowercase();
    let mut keys: Vec<usize> = KEYS
        .iter()
        .flat_map(|key| lower.match_indices(key).map(|(at, key)| at + key.len()))
        .collect();
    keys.sort_unstable();
    let mut hidden: Vec<Range<usize>> = Vec::new();
    for key in keys {
        let done = hidden.last().map_or(0, |range| range.end);
        if key >= done {
            hidden.push(secret_after(text, key));
        }
    }
    hide(text, &hidden)
}

/// What may belong to the key whose name goes on at this offset.
fn secret_after(text: &str, name: usize) -> Range<usize> {
    let rest = text.get(name..).unwrap_or_default();
    let name_length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'));
    let after = name + name_length.unwrap_or(rest.len());
    // What cannot be secret, and helps to see what is wrong.
    let punctuation =
        |c: char| matches!(c, '"' | '\'' | ':' | ' ' | '\t' | '|' | '>' | '@' | '`' | '{' | '[');
    let rest = text.get(after..).unwrap_or_default();
    let start = after + rest.find(|c| !punctuation(c)).unwrap_or(rest.len());
    let mut end = end_of_block(text, name);
    // Quotes go on over whatever stands within them.
    let prefix = text.get(after..start).unwrap_or_default();
    let value = prefix.find(':').map_or("", |colon| prefix.get(colon + 1..).unwrap_or_default());
    if let Some(quote) = value.find(['"', '\'']) {
        let at = start - value.len() + quote;
        end = end.max(Scan { text, at }.end_of_quotes());
    }
    start..end.max(start)
}

/// The end of the lines up to the next that is an entry of its own: not deeper than the line of the key, and with a
/// key.
fn end_of_block(text: &str, key: usize) -> usize {
    let start = line_start(text, key);
    let indentation = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut lines = text.get(start..).unwrap_or_default().split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    let indent = indentation(first);
    let mut end = start + first.len();
    for line in lines {
        if indentation(line) <= indent && is_entry(line.trim()) {
            break;
        }
        end += line.len();
    }
    end
}

/// Whether a line is `key:` or `key: value`.
fn is_entry(content: &str) -> bool {
    let content = content.trim_start_matches("- ").trim_start_matches(['"', '\'']);
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let key =
        content.find(|c| !word(c)).map_or(content, |end| content.get(..end).unwrap_or_default());
    let rest = content.get(key.len()..).unwrap_or_default();
    let named = key.trim_end_matches(':');
    let rest = match named.len() < key.len() {
        true => return rest.is_empty() || rest.starts_with([' ', '\t']),
        false => rest.trim_start_matches(['"', '\'']),
    };
    !named.is_empty() && rest.trim_start().starts_with(':')
}
