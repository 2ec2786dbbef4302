//! Providers and rotators with the traits that cases need, beside those of `esc_eval::testing`.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use esc_core::crypt::{CryptError, Decrypter};
use esc_core::provider::{
    ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema, Registry,
    RotateRequest, Rotator, RotatorSchema,
};
use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::secret::Secret;
use esc_core::value::{Value, ValueKind};

/// All of them.
pub fn registry() -> Registry {
    let dangling = || Builder::reference("#/$defs/nowhere").build();
    esc_eval::testing::registry(Duration::ZERO, None)
        .with_provider("bad-inputs", fixed(dangling(), Schema::always(), Value::default()))
        .with_provider("bad-outputs", fixed(Schema::always(), dangling(), Value::default()))
        .with_provider("typed", fixed(Schema::always(), typed(), typed_value()))
        .with_provider("ranked", fixed(ranked(), Schema::always(), Value::default()))
        .with_provider("store", fixed(store(), Schema::always(), Value::default()))
        .with_provider("sign-in", fixed(sign_in(), Schema::always(), Value::default()))
        .with_provider("leaky", fixed(Schema::always(), Schema::always(), leaky()))
        .with_provider("stuck", Arc::new(Stuck))
        .with_rotator("bad-state", Arc::new(Keeper { state: dangling(), fails: false }))
        .with_rotator("keeper", Arc::new(Keeper { state: any_object(), fails: false }))
        .with_rotator("failing", Arc::new(Keeper { state: any_object(), fails: true }))
        .with_rotator("stuck", Arc::new(Stuck))
}

fn any_object() -> SchemaRef {
    Schema::object().additional(Schema::always()).build()
}

/// Answers always the same.
struct Fixed {
    inputs: SchemaRef,
    outputs: SchemaRef,
    value: Value,
}

fn fixed(inputs: SchemaRef, outputs: SchemaRef, value: Value) -> Arc<Fixed> {
    Arc::new(Fixed { inputs, outputs, value })
}

/// Outputs of every shape that an access can meet in a check.
fn typed() -> SchemaRef {
    Schema::object()
        .definition("pair", Schema::record([("left", Schema::string())]))
        .required_property("name", Schema::string())
        .required_property("names", Schema::array(Schema::string()))
        .required_property("loose", Schema::of_type(esc_core::schema::Type::Array))
        .required_property("two", Schema::tuple([Schema::string(), Schema::number()]))
        .required_property("union", Schema::either([Schema::string(), Schema::number()]))
        .required_property("link", Builder::reference("#/$defs/pair").build())
        .build()
}

fn typed_value() -> Value {
    let list = |items: Vec<Value>| Value::new(ValueKind::List(items));
    Value::object([
        ("name", Value::string("ada")),
        ("names", list(vec![Value::string("ada"), Value::string("grace")])),
        ("loose", list(vec![Value::string("x")])),
        ("two", list(vec![Value::string("x"), Value::new(ValueKind::Number(2u64.into()))])),
        ("union", Value::string("u")),
        ("link", Value::object([("left", Value::string("l"))])),
    ])
}

/// Inputs with nested types, to be assigned to from unknown values.
fn ranked() -> SchemaRef {
    Schema::object()
        .property("names", Schema::array(Schema::number()))
        .property("pair", Schema::tuple([Schema::number(), Schema::number()]))
        .property("link", Schema::record([("right", Schema::string())]))
        .property("union", Schema::either([Schema::boolean(), Schema::null()]))
        .property("name", Schema::const_string("grace"))
        .build()
}

/// Inputs as those of a store of secrets: closed objects, and a map of closed objects.
fn store() -> SchemaRef {
    let text = |what: &str| Builder::string().description(what);
    let entry = Builder::object()
        .required_property("secretId", text("The name of the secret."))
        .property("versionId", text("The version; without it the current one."))
        .closed()
        .description("One secret.");
    let token = Builder::object()
        .required_property("role", text("The role."))
        .property("mount", text("The mount."))
        .closed()
        .description("A token of the identity, for a role.");
    Builder::object()
        .required_property("region", text("The region of the secrets."))
        .required_property(
            "get",
            Builder::object()
                .additional(entry)
                .min_properties(1)
                .description("The secrets to fetch, by name."),
        )
        .property("token", token)
        .property("tags", Schema::array(Schema::string()))
        .closed()
        .build()
}

/// Inputs with alternatives: some told apart by a constant, some by what they require.
fn sign_in() -> SchemaRef {
    let method = |name: &str, needs: &str| {
        Builder::object()
            .title(name)
            .required_property("method", Schema::const_string(name))
            .required_property(needs, Schema::string())
            .closed()
            .build()
    };
    Builder::object()
        .property("with", Schema::either([method("oidc", "role"), method("password", "user")]))
        .property("address", Schema::either([Schema::string(), Schema::array(Schema::string())]))
        .closed()
        .build()
}

/// One part is secret, the other is not.
fn leaky() -> Value {
    Value::object([
        ("user", Value::string("ada")),
        ("token", Value::string(super::generate::CANARY).into_secret()),
    ])
}

#[async_trait]
impl Provider for Fixed {
    fn schema(&self) -> ProviderSchema {
        ProviderSchema {
            description: None,
            inputs: self.inputs.clone(),
            outputs: self.outputs.clone(),
        }
    }

    async fn open(&self, _: OpenRequest) -> Result<Output, ProviderError> {
        Ok(self.value.clone().into())
    }
}

/// Never answers.
struct Stuck;

#[async_trait]
impl Provider for Stuck {
    fn schema(&self) -> ProviderSchema {
        ProviderSchema { description: None, inputs: Schema::always(), outputs: Schema::always() }
    }

    async fn open(&self, _: OpenRequest) -> Result<Output, ProviderError> {
        std::future::pending().await
    }
}

#[async_trait]
impl Rotator for Stuck {
    fn schema(&self) -> RotatorSchema {
        let any = Schema::always;
        RotatorSchema { description: None, inputs: any(), state: any_object(), outputs: any() }
    }

    async fn open(&self, _: RotateRequest) -> Result<Output, ProviderError> {
        std::future::pending().await
    }

    async fn rotate(&self, _: RotateRequest) -> Result<Value, ProviderError> {
        std::future::pending().await
    }
}

/// Delivers its state; its next state is its inputs, secret as a whole.
struct Keeper {
    state: SchemaRef,
    fails: bool,
}

#[async_trait]
impl Rotator for Keeper {
    fn schema(&self) -> RotatorSchema {
        let any = Schema::always;
        RotatorSchema {
            description: None,
            inputs: any(),
            state: self.state.clone(),
            outputs: any(),
        }
    }

    async fn open(&self, request: RotateRequest) -> Result<Output, ProviderError> {
        match request.state {
            Some(state) => Ok(state.into()),
            None => Err(ProviderError::new(ErrorKind::NotFound, "never rotated")),
        }
    }

    async fn rotate(&self, request: RotateRequest) -> Result<Value, ProviderError> {
        match self.fails {
            true => Err(ProviderError::new(ErrorKind::Denied, "may not rotate")),
            false => Ok(request.inputs.into_secret()),
        }
    }
}

/// Cannot decrypt anything.
pub struct Broken;

#[async_trait]
impl Decrypter for Broken {
    async fn decrypt(&self, _: &[u8]) -> Result<Secret<Vec<u8>>, CryptError> {
        Err(CryptError::WrongKey)
    }
}
