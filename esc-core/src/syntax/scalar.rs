//! What a scalar is: null, boolean, number or string.
//!
//! The typing is neither YAML 1.1's nor 1.2's but that of the reference's parser: `yes` is a string, `014` is twelve,
//! `08` is the floating-point number eight, `1_000` is a number and so on.

use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use super::NodeKind;
use super::float::format_g;
use super::timestamp::is_timestamp;
use crate::number::Number;

/// A scalar after resolution.
enum Resolved {
    Null,
    Bool(bool),
    Int(SmolStr),
    /// An integer that only fits unsigned; `!!float` does not take it.
    Uint(u64),
    Float(f64),
    Timestamp,
    Str,
}

impl Resolved {
    fn tag(&self) -> &'static str {
        match self {
            Resolved::Null => "!!null",
            Resolved::Bool(_) => "!!bool",
            Resolved::Int(_) | Resolved::Uint(_) => "!!int",
            Resolved::Float(_) => "!!float",
            Resolved::Timestamp => "!!timestamp",
            Resolved::Str => "!!str",
        }
    }

    fn into_kind(self, text: &str) -> NodeKind {
        match self {
            Resolved::Null => NodeKind::Null,
            Resolved::Bool(b) => NodeKind::Bool(b),
            Resolved::Int(digits) => NodeKind::Number(Number::from_text(digits)),
            Resolved::Uint(n) => NodeKind::Number(Number::from(n)),
            Resolved::Float(f) => NodeKind::Number(Number::from_text(format_g(f))),
            Resolved::Timestamp | Resolved::Str => NodeKind::String(SmolStr::new(text)),
        }
    }
}

/// What a plain scalar without a tag is.
pub(crate) fn resolve_plain(text: &str) -> NodeKind {
    resolve(text, true).into_kind(text)
}

/// Whether a plain scalar without a tag is a string.
pub(super) fn plain_is_string(text: &str) -> bool {
    matches!(resolve(text, false), Resolved::Str)
}

/// Whether a plain scalar without a tag looks like nothing but a string, not even a date.
pub(super) fn plain_is_surely_string(text: &str) -> bool {
    matches!(resolve(text, true), Resolved::Str)
}

/// What a scalar with a tag is, or why the tag cannot be applied.
///
/// `tag` is in short form (`!!int`, `!local`). Only the core tags mean anything, whatever the style.
pub(super) fn resolve_tagged(text: &str, tag: &str) -> Result<NodeKind, String> {
    match tag {
        "!!null" | "!!bool" | "!!int" | "!!float" | "!!timestamp" => {}
        "!!binary" if !is_base64(text) => {
            return Err("!!binary value contains invalid base64 data".to_owned());
        }
        _ => return Ok(NodeKind::String(SmolStr::new(text))),
    }
    let resolved = resolve(text, tag == "!!timestamp");
    match (tag, resolved) {
        ("!!float", Resolved::Int(digits)) => {
            let value = digits.parse::<i64>().unwrap_or_default() as f64;
            Ok(NodeKind::Number(Number::from_text(format_g(value))))
        }
        (tag, resolved) if tag == resolved.tag() => Ok(resolved.into_kind(text)),
        (tag, resolved) => Err(format!("cannot decode {} `{text}` as a {tag}", resolved.tag())),
    }
}

fn resolve(text: &str, timestamps: bool) -> Resolved {
    match text.bytes().next() {
        None => Resolved::Null,
        Some(b'0'..=b'9' | b'+' | b'-') => {
            if let Some(special) = special_float(text) {
                return special;
            }
            if timestamps && is_timestamp(text) {
                return Resolved::Timestamp;
            }
            numeric(text)
        }
        Some(b'.') => special_float(text).or_else(|| dotted(text)).unwrap_or(Resolved::Str),
        Some(b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F') => match text {
            "~" | "null" | "Null" | "NULL" => Resolved::Null,
            "true" | "True" | "TRUE" => Resolved::Bool(true),
            "false" | "False" | "FALSE" => Resolved::Bool(false),
            _ => Resolved::Str,
        },
        Some(_) => Resolved::Str,
    }
}

fn special_float(text: &str) -> Option<Resolved> {
    let value = match text {
        ".nan" | ".NaN" | ".NAN" => f64::NAN,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => f64::INFINITY,
        "-.inf" | "-.Inf" | "-.INF" => f64::NEG_INFINITY,
        _ => return None,
    };
    Some(Resolved::Float(value))
}

/// A scalar that begins with a digit or a sign.
fn numeric(text: &str) -> Resolved {
    let stripped;
    let plain = if text.contains('_') {
        stripped = text.replace('_', "");
        stripped.as_str()
    } else {
        text
    };
    if let Some(n) = parse_i64(plain) {
        return Resolved::Int(n.to_smolstr());
    }
    if let Some(n) = parse_u64(plain) {
        return Resolved::Uint(n);
    }
    if is_decimal_float(plain)
        && let Some(f) = finite(plain)
    {
        return Resolved::Float(f);
    }
    signed_after_prefix(plain).unwrap_or(Resolved::Str)
}

/// A scalar that begins with a dot; underscores may stand between digits only.
fn dotted(text: &str) -> Option<Resolved> {
    let bytes = text.as_bytes();
    let digit = |i: Option<usize>| i.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit);
    let misplaced = bytes
        .iter()
        .enumerate()
        .any(|(i, b)| *b == b'_' && !(digit(i.checked_sub(1)) && digit(i.checked_add(1))));
    if misplaced {
        return None;
    }
    let plain = text.replace('_', "");
    if !is_decimal_float(&plain) {
        return None;
    }
    finite(&plain).map(Resolved::Float)
}

fn finite(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|f| f.is_finite())
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_decimal_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let mantissa_ok = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
        None => !mantissa.is_empty() && digits(mantissa),
    };
    mantissa_ok
        && exponent.is_none_or(|e| {
            let e = e.strip_prefix(['-', '+']).unwrap_or(e);
            !e.is_empty() && digits(e)
        })
}

fn parse_i64(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix(['-', '+']) {
        Some(digits) => (text.starts_with('-'), digits),
        None => (false, text),
    };
    let magnitude = parse_u64(digits)?;
    if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}

/// Digits without a sign; the prefix tells the base, a lone leading zero means octal.
fn parse_u64(text: &str) -> Option<u64> {
    let Some(rest) = text.strip_prefix('0') else { return parse_digits(text, 10) };
    if rest.is_empty() {
        return Some(0);
    }
    let (base, digits) = match rest.as_bytes() {
        [b'x' | b'X', ..] => (16, rest.get(1..)?),
        [b'o' | b'O', ..] => (8, rest.get(1..)?),
        [b'b' | b'B', ..] => (2, rest.get(1..)?),
        _ => (8, rest),
    };
    parse_digits(digits, base)
}

fn parse_digits(digits: &str, base: u32) -> Option<u64> {
    // The standard parser would take a sign here.
    if !digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    u64::from_str_radix(digits, base).ok()
}

/// The oddest spelling of all: a sign after the lower-case prefix, as in `0b-11`.
fn signed_after_prefix(text: &str) -> Option<Resolved> {
    let (base, digits) = match text.get(..2)? {
        "0b" => (2, text.get(2..)?),
        "0o" => (8, text.get(2..)?),
        _ => return None,
    };
    let (sign, magnitude) = digits.split_at_checked(1)?;
    let magnitude = parse_digits(magnitude, base)?;
    let value = match sign {
        "-" => 0i64.checked_sub_unsigned(magnitude),
        "+" => i64::try_from(magnitude).ok(),
        _ => None,
    }?;
    Some(Resolved::Int(format_smolstr!("{value}")))
}

/// Whether the text is padded standard base64; line breaks are skipped.
fn is_base64(text: &str) -> bool {
    use base64::Engine as _;
    let compact: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    let config = base64::engine::GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    base64::engine::GeneralPurpose::new(&base64::alphabet::STANDARD, config).decode(compact).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(kind: NodeKind) -> String {
        match kind {
            NodeKind::Null => "null".into(),
            NodeKind::Bool(b) => b.to_string(),
            NodeKind::Number(n) => format!("#{n}"),
            NodeKind::String(s) => format!("{s:?}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn plain_scalars() {
        let strings = [
            "yes",
            "no",
            "y",
            "n",
            "on",
            "off",
            "Yes",
            "tRUE",
            "nUll",
            "1:30",
            "1e400",
            "-1e400",
            "0x",
            "0b",
            "0o",
            "_1",
            ".",
            "..",
            "NaN",
            "nan",
            "inf",
            "+inf",
            "Inf",
            "-",
            "+",
            "--1",
            "+-1",
            "0xg",
            "0b2",
            "1e",
            "1e+",
            ".e1",
            "._5",
            ".5_",
            "1.2.3",
            "2001-01-01",
            "2001-01-01T10:00:00Z",
            "2001-13-45",
            "<<",
            "=",
            "1 2",
            "0x1p-2",
            ".0x1",
            "1__",
            "١",
            "0b--1",
            "-0b-1",
            "0B-1",
            "true ",
            "-.nan",
        ];
        for text in strings {
            if text == "1__" {
                continue; // every underscore is dropped, so this one is a number
            }
            assert_eq!(show(resolve_plain(text)), format!("{text:?}"), "{text}");
            assert!(plain_is_string(text) || text.starts_with("2001"), "{text}");
        }
        let others = [
            ("", "null"),
            ("~", "null"),
            ("null", "null"),
            ("Null", "null"),
            ("NULL", "null"),
            ("true", "true"),
            ("True", "true"),
            ("TRUE", "true"),
            ("false", "false"),
            ("False", "false"),
            ("FALSE", "false"),
            ("0", "#0"),
            ("00", "#0"),
            ("0777", "#511"),
            ("014", "#12"),
            ("08", "#8"),
            ("09.5", "#9.5"),
            ("0b101", "#5"),
            ("0B11", "#3"),
            ("-0b11", "#-3"),
            ("0o14", "#12"),
            ("0O14", "#12"),
            ("-0o14", "#-12"),
            ("0x1F", "#31"),
            ("0X1f", "#31"),
            ("-0x1F", "#-31"),
            ("+0x1F", "#31"),
            ("1_000", "#1000"),
            ("1__0", "#10"),
            ("0_7", "#7"),
            ("1_0.5", "#10.5"),
            ("1__", "#1"),
            ("0x_1F", "#31"),
            ("1.0", "#1"),
            ("1.", "#1"),
            ("3.140", "#3.14"),
            ("-0", "#0"),
            ("-0.0", "#-0"),
            ("+5", "#5"),
            ("1000000", "#1000000"),
            ("1000000.0", "#1e+06"),
            ("123456789.5", "#1.234567895e+08"),
            ("0.00001", "#1e-05"),
            ("12e-7", "#1.2e-06"),
            ("1e21", "#1e+21"),
            ("1E5", "#100000"),
            ("1e3", "#1000"),
            (".5", "#0.5"),
            (".5e1", "#5"),
            (".5_0", "#0.5"),
            ("-.5", "#-0.5"),
            ("+.5", "#0.5"),
            ("1e-400", "#0"),
            ("9223372036854775807", "#9223372036854775807"),
            ("9223372036854775808", "#9223372036854775808"),
            ("-9223372036854775808", "#-9223372036854775808"),
            ("-9223372036854775809", "#-9.223372036854776e+18"),
            ("18446744073709551615", "#18446744073709551615"),
            ("18446744073709551616", "#1.8446744073709552e+19"),
            ("+18446744073709551615", "#1.8446744073709552e+19"),
            (".inf", "#+Inf"),
            (".Inf", "#+Inf"),
            (".INF", "#+Inf"),
            ("+.inf", "#+Inf"),
            ("-.INF", "#-Inf"),
            (".nan", "#NaN"),
            (".NaN", "#NaN"),
            (".NAN", "#NaN"),
            ("0b-11", "#-3"),
            ("0o+7", "#7"),
        ];
        for (text, expected) in others {
            assert_eq!(show(resolve_plain(text)), expected, "{text}");
            assert!(!plain_is_string(text), "{text}");
        }
    }

    #[test]
    fn tagged_scalars() {
        let ok = [
            ("42", "!tag", "\"42\""),
            ("null", "!tag", "\"null\""),
            ("12", "!!str", "\"12\""),
            ("12", "!!int", "#12"),
            ("0x10", "!!int", "#16"),
            ("3", "!!float", "#3"),
            ("1e6", "!!float", "#1e+06"),
            ("3000000", "!!float", "#3e+06"),
            ("true", "!!bool", "true"),
            ("", "!!null", "null"),
            ("aGk=", "!!binary", "\"aGk=\""),
            ("a\nGk=\n", "!!binary", "\"a\\nGk=\\n\""),
            ("x", "!!set", "\"x\""),
            ("2001-01-01", "!!timestamp", "\"2001-01-01\""),
            ("1", "!!unknown", "\"1\""),
        ];
        for (text, tag, expected) in ok {
            assert_eq!(
                resolve_tagged(text, tag).map(show),
                Ok(expected.to_owned()),
                "{tag} {text}"
            );
        }
        let failing = [
            ("foo", "!!int", "cannot decode !!str `foo` as a !!int"),
            ("yes", "!!bool", "cannot decode !!str `yes` as a !!bool"),
            ("3.5", "!!int", "cannot decode !!float `3.5` as a !!int"),
            ("", "!!int", "cannot decode !!null `` as a !!int"),
            ("x", "!!float", "cannot decode !!str `x` as a !!float"),
            (
                "18446744073709551615",
                "!!float",
                "cannot decode !!int `18446744073709551615` as a !!float",
            ),
            ("2001-01-01", "!!int", "cannot decode !!str `2001-01-01` as a !!int"),
            ("foo", "!!timestamp", "cannot decode !!str `foo` as a !!timestamp"),
            ("12", "!!timestamp", "cannot decode !!int `12` as a !!timestamp"),
            ("foo", "!!null", "cannot decode !!str `foo` as a !!null"),
            ("a", "!!binary", "!!binary value contains invalid base64 data"),
        ];
        for (text, tag, expected) in failing {
            assert_eq!(
                resolve_tagged(text, tag).map(show),
                Err(expected.to_owned()),
                "{tag} {text}"
            );
        }
    }
}
