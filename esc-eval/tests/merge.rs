//! Merging imports is what a naive definition says it is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::collections::BTreeMap;

use common::world::World;
use esc_core::value::Reveal;
use proptest::prelude::*;

/// A plain value: as JSON has it.
#[derive(Clone, Debug)]
enum Plain {
    Scalar(&'static str),
    List(Vec<Plain>),
    Object(BTreeMap<&'static str, Plain>),
}

/// Objects merge by key; everything else replaces what is below.
fn merge(below: Plain, top: Plain) -> Plain {
    match (below, top) {
        (Plain::Object(mut all), Plain::Object(top)) => {
            for (key, value) in top {
                let merged = match all.remove(key) {
                    Some(below) => merge(below, value),
                    None => value,
                };
                all.insert(key, merged);
            }
            Plain::Object(all)
        }
        (_, top) => top,
    }
}

impl Plain {
    fn to_json(&self) -> String {
        match self {
            Plain::Scalar(text) => (*text).to_owned(),
            Plain::List(items) => {
                format!("[{}]", items.iter().map(Plain::to_json).collect::<Vec<_>>().join(","))
            }
            Plain::Object(properties) => {
                let members = properties.iter().map(|(k, v)| format!("\"{k}\":{}", v.to_json()));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
        }
    }
}

fn object(value: impl Strategy<Value = Plain>) -> impl Strategy<Value = Plain> {
    let key = proptest::sample::select(vec!["a", "b", "c"]);
    proptest::collection::btree_map(key, value, 0..4).prop_map(Plain::Object)
}

fn plain() -> impl Strategy<Value = Plain> {
    let scalar = proptest::sample::select(vec!["null", "true", "1", "\"x\"", "2.5"]);
    scalar.prop_map(Plain::Scalar).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            3 => object(inner.clone()),
            1 => proptest::collection::vec(inner, 0..3).prop_map(Plain::List),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn imports_merge_as_defined(
        imports in proptest::collection::vec((object(plain()), any::<bool>()), 0..5),
        own in object(plain()),
        chained: bool,
    ) {
        let expected = imports.iter().fold(None, |below: Option<Plain>, (value, _)| {
            Some(match below {
                Some(below) => merge(below, value.clone()),
                None => value.clone(),
            })
        });
        let expected = match expected {
            Some(below) => merge(below, own.clone()),
            None => own.clone(),
        };
        // Side by side, or each importing the one before it: the order of layers is the same.
        let mut files = Vec::new();
        let mut list = Vec::new();
        for (index, (value, opened)) in imports.iter().enumerate() {
            let before = match index.checked_sub(1) {
                Some(before) if chained => format!("imports: [e{before}]\n"),
                _ => String::new(),
            };
            let value = value.to_json();
            // What a provider answers merges as what is written does.
            let text = match *opened && value != "{}" {
                true => format!("{before}values: {{o: {{'fn::open::test': {value}}}}}\n"),
                false => format!("{before}values: {{o: {value}}}\n"),
            };
            files.push((format!("e{index}"), text));
            list.push(format!("e{index}"));
        }
        if chained {
            list = list.pop().into_iter().collect();
        }
        let root = format!("imports: [{}]\nvalues: {{o: {}}}\n", list.join(", "), own.to_json());
        files.push(("env".to_owned(), root));
        let world = World::new(files);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let document = world.document().expect("a document");
        let mut evaluation = runtime.block_on(world.evaluator().open(document));
        prop_assert!(evaluation.diagnostics().is_empty(), "{:?}", evaluation.diagnostics());
        let actual = evaluation.value().map(|value| value.to_json(Reveal::Revealed));
        prop_assert_eq!(actual, Some(format!("{{\"o\":{}}}", expected.to_json())), "{:?}", world.files);
    }
}
