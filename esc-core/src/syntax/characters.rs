//! Characters that YAML does not allow, and bytes that are none.

use super::events::{ProblemKind, Trouble};

/// How many bytes are looked at together.
const PIECE: usize = 64;

/// The first character that YAML does not allow anywhere.
pub(super) fn control_character(text: &str) -> Option<Trouble> {
    // The common case must be cheap: no byte that could begin such a character, in pieces that take a few instructions.
    let suspicious = |b: &u8| {
        (*b < b' ' && *b != b'\t' && *b != b'\n' && *b != b'\r')
            || *b == 127
            || *b == 0xC2
            || *b == 0xEF
    };
    let clean = |piece: &&[u8]| !piece.iter().fold(false, |found, b| found | suspicious(b));
    let before = text.as_bytes().chunks(PIECE).take_while(clean).count() * PIECE;
    let here = text.as_bytes().get(before..)?;
    let first = before + here.iter().position(suspicious)?;
    let (at, c) = text.get(first..)?.char_indices().find(|(_, c)| is_forbidden(*c))?;
    let kind = ProblemKind::ControlCharacter;
    Some(Trouble { kind, byte: first + at, width: c.len_utf8() })
}

pub(super) fn is_forbidden(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}'
            | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}'
    )
}

/// The text before the first byte that is not UTF-8, and what is wrong there.
pub(super) fn valid_prefix(bytes: &[u8], valid: usize) -> (&str, Trouble) {
    let prefix = bytes.get(..valid).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let prefix = prefix.unwrap_or_default();
    let (kind, width) = sequence_problem(bytes.get(valid..).unwrap_or_default());
    let trouble = Trouble { kind, byte: prefix.len(), width };
    (prefix, control_character(prefix).unwrap_or(trouble))
}

/// What is wrong with the first sequence of bytes, in the order in which the reference looks at it; and how many bytes
/// it wants to have for that.
fn sequence_problem(bytes: &[u8]) -> (ProblemKind, usize) {
    let width = match bytes.first() {
        Some(0xC0..0xE0) => 2,
        Some(0xE0..0xF0) => 3,
        Some(0xF0..0xF8) => 4,
        _ => return (ProblemKind::InvalidLeadingOctet, 1),
    };
    let Some(sequence) = bytes.get(..width) else {
        return (ProblemKind::IncompleteOctets, usize::MAX / 2);
    };
    let mut rest = sequence.iter().skip(1);
    let kind = match sequence {
        _ if rest.any(|byte| byte & 0xC0 != 0x80) => ProblemKind::InvalidTrailingOctet,
        [0xC0 | 0xC1, ..] | [0xE0, 0x80..0xA0, ..] | [0xF0, 0x80..0x90, ..] => {
            ProblemKind::InvalidLength
        }
        _ => ProblemKind::InvalidCharacter,
    };
    (kind, width)
}
