//! How the provider may be called.

use std::sync::Arc;
use std::time::Duration;

use esc_core::context::ExecutionContext;
use esc_core::provider::OpenRequest;
use esc_core::value::Value;
use futures::future::{join_all, poll_immediate};

use super::exam::Exam;
use super::subject::Subject;

/// How many calls run at the same time.
const CONCURRENT: usize = 16;

/// After how long calls are dropped; those of no time as soon as they first wait.
const DROPPED_AFTER: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_micros(500),
    Duration::from_millis(2),
    Duration::from_millis(8),
    Duration::from_millis(32),
];

pub(super) async fn check(exam: &mut Exam<'_>) {
    repetition(exam).await;
    contexts(exam).await;
    batches(exam).await;
    leases(exam);
    dropped(exam).await;
    concurrent(exam).await;
}

/// The cases that could be opened: their names, inputs and answers.
fn opened<'a>(exam: &Exam<'a>) -> Vec<(&'a str, &'a Value, Value)> {
    let subject: &'a Subject = exam.subject;
    let cases = subject.cases.iter().zip(&exam.values);
    cases
        .filter_map(|(case, value)| Some((case.name.as_str(), &case.inputs, value.clone()?)))
        .collect()
}

async fn repetition(exam: &mut Exam<'_>) {
    let name = "opening twice is as good as opening once";
    if !exam.subject.provider.capabilities().idempotent {
        return exam.skip(name, "the provider does not say so");
    }
    let mut against = Vec::new();
    exam.repeatable = true;
    for (case, inputs, first) in opened(exam) {
        let again = exam.open(inputs).await;
        if let Err(why) = exam.agree(&first, &again) {
            against.push(format!("{case}, opened again: {why}"));
        }
    }
    // What differs anyway is no sign of anything else.
    exam.repeatable = against.is_empty();
    exam.close(name, against);
}

async fn contexts(exam: &mut Exam<'_>) {
    let name = "answers depend on the context only if the provider says so";
    let capabilities = exam.subject.provider.capabilities();
    let skipped = match &exam.subject.varying {
        _ if capabilities.contextual => Some("the provider says so".to_owned()),
        Some(why) => Some(format!("answers differ anyway: {why}")),
        None if !exam.repeatable => Some("answers differ anyway".to_owned()),
        None => None,
    };
    if let Some(why) = skipped {
        return exam.skip(name, why);
    }
    let mut against = Vec::new();
    let other = ExecutionContext::default().with_root("conformance/other-root");
    let other = Arc::new(other.for_environment("conformance/other"));
    let provider = exam.subject.provider.clone();
    for (case, inputs, first) in opened(exam) {
        let request = OpenRequest { context: other.clone(), ..exam.request(inputs) };
        let answer = exam.ask(&provider, request).await;
        if let Err(why) = exam.agree(&first, &answer) {
            against.push(format!("{case}, in another environment: {why}"));
        }
    }
    exam.close(name, against);
}

async fn batches(exam: &mut Exam<'_>) {
    let name = "a batch answers like single calls";
    if !exam.subject.provider.capabilities().batch {
        return exam.skip(name, "the provider has no batches");
    }
    let subject = exam.subject;
    let mut all: Vec<&Value> = opened(exam).into_iter().map(|(_, inputs, _)| inputs).collect();
    all.extend(&subject.batch);
    let mut singles = Vec::new();
    for inputs in &all {
        singles.push(exam.open(inputs).await);
    }
    // In another order, so that answers that are mixed up show.
    let order = || (0..all.len()).rev();
    let requests = order().filter_map(|i| all.get(i)).map(|inputs| exam.request(inputs)).collect();
    let answers = exam.open_many(requests).await;
    let mut against = Vec::new();
    if answers.len() != all.len() {
        against.push(format!("{} answers to {} requests", answers.len(), all.len()));
    }
    for (index, answer) in order().zip(&answers) {
        let outcome = match (singles.get(index), answer) {
            (Some(Ok(single)), answer) => exam.agree(&single.value, answer),
            (Some(Err(single)), Err(error)) if single.kind == error.kind => Ok(()),
            (Some(Err(single)), Err(error)) => {
                Err(format!("`{}` instead of `{}`", error.kind, single.kind))
            }
            (Some(Err(single)), Ok(_)) => {
                Err(format!("it succeeds; alone it is `{}`", single.kind))
            }
            (None, _) => Ok(()),
        };
        if let Err(why) = outcome {
            against.push(format!("request {}: {why}", index + 1));
        }
    }
    exam.close(name, against);
}

fn leases(exam: &mut Exam<'_>) {
    let name = "answers have leases if the provider says so";
    let said = exam.subject.provider.capabilities().lease;
    let mut against = Vec::new();
    let cases = exam.subject.cases.iter().zip(exam.values.iter().zip(&exam.leases));
    for (case, (_, leases)) in cases.filter(|(_, (value, _))| value.is_some()) {
        if said && leases.is_empty() {
            against.push(format!("{}: there is no lease", case.name));
        } else if said && leases.iter().any(|lease| lease.duration.is_none_or(|d| d.is_zero())) {
            against.push(format!("{}: there is a lease without a duration", case.name));
        } else if !said && !leases.is_empty() {
            against.push(format!("{}: there is a lease", case.name));
        }
    }
    exam.close(name, against);
}

async fn dropped(exam: &mut Exam<'_>) {
    let mut against = Vec::new();
    let provider = exam.subject.provider.clone();
    for (case, inputs, first) in opened(exam) {
        for after in DROPPED_AFTER {
            let call = provider.open(exam.request(inputs));
            let answer = match after.is_zero() {
                true => exam.recorder.record(poll_immediate(call)).await,
                false => exam.recorder.record(tokio::time::timeout(after, call)).await.ok(),
            };
            answer.iter().for_each(|answer| exam.saw(answer));
            let answer = exam.open(inputs).await;
            if let Err(why) = exam.agree(&first, &answer) {
                against
                    .push(format!("{case}, after a call that was dropped after {after:?}: {why}"));
                break;
            }
        }
    }
    exam.close("dropped calls do no harm", against);
}

async fn concurrent(exam: &mut Exam<'_>) {
    let mut against = Vec::new();
    let provider = exam.subject.provider.clone();
    let cases = opened(exam);
    let calls = cases.iter().flat_map(|(_, inputs, _)| std::iter::repeat_n(*inputs, CONCURRENT));
    let calls: Vec<_> = calls.map(|inputs| provider.open(exam.request(inputs))).collect();
    let answers = exam.patiently(join_all(calls)).await;
    if answers.is_none() {
        against.push(format!("there was no answer within {:?}", exam.subject.patience));
    }
    let firsts = cases.iter().flat_map(|case| std::iter::repeat_n(case, CONCURRENT));
    for ((case, _, first), answer) in firsts.zip(answers.iter().flatten()) {
        exam.saw(answer);
        if let Err(why) = exam.agree(first, answer) {
            against.push(format!("{case}, one of {CONCURRENT} at a time: {why}"));
        }
    }
    against.dedup();
    exam.close("calls at the same time answer like single ones", against);
}
