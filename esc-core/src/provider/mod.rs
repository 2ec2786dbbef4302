//! Providers and rotators: where values come from when somebody opens an environment.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use smol_str::SmolStr;

use crate::context::ExecutionContext;
use crate::schema::SchemaRef;
use crate::value::Value;

mod error;
mod lease;

pub use error::{EntryError, ErrorKind, ProviderError};
pub use lease::{Lease, LeaseKeeper};

/// What a provider can do, so that callers can choose how to call it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// [`Provider::open_many`] is cheaper than as many calls of [`Provider::open`].
    pub batch: bool,
    /// Opening twice is as good as opening once: results may be shared and retried.
    pub idempotent: bool,
    /// Results carry a [`Lease`].
    pub lease: bool,
    /// Old versions can be asked for.
    pub versions: bool,
    /// Results depend on the [execution context](OpenRequest::context), not on the inputs alone: who opens which
    /// environment. They are shared only where the context is the same.
    pub contextual: bool,
}

impl Capabilities {
    /// With [`batch`](Self::batch) set.
    pub fn with_batch(mut self) -> Self {
        self.batch = true;
        self
    }

    /// With [`idempotent`](Self::idempotent) set.
    pub fn with_idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// With [`lease`](Self::lease) set.
    pub fn with_lease(mut self) -> Self {
        self.lease = true;
        self
    }

    /// With [`versions`](Self::versions) set.
    pub fn with_versions(mut self) -> Self {
        self.versions = true;
        self
    }

    /// With [`contextual`](Self::contextual) set.
    pub fn with_contextual(mut self) -> Self {
        self.contextual = true;
        self
    }
}

/// What a provider answers.
#[derive(Clone, Debug)]
pub struct Output {
    /// The value. If it is marked secret at the top, everything in it is secret.
    pub value: Value,
    /// How long what is in the value stays valid; empty if it does not expire.
    pub leases: Vec<Lease>,
}

impl Output {
    /// The same, with one more lease.
    pub fn with_lease(mut self, lease: Lease) -> Output {
        self.leases.push(lease);
        self
    }
}

impl From<Value> for Output {
    fn from(value: Value) -> Output {
        Output { value, leases: Vec::new() }
    }
}

/// What a provider is asked.
#[derive(Clone, Debug)]
pub struct OpenRequest {
    /// The inputs; they match the input schema.
    pub inputs: Value,
    /// The context of the environment that contains the call.
    pub context: Arc<ExecutionContext>,
    /// Where the call stands, for errors, logs and audit: environment and document path.
    pub site: CallSite,
}

/// Where a call stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CallSite {
    /// The environment that contains the call.
    pub environment: SmolStr,
    /// The document path of the call in it.
    pub path: String,
}

/// The interface of a provider.
#[derive(Clone, Debug)]
pub struct ProviderSchema {
    /// What the provider does, in a sentence.
    pub description: Option<String>,
    /// What it is given.
    pub inputs: SchemaRef,
    /// What it answers.
    pub outputs: SchemaRef,
}

/// Fetches values when an environment is opened.
///
/// ```
/// use std::sync::Arc;
/// use esc_core::provider::*;
/// use esc_core::schema::Schema;
/// use esc_core::value::Value;
///
/// /// Greets whoever is named.
/// struct Greeter;
///
/// #[async_trait::async_trait]
/// impl Provider for Greeter {
///     fn schema(&self) -> ProviderSchema {
///         ProviderSchema {
///             description: Some("greets".into()),
///             inputs: Schema::record([("name", Schema::string())]),
///             outputs: Schema::string(),
///         }
///     }
///
///     async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
///         match request.inputs.get("name").and_then(Value::as_str) {
///             Some(name) => Ok(Value::string(format!("hello, {name}").as_str()).into()),
///             None => Err(ProviderError::new(ErrorKind::Invalid, "`name` must be a string")),
///         }
///     }
/// }
///
/// let registry = Registry::new().with_provider("greeter", Arc::new(Greeter));
/// # let _ = registry;
/// ```
#[async_trait]
pub trait Provider: Send + Sync {
    /// The provider's interface. Asked once per evaluation.
    fn schema(&self) -> ProviderSchema;

    /// What the provider can do.
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    /// The account whose quotas a request draws on, for limits: a region and an access key, an address.
    ///
    /// It is not secret: it stands in logs and metrics. Requests of one provider are of one account unless this says
    /// otherwise.
    fn account(&self, _request: &OpenRequest) -> SmolStr {
        SmolStr::default()
    }

    /// Fetches one value.
    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError>;

    /// Fetches many values in as few calls as possible; answers are in the order of the requests.
    ///
    /// Called only if the capabilities say [`batch`](Capabilities::batch).
    async fn open_many(&self, requests: Vec<OpenRequest>) -> Vec<Result<Output, ProviderError>> {
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            answers.push(self.open(request).await);
        }
        answers
    }
}

/// What a rotator is asked.
#[derive(Clone, Debug)]
pub struct RotateRequest {
    /// The inputs; they match the input schema. Rotate-only inputs are unknown unless rotating.
    pub inputs: Value,
    /// The state as of the last rotation; none before the first.
    pub state: Option<Value>,
    /// The context of the environment that contains the call.
    pub context: Arc<ExecutionContext>,
    /// Where the call stands.
    pub site: CallSite,
}

/// The interface of a rotator.
#[derive(Clone, Debug)]
pub struct RotatorSchema {
    /// What the rotator does, in a sentence.
    pub description: Option<String>,
    /// What it is given.
    pub inputs: SchemaRef,
    /// What it keeps between rotations, in the document.
    pub state: SchemaRef,
    /// What it answers.
    pub outputs: SchemaRef,
}

/// Replaces a secret by a new one, and delivers the current one when an environment is opened.
///
/// ```
/// use esc_core::provider::*;
/// use esc_core::schema::Schema;
/// use esc_core::value::Value;
///
/// /// Counts.
/// struct Counter;
///
/// #[async_trait::async_trait]
/// impl Rotator for Counter {
///     fn schema(&self) -> RotatorSchema {
///         RotatorSchema {
///             description: None,
///             inputs: Schema::always(),
///             state: Schema::record([("n", Schema::number())]),
///             outputs: Schema::record([("n", Schema::number())]),
///         }
///     }
///
///     async fn open(&self, request: RotateRequest) -> Result<Output, ProviderError> {
///         Ok(request.state.unwrap_or_default().into())
///     }
///
///     async fn rotate(&self, request: RotateRequest) -> Result<Value, ProviderError> {
///         let n = match request.state.as_ref().and_then(|s| s.get("n")).map(|n| &n.kind) {
///             Some(esc_core::value::ValueKind::Number(n)) => n.to_f64() as u64,
///             _ => 0,
///         };
///         let next = esc_core::value::ValueKind::Number((n + 1).into());
///         Ok(Value::object([("n", Value::new(next))]))
///     }
/// }
/// ```
#[async_trait]
pub trait Rotator: Send + Sync {
    /// The rotator's interface. Asked once per evaluation.
    fn schema(&self) -> RotatorSchema;

    /// Delivers the current secret from the state.
    async fn open(&self, request: RotateRequest) -> Result<Output, ProviderError>;

    /// Makes a new secret and answers the new state, which the caller must store.
    async fn rotate(&self, request: RotateRequest) -> Result<Value, ProviderError>;
}

/// Finds providers and rotators by name.
#[async_trait]
pub trait Providers: Send + Sync {
    /// The provider of that name; the error is shown at the call.
    async fn provider(&self, name: &str) -> Result<Arc<dyn Provider>, ProviderError>;

    /// The rotator of that name; the error is shown at the call.
    async fn rotator(&self, name: &str) -> Result<Arc<dyn Rotator>, ProviderError>;
}

/// Providers and rotators in a table.
#[derive(Clone, Default)]
pub struct Registry {
    providers: HashMap<SmolStr, Arc<dyn Provider>>,
    rotators: HashMap<SmolStr, Arc<dyn Rotator>>,
}

impl Registry {
    /// An empty registry.
    pub fn new() -> Registry {
        Registry::default()
    }

    /// The same, with a provider; one of the same name is replaced.
    pub fn with_provider(
        mut self,
        name: impl Into<SmolStr>,
        provider: Arc<dyn Provider>,
    ) -> Registry {
        self.providers.insert(name.into(), provider);
        self
    }

    /// The same, with a rotator; one of the same name is replaced.
    pub fn with_rotator(mut self, name: impl Into<SmolStr>, rotator: Arc<dyn Rotator>) -> Registry {
        self.rotators.insert(name.into(), rotator);
        self
    }

    /// The names of the providers, sorted.
    pub fn provider_names(&self) -> Vec<&str> {
        sorted(self.providers.keys())
    }

    /// The names of the rotators, sorted.
    pub fn rotator_names(&self) -> Vec<&str> {
        sorted(self.rotators.keys())
    }
}

fn sorted<'a>(names: impl Iterator<Item = &'a SmolStr>) -> Vec<&'a str> {
    let mut names: Vec<&str> = names.map(SmolStr::as_str).collect();
    names.sort_unstable();
    names
}

#[async_trait]
impl Providers for Registry {
    async fn provider(&self, name: &str) -> Result<Arc<dyn Provider>, ProviderError> {
        self.providers.get(name).cloned().ok_or_else(|| unknown("provider", name))
    }

    async fn rotator(&self, name: &str) -> Result<Arc<dyn Rotator>, ProviderError> {
        self.rotators.get(name).cloned().ok_or_else(|| unknown("rotator", name))
    }
}

fn unknown(what: &str, name: &str) -> ProviderError {
    ProviderError::new(ErrorKind::NotFound, format!("unknown {what} {}", crate::text::quote(name)))
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry")
            .field("providers", &self.provider_names())
            .field("rotators", &self.rotator_names())
            .finish()
    }
}
