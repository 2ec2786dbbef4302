//! Evaluation in this program.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use esc_core::ast::Document;
use esc_core::context::ExecutionContext;
use esc_core::diagnostic::Location;
use esc_core::position::Range;
use esc_core::provider::Providers;
use esc_core::source::{EnvironmentSource, Loaded, SourceError, SourceErrorKind};
use esc_eval::{Evaluator, Limits, Root};
use tokio::time::timeout;

use super::recorder::Recorder;
use super::{Backend, Work};
use crate::error::Error;
use crate::inspect::Diagnostics;
use crate::snapshot::Snapshot;

/// Loads from a source, and calls providers.
#[derive(Clone)]
pub(in crate::client) struct Local {
    pub source: Arc<dyn EnvironmentSource>,
    pub providers: Arc<dyn Providers>,
    pub context: ExecutionContext,
    pub limits: Limits,
    pub deadline: Option<Duration>,
}

#[async_trait]
impl Backend for Local {
    async fn evaluate(&self, name: &str, work: &Work) -> Result<Snapshot, Error> {
        let recorder = Arc::new(Recorder::new(self.source.clone()));
        let began = tokio::time::Instant::now();
        let definition = match self.deadline {
            None => recorder.load(name).await?,
            Some(deadline) => match timeout(deadline, recorder.load(name)).await {
                Ok(definition) => definition?,
                Err(_) => return Err(late(name).into()),
            },
        };
        let loaded = Document::load(name, definition.text, &self.limits.document);
        let mut diagnostics = loaded.diagnostics;
        diagnostics.iter_mut().for_each(|diagnostic| {
            // What is wrong with a text as a whole has no place in it, but people want to know which text.
            diagnostic.subject.get_or_insert_with(|| whole(name));
        });
        let mut evaluation = None;
        if let Some(document) = loaded.document {
            let mut evaluator = Evaluator::new(recorder.clone(), self.providers.clone())
                .with_context(self.context.clone())
                .with_limits(self.limits.clone());
            if let Some(deadline) = self.deadline {
                let left = deadline.saturating_sub(began.elapsed());
                evaluator = evaluator.with_deadline(left, tokio::time::sleep);
            }
            let root = Root { document: Arc::new(document), decrypter: definition.decrypter };
            let done = match work {
                Work::Check => evaluator.check(root).await,
                Work::Open(paths) if paths.is_empty() => evaluator.open(root).await,
                Work::Open(paths) => evaluator.open_paths(root, paths).await,
            };
            diagnostics.extend_from_slice(done.diagnostics());
            evaluation = Some(done);
        }
        let diagnostics = Diagnostics { list: diagnostics, texts: recorder.texts() };
        let opened = match work {
            Work::Open(paths) if !paths.is_empty() => {
                Snapshot::picked(name, evaluation, diagnostics, paths)
            }
            _ => Snapshot::whole(name, evaluation, diagnostics),
        };
        Ok(opened.with_revisions(recorder.revisions()).with_loaded(recorder.loaded()))
    }

    async fn changed(&self, loaded: &[Loaded]) {
        self.source.changed(loaded).await;
    }
}

fn late(name: &str) -> SourceError {
    let message = format!("`{name}` could not be loaded before the deadline");
    SourceError::new(SourceErrorKind::Unavailable, message)
}

fn whole(name: &str) -> Location {
    Location { environment: name.into(), range: Range::NONE, span: None }
}
