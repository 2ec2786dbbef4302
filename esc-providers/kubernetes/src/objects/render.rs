//! Objects of the API as values of documents.

use std::collections::BTreeMap;

use esc_core::provider::ErrorKind;
use esc_core::secret::{Secret, Text};
use esc_core::text::{decode_base64, encode_base64};
use esc_core::value::Value;
use smol_str::SmolStr;

use super::Kind;
use super::read::Object;
use crate::failure::Problem;

/// How many keys of an object an error lists.
const SHOWN_KEYS: usize = 10;

/// A value as it is stored.
enum Stored<'a> {
    Text(&'a Secret<String>),
    Base64(&'a Secret<String>),
}

/// The value of a key, or of all of them.
pub(super) fn value(
    kind: Kind,
    object: &Object,
    key: Option<&str>,
    binary: bool,
) -> Result<Value, Problem> {
    let stored = stored(kind, object);
    let render = |key: &str, value: &Stored<'_>| leaf(kind, object.name(), key, value, binary);
    match key {
        Some(key) => match stored.get(key) {
            Some(value) => render(key, value),
            None => Err(missing(kind, object, key, &stored)),
        },
        None => {
            let all = stored.iter().map(|(key, value)| Ok((key.clone(), render(key, value)?)));
            Ok(Value::object(all.collect::<Result<Vec<_>, Problem>>()?))
        }
    }
}

fn stored(kind: Kind, object: &Object) -> BTreeMap<SmolStr, Stored<'_>> {
    let data = object.data.iter().flatten();
    let binary = object.binary_data.iter().flatten();
    let data = data.map(|(key, value)| match kind {
        Kind::Secrets => (key.clone(), Stored::Base64(value)),
        Kind::ConfigMaps => (key.clone(), Stored::Text(value)),
    });
    data.chain(binary.map(|(key, value)| (key.clone(), Stored::Base64(value)))).collect()
}

fn leaf(
    kind: Kind,
    object: &str,
    key: &str,
    stored: &Stored<'_>,
    binary: bool,
) -> Result<Value, Problem> {
    let text = match (stored, binary) {
        (Stored::Text(text), false) => Secret::new(text.expose().clone()),
        (Stored::Text(text), true) => Secret::new(encode_base64(text.expose().as_bytes())),
        (Stored::Base64(text), binary) => {
            let bytes = decode_base64(text.expose()).map_err(|_| Problem::not_kubernetes())?;
            let bytes = Secret::new(bytes);
            if binary {
                Secret::new(encode_base64(bytes.expose()))
            } else {
                let text = std::str::from_utf8(bytes.expose()).map_err(|_| {
                    Problem::new(
                        ErrorKind::Invalid,
                        format!("the value of the key `{key}` of `{object}` is not UTF-8 text"),
                        "ask for it with `binary: base64`",
                    )
                })?;
                Secret::new(text.to_owned())
            }
        }
    };
    Ok(match kind {
        Kind::Secrets => Value::string(Text::secret(text.expose().clone())).into_secret(),
        Kind::ConfigMaps => Value::string(text.expose().as_str()),
    })
}

fn missing(
    kind: Kind,
    object: &Object,
    key: &str,
    stored: &BTreeMap<SmolStr, Stored<'_>>,
) -> Problem {
    let noun = kind.noun();
    let mut known: Vec<String> =
        stored.keys().take(SHOWN_KEYS).map(|key| format!("`{key}`")).collect();
    if stored.len() > SHOWN_KEYS {
        known.push("…".into());
    }
    let advice = match known.is_empty() {
        true => format!("the {noun} has no keys at all"),
        false => format!("the {noun} has {}", known.join(", ")),
    };
    Problem::new(
        ErrorKind::NotFound,
        format!("the {noun} `{}` has no key `{key}`", object.name()),
        advice,
    )
}
