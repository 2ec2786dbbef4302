//! The checks themselves: a good provider passes all of them, and each defect fails the one that is made for it.

mod store;

use std::collections::BTreeSet;
use std::sync::Arc;

use esc_core::provider::{ErrorKind, Provider};
use esc_core::value::Value;

use super::*;
use crate::layers::{
    Cache, Coalesce, Concurrency, Faults, Layer, RateLimit, Retry, Stack, Timeout, Trace,
};
use store::{CANARY, Defect, Store, TOKEN};

fn inputs(key: &str) -> Value {
    Value::object([("key", Value::string(key)), ("token", Value::string(TOKEN).into_secret())])
}

fn subject(defect: Defect) -> Subject {
    about(Arc::new(Store::new(defect)))
}

fn about(store: Arc<dyn Provider>) -> Subject {
    let failing = |kind, key: &str| Failing::new(kind, inputs(key)).reference(format!("`{key}`"));
    let noted = |value: &Value| value.get("note").unwrap().as_str() != Some("other");
    Subject::new("store", store)
        .case(Case::new("the database", inputs("db")).satisfies(noted))
        .case(Case::new("the API", inputs("api")))
        .failing(failing(ErrorKind::NotFound, "nothing"))
        .failing(failing(ErrorKind::Denied, "denied"))
        .failing(failing(ErrorKind::Throttled, "busy"))
        .without(ErrorKind::Unauthenticated, "any token is good")
        .without(ErrorKind::Unavailable, "it is in memory")
        .canary(CANARY)
        .canary(TOKEN)
        .batch([inputs("nothing"), inputs("denied"), inputs("api")])
}

const DEFECTS: [(Defect, &str); 27] = [
    (Defect::BadReference, "the schemas compile"),
    (Defect::NoDescription, "everything is described"),
    (Defect::TooDeep, "the schemas survive JSON"),
    (Defect::MoreInputs, "the inputs of the cases fit the input schema"),
    (Defect::OtherValue, "the answers are as expected"),
    (Defect::Hangs, "the answers are as expected"),
    (Defect::OtherType, "the answers fit the output schema"),
    (Defect::OutOfRange, "the answers fit the output schema"),
    (Defect::NotSecret, "secrets are marked"),
    (Defect::SecretKey, "secrets are marked"),
    (Defect::WrongKind, "failures have their kinds"),
    (Defect::NoName, "failures name the provider and what was asked for"),
    (Defect::NoReference, "failures name the provider and what was asked for"),
    (Defect::NoAdvice, "failures say what to do"),
    (Defect::Differs, "opening twice is as good as opening once"),
    (Defect::Contextual, "answers depend on the context only if the provider says so"),
    (Defect::ShortBatch, "a batch answers like single calls"),
    (Defect::MixedBatch, "a batch answers like single calls"),
    (Defect::NoLease, "answers have leases if the provider says so"),
    (Defect::EndlessLease, "answers have leases if the provider says so"),
    (Defect::Fragile, "dropped calls do no harm"),
    (Defect::OneAtATime, "calls at the same time answer like single ones"),
    (Defect::MessageLeaks, "nothing secret is told"),
    (Defect::AdviceLeaks, "nothing secret is told"),
    (Defect::TraceLeaks, "nothing secret is told"),
    (Defect::SpanLeaks, "nothing secret is told"),
    (Defect::LeaseLeaks, "nothing secret is told"),
];

#[tokio::test(start_paused = true)]
async fn a_good_provider_passes_every_check() {
    let report = run(&subject(Defect::Nothing)).await;
    report.assert();
    let skipped = |check: &&Check| check.outcome != Outcome::Passed;
    assert_eq!(report.checks.iter().filter(skipped).count(), 0, "{report}");
}

#[tokio::test(start_paused = true)]
async fn each_defect_fails_its_check_alone() {
    for (defect, check) in DEFECTS {
        let report = run(&subject(defect)).await;
        assert_eq!(report.failed(), [check], "{defect:?}: {report}");
        let text = report.to_string();
        assert!(!text.contains(CANARY) && !text.contains(TOKEN), "{defect:?}: {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn there_is_a_defect_for_each_check() {
    let report = run(&subject(Defect::Nothing)).await;
    let checks: BTreeSet<_> = report.checks.iter().map(|check| check.name).collect();
    assert_eq!(checks, DEFECTS.iter().map(|(_, check)| *check).collect());
    assert_eq!(checks.len(), report.checks.len());
}

#[tokio::test(start_paused = true)]
async fn what_is_left_out_must_be_named() {
    let store = Arc::new(Store::new(Defect::Nothing));
    let report = run(&Subject::new("store", store.clone())).await;
    assert_eq!(report.failed(), ["the answers are as expected", "failures have their kinds"]);
    let text = report.to_string();
    assert!(text.contains("throttled: nothing shows it") && text.contains("there is no case"));
    assert!(text.contains("skipped  secrets are marked: there are no canaries"), "{text}");
    // A call that should fail and does not.
    let failing = Failing::new(ErrorKind::Denied, inputs("db"));
    let report = run(&subject(Defect::Nothing).failing(failing)).await;
    assert_eq!(report.failed(), ["failures have their kinds"]);
    // Another instance shows what this one cannot.
    let other = Failing::new(ErrorKind::Internal, inputs("denied"));
    let other = other.provider(Arc::new(Store::new(Defect::WrongKind)));
    run(&subject(Defect::Nothing).failing(other)).await.assert();
}

#[tokio::test(start_paused = true)]
async fn answers_that_vary_for_good_are_compared_by_shape() {
    run(&subject(Defect::Differs).varying("it counts")).await.assert();
    let report = run(&subject(Defect::MixedBatch).varying("it counts")).await;
    assert_eq!(report.failed(), ["a batch answers like single calls"]);
}

#[tokio::test(start_paused = true)]
async fn a_good_provider_stays_good_in_any_layer() {
    let layers: [Arc<dyn Layer>; 9] = [
        Arc::new(Trace),
        Arc::new(Cache::default()),
        Arc::new(Coalesce),
        Arc::new(Retry::default()),
        Arc::new(RateLimit::default()),
        Arc::new(Concurrency::new(2)),
        Arc::new(Timeout::default()),
        Arc::new(Faults::seeded(0)),
        Arc::new(Stack::standard()),
    ];
    for layer in layers {
        run(&about(layer.wrap("store", Arc::new(Store::new(Defect::Nothing))))).await.assert();
    }
    // Those that keep callers apart even mend something.
    let one = Concurrency::new(1).wrap("store", Arc::new(Store::new(Defect::OneAtATime)));
    run(&about(one)).await.assert();
}
