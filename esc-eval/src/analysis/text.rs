//! Pieces of Markdown.

use esc_core::path::{PathElement, PropertyPath};
use esc_core::schema::Schema;
use esc_core::syntax::Key;

/// Text as code, whatever it contains.
pub(super) fn code(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if !clean.contains('`') {
        return format!("`{clean}`");
    }
    let longest = clean.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    format!("{fence} {clean} {fence}")
}

/// The description of a schema.
pub(super) fn described(schema: &Schema) -> String {
    let mut text = String::new();
    if schema.deprecated() {
        paragraph(&mut text, "**Deprecated.**");
    }
    paragraph(&mut text, schema.description());
    text
}

/// A name, its type, and its value if that can be shown.
pub(super) fn headline(title: &str, ty: &str, shown: Option<&str>) -> String {
    match shown {
        Some(shown) => format!("{}: {} = {}", code(title), code(ty), code(shown)),
        None => format!("{}: {}", code(title), code(ty)),
    }
}

pub(super) fn push_flags(text: &mut String, secret: bool, unknown: bool) {
    if secret {
        paragraph(text, "Secret.");
    }
    if unknown {
        paragraph(text, "Known once the environment is opened.");
    }
}

/// Appends a paragraph, if there is anything in it.
pub(super) fn paragraph(text: &mut String, paragraph: &str) {
    if !paragraph.is_empty() {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(paragraph);
    }
}

/// A node's path as references write it.
pub(super) fn display_path(path: &PropertyPath) -> String {
    let elements = path.elements();
    let inner = match elements.split_first() {
        Some((PathElement::Key(field), rest)) if field.eq_ignore_ascii_case("values") => rest,
        _ => elements,
    };
    inner.iter().cloned().collect::<PropertyPath>().to_string()
}

/// The fields of the top level.
pub(super) const FIELDS: [(&str, &str); 3] = [
    ("description", "What the environment is for."),
    (
        "imports",
        "The environments whose values this one builds on. Later ones override earlier ones.",
    ),
    ("values", "The values of the environment, by name."),
];

pub(super) const MERGE: &str = "Whether the values of the import are merged into this \
                                environment. If false they are only found under `imports`.";

/// What a field of the top level is for.
pub(super) fn field(key: &Key) -> Option<&'static str> {
    let known = FIELDS.iter().find(|(name, _)| key.text.eq_ignore_ascii_case(name));
    known.map(|(_, text)| *text)
}

/// What an option of an import is for.
pub(super) fn option(key: &Key) -> Option<&'static str> {
    key.text.eq_ignore_ascii_case("merge").then_some(MERGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_can_contain_anything() {
        assert_eq!(code("a.b"), "`a.b`");
        assert_eq!(code("a\nb"), "`a b`");
        assert_eq!(code("a``b`"), "``` a``b` ```");
    }
}
