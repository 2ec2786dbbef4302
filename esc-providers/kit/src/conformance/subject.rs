//! What is checked.

use std::sync::Arc;
use std::time::Duration;

use esc_core::context::ExecutionContext;
use esc_core::provider::{ErrorKind, Provider};
use esc_core::value::Value;
use smol_str::SmolStr;

/// A provider under test, and what is known of it.
#[must_use]
pub struct Subject {
    pub(super) name: SmolStr,
    pub(super) provider: Arc<dyn Provider>,
    pub(super) context: ExecutionContext,
    pub(super) cases: Vec<Case>,
    pub(super) failing: Vec<Failing>,
    pub(super) without: Vec<(ErrorKind, String)>,
    pub(super) canaries: Vec<String>,
    pub(super) batch: Vec<Value>,
    pub(super) varying: Option<String>,
    pub(super) patience: Duration,
}

impl Subject {
    /// A provider by its name in documents.
    pub fn new(name: impl Into<SmolStr>, provider: Arc<dyn Provider>) -> Subject {
        Subject {
            name: name.into(),
            provider,
            context: ExecutionContext::default(),
            cases: Vec::new(),
            failing: Vec::new(),
            without: Vec::new(),
            canaries: Vec::new(),
            batch: Vec::new(),
            varying: None,
            patience: Duration::from_secs(30),
        }
    }

    /// The context of the calls, which are made from an environment called `conformance/test`.
    pub fn context(mut self, context: ExecutionContext) -> Subject {
        self.context = context;
        self
    }

    /// Something that the provider answers. There must be at least one.
    pub fn case(mut self, case: Case) -> Subject {
        self.cases.push(case);
        self
    }

    /// Something that must fail.
    pub fn failing(mut self, failing: Failing) -> Subject {
        self.failing.push(failing);
        self
    }

    /// A kind of failure that the backend cannot have, and why. Of all others named
    /// [here](Subject::REQUIRED) there must be a [failing](Subject::failing) call.
    pub fn without(mut self, kind: ErrorKind, why: impl Into<String>) -> Subject {
        self.without.push((kind, why.into()));
        self
    }

    /// A secret text of an input or answer, by which leaks are found. It must be long and odd enough not to occur by
    /// accident.
    pub fn canary(mut self, text: impl Into<String>) -> Subject {
        self.canaries.push(text.into());
        self
    }

    /// Inputs to be opened together, beside those of the cases: also some that fail.
    pub fn batch(mut self, inputs: impl IntoIterator<Item = Value>) -> Subject {
        self.batch.extend(inputs);
        self
    }

    /// Answers differ from call to call though each is as good as the other, such as tokens, and why. Then it is their
    /// shape that has to be equal.
    pub fn varying(mut self, why: impl Into<String>) -> Subject {
        self.varying = Some(why.into());
        self
    }

    /// How long a call may take before it counts as stuck. Default 30 s.
    pub fn patience(mut self, limit: Duration) -> Subject {
        self.patience = limit;
        self
    }

    /// The kinds of failures that have to be shown or [left out](Subject::without).
    pub const REQUIRED: [ErrorKind; 5] = [
        ErrorKind::NotFound,
        ErrorKind::Denied,
        ErrorKind::Unauthenticated,
        ErrorKind::Throttled,
        ErrorKind::Unavailable,
    ];
}

/// Inputs and what must come of them.
#[must_use]
pub struct Case {
    pub(super) name: String,
    pub(super) inputs: Value,
    pub(super) expected: Expected,
}

pub(super) enum Expected {
    Anything,
    Equal(Value),
    Such(Box<dyn Fn(&Value) -> bool + Send + Sync>),
}

impl Case {
    /// A case by its name in the report; any answer will do.
    pub fn new(name: impl Into<String>, inputs: Value) -> Case {
        Case { name: name.into(), inputs, expected: Expected::Anything }
    }

    /// The answer must be equal to this, marks of secrets included.
    pub fn equals(mut self, value: Value) -> Case {
        self.expected = Expected::Equal(value);
        self
    }

    /// The answer must be such.
    pub fn satisfies(mut self, such: impl Fn(&Value) -> bool + Send + Sync + 'static) -> Case {
        self.expected = Expected::Such(Box::new(such));
        self
    }
}

/// Inputs that must fail.
#[must_use]
pub struct Failing {
    pub(super) kind: ErrorKind,
    pub(super) inputs: Value,
    pub(super) reference: Option<String>,
    pub(super) provider: Option<Arc<dyn Provider>>,
}

impl Failing {
    /// These inputs must fail with an error of this kind.
    pub fn new(kind: ErrorKind, inputs: Value) -> Failing {
        Failing { kind, inputs, reference: None, provider: None }
    }

    /// A text by which the message must name what was asked for.
    pub fn reference(mut self, text: impl Into<String>) -> Failing {
        self.reference = Some(text.into());
        self
    }

    /// Another instance of the provider to be asked: one whose backend is down, or whose credentials are bad.
    pub fn provider(mut self, provider: Arc<dyn Provider>) -> Failing {
        self.provider = Some(provider);
        self
    }
}
