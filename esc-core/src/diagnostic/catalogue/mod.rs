//! The catalogue: every kind of finding by topic.
//!
//! Each code has a text in Markdown in the folder of its topic, `TOPIC/CODE.md`: what it stands for, why it matters and
//! how to fix it.

macro_rules! codes {
    ($($topic:literal { $($variant:ident = $text:literal,)+ })+) => {
        /// Identifies a kind of diagnostic. Codes are stable: a released code never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = include_str!(concat!($topic, "/", $text, ".md"))] $variant,)+)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$($(Code::$variant),+),+];

            /// The code as text, such as `cyclic-reference`.
            pub fn as_str(self) -> &'static str {
                match self { $($(Code::$variant => $text,)+)+ }
            }

            /// What the code stands for, why it matters and how to fix it, in Markdown. The first line says it in a
            /// sentence.
            pub fn description(self) -> &'static str {
                match self { $($(Code::$variant => include_str!(concat!($topic, "/", $text, ".md")),)+)+ }
            }
        }
    };
}

codes! {
    // The text, before it means anything.
    "yaml" {
        YamlSyntax = "yaml-syntax",
        YamlTab = "yaml-tab",
        YamlUnclosed = "yaml-unclosed",
        YamlQuotes = "yaml-quotes",
        YamlIndentation = "yaml-indentation",
        YamlEncoding = "yaml-encoding",
        YamlConflict = "yaml-conflict",
        YamlDocuments = "yaml-documents",
        YamlAlias = "yaml-alias",
        YamlKey = "yaml-key",
        YamlTag = "yaml-tag",
        LimitExceeded = "limit-exceeded",
    }
    // The document and its top-level fields.
    "document" {
        DocumentShape = "document-shape",
        DescriptionShape = "description-shape",
        ImportShape = "import-shape",
        ValuesShape = "values-shape",
        DuplicateKey = "duplicate-key",
        UnknownField = "unknown-field",
        UnknownOption = "unknown-option",
        ObjectKey = "object-key",
    }
    // Interpolations, calls and names.
    "call" {
        Interpolation = "interpolation",
        ReservedPrefix = "reserved-prefix",
        IllegalCall = "illegal-call",
        CallShape = "call-shape",
        ReservedKey = "reserved-key",
    }
    // Imports, references and what stands in their way.
    "reference" {
        CyclicImport = "cyclic-import",
        CyclicReference = "cyclic-reference",
        FinalOverride = "final-override",
        ImportFailed = "import-failed",
        UnknownProperty = "unknown-property",
        InvalidAccess = "invalid-access",
        ContextNotSet = "context-not-set",
    }
    // Providers and rotators.
    "provider" {
        UnknownProvider = "unknown-provider",
        ProviderSchema = "provider-schema",
        OpenFailed = "open-failed",
        RotateFailed = "rotate-failed",
        RotatePath = "rotate-path",
    }
    // Values and what they must be.
    "value" {
        InvalidCiphertext = "invalid-ciphertext",
        DecryptFailed = "decrypt-failed",
        DecodeFailed = "decode-failed",
        EncodeFailed = "encode-failed",
        TypeMismatch = "type-mismatch",
        InvalidSchema = "invalid-schema",
    }
    // The evaluation as a whole.
    "run" {
        DeadlineExceeded = "deadline-exceeded",
        Remote = "remote",
        Internal = "internal",
    }
}

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
