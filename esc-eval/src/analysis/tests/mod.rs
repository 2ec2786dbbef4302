//! Documents with a cursor `|`, and what is said there.

mod completion;
mod describe;
mod hover;
mod places;
mod safety;

use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{
    OpenRequest, Output, Provider, ProviderError, ProviderSchema, Registry, RotateRequest, Rotator,
    RotatorSchema,
};
use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::value::Value;

use super::{Analysis, Catalog};
use crate::Evaluator;
use crate::testing::{Memory, Rot128};

/// A provider that is only looked at.
struct Described;

fn inputs() -> SchemaRef {
    Schema::object()
        .required_property("region", Builder::string().description("Where it runs."))
        .property(
            "mode",
            Builder::string()
                .enumeration([Value::string("fast"), Value::string("slow")])
                .description("How it runs."),
        )
        .property("debug", Builder::boolean().description("Whether it talks."))
        .property(
            "session",
            Builder::object()
                .property("name", Builder::string().description("The session's name."))
                .description("The session."),
        )
        .build()
}

fn outputs() -> SchemaRef {
    Schema::object()
        .required_property("token", Builder::string().description("The token."))
        .required_property("hosts", Schema::array(Schema::string()))
        .build()
}

#[async_trait]
impl Provider for Described {
    fn schema(&self) -> ProviderSchema {
        ProviderSchema {
            description: Some("Logs in somewhere.".to_owned()),
            inputs: inputs(),
            outputs: outputs(),
        }
    }

    async fn open(&self, _: OpenRequest) -> Result<Output, ProviderError> {
        panic!("nothing is opened")
    }
}

#[async_trait]
impl Rotator for Described {
    fn schema(&self) -> RotatorSchema {
        RotatorSchema {
            description: Some("Rotates a login.".to_owned()),
            inputs: inputs(),
            state: Schema::always(),
            outputs: outputs(),
        }
    }

    async fn open(&self, _: RotateRequest) -> Result<Output, ProviderError> {
        panic!("nothing is opened")
    }

    async fn rotate(&self, _: RotateRequest) -> Result<Value, ProviderError> {
        panic!("nothing is rotated")
    }
}

const BASE: &str = "\
values:
  host: db.base
  db:
    port: 5432
    user: app
  password: {fn::secret: hunter2}
  login:
    fn::open::login:
      region: eu
";

const MIDDLE: &str = "\
imports: [base]
values:
  host: db.middle
";

fn evaluator() -> Evaluator {
    let files = [("base", BASE), ("middle", MIDDLE), ("proj/other", "values: {x: {y: 1}}")];
    let providers = Registry::new()
        .with_provider("login", Arc::new(Described))
        .with_rotator("login", Arc::new(Described));
    Evaluator::new(Arc::new(Memory::new(files)), Arc::new(providers))
}

fn catalog() -> Catalog {
    Catalog {
        environments: ["app", "base", "middle", "proj/other"].map(Into::into).to_vec(),
        providers: ["aws-login", "login"].map(Into::into).to_vec(),
        rotators: ["login"].map(Into::into).to_vec(),
    }
}

/// The document without its cursor, and where that was.
fn cursor(text: &str) -> (String, u32) {
    let at = text.find('|').expect("a cursor");
    (text.replacen('|', "", 1), at as u32)
}

fn unevaluated(text: &str) -> Analysis {
    Analysis::new("app", text).with_catalog(catalog())
}

fn evaluated(text: &str) -> Analysis {
    let mut analysis = unevaluated(text);
    block_on(analysis.evaluate(&evaluator(), Arc::new(Rot128)));
    analysis
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}
