//! The texts that an evaluation loaded, and their digests.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use esc_core::source::{Definition, EnvironmentSource, SourceError};

use crate::inspect::SourceTexts;
use crate::snapshot::Revisions;

/// A source that records what was loaded through it.
pub(super) struct Recorder {
    source: Arc<dyn EnvironmentSource>,
    texts: Mutex<SourceTexts>,
}

impl Recorder {
    pub fn new(source: Arc<dyn EnvironmentSource>) -> Recorder {
        Recorder { source, texts: Mutex::default() }
    }

    /// The environments that were loaded, each with a digest of its text.
    pub fn revisions(&self) -> Revisions {
        let texts = self.texts();
        texts.iter().map(|(name, text)| (name.clone(), revision(text))).collect()
    }

    pub fn texts(&self) -> SourceTexts {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl EnvironmentSource for Recorder {
    async fn load(&self, name: &str) -> Result<Definition, SourceError> {
        let definition = self.source.load(name).await?;
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        texts.insert(name, definition.text.clone());
        Ok(definition)
    }
}

fn revision(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
