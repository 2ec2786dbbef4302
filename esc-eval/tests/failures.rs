//! What evaluations make of the failures of providers and sources.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;

use async_trait::async_trait;
use esc_core::ast::Document;
use esc_core::diagnostic::{Code, Diagnostic};
use esc_core::provider::{
    ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema, Registry,
};
use esc_core::schema::Schema;
use esc_core::source::{Definition, EnvironmentSource, SourceError, SourceErrorKind};
use esc_core::syntax::Limits;
use esc_eval::testing::{Memory, Rot128};
use esc_eval::{Evaluator, Root};

/// Fails with the kind it is given.
struct Fails;

#[async_trait]
impl Provider for Fails {
    fn schema(&self) -> ProviderSchema {
        let inputs = Schema::record([("kind", Schema::string())]);
        ProviderSchema { description: None, inputs, outputs: Schema::always() }
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        let kind = request.inputs.get("kind").and_then(|kind| kind.as_str()).unwrap();
        let kind = ErrorKind::ALL.into_iter().find(|k| k.as_str() == kind).unwrap();
        Err(ProviderError::new(kind, "no").with_advice("do this"))
    }
}

/// Has `gone` out of reach.
struct Remote(Memory);

#[async_trait]
impl EnvironmentSource for Remote {
    async fn load(&self, name: &str) -> Result<Definition, SourceError> {
        match name {
            "gone" => Err(SourceError::new(SourceErrorKind::Unavailable, "out of reach")),
            _ => self.0.load(name).await,
        }
    }
}

async fn open(text: &str) -> Vec<Diagnostic> {
    let source = Remote(Memory::new([("env".to_owned(), text.to_owned())]));
    let registry = Registry::new().with_provider("fails", Arc::new(Fails));
    let document = Document::load("env", text, &Limits::default()).document.unwrap();
    let root = Root { document: Arc::new(document), decrypter: Arc::new(Rot128) };
    Evaluator::new(Arc::new(source), Arc::new(registry)).open(root).await.diagnostics().to_vec()
}

#[tokio::test]
async fn advice_is_help_and_what_may_pass_is_temporary() {
    for kind in ErrorKind::ALL {
        let found = open(&format!("values: {{a: {{fn::open::fails: {{kind: {kind}}}}}}}")).await;
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].code, found[0].help.as_deref()), (Code::OpenFailed, Some("do this")));
        assert_eq!(found[0].temporary, kind.is_temporary(), "{kind}");
    }
}

#[tokio::test]
async fn an_import_out_of_reach_is_temporary_and_a_missing_one_is_not() {
    let found = open("imports: [gone, nowhere]").await;
    let temporary: Vec<bool> = found.iter().map(|d| d.temporary).collect();
    assert_eq!(temporary, [true, false], "{found:?}");
}
