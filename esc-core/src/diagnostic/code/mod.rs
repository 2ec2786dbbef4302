//! Diagnostic codes: stable names of the kinds of findings, each with a text that explains it.

mod catalogue;

pub use catalogue::Code;

impl Code {
    /// The code with that text.
    ///
    /// ```
    /// use esc_core::diagnostic::Code;
    ///
    /// assert_eq!(Code::from_text("cyclic-reference"), Some(Code::CyclicReference));
    /// ```
    pub fn from_text(text: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.as_str() == text)
    }

    /// Whether a document with such a finding cannot be decoded at all.
    pub fn is_undecodable(self) -> bool {
        use Code as C;
        matches!(
            self,
            C::YamlSyntax
                | C::YamlTab
                | C::YamlUnclosed
                | C::YamlQuotes
                | C::YamlIndentation
                | C::YamlEncoding
                | C::YamlConflict
        )
    }

    /// What the code stands for, why it matters and how to fix it, in Markdown. The first line says it in a sentence.
    pub fn description(self) -> String {
        let lines = self.documentation().lines();
        lines.flat_map(|line| [line.strip_prefix(' ').unwrap_or(line), "\n"]).collect()
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn texts_are_unique_and_in_kebab_case() {
        let mut seen = BTreeSet::new();
        for code in Code::ALL {
            let text = code.as_str();
            assert!(seen.insert(text), "{text} is there twice");
            let words = text.split('-');
            for word in words {
                assert!(!word.is_empty(), "{text}");
                assert!(word.bytes().all(|b| b.is_ascii_lowercase()), "{text}");
            }
            assert_eq!(Code::from_text(text), Some(*code));
        }
        assert_eq!(Code::from_text("nonsense"), None);
    }

    #[test]
    fn descriptions_start_with_a_sentence_and_go_on() {
        for code in Code::ALL {
            let description = code.description();
            let mut lines = description.lines();
            let first = lines.next().unwrap_or_default();
            assert!(first.ends_with('.') && !first.starts_with(' '), "{code}: {first:?}");
            assert_eq!(lines.next(), Some(""), "{code}");
            assert!(lines.next().is_some_and(|line| !line.is_empty()), "{code}");
            assert_eq!(
                description.matches("```yaml").count() * 2,
                description.matches("```").count()
            );
        }
    }

    #[test]
    fn examples_keep_their_indentation() {
        assert!(Code::YamlKey.description().contains("\nvalues:\n  80: http\n"));
    }
}
