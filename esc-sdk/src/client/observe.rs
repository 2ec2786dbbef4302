//! What the client does, for operators: spans and metrics, without values.

use super::backend::Work;
use crate::error::Error;
use crate::snapshot::{Freshness, Snapshot};

/// Work that has begun.
pub(super) struct Started {
    #[cfg(any(feature = "tracing", feature = "metrics"))]
    at: tokio::time::Instant,
    #[cfg(feature = "tracing")]
    span: tracing::Span,
    #[cfg(feature = "metrics")]
    work: &'static str,
}

impl Started {
    #[cfg_attr(not(any(feature = "tracing", feature = "metrics")), allow(unused_variables))]
    pub fn now(name: &str, work: &Work) -> Started {
        #[cfg(any(feature = "tracing", feature = "metrics"))]
        let kind = match work {
            Work::Check => "check",
            Work::Open(_) => "open",
        };
        Started {
            #[cfg(any(feature = "tracing", feature = "metrics"))]
            at: tokio::time::Instant::now(),
            #[cfg(feature = "tracing")]
            span: tracing::info_span!("esc.environment", environment = name, work = kind),
            #[cfg(feature = "metrics")]
            work: kind,
        }
    }

    /// Does the work, so that what it records belongs to this.
    pub async fn around<T>(&self, work: impl Future<Output = T>) -> T {
        #[cfg(feature = "tracing")]
        let work = tracing::Instrument::instrument(work, self.span.clone());
        work.await
    }

    /// Records how it ended.
    #[cfg_attr(not(any(feature = "tracing", feature = "metrics")), allow(unused_variables))]
    pub fn finished(self, result: &Result<Snapshot, Error>) {
        #[cfg(any(feature = "tracing", feature = "metrics"))]
        let (outcome, seconds) = (outcome(result), self.at.elapsed().as_secs_f64());
        #[cfg(feature = "tracing")]
        self.span.in_scope(|| tracing::info!(outcome, seconds, "environment evaluated"));
        #[cfg(feature = "metrics")]
        {
            metrics::counter!("esc_environments_total", "work" => self.work, "outcome" => outcome)
                .increment(1);
            metrics::histogram!("esc_environment_seconds", "work" => self.work).record(seconds);
        }
    }
}

/// How work ended, in a word.
#[cfg_attr(not(any(feature = "tracing", feature = "metrics")), allow(dead_code))]
fn outcome(result: &Result<Snapshot, Error>) -> &'static str {
    match result {
        Ok(opened) if matches!(opened.freshness(), Freshness::Offline { .. }) => "offline",
        Ok(opened) if opened.diagnostics().has_errors() => "errors",
        Ok(_) => "ok",
        Err(error) if error.is_unavailable() => "unavailable",
        Err(_) => "refused",
    }
}
