//! Text conventions that show in results: Go's quoting and base64 with Go's errors.

use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};

/// Quotes text the way diagnostics and the string form of values do: Go's `strconv.Quote`.
///
/// ```
/// assert_eq!(esc_core::text::quote("say \"hé\"\n"), r#""say \"hé\"\n""#);
/// ```
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote_into(&mut out, text);
    out
}

/// Appends [quoted](quote) text.
pub fn quote_into(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        push_quoted(out, c, '"');
    }
    out.push('"');
}

/// Appends one character as it appears within the given quotation marks.
pub(crate) fn push_quoted(out: &mut String, c: char, mark: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{b}' => out.push_str("\\v"),
        c if c == mark => out.extend(['\\', c]),
        c if is_printable(c) => out.push(c),
        c => {
            let code = u32::from(c);
            // Writing to a string cannot fail.
            let _ = match code {
                0..0x80 => write!(out, "\\x{code:02x}"),
                0x80..0x1_0000 => write!(out, "\\u{code:04x}"),
                _ => write!(out, "\\U{code:08x}"),
            };
        }
    }
}

/// Letters, marks, numbers, punctuation, symbols and the ASCII space.
fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    matches!(
        c.general_category_group(),
        GeneralCategoryGroup::Letter
            | GeneralCategoryGroup::Mark
            | GeneralCategoryGroup::Number
            | GeneralCategoryGroup::Punctuation
            | GeneralCategoryGroup::Symbol
    )
}

/// Encodes bytes in base64: standard alphabet, padded.
pub fn encode_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Text that is not base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base64Error {
    /// The byte offset that is blamed: the offending byte's, or, where padding is missing, the one the unfinished
    /// group counts from.
    pub offset: usize,
}

impl fmt::Display for Base64Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "illegal base64 data at input byte {}", self.offset)
    }
}

impl std::error::Error for Base64Error {}

/// Decodes base64: standard alphabet, padding mandatory, line breaks anywhere skipped, stray bits in the last
/// group ignored.
pub fn decode_base64(text: &str) -> Result<Vec<u8>, Base64Error> {
    let mut bytes = text.bytes().enumerate().filter(|(_, b)| !matches!(b, b'\r' | b'\n'));
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    loop {
        let (mut group, mut filled) = (0u32, 0usize);
        while filled < 4 {
            let Some((offset, byte)) = bytes.next() else {
                return match filled {
                    0 => Ok(out),
                    _ => Err(Base64Error { offset: text.len() - filled }),
                };
            };
            if let Some(bits) = sextet(byte) {
                group = group << 6 | bits;
                filled += 1;
                continue;
            }
            if byte != b'=' || filled < 2 {
                return Err(Base64Error { offset });
            }
            if filled == 2 {
                match bytes.next() {
                    Some((_, b'=')) => {}
                    // Blamed is the byte before the one that should have been the second `=`.
                    Some((other, _)) => return Err(Base64Error { offset: other - 1 }),
                    None => return Err(Base64Error { offset: text.len() }),
                }
            }
            if let Some((offset, _)) = bytes.next() {
                return Err(Base64Error { offset });
            }
            let [_, a, b, _] = (group << (6 * (4 - filled))).to_be_bytes();
            out.push(a);
            if filled == 3 {
                out.push(b);
            }
            return Ok(out);
        }
        let [_, a, b, c] = group.to_be_bytes();
        out.extend([a, b, c]);
    }
}

fn sextet(byte: u8) -> Option<u32> {
    let bits = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(bits.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quoting_escapes_what_cannot_be_seen() {
        assert_eq!(quote("a\"b\\c'"), r#""a\"b\\c'""#);
        assert_eq!(quote("\u{7}\u{8}\u{c}\n\r\t\u{b}"), r#""\a\b\f\n\r\t\v""#);
        assert_eq!(quote("\0\u{1f}\u{7f}"), r#""\x00\x1f\x7f""#);
        assert_eq!(
            quote("\u{80}\u{a0}\u{ad}\u{200b}\u{2028}\u{feff}"),
            r#""\u0080\u00a0\u00ad\u200b\u2028\ufeff""#
        );
        assert_eq!(quote("\u{e000}\u{f0000}\u{10ffff}"), r#""\ue000\U000f0000\U0010ffff""#);
        assert_eq!(quote("é 漢 😀 \u{301}€\u{fffd}"), "\"é 漢 😀 \u{301}€\u{fffd}\"");
    }

    #[test]
    fn base64_errors_name_the_byte() {
        let offset = |text: &str| decode_base64(text).unwrap_err().offset;
        assert_eq!(offset("aGk"), 0);
        assert_eq!(offset("aGk=="), 4);
        assert_eq!(offset("_-8="), 0);
        assert_eq!(offset("aGkh="), 4);
        assert_eq!(offset("aGkhaG"), 4);
        assert_eq!(offset("aG="), 3);
        assert_eq!(offset("aG=x"), 2);
        assert_eq!(offset("a==="), 1);
        assert_eq!(offset("===="), 0);
        assert_eq!(offset("aGk=aGk="), 4);
        assert_eq!(offset("aG k"), 2);
        assert_eq!(
            decode_base64("!").unwrap_err().to_string(),
            "illegal base64 data at input byte 0"
        );
    }

    #[test]
    fn base64_skips_line_breaks_and_stray_bits() {
        assert_eq!(decode_base64("").unwrap(), b"");
        assert_eq!(decode_base64("a\r\nG\nk=\n").unwrap(), b"hi");
        assert_eq!(decode_base64("aA=\n=\n").unwrap(), b"h");
        assert_eq!(decode_base64("aP==").unwrap(), b"h");
    }

    proptest! {
        #[test]
        fn base64_round_trips(bytes: Vec<u8>) {
            prop_assert_eq!(decode_base64(&encode_base64(&bytes)).unwrap(), bytes);
        }

        #[test]
        fn base64_never_fails_badly(text: String) {
            if let Err(e) = decode_base64(&text) {
                prop_assert!(e.offset <= text.len());
            }
        }
    }
}
