//! Every provider and rotator is checked, completed and typed by its published interface, without being there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::sync::Arc;

use esc_core::ast::Document;
use esc_core::diagnostic::Diagnostic;
use esc_core::schema::{Schema, SchemaRef, Type};
use esc_core::syntax::Limits;
use esc_eval::analysis::Analysis;
use esc_eval::testing::{Memory, Rot128};
use esc_eval::{Evaluator, Root};
use esc_provider_schemas::{PROVIDERS, ROTATORS, StandIns};
use serde_yaml::{Mapping, Value};

#[path = "documents/mutate.rs"]
mod mutate;
use mutate::{Mutant, mutants, places, used};

/// A call in a document: of a provider, or of a rotator with its state.
struct Call {
    name: &'static str,
    rotator: bool,
    /// Its argument, one way after another.
    ways: Vec<Value>,
    /// What the argument looks like.
    argument: SchemaRef,
    outputs: SchemaRef,
}

fn calls() -> Vec<Call> {
    let table: Value = serde_yaml::from_str(include_str!("documents.yaml")).unwrap();
    let ways = |kind: &str, name: &str| {
        let ways = table[kind][name].as_sequence().unwrap_or_else(|| panic!("{kind} {name}"));
        ways.clone()
    };
    let providers = PROVIDERS.iter().map(|published| Call {
        name: published.name(),
        rotator: false,
        ways: ways("providers", published.name()),
        argument: published.schema().inputs.clone(),
        outputs: published.schema().outputs.clone(),
    });
    let rotators = ROTATORS.iter().map(|published| {
        let schema = published.schema();
        let argument = Schema::object()
            .required_property("inputs", schema.inputs.clone())
            .property("state", schema.state.clone())
            .build();
        let ways = ways("rotators", published.name());
        let outputs = schema.outputs.clone();
        Call { name: published.name(), rotator: true, ways, argument, outputs }
    });
    providers.chain(rotators).collect()
}

impl Call {
    fn function(&self) -> String {
        format!("fn::{}::{}", if self.rotator { "rotate" } else { "open" }, self.name)
    }

    /// A document with the call under `call`, and another value.
    fn document(&self, argument: &Value, other: &str) -> String {
        let mut call = Mapping::new();
        call.insert(self.function().into(), argument.clone());
        let mut values = Mapping::new();
        values.insert("call".into(), call.into());
        values.insert("other".into(), other.into());
        let mut document = Mapping::new();
        document.insert("values".into(), values.into());
        serde_yaml::to_string(&document).unwrap()
    }
}

fn evaluator() -> Evaluator {
    Evaluator::new(Arc::new(Memory::default()), Arc::new(StandIns))
}

async fn errors(text: &str) -> Vec<String> {
    let loaded = Document::load("env", text, &Limits::default());
    let mut all = loaded.diagnostics;
    if let Some(document) = loaded.document {
        let root = Root { document: Arc::new(document), decrypter: Arc::new(Rot128) };
        all.extend_from_slice(evaluator().check(root).await.diagnostics());
    }
    all.iter().filter(|d| Diagnostic::is_error(d)).map(|d| d.summary.clone()).collect()
}

#[tokio::test]
async fn calls_that_use_every_input_check_clean() {
    for call in calls() {
        let mut seen = BTreeSet::new();
        for way in &call.ways {
            let text = call.document(way, "");
            assert_eq!(errors(&text).await, Vec::<String>::new(), "{text}");
            used(&call.argument, way, "", &mut seen);
        }
        // So that an input that is added later is not forgotten here.
        let mut missing: BTreeSet<String> = places(&call.argument);
        missing.retain(|place| !seen.contains(place) && !place.starts_with("permissions."));
        assert_eq!(missing, BTreeSet::new(), "{}", call.name);
    }
}

#[tokio::test]
async fn a_rotator_needs_no_state() {
    for call in calls().iter().filter(|call| call.rotator) {
        let mut argument = call.ways[0].clone();
        argument.as_mapping_mut().unwrap().remove("state");
        let text = call.document(&argument, "");
        assert_eq!(errors(&text).await, Vec::<String>::new(), "{text}");
    }
}

#[tokio::test]
async fn missing_inputs_wrong_types_and_unknown_inputs_are_errors() {
    let mut count = 0;
    for call in calls() {
        for way in &call.ways {
            for Mutant { what, value } in mutants(&call.argument, way) {
                // The argument of a rotator is the language's own.
                if call.rotator && (what == "`inputs` removed" || what == "`nonesuch` added") {
                    continue;
                }
                let text = call.document(&value, "");
                assert!(!errors(&text).await.is_empty(), "{} with {what}\n{text}", call.name);
                count += 1;
            }
        }
    }
    assert!(count > 500, "{count}");
}

/// What returns anything, so that no property is wrong.
const ANYTHING: [&str; 4] = ["aws-parameter-store", "external", "pulumi-stacks", "vault-secrets"];

#[tokio::test]
async fn unknown_outputs_are_errors() {
    for call in calls() {
        let Some(path) = nowhere(&call.outputs) else {
            assert!(ANYTHING.contains(&call.name), "{}", call.name);
            continue;
        };
        let text = call.document(&call.ways[0], &format!("${{call.{path}}}"));
        assert_ne!(errors(&text).await, Vec::<String>::new(), "{text}");
    }
}

/// A path that leads nowhere in such a value.
fn nowhere(schema: &SchemaRef) -> Option<String> {
    match (schema.ty()?, schema.additional_properties()) {
        (Type::Object, Some(each)) => nowhere(each).map(|rest| format!("entry.{rest}")),
        _ => Some("nonesuch".to_owned()),
    }
}

#[tokio::test]
async fn inputs_are_completed() {
    for call in calls() {
        let (indent, inputs) = match call.rotator {
            true => {
                ("      inputs:\n        ", call.argument.own_property("inputs").unwrap().clone())
            }
            false => ("      ", call.argument.clone()),
        };
        let text = format!("values:\n  call:\n    {}:\n{indent}", call.function());
        let mut analysis = Analysis::new("env", text.as_str());
        analysis.evaluate(&evaluator(), Arc::new(Rot128)).await;
        let offered: BTreeSet<String> =
            analysis.complete(text.len() as u32).into_iter().map(|c| c.label).collect();
        let expected: BTreeSet<String> =
            inputs.properties().iter().map(|(name, _)| name.to_string()).collect();
        assert!(offered.is_superset(&expected), "{text}\n{offered:?}\n{expected:?}");
    }
}
