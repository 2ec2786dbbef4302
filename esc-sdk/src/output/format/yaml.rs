//! Values as YAML.

use std::fmt::Write;

use esc_core::value::{Reveal, SECRET_PLACEHOLDER, UNKNOWN_PLACEHOLDER, Value, ValueKind};

/// How far nested collections are indented; the reference's width.
const STEP: usize = 3;

/// YAML with the keys in order.
///
/// Strings are plain only where no reader of any YAML version could take them for something else.
pub fn yaml(value: &Value, reveal: Reveal) -> String {
    let mut out = Emitter { out: String::new(), reveal };
    match out.view(value) {
        View::List(items) if !items.is_empty() => out.list(items, 0, false),
        View::Object(entries) if !entries.is_empty() => out.object(entries, 0, false),
        _ => {
            out.value(value, 0);
            // `value` puts a space between it and the key that is not there.
            return out.out.trim_start_matches(' ').to_owned();
        }
    }
    out.out
}

type Entries = std::collections::BTreeMap<smol_str::SmolStr, Value>;

enum View<'v> {
    Scalar(&'v str),
    String(&'v str),
    List(&'v [Value]),
    Object(&'v Entries),
}

struct Emitter {
    out: String,
    reveal: Reveal,
}

impl Emitter {
    fn view<'v>(&self, value: &'v Value) -> View<'v> {
        let secret =
            value.secret || matches!(&value.kind, ValueKind::String(text) if text.is_secret());
        if secret && self.reveal == Reveal::Redacted {
            return View::String(SECRET_PLACEHOLDER);
        }
        if value.unknown {
            return View::String(UNKNOWN_PLACEHOLDER);
        }
        match &value.kind {
            ValueKind::Null => View::Scalar("null"),
            ValueKind::Bool(true) => View::Scalar("true"),
            ValueKind::Bool(false) => View::Scalar("false"),
            ValueKind::Number(n) => View::Scalar(n.as_str()),
            ValueKind::String(text) => View::String(text.as_str()),
            ValueKind::List(items) => View::List(items),
            ValueKind::Object(entries) => View::Object(entries),
        }
    }

    /// What follows a key or dash: a space and the value, or lines of it.
    fn value(&mut self, value: &Value, indent: usize) {
        match self.view(value) {
            View::List([]) => self.out.push_str(" []\n"),
            View::Object(entries) if entries.is_empty() => self.out.push_str(" {}\n"),
            View::List(items) => {
                self.out.push('\n');
                self.list(items, deeper(indent), false);
            }
            View::Object(entries) => {
                self.out.push('\n');
                self.object(entries, deeper(indent), false);
            }
            View::Scalar(text) => {
                self.out.push(' ');
                self.out.push_str(text);
                self.out.push('\n');
            }
            View::String(text) if is_block(text) => self.block(text, deeper(indent)),
            View::String(text) => {
                self.out.push(' ');
                self.string(text);
                self.out.push('\n');
            }
        }
    }

    fn object(&mut self, entries: &Entries, indent: usize, mut at_start: bool) {
        for (key, value) in entries {
            self.indent(indent, &mut at_start);
            self.string(key);
            self.out.push(':');
            self.value(value, indent);
        }
    }

    fn list(&mut self, items: &[Value], indent: usize, mut at_start: bool) {
        for item in items {
            self.indent(indent, &mut at_start);
            self.out.push('-');
            match self.view(item) {
                // The first line stands behind the dash.
                View::List(inner) if !inner.is_empty() => {
                    self.out.push(' ');
                    self.list(inner, indent + 2, true);
                }
                View::Object(inner) if !inner.is_empty() => {
                    self.out.push(' ');
                    self.object(inner, indent + 2, true);
                }
                _ => self.value(item, indent),
            }
        }
    }

    fn indent(&mut self, columns: usize, at_start: &mut bool) {
        if !std::mem::take(at_start) {
            self.out.extend(std::iter::repeat_n(' ', columns));
        }
    }

    fn block(&mut self, text: &str, indent: usize) {
        self.out.push_str(if text.ends_with('\n') { " |\n" } else { " |-\n" });
        for line in text.lines() {
            if !line.is_empty() {
                self.out.extend(std::iter::repeat_n(' ', indent));
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    fn string(&mut self, text: &str) {
        if is_plain(text) {
            self.out.push_str(text);
            return;
        }
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                '\r' => self.out.push_str("\\r"),
                // Writing to a string does not fail.
                c if !is_printable(c) => drop(write!(self.out, "\\u{:04X}", u32::from(c))),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }
}

fn deeper(indent: usize) -> usize {
    STEP * ((indent + STEP) / STEP)
}

/// Whether the text starts like a word, has nothing in it that YAML gives a meaning, and is no word that some reader
/// takes for something else.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 11] =
        ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"];
    let inner = |c: char| c.is_ascii_alphanumeric() || "_-./@+ ".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '/')
        && text.chars().all(inner)
        && !text.ends_with(' ')
        && text.len() <= 1000
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        && text != "infinity"
}

/// Whether the text reads best as a literal block, and can be one.
fn is_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.contains('\n')
        && !body.ends_with('\n')
        && !body.starts_with([' ', '\n'])
        && text.chars().all(|c| c == '\n' || is_printable(c))
        && body.lines().all(|line| {
            !(line.ends_with(' ') || line.starts_with("---") || line.starts_with("..."))
        })
}

/// Whether the character can stand in YAML as it is, and does not break lines for older readers.
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}'
        | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use esc_core::json::Json;

    fn from(json: &str) -> String {
        yaml(&Value::from_json(&Json::parse(json).unwrap()), Reveal::Redacted)
    }

    #[test]
    fn nesting() {
        let text = from(r#"{"a":{"b":[1,{"c":"x","d":[true,[null]]},[],{}]},"e":"two words"}"#);
        let expected = "\
a:
   b:
      - 1
      - c: x
        d:
         - true
         - - null
      - []
      - {}
e: two words
";
        assert_eq!(text, expected);
    }

    #[test]
    fn what_could_be_something_else_is_quoted() {
        let text = from(
            r##"["yes","12","1e3","~","","a: b","# c","- d","2020-01-01","0x1F","NaN","a ",".inf","<<","=","é","a\u0085"]"##,
        );
        for line in text.lines() {
            assert!(line.starts_with("- \"") && line.ends_with('"'), "{line}");
        }
        assert!(text.contains("- \"é\"\n") && text.contains("- \"a\\u0085\"\n"));
    }

    #[test]
    fn several_lines_are_a_block() {
        assert_eq!(
            from(r#"{"k":"a\nb\n","l":"a\n\nb","m":" a\nb"}"#),
            "k: |\n   a\n   b\nl: |-\n   a\n\n   b\nm: \" a\\nb\"\n"
        );
    }

    #[test]
    fn scalars_and_placeholders() {
        assert_eq!(from("null"), "null\n");
        assert_eq!(from("[]"), "[]\n");
        assert_eq!(from(r#""a""#), "a\n");
        let secret =
            Value::object([("p", Value::string("x").into_secret()), ("u", Value::unknown())]);
        assert_eq!(yaml(&secret, Reveal::Redacted), "p: \"[secret]\"\nu: \"[unknown]\"\n");
        assert_eq!(yaml(&secret, Reveal::Revealed), "p: x\nu: \"[unknown]\"\n");
    }
}
