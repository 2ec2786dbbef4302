//! The provider that the checks are tested with.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use async_trait::async_trait;
use esc_core::provider::*;
use esc_core::schema::{Builder, Schema};
use esc_core::value::Value;

use crate::Failure;
use crate::layers::Answer;

pub(super) const CANARY: &str = "canary-4711";
pub(super) const TOKEN: &str = "token-\"0815\"";

/// What is wrong with a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Defect {
    Nothing,
    BadReference,
    NoDescription,
    TooDeep,
    MoreInputs,
    OtherValue,
    OtherType,
    OutOfRange,
    NotSecret,
    SecretKey,
    WrongKind,
    NoName,
    NoReference,
    NoAdvice,
    Differs,
    Contextual,
    ShortBatch,
    MixedBatch,
    NoLease,
    EndlessLease,
    Fragile,
    OneAtATime,
    Hangs,
    MessageLeaks,
    AdviceLeaks,
    TraceLeaks,
    SpanLeaks,
    LeaseLeaks,
}

/// Answers the secret `db` to whoever has the token; everything else fails.
pub(super) struct Store {
    defect: Defect,
    calls: AtomicUsize,
    running: AtomicUsize,
    broken: AtomicBool,
}

impl Store {
    pub(super) fn new(defect: Defect) -> Store {
        Store {
            defect,
            calls: AtomicUsize::new(0),
            running: AtomicUsize::new(0),
            broken: AtomicBool::new(false),
        }
    }

    fn is(&self, defect: Defect) -> bool {
        self.defect == defect
    }

    fn failure(&self, kind: ErrorKind, key: &str) -> Answer {
        let name = if self.is(Defect::NoName) { "somebody" } else { "store" };
        let kind = if self.is(Defect::WrongKind) { ErrorKind::Internal } else { kind };
        let mut failure = Failure::new(name, kind);
        if !self.is(Defect::NoReference) {
            failure = failure.reference(format_args!("the key `{key}`"));
        }
        failure = match self.defect {
            Defect::NoAdvice => failure,
            Defect::AdviceLeaks => failure.advice(format_args!("try {TOKEN}")),
            _ => failure.advice("check `key`"),
        };
        if self.is(Defect::MessageLeaks) {
            failure = failure.cause(format_args!("{TOKEN} is not good for it"));
        }
        Err(failure.into())
    }

    fn answer(&self, request: &OpenRequest) -> Answer {
        let number = self.calls.fetch_add(1, SeqCst).to_string();
        let key = request.inputs.get("key").unwrap().as_str().unwrap();
        let kind = match key {
            "db" | "api" => None,
            "denied" => Some(ErrorKind::Denied),
            "busy" => Some(ErrorKind::Throttled),
            _ => Some(ErrorKind::NotFound),
        };
        if let Some(kind) = kind {
            return self.failure(kind, key);
        }
        let note = match self.defect {
            Defect::Differs => number,
            Defect::Contextual => request.context.current_environment().to_owned(),
            Defect::OtherValue => "other".into(),
            Defect::OutOfRange => "x".repeat(99),
            _ => "about".into(),
        };
        let note = match self.is(Defect::OtherType) {
            true => Value::default(),
            false => Value::string(note.as_str()),
        };
        let password = Value::string(format!("{CANARY} of {key}").as_str());
        let password = if self.is(Defect::NotSecret) { password } else { password.into_secret() };
        let property = if self.is(Defect::SecretKey) { CANARY } else { "password" };
        let opened = Output::from(Value::object([(property, password), ("note", note)]));
        let lease = match self.defect {
            Defect::NoLease => return Ok(opened),
            Defect::EndlessLease => Lease::default(),
            Defect::LeaseLeaks => Lease::of(Duration::from_secs(60)).with_id(TOKEN),
            _ => Lease::of(Duration::from_secs(60)),
        };
        Ok(opened.with_lease(lease))
    }
}

/// Notices that a call was dropped.
struct Running<'a>(&'a Store, bool);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, SeqCst);
        if !self.1 {
            self.0.broken.store(true, SeqCst);
        }
    }
}

#[async_trait]
impl Provider for Store {
    fn schema(&self) -> ProviderSchema {
        let described = |builder: Builder| builder.description("Something.");
        let mut inputs = Schema::object()
            .required_property("key", described(Builder::string()))
            .required_property("token", described(Builder::string()).secret())
            .closed();
        if self.is(Defect::BadReference) {
            inputs = inputs.property("bad", described(Builder::reference("#/$defs/none")));
        }
        if self.is(Defect::NoDescription) {
            let inner = Schema::object().property("inner", Schema::string());
            inputs = inputs.property("outer", described(inner));
        }
        if self.is(Defect::TooDeep) {
            let deep = (0..250).fold(Schema::string(), |deep, _| Schema::array(deep));
            inputs = inputs.property("deep", described(Builder::array().items(deep)));
        }
        if self.is(Defect::MoreInputs) {
            inputs = inputs.required_property("more", described(Builder::string()));
        }
        let outputs = Schema::object()
            .property("password", described(Builder::string()).secret())
            .property("note", described(Builder::string()).max_length(20));
        let description = Some("Stores.".into());
        ProviderSchema { description, inputs: inputs.build(), outputs: outputs.build() }
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default().with_batch().with_idempotent().with_lease()
    }

    async fn open(&self, request: OpenRequest) -> Answer {
        if self.is(Defect::TraceLeaks) {
            tracing::trace!(inputs = request.inputs.to_json(esc_core::value::Reveal::Revealed));
        }
        if self.is(Defect::SpanLeaks) {
            let span = tracing::debug_span!("call", token = tracing::field::Empty);
            let _entered = span.enter();
            tracing::Span::current().record("token", TOKEN);
        }
        let alone = self.running.fetch_add(1, SeqCst) == 0;
        let mut running = Running(self, false);
        let broken = self.broken.swap(false, SeqCst);
        if self.is(Defect::Hangs) && request.inputs.get("key").unwrap().as_str() == Some("db") {
            std::future::pending().await
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        running.1 = true;
        match self.defect {
            Defect::Fragile if broken => self.failure(ErrorKind::Unavailable, "db"),
            Defect::OneAtATime if !alone => self.failure(ErrorKind::Conflict, "db"),
            _ => self.answer(&request),
        }
    }

    async fn open_many(&self, requests: Vec<OpenRequest>) -> Vec<Answer> {
        let mut answers: Vec<Answer> =
            requests.iter().map(|request| self.answer(request)).collect();
        match self.defect {
            Defect::ShortBatch => drop(answers.pop()),
            Defect::MixedBatch => answers.reverse(),
            _ => {}
        }
        answers
    }
}
