//! The provider that the layers are tested with.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use esc_core::provider::*;
use esc_core::schema::Schema;
use esc_core::value::{Reveal, Value};
use smol_str::SmolStr;

use super::Answer;

type Respond = dyn Fn(usize, &str) -> Answer + Send + Sync;

/// Answers by a function of the number of the request and its input; writes down every call.
pub(crate) struct Fake {
    respond: Box<Respond>,
    capabilities: Capabilities,
    delay: Duration,
    requests: AtomicUsize,
    running: AtomicUsize,
    most: AtomicUsize,
    calls: Mutex<Vec<String>>,
}

/// A request for `name`, or `name@account`.
pub(crate) fn request(input: &str) -> OpenRequest {
    let inputs = Value::object([("key", Value::string(input))]);
    OpenRequest { inputs, context: Arc::default(), site: CallSite::default() }
}

/// What an answer says: the value in JSON, or the kind of the error.
pub(crate) fn said(answer: &Answer) -> String {
    match answer {
        Ok(opened) => opened.value.to_json(Reveal::Revealed).trim_matches('"').to_owned(),
        Err(error) => error.kind.to_string(),
    }
}

impl Fake {
    pub(crate) fn new(respond: impl Fn(usize, &str) -> Answer + Send + Sync + 'static) -> Fake {
        Fake {
            respond: Box::new(respond),
            capabilities: Capabilities::default().with_idempotent(),
            delay: Duration::ZERO,
            requests: AtomicUsize::new(0),
            running: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            calls: Mutex::default(),
        }
    }

    /// Answers its input.
    pub(crate) fn echo() -> Fake {
        Fake::new(|_, input| Ok(Value::string(input).into_secret().into()))
    }

    /// The first so many requests fail like this.
    pub(crate) fn failing(times: usize, kind: ErrorKind) -> Fake {
        Fake::new(move |number, input| match number < times {
            true => Err(ProviderError::new(kind, "no")),
            false => Ok(Value::string(input).into()),
        })
    }

    pub(crate) fn slow(mut self, delay: Duration) -> Fake {
        self.delay = delay;
        self
    }

    pub(crate) fn batch(mut self) -> Fake {
        self.capabilities = self.capabilities.with_batch();
        self
    }

    pub(crate) fn with_capabilities(mut self, capabilities: Capabilities) -> Fake {
        self.capabilities = capabilities;
        self
    }

    pub(crate) fn shared(self) -> Arc<Fake> {
        Arc::new(self)
    }

    /// Each call as its inputs, comma-separated.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }

    pub(crate) fn running(&self) -> usize {
        self.running.load(SeqCst)
    }

    /// How many calls have run at the same time.
    pub(crate) fn most(&self) -> usize {
        self.most.load(SeqCst)
    }

    async fn answer(&self, requests: Vec<OpenRequest>) -> Vec<Answer> {
        let input = |request: &OpenRequest| {
            request.inputs.get("key").and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let inputs: Vec<String> = requests.iter().map(input).collect();
        self.calls.lock().unwrap().push(inputs.join(","));
        let _running = Running::new(&self.running, &self.most);
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        let number = || self.requests.fetch_add(1, SeqCst);
        inputs.iter().map(|input| (self.respond)(number(), input)).collect()
    }
}

struct Running<'a>(&'a AtomicUsize);

impl<'a> Running<'a> {
    fn new(running: &'a AtomicUsize, most: &AtomicUsize) -> Running<'a> {
        most.fetch_max(running.fetch_add(1, SeqCst) + 1, SeqCst);
        Running(running)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

#[async_trait]
impl Provider for Fake {
    fn schema(&self) -> ProviderSchema {
        let inputs = Schema::record([("key", Schema::string())]);
        ProviderSchema { description: Some("fake".into()), inputs, outputs: Schema::string() }
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn account(&self, request: &OpenRequest) -> SmolStr {
        let input = request.inputs.get("key").and_then(Value::as_str).unwrap_or_default();
        input.split_once('@').map(|(_, account)| account.into()).unwrap_or_default()
    }

    async fn open(&self, request: OpenRequest) -> Answer {
        self.answer(vec![request]).await.remove(0)
    }

    async fn open_many(&self, requests: Vec<OpenRequest>) -> Vec<Answer> {
        self.answer(requests).await
    }
}
