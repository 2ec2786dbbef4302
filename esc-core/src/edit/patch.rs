//! Writing back values that evaluation produced.

use smol_str::SmolStr;

use super::Editor;
use super::content::Content;
use super::error::EditError;
use crate::json::Writer;
use crate::path::PropertyPath;
use crate::secret::Text;
use crate::value::{Value, ValueKind};

/// A value to be put into a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// Where, from the root of the document (`values.a["fn::rotate::swap"].state`).
    pub path: PropertyPath,
    /// The value. Secrets in it are written as secrets.
    pub replacement: Value,
}

/// Makes all patches, in order. Nothing is changed if one of them cannot be made.
pub fn apply_patches(text: &str, patches: &[Patch]) -> Result<String, EditError> {
    let mut editor = Editor::new(text)?;
    for patch in patches {
        editor.set(&patch.path, Content::from(&patch.replacement))?;
    }
    Ok(editor.into_text())
}

/// The value as it is written in documents: a secret string as `fn::secret: text`, any other secret as
/// `fn::fromJSON: {fn::secret: json}`, unknown values as `[unknown]`. Secrets within secrets are not wrapped again.
impl From<&Value> for Content {
    fn from(value: &Value) -> Content {
        if value.unknown {
            return Content::string("[unknown]");
        }
        match &value.kind {
            ValueKind::String(text) if value.secret => Content::secret(text.clone()),
            _ if value.secret => {
                let mut writer = Writer::compact();
                write_json(&mut writer, value);
                let json = Content::secret(Text::secret(writer.finish()));
                Content::Object(vec![(SmolStr::new_static("fn::fromJSON"), json)])
            }
            ValueKind::Null => Content::Null,
            ValueKind::Bool(b) => Content::Bool(*b),
            ValueKind::Number(n) => Content::Number(n.clone()),
            ValueKind::String(text) => Content::String(text.clone()),
            ValueKind::List(items) => Content::List(items.iter().map(Content::from).collect()),
            ValueKind::Object(properties) => Content::Object(
                properties.iter().map(|(k, v)| (k.clone(), Content::from(v))).collect(),
            ),
        }
    }
}

fn write_json(writer: &mut Writer, value: &Value) {
    match &value.kind {
        _ if value.unknown => writer.string("[unknown]"),
        ValueKind::Null => writer.null(),
        ValueKind::Bool(b) => writer.bool(*b),
        ValueKind::Number(n) => writer.number(n),
        ValueKind::String(text) => writer.string(text.as_str()),
        ValueKind::List(items) => {
            writer.begin_array();
            items.iter().for_each(|item| write_json(writer, item));
            writer.end_array();
        }
        ValueKind::Object(properties) => {
            writer.begin_object();
            for (key, value) in properties {
                writer.key(key);
                write_json(writer, value);
            }
            writer.end_object();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_wrapped_once() {
        let list = Value::new(ValueKind::List(vec![
            Value::string("<a>").into_secret(),
            Value::new(ValueKind::Number(1.into())),
        ]));
        let value = Value::object([
            ("b", list.clone().into_secret()),
            ("a", list),
            ("u", Value::unknown()),
        ]);
        let patches = [Patch { path: "values.x".parse().unwrap(), replacement: value }];
        let text = apply_patches("values: {} # c\n", &patches).unwrap();
        assert_eq!(
            text,
            "values: # c\n  x:\n    a:\n      - fn::secret: <a>\n      - 1\n    b:\n      fn::fromJSON:\n        \
             fn::secret: '[\"\\u003ca\\u003e\",1]'\n    u: '[unknown]'\n"
        );
    }
}
