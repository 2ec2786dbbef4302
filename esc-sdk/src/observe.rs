//! What the client does, for those who watch it: spans and metrics, without values.

use crate::backend::Work;
use crate::client::Error;
use crate::opened::{Freshness, Opened};

/// Work that has begun.
pub(crate) struct Started {
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
            Work::Inspect => "inspect",
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

    /// Does the work, so that what it tells belongs to this.
    pub async fn around<T>(&self, work: impl Future<Output = T>) -> T {
        #[cfg(feature = "tracing")]
        let work = tracing::Instrument::instrument(work, self.span.clone());
        work.await
    }

    /// Tells how it ended.
    #[cfg_attr(not(any(feature = "tracing", feature = "metrics")), allow(unused_variables))]
    pub fn finished(self, result: &Result<Opened, Error>) {
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
fn outcome(result: &Result<Opened, Error>) -> &'static str {
    match result {
        Ok(opened) if matches!(opened.freshness(), Freshness::Offline { .. }) => "offline",
        Ok(opened) if opened.findings().has_errors() => "errors",
        Ok(_) => "ok",
        Err(error) if error.is_unavailable() => "unavailable",
        Err(_) => "refused",
    }
}
