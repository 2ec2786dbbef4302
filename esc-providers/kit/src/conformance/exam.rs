//! A run of the checks: makes calls, writes down what is told meanwhile, and collects the outcomes.

use std::sync::Arc;

use esc_core::context::ExecutionContext;
use esc_core::provider::{CallSite, ErrorKind, OpenRequest, Output, Provider, ProviderError};
use esc_core::secret::Scrubber;
use esc_core::value::{Reveal, Value};

use super::canaries::unmarked;
use super::report::{Check, Outcome, Report};
use super::subject::Subject;
use crate::layers::Answer;
use crate::recorder::Recorder;

/// The environment that the calls are made from.
const ENVIRONMENT: &str = "conformance/test";

pub(super) struct Exam<'a> {
    pub(super) subject: &'a Subject,
    /// The value of each case; none if it could not be opened.
    pub(super) values: Vec<Option<Value>>,
    /// The leases of the same answers.
    pub(super) leases: Vec<Vec<esc_core::provider::Lease>>,
    /// Whether equal calls were found to get equal answers.
    pub(super) repeatable: bool,
    /// Texts that anybody may see: what they are and what they say.
    pub(super) seen: Vec<(String, String)>,
    pub(super) recorder: Recorder,
    context: Arc<ExecutionContext>,
    checks: Vec<Check>,
}

impl<'a> Exam<'a> {
    pub(super) fn new(subject: &'a Subject) -> Exam<'a> {
        Exam {
            subject,
            values: Vec::new(),
            leases: Vec::new(),
            repeatable: false,
            seen: Vec::new(),
            recorder: Recorder::default(),
            context: Arc::new(subject.context.for_environment(ENVIRONMENT)),
            checks: Vec::new(),
        }
    }

    pub(super) fn request(&self, inputs: &Value) -> OpenRequest {
        let site = CallSite { environment: ENVIRONMENT.into(), path: "values.test".into() };
        OpenRequest { inputs: inputs.clone(), context: self.context.clone(), site }
    }

    /// Opens with the subject's provider.
    pub(super) async fn open(&mut self, inputs: &Value) -> Answer {
        let request = self.request(inputs);
        let provider = self.subject.provider.clone();
        self.ask(&provider, request).await
    }

    pub(super) async fn ask(
        &mut self,
        provider: &Arc<dyn Provider>,
        request: OpenRequest,
    ) -> Answer {
        let answers = self.patiently(provider.open(request)).await;
        let answer = answers.unwrap_or_else(|| Err(self.stuck()));
        self.saw(&answer);
        answer
    }

    pub(super) async fn open_many(&mut self, requests: Vec<OpenRequest>) -> Vec<Answer> {
        let provider = self.subject.provider.clone();
        let answers = self.patiently(provider.open_many(requests)).await.unwrap_or_default();
        answers.iter().for_each(|answer| self.saw(answer));
        answers
    }

    /// Runs something for as long as there is patience, and records it.
    pub(super) async fn patiently<F: Future>(&self, future: F) -> Option<F::Output> {
        let future = self.recorder.record(future);
        tokio::time::timeout(self.subject.patience, future).await.ok()
    }

    fn stuck(&self) -> ProviderError {
        let message = format!("there was no answer within {:?}", self.subject.patience);
        ProviderError::new(ErrorKind::Internal, message)
    }

    /// Keeps what anybody may see of an answer.
    pub(super) fn saw(&mut self, answer: &Answer) {
        let text = match answer {
            // That secrets are not marked is said by its own check.
            Ok(opened) if !unmarked(&opened.value, &self.subject.canaries).is_empty() => {
                let value = Value::default();
                format!("{:?}", Output { value, leases: opened.leases.clone() })
            }
            Ok(opened) => format!("{opened:?}"),
            Err(error) => format!("{error:?} {error}"),
        };
        let what = if answer.is_ok() { "`Debug` of an answer" } else { "an error" };
        self.seen.push((what.to_owned(), text));
    }

    /// Closes a check: it holds if nothing speaks against it.
    pub(super) fn close(&mut self, name: &'static str, against: Vec<String>) {
        let scrubber = Scrubber::new(self.subject.canaries.iter().map(String::as_str));
        let scrub = |text: String| scrubber.scrub(&text).into_owned();
        let outcome = match against.is_empty() {
            true => Outcome::Passed,
            false => Outcome::Failed(against.into_iter().map(scrub).collect()),
        };
        self.checks.push(Check { name, outcome });
    }

    pub(super) fn skip(&mut self, name: &'static str, why: impl Into<String>) {
        self.checks.push(Check { name, outcome: Outcome::Skipped(why.into()) });
    }

    pub(super) fn finish(self) -> Report {
        Report { provider: self.subject.name.clone(), checks: self.checks }
    }

    /// Whether two answers to the same question agree: in everything if answers are repeatable, or else in their shape.
    pub(super) fn agree(&self, one: &Value, other: &Answer) -> Result<(), String> {
        let other = match other {
            Ok(opened) => &opened.value,
            Err(error) => return Err(format!("{}: {error}", error.kind)),
        };
        match self.repeatable && self.subject.varying.is_none() {
            true if one != other => Err(format!("{} instead of {}", shown(other), shown(one))),
            false if !same_shape(one, other) => Err("the answer has another shape".into()),
            _ => Ok(()),
        }
    }
}

/// A value as a report shows it.
pub(super) fn shown(value: &Value) -> String {
    value.to_json(Reveal::Redacted)
}

fn same_shape(one: &Value, other: &Value) -> bool {
    use esc_core::value::ValueKind::{List, Object};
    match (&one.kind, &other.kind) {
        (Object(a), Object(b)) => {
            a.keys().eq(b.keys()) && a.values().zip(b.values()).all(|(a, b)| same_shape(a, b))
        }
        (List(a), List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_shape(a, b)),
        (a, b) => {
            std::mem::discriminant(a) == std::mem::discriminant(b)
                && one.is_secret() == other.is_secret()
        }
    }
}
