//! Providers, rotators, a source and a cipher for tests and benchmarks. Nothing here protects anything.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use esc_core::ast::ParsedDocument;
use esc_core::context::ExecutionContext;
use esc_core::crypt::{CryptError, Decrypter, Encrypter};
use esc_core::provider::{
    ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema, Registry,
    RotateRequest, Rotator, RotatorSchema,
};
use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::secret::Secret;
use esc_core::source::{Definition, EnvironmentSource, SourceError, SourceErrorKind};
use esc_core::syntax::Limits;
use esc_core::value::{Value, ValueKind};
use futures::future::BoxFuture;

/// A cipher that adds 128 to every byte.
pub struct Rot128;

#[async_trait]
impl Decrypter for Rot128 {
    async fn decrypt(&self, ciphertext: &[u8]) -> Result<Secret<Vec<u8>>, CryptError> {
        Ok(Secret::new(ciphertext.iter().map(|b| b.wrapping_add(128)).collect()))
    }
}

#[async_trait]
impl Encrypter for Rot128 {
    async fn encrypt(&self, plaintext: &Secret<Vec<u8>>) -> Result<Vec<u8>, CryptError> {
        Ok(plaintext.expose().iter().map(|b| b.wrapping_add(128)).collect())
    }
}

/// A future that is ready after a time, made by whatever runtime the test has.
pub type Sleep = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// Environments in memory, each load after a delay.
#[derive(Clone, Default)]
pub struct Memory {
    files: HashMap<String, Arc<str>>,
    /// Documents that are kept parsed.
    parsed: HashMap<String, ParsedDocument>,
    delay: Option<(Duration, Sleep)>,
    /// What the error for a missing environment says its directory is.
    directory: PathBuf,
}

impl Memory {
    /// Environments by name.
    pub fn new<K: Into<String>, V: Into<Arc<str>>>(
        files: impl IntoIterator<Item = (K, V)>,
    ) -> Memory {
        let files = files.into_iter().map(|(k, v)| (k.into(), v.into())).collect();
        Memory { files, ..Memory::default() }
    }

    /// Parses all environments now, and not each time they are loaded.
    pub fn parsed(mut self) -> Memory {
        let parse = |(name, text): (&String, &Arc<str>)| {
            let parsed = ParsedDocument::load(name, text.clone(), &Limits::default()).ok()?;
            Some((name.clone(), parsed))
        };
        self.parsed = self.files.iter().filter_map(parse).collect();
        self
    }

    /// Every load takes this long.
    pub fn with_delay(mut self, delay: Duration, sleep: Sleep) -> Memory {
        self.delay = (!delay.is_zero()).then_some((delay, sleep));
        self
    }

    /// Errors for missing environments speak of files in this directory.
    pub fn in_directory(mut self, directory: impl Into<PathBuf>) -> Memory {
        self.directory = directory.into();
        self
    }
}

#[async_trait]
impl EnvironmentSource for Memory {
    async fn load(&self, name: &str) -> Result<Definition, SourceError> {
        if let Some((delay, sleep)) = &self.delay {
            sleep(*delay).await;
        }
        match self.files.get(name) {
            Some(text) => {
                let parsed = self.parsed.get(name).cloned();
                Ok(Definition { parsed, ..Definition::new(text.clone(), Arc::new(Rot128)) })
            }
            None => {
                let path = self.directory.join(format!("{name}.yaml"));
                let message = format!("open {}: no such file or directory", path.display());
                Err(SourceError::new(SourceErrorKind::NotFound, message))
            }
        }
    }
}

/// The context that the test data expects.
pub fn context() -> ExecutionContext {
    let user = Value::object([("id", Value::string("USER_123"))]);
    let values = [("pulumi", Value::object([("user", user)]))];
    ExecutionContext::new(values).unwrap_or_default()
}

/// The providers and rotators that the test data uses. `bench` opens take `open_delay`.
pub fn registry(open_delay: Duration, sleep: Option<Sleep>) -> Registry {
    let any = Schema::always;
    let bench = Bench { delay: open_delay, sleep };
    Registry::new()
        .with_provider("error", Arc::new(Failing))
        .with_provider("schema", Arc::new(Echo { schema: everything(), secret: false }))
        .with_provider("test", Arc::new(Echo { schema: any(), secret: false }))
        .with_provider("secret-wrapper", Arc::new(Echo { schema: any(), secret: true }))
        .with_provider("bench", Arc::new(bench))
        .with_rotator("swap", Arc::new(Swap))
        .with_rotator("echo", Arc::new(EchoRotator))
}

/// Answers its inputs.
struct Echo {
    schema: SchemaRef,
    secret: bool,
}

#[async_trait]
impl Provider for Echo {
    fn schema(&self) -> ProviderSchema {
        ProviderSchema {
            description: None,
            inputs: self.schema.clone(),
            outputs: self.schema.clone(),
        }
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        let mut value = request.inputs;
        value.secret |= self.secret;
        Ok(value.into())
    }
}

/// Fails with the text it is given.
struct Failing;

#[async_trait]
impl Provider for Failing {
    fn schema(&self) -> ProviderSchema {
        ProviderSchema {
            description: None,
            inputs: Schema::record([("why", Schema::string())]),
            outputs: Schema::always(),
        }
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        let why = request.inputs.get("why").and_then(Value::as_str).unwrap_or_default();
        Err(ProviderError::new(ErrorKind::Invalid, why))
    }
}

/// Takes its time, then answers how long.
struct Bench {
    delay: Duration,
    sleep: Option<Sleep>,
}

#[async_trait]
impl Provider for Bench {
    fn schema(&self) -> ProviderSchema {
        ProviderSchema { description: None, inputs: Schema::always(), outputs: Schema::always() }
    }

    async fn open(&self, _: OpenRequest) -> Result<Output, ProviderError> {
        if let Some(sleep) = &self.sleep
            && !self.delay.is_zero()
        {
            sleep(self.delay).await;
        }
        let text = match self.delay.as_millis() {
            0 => "0s".to_owned(),
            ms => format!("{ms}ms"),
        };
        Ok(Value::string(text.as_str()).into())
    }
}

fn empty() -> Value {
    Value::new(ValueKind::Object(Default::default()))
}

/// Swaps the two halves of its state.
struct Swap;

#[async_trait]
impl Rotator for Swap {
    fn schema(&self) -> RotatorSchema {
        let state = Schema::record([("a", Schema::string()), ("b", Schema::string())]);
        RotatorSchema {
            description: None,
            inputs: Schema::always(),
            state: state.clone(),
            outputs: state,
        }
    }

    async fn open(&self, request: RotateRequest) -> Result<Output, ProviderError> {
        Ok(request.state.unwrap_or_else(empty).into())
    }

    async fn rotate(&self, request: RotateRequest) -> Result<Value, ProviderError> {
        let state = request.state.unwrap_or_default();
        let part = |name: &str| state.get(name).cloned().unwrap_or_default();
        Ok(Value::object([("a", part("b")), ("b", part("a"))]))
    }
}

/// Makes its input the current secret, and refuses to see that input outside of rotation.
struct EchoRotator;

#[async_trait]
impl Rotator for EchoRotator {
    fn schema(&self) -> RotatorSchema {
        let state = Schema::object()
            .required_property("current", Schema::string())
            .property("previous", Schema::string())
            .build();
        RotatorSchema {
            description: None,
            inputs: Schema::object()
                .required_property("next", Schema::string())
                .rotate_only(["next"])
                .build(),
            state: state.clone(),
            outputs: state,
        }
    }

    async fn open(&self, request: RotateRequest) -> Result<Output, ProviderError> {
        let state = request.state.unwrap_or_else(empty);
        let next = request.inputs.get("next");
        let current = state.get("current").and_then(Value::as_str);
        if next.is_some_and(|next| !next.unknown && next.as_str() != current) {
            let message = "oh no! inputs were evaluated outside of rotation";
            return Err(ProviderError::new(ErrorKind::Invalid, message));
        }
        Ok(state.into())
    }

    async fn rotate(&self, request: RotateRequest) -> Result<Value, ProviderError> {
        let next = request.inputs.get("next").cloned().unwrap_or_default();
        if next.unknown {
            let message = "oh no! rotateOnly inputs were not evaluated during rotation";
            return Err(ProviderError::new(ErrorKind::Invalid, message));
        }
        let previous = request.state.as_ref().and_then(|state| state.get("current")).cloned();
        Ok(Value::object([("current", next), ("previous", previous.unwrap_or_default())]))
    }
}

/// A schema that uses every keyword.
fn everything() -> SchemaRef {
    let constant = |text: &str| Schema::const_string(text);
    let number = || Builder::number();
    let string = Schema::string;
    let constant_value = |value: Value, ty: Builder| ty.constant(value).build();
    let numeric = |text: i64| Value::new(ValueKind::Number(text.into()));
    Schema::object()
        .definition("defRecord", Schema::record([("baz", constant("qux"))]))
        .property("null", Schema::null())
        .property("boolean", Schema::boolean())
        .property("false", Schema::const_boolean(false))
        .property("true", Schema::const_boolean(true))
        .property("number", Schema::number())
        .property(
            "pi",
            Schema::parse(r#"{"type":"number","const":3.14}"#).unwrap_or_else(|_| Schema::number()),
        )
        .property("string", string())
        .property("hello", constant("hello"))
        .property("array", Schema::array(Schema::always()))
        .property("tuple", Schema::tuple([constant("hello"), constant("world")]))
        .property("map", Schema::object().additional(Schema::always()).build())
        .property("record", Schema::record([("foo", string())]))
        .property("anyOf", Schema::either([string(), Schema::number()]))
        .property("oneOf", Schema::exactly_one([string(), Schema::number()]))
        .property("ref", Builder::reference("#/$defs/defRecord").build())
        .property(
            "const-array",
            constant_value(
                Value::new(ValueKind::List(vec![Value::string("hello"), numeric(42)])),
                Builder::array(),
            ),
        )
        .property(
            "const-object",
            constant_value(Value::object([("hello", Value::string("world"))]), Builder::object()),
        )
        .property(
            "enum",
            Builder::string().enumeration([Value::string("foo"), Value::string("bar")]).build(),
        )
        .property("never", Schema::never())
        .property("always", Schema::always())
        .property("double", Schema::tuple([string(), Schema::number()]))
        .property("triple", Schema::tuple([string(), Schema::number(), Schema::boolean()]))
        .property(
            "dependentReq",
            Schema::object()
                .property("foo", string())
                .property("bar", Schema::number())
                .dependent_required("foo", ["bar"])
                .build(),
        )
        .property("multiple", number().multiple_of(2).build())
        .property("minimum", number().minimum(1).build())
        .property("exclusiveMinimum", number().exclusive_minimum(1).build())
        .property("maximum", number().maximum(1).build())
        .property("exclusiveMaximum", number().exclusive_maximum(1).build())
        .property("minLength", Builder::string().min_length(1).build())
        .property("maxLength", Builder::string().max_length(1).build())
        .property("pattern", Builder::string().pattern("^foo[0-9]+$").build())
        .property("minItems", Builder::array().min_items(3).build())
        .property("maxItems", Builder::array().max_items(2).build())
        .property("minProperties", Builder::object().min_properties(1).build())
        .property("maxProperties", Builder::object().max_properties(1).build())
        .build()
}
