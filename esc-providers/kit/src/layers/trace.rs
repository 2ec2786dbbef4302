//! What happened, for logs, traces and metrics.

use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{OpenRequest, Provider};
use tokio::time::Instant;
use tracing::{Instrument as _, field::Empty};

use super::{Answer, Around, Layer, Next, around, meter};

/// Puts a `tracing` span round each call and says how it ended; counts and times calls if the crate's feature `metrics`
/// is on.
///
/// The span is called `provider.open` and has the fields `provider`, `account`, `environment`, `path` (of the first
/// request, if there are several), `requests` and, when they are known, `attempts`, `cache_hits`, `failed`, `outcome`
/// (`ok` or the kind of the first error) and `seconds`. Success is an event of level `DEBUG`; each request that failed is
/// one of level `WARN` if it might have succeeded, `INFO` otherwise.
///
/// Neither inputs nor values are recorded. Neither are the messages of errors, but for their kind: they are shown to who
/// opens the environment, and what a backend wrote into one need not be fit for everybody who reads logs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trace;

impl Layer for Trace {
    fn wrap(&self, name: &str, inner: Arc<dyn Provider>) -> Arc<dyn Provider> {
        around(name, inner, Trace)
    }
}

#[async_trait]
impl Around for Trace {
    async fn call(&self, requests: Vec<OpenRequest>, next: &Arc<Next>) -> Vec<Answer> {
        let begin = Instant::now();
        let places: Vec<_> = requests.iter().map(|r| (next.account(r), r.site.clone())).collect();
        let (account, site) = places.first().cloned().unwrap_or_default();
        let span = tracing::info_span!(
            "provider.open",
            provider = %next.name(),
            account = %account,
            environment = %site.environment,
            path = %site.path,
            requests = requests.len(),
            attempts = 1,
            cache_hits = Empty,
            failed = Empty,
            outcome = Empty,
            seconds = Empty,
        );
        let answers = next.call(requests).instrument(span.clone()).await;
        let took = begin.elapsed();
        let errors = || answers.iter().filter_map(|answer| answer.as_ref().err());
        span.record("failed", errors().count());
        span.record("outcome", errors().next().map_or("ok", |error| error.kind.as_str()));
        span.record("seconds", took.as_secs_f64());
        meter::took(next.name(), took);
        let _entered = span.entered();
        for (answer, (account, site)) in answers.iter().zip(&places) {
            let Err(error) = answer else {
                meter::outcome(next.name(), "ok");
                continue;
            };
            let kind = error.kind.as_str();
            meter::outcome(next.name(), kind);
            let (environment, path) = (site.environment.as_str(), site.path.as_str());
            let account = account.as_str();
            if error.kind.is_temporary() {
                tracing::warn!(environment, path, account, kind, "failed");
            } else {
                tracing::info!(environment, path, account, kind, "failed");
            }
        }
        if errors().next().is_none() {
            tracing::debug!("answered");
        }
        answers
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use esc_core::provider::{CallSite, ErrorKind, ProviderError};
    use esc_core::value::Value;

    use super::*;
    use crate::layers::testing::{Fake, request};
    use crate::layers::{Retry, Stack, Standard};
    use crate::recorder::Recorder;

    fn site() -> CallSite {
        CallSite { environment: "prod".into(), path: "values.db".into() }
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_is_told_with_everything_that_is_known() {
        let fake = Fake::failing(2, ErrorKind::Unavailable).slow(Duration::from_secs(1)).shared();
        let retry = Retry::new(5).with_jitter(|| 0.0);
        let provider = Stack::new().layer(Trace).layer(retry).wrap("fake", fake);
        let recorder = Recorder::default();
        let request = OpenRequest { site: site(), ..request("a@eu") };
        recorder.record(provider.open(request)).await.unwrap();
        let text = recorder.text();
        for part in [
            "provider.open",
            "provider=fake",
            "account=eu",
            "environment=prod",
            "path=values.db",
            "requests=1",
            "attempts=3",
            "outcome=ok",
            "seconds=3",
            "trying again",
            "answered",
        ] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_secret_is_told() {
        let fake = Fake::new(|number, _| match number % 3 {
            0 => Err(ProviderError::new(ErrorKind::Throttled, "canary-message")
                .with_advice("canary-advice")),
            1 => Err(ProviderError::new(ErrorKind::NotFound, "canary-message")),
            _ => Ok(Value::string("canary-output").into_secret().into()),
        });
        let fake = fake.batch().shared();
        let provider = Standard::default().stack().wrap("fake", fake);
        let recorder = Recorder::default();
        recorder
            .record(async {
                provider
                    .open_many(vec![request("canary-1"), request("canary-2"), request("canary-3")])
                    .await;
                let inputs = Value::object([("key", Value::string("canary-4").into_secret())]);
                provider.open(OpenRequest { inputs, site: site(), ..request("") }).await.unwrap();
            })
            .await;
        let text = recorder.text();
        assert!(text.contains("kind=not found") && text.contains("trying again"), "{text}");
        assert!(!text.contains("canary"), "{text}");
    }

    #[cfg(feature = "metrics")]
    #[test]
    fn calls_are_counted_and_timed() {
        use crate::layers::Cache;

        let recorder = counts::Counts::default();
        metrics::with_local_recorder(&recorder, || {
            let runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = { runtime }.enable_time().start_paused(true).build().unwrap();
            runtime.block_on(async {
                let fake = Fake::failing(1, ErrorKind::Throttled).shared();
                let stack = Stack::new().layer(Trace).layer(Cache::default()).layer(Retry::new(2));
                let provider = stack.wrap("fake", fake);
                provider.open(request("a")).await.unwrap();
                provider.open(request("a")).await.unwrap();
                let missing = stack.wrap("other", Fake::failing(9, ErrorKind::NotFound).shared());
                missing.open(request("a")).await.unwrap_err();
            });
        });
        let expected = [
            "esc_provider_cache_total provider=fake result=hit 1",
            "esc_provider_cache_total provider=fake result=miss 1",
            "esc_provider_cache_total provider=other result=miss 1",
            "esc_provider_call_seconds provider=fake 2",
            "esc_provider_call_seconds provider=other 1",
            "esc_provider_calls_total provider=fake outcome=ok 2",
            "esc_provider_calls_total provider=other outcome=not found 1",
            "esc_provider_retries_total provider=fake 1",
            "esc_provider_throttles_total provider=fake 1",
        ];
        assert_eq!(recorder.lines(), expected);
    }

    /// A recorder that adds up counters and counts the values of histograms.
    #[cfg(feature = "metrics")]
    mod counts {
        use std::collections::BTreeMap;
        use std::sync::{Arc, Mutex};

        use metrics::*;

        #[derive(Clone, Default)]
        pub(super) struct Counts(Arc<Mutex<BTreeMap<String, u64>>>);

        struct Line(Counts, String);

        impl Counts {
            pub(super) fn lines(&self) -> Vec<String> {
                self.0
                    .lock()
                    .unwrap()
                    .iter()
                    .map(|(name, count)| format!("{name} {count}"))
                    .collect()
            }

            fn line(&self, key: &Key) -> Arc<Line> {
                let label = |l: &Label| format!(" {}={}", l.key(), l.value());
                let labels: String = key.labels().map(label).collect();
                Arc::new(Line(self.clone(), format!("{}{labels}", key.name())))
            }
        }

        impl CounterFn for Line {
            fn increment(&self, value: u64) {
                *self.0.0.lock().unwrap().entry(self.1.clone()).or_default() += value;
            }

            fn absolute(&self, _: u64) {}
        }

        impl HistogramFn for Line {
            fn record(&self, _: f64) {
                self.increment(1);
            }
        }

        impl Recorder for Counts {
            fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
            fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
            fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

            fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
                Counter::from_arc(self.line(key))
            }

            fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
                Gauge::noop()
            }

            fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
                Histogram::from_arc(self.line(key))
            }
        }
    }
}
