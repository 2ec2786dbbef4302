//! Metrics; nothing unless the crate's feature `metrics` is on. Their names are in the story of the [layers](super).

use std::time::Duration;

#[cfg(feature = "metrics")]
mod on {
    use super::*;

    pub(in super::super) fn outcome(provider: &str, outcome: &'static str) {
        let provider = provider.to_owned();
        metrics::counter!("esc_provider_calls_total", "provider" => provider, "outcome" => outcome)
            .increment(1);
    }

    pub(in super::super) fn took(provider: &str, time: Duration) {
        metrics::histogram!("esc_provider_call_seconds", "provider" => provider.to_owned())
            .record(time.as_secs_f64());
    }

    pub(in super::super) fn cached(provider: &str, hits: usize, misses: usize) {
        for (result, count) in [("hit", hits), ("miss", misses)] {
            let provider = provider.to_owned();
            if count > 0 {
                metrics::counter!("esc_provider_cache_total", "provider" => provider, "result" => result)
                    .increment(count as u64);
            }
        }
    }

    pub(in super::super) fn retried(provider: &str) {
        metrics::counter!("esc_provider_retries_total", "provider" => provider.to_owned())
            .increment(1);
    }

    pub(in super::super) fn throttled(provider: &str, count: usize) {
        if count > 0 {
            metrics::counter!("esc_provider_throttles_total", "provider" => provider.to_owned())
                .increment(count as u64);
        }
    }

    pub(in super::super) fn waited(provider: &str, time: Duration) {
        metrics::histogram!("esc_provider_wait_seconds", "provider" => provider.to_owned())
            .record(time.as_secs_f64());
    }
}

#[cfg(not(feature = "metrics"))]
mod on {
    use super::*;

    pub(in super::super) fn outcome(_: &str, _: &'static str) {}
    pub(in super::super) fn took(_: &str, _: Duration) {}
    pub(in super::super) fn cached(_: &str, _: usize, _: usize) {}
    pub(in super::super) fn retried(_: &str) {}
    pub(in super::super) fn throttled(_: &str, _: usize) {}
    pub(in super::super) fn waited(_: &str, _: Duration) {}
}

pub(super) use on::*;
