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

/// A source that remembers what went through it.
pub(crate) struct Recorder {
    source: Arc<dyn EnvironmentSource>,
    texts: Mutex<Texts>,
}

impl Recorder {
    pub fn new(source: Arc<dyn EnvironmentSource>) -> Recorder {
        Recorder { source, texts: Mutex::default() }
    }

    /// Stands for all texts that were loaded: equal texts under equal names have equal revisions.
    pub fn revision(&self) -> String {
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        for (name, text) in &self.texts.lock().unwrap_or_else(PoisonError::into_inner).0 {
            for part in [name.as_str(), text] {
                context.update(&(part.len() as u64).to_le_bytes());
                context.update(part.as_bytes());
            }
        }
        context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
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
