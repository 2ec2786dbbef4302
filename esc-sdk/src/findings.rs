//! What is wrong with an environment, with the texts that show where.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use esc_core::diagnostic::{Code, Diagnostic, Renderer, Sources};
use esc_core::position::Range;
use esc_core::source::{Definition, EnvironmentSource, SourceError};

/// Diagnostics and the documents they are about.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// What was found, in the order of evaluation.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts of the environments.
    pub texts: Texts,
}

impl Findings {
    /// Whether there are errors, and not only warnings.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Whether all errors are that something cannot be reached now, or may follow from an import that cannot.
    pub(crate) fn is_unavailable(&self) -> bool {
        let errors = || self.diagnostics.iter().filter(|d| d.is_error());
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
        self.diagnostics.iter().any(|d| d.code == Code::DecryptFailed)
    }

    /// All of them, with excerpts of the documents and their counts; empty if there are none.
    pub fn render(&self, renderer: &Renderer) -> String {
        renderer.render_all(&self.diagnostics, &self.texts)
    }
}

/// A line for each error.
impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.diagnostics.iter().filter(|d| d.is_error()).enumerate() {
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
pub struct Texts(BTreeMap<String, Arc<str>>);

impl Texts {
    /// Texts by the names of their environments.
    #[cfg(feature = "remote")]
    pub(crate) fn new(texts: BTreeMap<String, Arc<str>>) -> Texts {
        Texts(texts)
    }
}

impl Sources for Texts {
    fn source(&self, environment: &str) -> Option<&str> {
        self.0.get(environment).map(AsRef::as_ref)
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

/// Definitions by the names of their environments: equal ones have equal revisions.
pub(crate) type Revisions = BTreeMap<String, String>;

fn revision(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A source that remembers what went through it.
pub(crate) struct Recorder {
    source: Arc<dyn EnvironmentSource>,
    texts: Mutex<Texts>,
}

impl Recorder {
    pub fn new(source: Arc<dyn EnvironmentSource>) -> Recorder {
        Recorder { source, texts: Mutex::default() }
    }

    /// The environments that were loaded, each with a digest of its text.
    pub fn revisions(&self) -> Revisions {
        let texts = self.texts();
        texts.0.iter().map(|(name, text)| (name.clone(), revision(text))).collect()
    }

    pub fn texts(&self) -> Texts {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl EnvironmentSource for Recorder {
    async fn load(&self, name: &str) -> Result<Definition, SourceError> {
        let definition = self.source.load(name).await?;
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        texts.0.insert(name.to_owned(), definition.text.clone());
        Ok(definition)
    }
}
