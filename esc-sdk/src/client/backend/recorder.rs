//! What an evaluation loaded.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use esc_core::source::{Definition, EnvironmentSource, Loaded, SourceError};

use crate::inspect::SourceTexts;
use crate::snapshot::Revisions;
use crate::source::digest;

/// A source that records what was loaded through it.
pub(super) struct Recorder {
    source: Arc<dyn EnvironmentSource>,
    records: Mutex<Records>,
}

#[derive(Default)]
struct Records {
    texts: SourceTexts,
    loaded: Vec<Loaded>,
}

impl Recorder {
    pub fn new(source: Arc<dyn EnvironmentSource>) -> Recorder {
        Recorder { source, records: Mutex::default() }
    }

    /// The environments that were loaded, each with a digest of its text.
    pub fn revisions(&self) -> Revisions {
        let texts = self.texts();
        texts.iter().map(|(name, text)| (name.clone(), digest(text).to_string())).collect()
    }

    pub fn texts(&self) -> SourceTexts {
        self.records().texts.clone()
    }

    /// What was asked for, be it there or not.
    pub fn loaded(&self) -> Vec<Loaded> {
        self.records().loaded.clone()
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl EnvironmentSource for Recorder {
    async fn load(&self, name: &str) -> Result<Definition, SourceError> {
        let result = self.source.load(name).await;
        let mut records = self.records();
        let revision = result.as_ref().ok().and_then(|definition| definition.revision.clone());
        records.loaded.push(Loaded { name: name.into(), revision });
        if let Ok(definition) = &result {
            records.texts.insert(name, definition.text.clone());
        }
        result
    }
}
