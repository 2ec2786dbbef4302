//! What is wrong with an environment, with the texts that show where.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use esc_core::diagnostic::{Code, Diagnostic, Renderer, Sources};
use esc_core::position::Range;

/// Diagnostics and the documents they are about.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    /// What was found, in the order of evaluation.
    pub list: Vec<Diagnostic>,
    /// The texts of the environments.
    pub texts: SourceTexts,
}

impl Diagnostics {
    /// Whether there are errors, and not only warnings.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(Diagnostic::is_error)
    }

    /// Whether all errors are that something cannot be reached now, or may follow from an import that cannot.
    pub(crate) fn is_unavailable(&self) -> bool {
        let errors = || self.list.iter().filter(|d| d.is_error());
        let lacks_import = errors()
            .any(|e| e.temporary && matches!(e.code, Code::ImportFailed | Code::DeadlineExceeded));
        let may_follow = |e: &Diagnostic| {
            use Code::{InvalidAccess, TypeMismatch, UnknownProperty};
            lacks_import && matches!(e.code, UnknownProperty | InvalidAccess | TypeMismatch)
        };
        errors().any(|e| e.temporary) && errors().all(|e| e.temporary || may_follow(e))
    }

    /// Whether secrets could not be decrypted.
    pub fn has_undecrypted(&self) -> bool {
        self.list.iter().any(|d| d.code == Code::DecryptFailed)
    }

    /// All of them, with excerpts of the documents and their counts; empty if there are none.
    pub fn render(&self, renderer: &Renderer) -> String {
        renderer.render_all(&self.list, &self.texts)
    }
}

/// A line for each error.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.list.iter().filter(|d| d.is_error()).enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            match &error.subject {
                Some(at) if at.range == Range::NONE => write!(f, "{}: ", at.environment)?,
                Some(at) => write!(f, "{}:{}: ", at.environment, at.range)?,
                None => {}
            }
            f.write_str(&error.summary)?;
        }
        Ok(())
    }
}

/// The texts of environments, by name. They may contain plaintext secrets: `Debug` shows the names only, and the
/// renderer masks them.
#[derive(Clone, Default)]
pub struct SourceTexts(BTreeMap<String, Arc<str>>);

impl SourceTexts {
    /// Texts by the names of their environments.
    #[cfg(feature = "remote")]
    pub(crate) fn new(texts: BTreeMap<String, Arc<str>>) -> SourceTexts {
        SourceTexts(texts)
    }

    /// Adds the text of an environment.
    pub(crate) fn insert(&mut self, environment: &str, text: Arc<str>) {
        self.0.insert(environment.to_owned(), text);
    }

    /// The environments, and their texts.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Arc<str>)> {
        self.0.iter()
    }
}

impl Sources for SourceTexts {
    fn source(&self, environment: &str) -> Option<&str> {
        self.0.get(environment).map(AsRef::as_ref)
    }
}

impl fmt::Debug for SourceTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}
