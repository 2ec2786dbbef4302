//! The exported graph: it says what a tree would say, is as large as what was evaluated, and costs as little.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::collections::HashSet;

use common::generate::world;
use common::world::World;
use esc_core::diagnostic::{Code, Diagnostic};
use esc_core::environment::{Environment, ExprInfo, ExprInfoKind};
use esc_core::json::Json;
use esc_core::value::{Content, Reveal, TracedValue, ValueKind};
use proptest::prelude::*;

/// Everything in an environment, each node once.
#[derive(Default)]
struct Nodes {
    values: HashSet<*const Content>,
    exprs: HashSet<*const ExprInfo>,
}

impl Nodes {
    fn of(environment: &Environment) -> Nodes {
        let mut nodes = Nodes::default();
        environment.properties.values().for_each(|value| nodes.value(value));
        environment.exprs.values().for_each(|expr| nodes.expr(expr));
        nodes
    }

    fn value(&mut self, value: &TracedValue) {
        for layer in value.layers() {
            if !self.values.insert(layer.content()) {
                break;
            }
            match layer.content() {
                Content::List(items) => items.iter().for_each(|item| self.value(item)),
                Content::Object(properties) => properties.iter().for_each(|(_, v)| self.value(v)),
                _ => {}
            }
        }
    }

    fn expr(&mut self, expr: &ExprInfo) {
        let mut next = Some(expr);
        while let Some(expr) = next {
            if !self.exprs.insert(expr) {
                break;
            }
            match &expr.kind {
                ExprInfoKind::List(items) => items.iter().for_each(|item| self.expr(item)),
                ExprInfoKind::Object(properties) => properties.values().for_each(|e| self.expr(e)),
                ExprInfoKind::Builtin { arg, .. } => self.expr(arg),
                _ => {}
            }
            next = expr.base.as_deref();
        }
    }

    fn count(&self) -> usize {
        self.values.len() + self.exprs.len()
    }
}

/// A clock that jumps to the next timer whenever everybody waits.
fn virtual_time() -> tokio::runtime::Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().expect("a runtime")
}

fn environment(world: &World) -> Option<Environment> {
    let root = world.document()?;
    virtual_time().block_on(world.evaluator().open(root)).environment()
}

/// Environments that each import the one before, override what it has, and add a key.
fn chain(length: usize) -> World {
    let document = |n: usize| {
        let import = if n == 0 { String::new() } else { format!("imports: [e{}]\n", n - 1) };
        format!(
            "{import}values:\n  shared: {{a: {n}, b: x, list: [1, {n}]}}\n  own: {{k{n}: '${{shared.a}}'}}\n"
        )
    };
    let files = (0..length).map(|n| (format!("e{n}"), document(n)));
    World { root: format!("e{}", length - 1), ..World::new(files) }
}

#[test]
fn exports_of_chains_grow_as_the_chains() {
    let count = |length| Nodes::of(&environment(&chain(length)).unwrap()).count() as f64;
    let (short, long) = (count(50), count(400));
    assert!(long / short < 8.0 * 1.1, "{short} nodes of 50 environments, {long} of 400");
}

#[test]
fn chains_of_many_environments_are_exported_and_written() {
    let environment = environment(&chain(900)).unwrap();
    let shared = &environment.properties["shared"];
    assert_eq!(shared.layers().count(), 900);
    assert_eq!(shared.get("b").unwrap().layers().count(), 900);
    let ValueKind::Object(own) = environment.properties["own"].to_value().kind else { panic!() };
    assert_eq!(own.len(), 900);
    assert_eq!(own["k899"].to_json(Reveal::Revealed), "899");
    assert_eq!(own["k0"].to_json(Reveal::Revealed), "0");
}

/// A value as JSON, made from the graph the naive way: nothing is shared, and what is inherited is looked for layer by layer.
fn expanded(value: &TracedValue) -> Json {
    let written = Json::parse(&leaf(value).to_json(Reveal::Revealed)).expect("our own JSON");
    let Json::Object(mut members) = written else { panic!("values are objects") };
    let parts = match value.content() {
        Content::List(items) => Some(Json::Array(items.iter().map(expanded).collect())),
        Content::Object(properties) => {
            let mut keys: Vec<String> = properties.iter().map(|(key, _)| key.to_string()).collect();
            keys.sort();
            let parts = keys.into_iter().map(|key| {
                let part = expanded(value.get(&key).expect("it is listed"));
                (key, part)
            });
            Some(Json::Object(parts.collect()))
        }
        _ => None,
    };
    if let Some(parts) = parts {
        members.insert(0, ("value".to_owned(), parts));
    }
    if let (Some(base), Some((_, Json::Object(trace)))) = (value.base(), members.last_mut()) {
        trace.push(("base".to_owned(), expanded(base)));
    }
    Json::Object(members)
}

/// The value itself, without what is in it and below it.
fn leaf(value: &TracedValue) -> TracedValue {
    let content = match value.content() {
        Content::List(_) | Content::Object(_) => Content::Null,
        scalar => scalar.clone(),
    };
    TracedValue::new(content, value.origin().clone()).marked(value.is_secret(), value.is_unknown())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_graph_says_what_a_tree_would_say(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let Some(environment) = environment(&world(&bytes)) else { return Ok(()) };
        for value in environment.properties.values() {
            let text = value.to_json(Reveal::Revealed);
            prop_assert_eq!(&text, &expanded(value).to_text());
            if let ValueKind::Object(properties) = value.to_value().kind {
                for (key, part) in properties {
                    prop_assert_eq!(Some(part), value.get(&key).map(TracedValue::to_value));
                }
            }
        }
        let mut pieces = Vec::new();
        environment.write_to(&mut pieces, Reveal::Revealed).unwrap();
        prop_assert_eq!(String::from_utf8(pieces).unwrap(), environment.to_json(Reveal::Revealed));
    }

    #[test]
    fn values_are_the_same_with_and_without_traces(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let world = world(&bytes);
        let Some(root) = world.document() else { return Ok(()) };
        let mut evaluation = virtual_time().block_on(world.evaluator().open(root));
        let traced = evaluation.traced_value().map(|value| value.to_value());
        let exported = evaluation.environment().map(|environment| environment.value());
        prop_assert_eq!(&traced, &exported);
        // What lies below a value may be beyond the limits that the value itself keeps to.
        if traced.is_some() {
            prop_assert_eq!(evaluation.value(), traced);
        }
        let stuck = |d: &Diagnostic| d.code == Code::Internal;
        prop_assert!(!evaluation.diagnostics().iter().any(stuck), "{:?}", world.files);
    }
}
