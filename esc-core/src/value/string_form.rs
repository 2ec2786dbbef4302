//! The string form of values: what interpolation and `fn::toString` make of them.

use std::borrow::Cow;

use thiserror::Error;

use super::{Reveal, Shown, Value, ValueKind};
use crate::text::quote_into;

/// How long a string form may become, in bytes.
///
/// Each level of nesting quotes the one below, which doubles its quotes: without a limit a short document could ask
/// for more text than there is memory.
pub const STRING_FORM_LIMIT: usize = 16 << 20;

/// A string form would exceed [`STRING_FORM_LIMIT`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the string form of the value is larger than {} MiB", STRING_FORM_LIMIT >> 20)]
pub struct TooLarge;

impl Value {
    /// The string form. Secrets are `[secret]` unless revealed; what is not known is `[unknown]`.
    ///
    /// Null is the empty string; booleans, numbers and strings are their text. The elements of a list are quoted and
    /// joined by commas, and so are the `"key"="value"` pairs of an object, in the byte order of its keys.
    ///
    /// ```
    /// use esc_core::value::{Reveal, Value, ValueKind};
    ///
    /// let list = Value::new(ValueKind::List(vec![Value::string("a"), Value::string("b \"c\"")]));
    /// assert_eq!(list.to_string_form(Reveal::Redacted).as_deref(), Ok(r#""a","b \"c\"""#));
    /// ```
    ///
    /// # Errors
    ///
    /// The text would be larger than [`STRING_FORM_LIMIT`].
    pub fn to_string_form(&self, reveal: Reveal) -> Result<String, TooLarge> {
        self.string_form(reveal, STRING_FORM_LIMIT).map(Cow::into_owned)
    }

    pub(super) fn string_form(
        &self,
        reveal: Reveal,
        limit: usize,
    ) -> Result<Cow<'_, str>, TooLarge> {
        match self.shown(reveal) {
            Shown::Placeholder(text) => Ok(Cow::Borrowed(text)),
            Shown::Kind(ValueKind::List(items)) => list_form(items, reveal, limit).map(Cow::Owned),
            Shown::Kind(ValueKind::Object(properties)) => {
                let mut out = String::new();
                for (key, property) in properties {
                    let form = property.string_form(reveal, limit)?;
                    separate(&mut out);
                    push_quoted(&mut out, key, limit)?;
                    out.push('=');
                    push_quoted(&mut out, &form, limit)?;
                }
                Ok(Cow::Owned(out))
            }
            Shown::Kind(scalar) => Ok(Cow::Borrowed(scalar_text(scalar))),
        }
    }
}

// A function of its own: recursion through lists then does not pay for the locals of the other kinds.
fn list_form(items: &[Value], reveal: Reveal, limit: usize) -> Result<String, TooLarge> {
    let mut out = String::new();
    for item in items {
        let form = item.string_form(reveal, limit)?;
        // An empty first element leaves `""` behind, so emptiness still means that this is the first.
        separate(&mut out);
        push_quoted(&mut out, &form, limit)?;
    }
    Ok(out)
}

/// The text of a scalar; empty for null and for containers.
pub(super) fn scalar_text(kind: &ValueKind) -> &str {
    match kind {
        ValueKind::Bool(true) => "true",
        ValueKind::Bool(false) => "false",
        ValueKind::Number(n) => n.as_str(),
        ValueKind::String(s) => s.as_str(),
        ValueKind::Null | ValueKind::List(_) | ValueKind::Object(_) => "",
    }
}

fn separate(out: &mut String) {
    if !out.is_empty() {
        out.push(',');
    }
}

fn push_quoted(out: &mut String, text: &str, limit: usize) -> Result<(), TooLarge> {
    quote_into(out, text);
    if out.len() > limit { Err(TooLarge) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Number;

    fn form(value: &Value) -> String {
        value.to_string_form(Reveal::Revealed).expect("small")
    }

    fn list(items: Vec<Value>) -> Value {
        Value::new(ValueKind::List(items))
    }

    #[test]
    fn scalars_are_their_text() {
        assert_eq!(form(&Value::default()), "");
        assert_eq!(form(&Value::new(ValueKind::Bool(false))), "false");
        assert_eq!(form(&Value::new(ValueKind::Number(Number::from_text("1.5")))), "1.5");
        assert_eq!(form(&Value::string("a\"b")), "a\"b");
    }

    #[test]
    fn nesting_quotes_again_and_again() {
        let v = list(vec![list(vec![list(vec![Value::string("x")])])]);
        assert_eq!(form(&v), r#""\"\\\"x\\\"\"""#);
    }

    #[test]
    fn objects_are_pairs_in_key_order_and_empty_things_are_empty() {
        let v = Value::object([
            ("c", Value::object::<&str>([])),
            ("b", list(vec![])),
            ("a", Value::default()),
        ]);
        assert_eq!(form(&v), r#""a"="","b"="","c"="""#);
        assert_eq!(form(&list(vec![list(vec![]), list(vec![])])), r#""","""#);
    }

    #[test]
    fn placeholders_stand_for_what_is_held_back() {
        let v = list(vec![Value::string("s").into_secret(), Value::unknown()]);
        let redacted = v.to_string_form(Reveal::Redacted);
        assert_eq!(redacted.as_deref(), Ok(r#""[secret]","[unknown]""#));
        assert_eq!(form(&v), r#""s","[unknown]""#);
    }

    #[test]
    fn exponential_growth_is_refused() {
        let mut v = Value::string("x");
        for _ in 0..200 {
            v = list(vec![v]);
        }
        assert_eq!(v.string_form(Reveal::Redacted, 1 << 16), Err(TooLarge));
        let message = "the string form of the value is larger than 16 MiB";
        assert_eq!(TooLarge.to_string(), message);
    }
}
