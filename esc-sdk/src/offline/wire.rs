//! Values as bytes: no digit is lost, and no buffer holds a secret that is not wiped.
//!
//! A value is a tag, whose high bit says that it is secret, and what the tag asks for. Lengths and counts are 32 bits,
//! little-endian.

use esc_core::json::Json;
use esc_core::secret::Text;
use esc_core::value::{Value, ValueKind};

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const NUMBER: u8 = 3;
const STRING: u8 = 4;
const LIST: u8 = 5;
const OBJECT: u8 = 6;
const SECRET: u8 = 0x80;

/// Deeper values are not read; the language's own limit is below it.
const MAX_DEPTH: usize = 1100;

/// Appends a value.
pub(super) fn put(value: &Value, bytes: &mut Vec<u8>) {
    let secret = if value.is_secret() { SECRET } else { 0 };
    match &value.kind {
        ValueKind::Null => bytes.push(NULL | secret),
        ValueKind::Bool(false) => bytes.push(FALSE | secret),
        ValueKind::Bool(true) => bytes.push(TRUE | secret),
        ValueKind::Number(number) => {
            bytes.push(NUMBER | secret);
            put_text(number.as_str(), bytes);
        }
        ValueKind::String(text) => {
            bytes.push(STRING | secret);
            put_text(text.as_str(), bytes);
        }
        ValueKind::List(items) => {
            bytes.push(LIST | secret);
            put_length(items.len(), bytes);
            items.iter().for_each(|item| put(item, bytes));
        }
        ValueKind::Object(properties) => {
            bytes.push(OBJECT | secret);
            put_length(properties.len(), bytes);
            for (name, value) in properties {
                put_text(name, bytes);
                put(value, bytes);
            }
        }
    }
}

/// How many bytes [`put`] appends: a buffer of that size never moves.
pub(super) fn size(value: &Value) -> usize {
    let text = |text: &str| 4 + text.len();
    1 + match &value.kind {
        ValueKind::Null | ValueKind::Bool(_) => 0,
        ValueKind::Number(number) => text(number.as_str()),
        ValueKind::String(string) => text(string.as_str()),
        ValueKind::List(items) => 4 + items.iter().map(size).sum::<usize>(),
        ValueKind::Object(properties) => {
            4 + properties.iter().map(|(name, value)| text(name) + size(value)).sum::<usize>()
        }
    }
}

/// Takes a value from the front; none if there is none.
pub(super) fn take(bytes: &mut &[u8]) -> Option<Value> {
    take_at(bytes, 0)
}

fn take_at(bytes: &mut &[u8], depth: usize) -> Option<Value> {
    let tag = *bytes.split_off_first()?;
    let secret = tag & SECRET != 0;
    let kind = match tag & !SECRET {
        _ if depth > MAX_DEPTH => return None,
        NULL => ValueKind::Null,
        FALSE => ValueKind::Bool(false),
        TRUE => ValueKind::Bool(true),
        NUMBER => match Value::from_json(&Json::parse(take_text(bytes)?).ok()?).kind {
            number @ ValueKind::Number(_) => number,
            _ => return None,
        },
        STRING if secret => ValueKind::String(Text::secret(take_text(bytes)?.to_owned())),
        STRING => ValueKind::String(Text::plain(take_text(bytes)?)),
        LIST => {
            let count = take_length(bytes)?;
            let items = (0..count).map(|_| take_at(bytes, depth + 1));
            ValueKind::List(items.collect::<Option<_>>()?)
        }
        OBJECT => {
            let count = take_length(bytes)?;
            let properties = (0..count).map(|_| {
                let name = take_text(bytes)?.into();
                Some((name, take_at(bytes, depth + 1)?))
            });
            ValueKind::Object(properties.collect::<Option<_>>()?)
        }
        _ => return None,
    };
    Some(Value { secret, ..Value::new(kind) })
}

fn put_length(length: usize, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&(length as u32).to_le_bytes());
}

fn put_text(text: &str, bytes: &mut Vec<u8>) {
    put_length(text.len(), bytes);
    bytes.extend_from_slice(text.as_bytes());
}

fn take_length(bytes: &mut &[u8]) -> Option<usize> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    *bytes = rest;
    Some(u32::from_le_bytes(*length) as usize)
}

fn take_text<'b>(bytes: &mut &'b [u8]) -> Option<&'b str> {
    let length = take_length(bytes)?;
    std::str::from_utf8(bytes.split_off(..length)?).ok()
}
