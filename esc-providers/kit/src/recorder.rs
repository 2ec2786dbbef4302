//! A `tracing` subscriber that writes down everything.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber as _;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_core::span::Current;

/// Writes down every span, event and field of the futures that it is asked to [record](Recorder::record), at every level.
#[derive(Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    text: String,
    spans: Vec<&'static Metadata<'static>>,
    /// The spans that each thread is in.
    entered: HashMap<ThreadId, Vec<Id>>,
}

impl Recorder {
    /// Runs a future and records what it tells.
    pub(crate) async fn record<F: Future>(&self, future: F) -> F::Output {
        future.with_subscriber(self.clone()).await
    }

    /// Everything so far.
    pub(crate) fn text(&self) -> String {
        self.state().text.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // The fields are written before the state is locked: their `Debug` may tell something itself.
    fn write(&self, name: &str, record: impl FnOnce(&mut Fields)) {
        let mut fields = Fields(name.to_owned());
        record(&mut fields);
        let mut state = self.state();
        state.text.push_str(&fields.0);
        state.text.push('\n');
    }
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string cannot fail.
        let _ = write!(self.0, " {}={value:?}", field.name());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let _ = write!(self.0, " {}={value}", field.name());
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.write(span.metadata().name(), |fields| span.record(fields));
        let mut state = self.state();
        state.spans.push(span.metadata());
        Id::from_u64(state.spans.len() as u64)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.write("", |fields| values.record(fields));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.write(event.metadata().name(), |fields| event.record(fields));
    }

    fn enter(&self, span: &Id) {
        self.state().entered.entry(thread::current().id()).or_default().push(span.clone());
    }

    fn exit(&self, _: &Id) {
        if let Some(entered) = self.state().entered.get_mut(&thread::current().id()) {
            entered.pop();
        }
    }

    fn current_span(&self) -> Current {
        let state = self.state();
        let span = state.entered.get(&thread::current().id()).and_then(|entered| entered.last());
        let metadata = |id: &Id| state.spans.get(usize::try_from(id.into_u64()).ok()? - 1);
        match span.and_then(|id| Some((id, metadata(id)?))) {
            Some((id, metadata)) => Current::new(id.clone(), metadata),
            None => Current::none(),
        }
    }
}
