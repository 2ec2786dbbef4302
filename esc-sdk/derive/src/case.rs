//! Names in the environment from names in Rust.

use syn::{Error, LitStr};

/// A way to write names of several words.
#[derive(Clone, Copy)]
pub enum Case {
    /// `dbHost`
    Camel,
    /// `DbHost`
    Pascal,
    /// `db_host`
    Snake,
    /// `DB_HOST`
    ScreamingSnake,
    /// `db-host`
    Kebab,
    /// `dbhost`
    Lower,
    /// `DBHOST`
    Upper,
}

const NAMES: [(&str, Case); 7] = [
    ("camelCase", Case::Camel),
    ("PascalCase", Case::Pascal),
    ("snake_case", Case::Snake),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
    ("lowercase", Case::Lower),
    ("UPPERCASE", Case::Upper),
];

impl Case {
    /// The way of that name.
    pub fn named(text: &LitStr) -> syn::Result<Case> {
        let known = NAMES.iter().find(|(name, _)| *name == text.value());
        known.map(|(_, case)| *case).ok_or_else(|| {
            let names = NAMES.map(|(name, _)| format!("`{name}`")).join(", ");
            Error::new_spanned(text, format!("unknown way to write names; there are {names}"))
        })
    }

    /// A Rust name, of a field or a variant, written this way.
    pub fn apply(self, name: &str) -> String {
        let words = words(name);
        let capital = |word: &String| {
            let mut chars = word.chars();
            chars.next().map(|c| c.to_uppercase().chain(chars).collect::<String>())
        };
        match self {
            Case::Snake => words.join("_"),
            Case::ScreamingSnake => words.join("_").to_uppercase(),
            Case::Kebab => words.join("-"),
            Case::Lower => words.concat(),
            Case::Upper => words.concat().to_uppercase(),
            Case::Pascal => words.iter().filter_map(capital).collect(),
            Case::Camel => {
                let rest: String = words.iter().skip(1).filter_map(capital).collect();
                words.first().cloned().unwrap_or_default() + &rest
            }
        }
    }
}

/// The words of a name in lower case. A capital letter begins one, and so does what follows `_`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut begins = true;
    for c in name.chars() {
        if c == '_' {
            begins = true;
            continue;
        }
        if begins || c.is_uppercase() {
            words.push(String::new());
            begins = false;
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fields_and_variants_are_written_each_way() {
        let all = |name: &str| NAMES.map(|(_, case)| case.apply(name));
        let expected =
            ["dbHost2", "DbHost2", "db_host2", "DB_HOST2", "db-host2", "dbhost2", "DBHOST2"];
        assert_eq!(all("db_host2"), expected);
        assert_eq!(all("DbHost2"), expected);
    }
}
