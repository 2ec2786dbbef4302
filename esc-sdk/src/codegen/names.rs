//! Identifiers from names in an environment, which can be any text.

use std::collections::BTreeSet;

/// The identifiers of one struct or enum, each given once.
#[derive(Default)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// The field for a property.
    pub fn field(&mut self, property: &str) -> String {
        let name = self.claim(&words(property).join("_"), "_");
        match name.as_str() {
            // These cannot be raw identifiers.
            "self" | "super" | "crate" | "_" => self.claim(&format!("{name}_"), "_"),
            _ if KEYWORDS.contains(&name.as_str()) => format!("r#{name}"),
            _ => name,
        }
    }

    /// The variant for a text.
    pub fn variant(&mut self, text: &str) -> String {
        self.claim(&type_name(text), "")
    }

    fn claim(&mut self, wanted: &str, separator: &str) -> String {
        let mut name = wanted.to_owned();
        let mut number = 2;
        while !self.0.insert(name.clone()) {
            name = format!("{wanted}{separator}{number}");
            number += 1;
        }
        name
    }
}

/// The name of a type or variant: capitals, no underscores.
pub fn type_name(text: &str) -> String {
    let mut name = String::new();
    for word in words(text) {
        let mut chars = word.chars().filter(|c| *c != '_');
        name.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        name.extend(chars);
    }
    match name.as_str() {
        "Self" => "Self_".to_owned(),
        _ if !name.starts_with(|c: char| c.is_ascii_alphabetic()) => format!("N{name}"),
        _ => name,
    }
}

/// Text within a comment: no end of line, and nothing that turns the direction of writing.
pub fn comment(text: &str) -> String {
    let shown = |c: char| {
        !c.is_control()
            && !matches!(c, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if shown(c) { c } else { ' ' }).collect()
}

/// The words of a name, in lower case ASCII. The first begins with a letter or `_`.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut begins, mut lower) = (true, false);
    for c in text.chars() {
        if !c.is_ascii_alphanumeric() {
            begins = true;
            continue;
        }
        // `dbHost` has two words, `HTTP` has one.
        if begins || (c.is_ascii_uppercase() && lower) {
            words.push(String::new());
        }
        (begins, lower) = (false, c.is_ascii_lowercase() || c.is_ascii_digit());
        if let Some(word) = words.last_mut() {
            word.push(c.to_ascii_lowercase());
        }
    }
    match words.first_mut() {
        None => words.push("_".to_owned()),
        Some(first) if first.starts_with(|c: char| c.is_ascii_digit()) => first.insert(0, '_'),
        Some(_) => {}
    }
    words
}

/// What Rust keeps for itself, today or tomorrow.
const KEYWORDS: [&str; 49] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "union", "unsafe", "unsized",
    "use", "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_has_an_identifier_of_its_own() {
        let mut names = Names::default();
        let texts = ["dbHost", "db_host", "db-host", "HTTP", "type", "self", "2fa", "", "é", "a.b"];
        let fields = texts.map(|text| names.field(text));
        let expected = [
            "db_host",
            "db_host_2",
            "db_host_3",
            "http",
            "r#type",
            "self_",
            "_2fa",
            "__",
            "__2",
            "a_b",
        ];
        assert_eq!(fields, expected);
        assert_eq!(["db-host", "2fa", "", "self"].map(type_name), ["DbHost", "N2fa", "N", "Self_"]);
        assert_eq!(comment("a\nb\u{202e}"), "a b ");
    }
}
