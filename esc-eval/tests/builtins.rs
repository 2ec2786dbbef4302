//! The table of built-in functions, the parser, the evaluator and the editor analysis agree.

use std::sync::Arc;

use async_trait::async_trait;
use esc_core::ast::{BUILTINS, Builtin, Document, ExprKind};
use esc_core::provider::{
    OpenRequest, Output, Provider, ProviderError, ProviderSchema, Registry, RotateRequest, Rotator,
    RotatorSchema,
};
use esc_core::schema::{Schema, Type};
use esc_core::syntax::Limits;
use esc_core::value::{Reveal, Value, ValueKind};
use esc_eval::analysis::Analysis;
use esc_eval::testing::{Memory, Rot128};
use esc_eval::{Evaluator, Root};

/// The provider and rotator that the examples name.
struct Mine;

#[async_trait]
impl Provider for Mine {
    fn schema(&self) -> ProviderSchema {
        let any = Schema::always;
        ProviderSchema { description: None, inputs: any(), outputs: any() }
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        Ok(request.inputs.into())
    }
}

#[async_trait]
impl Rotator for Mine {
    fn schema(&self) -> RotatorSchema {
        let any = Schema::always;
        RotatorSchema { description: None, inputs: any(), state: any(), outputs: any() }
    }

    async fn open(&self, request: RotateRequest) -> Result<Output, ProviderError> {
        Ok(request.state.unwrap_or_default().into())
    }

    async fn rotate(&self, request: RotateRequest) -> Result<Value, ProviderError> {
        Ok(request.inputs)
    }
}

fn text(builtin: &Builtin) -> String {
    format!("values:\n  result:\n    {}: {}\n", builtin.name, builtin.example)
}

fn type_of(value: &Value) -> Type {
    match value.kind {
        ValueKind::Null => Type::Null,
        ValueKind::Bool(_) => Type::Boolean,
        ValueKind::Number(_) => Type::Number,
        ValueKind::String(_) => Type::String,
        ValueKind::List(_) => Type::Array,
        ValueKind::Object(_) => Type::Object,
    }
}

#[test]
fn every_example_is_parsed_as_a_call_of_its_function() {
    for builtin in BUILTINS {
        let loaded = Document::load("app", text(builtin).as_str(), &Limits::default());
        assert!(loaded.diagnostics.is_empty(), "{}: {:?}", builtin.name, loaded.diagnostics);
        let document = loaded.document.unwrap();
        let result = &document.values()[0];
        let ExprKind::Call(call) = &document.expr(result.value).kind else {
            panic!("{} is no call", builtin.name)
        };
        assert_eq!(call.name, builtin.name);
    }
}

#[tokio::test]
async fn every_example_evaluates_to_what_the_table_says() {
    let registry = Registry::new()
        .with_provider("my-provider", Arc::new(Mine))
        .with_rotator("my-rotator", Arc::new(Mine));
    let evaluator = Evaluator::new(Arc::new(Memory::default()), Arc::new(registry));
    let expected = [
        ("fn::concat", r#"["a","b","c"]"#),
        ("fn::final", r#""eu-west-1""#),
        ("fn::fromBase64", r#""hello""#),
        ("fn::fromJSON", r#"{"port":5432}"#),
        ("fn::join", r#""a, b""#),
        ("fn::open", r#"{"path":"app/db"}"#),
        ("fn::rotate", r#"{"current":"old"}"#),
        ("fn::secret", r#""correct horse battery staple""#),
        ("fn::split", r#"["a","b"]"#),
        ("fn::toBase64", r#""aGVsbG8=""#),
        ("fn::toJSON", r#""{\"port\":5432}""#),
        ("fn::toString", r#""5432""#),
        ("fn::validate", "5432"),
    ];
    assert_eq!(
        expected.map(|(name, _)| name).as_slice(),
        BUILTINS.iter().map(|b| b.name).collect::<Vec<_>>()
    );
    for (builtin, (_, json)) in BUILTINS.iter().zip(expected) {
        let document =
            Document::load("app", text(builtin).as_str(), &Limits::default()).document.unwrap();
        let root = Root { document: Arc::new(document), decrypter: Arc::new(Rot128) };
        let mut evaluation = evaluator.open(root).await;
        assert!(!evaluation.has_errors(), "{}: {:?}", builtin.name, evaluation.diagnostics());
        let value = evaluation.value_at(&"result".parse().unwrap()).unwrap();
        assert_eq!(value.to_json(Reveal::Revealed), json, "{}", builtin.name);
        if let Some(ty) = builtin.result.schema().ty() {
            assert_eq!(type_of(&value), ty, "{}", builtin.name);
        }
    }
}

#[test]
fn editors_complete_and_describe_every_function() {
    let written = "values:\n  result:\n    fn::";
    let analysis = Analysis::new("app", written);
    let completions = analysis.complete(written.len() as u32);
    for builtin in BUILTINS {
        let completion = completions.iter().find(|completion| completion.label == builtin.name);
        let completion = completion.unwrap_or_else(|| panic!("{} is not offered", builtin.name));
        assert_eq!(completion.documentation.as_deref(), Some(builtin.documentation));
        assert_eq!(completion.detail.as_deref(), Some(builtin.argument));

        let text = text(builtin);
        let name = text.find("fn::").unwrap() as u32;
        let hover = Analysis::new("app", text).hover(name + 5);
        let hover = hover.unwrap_or_else(|| panic!("nothing is said about {}", builtin.name));
        assert!(hover.markdown.contains(builtin.documentation), "{}", hover.markdown);
    }
}
