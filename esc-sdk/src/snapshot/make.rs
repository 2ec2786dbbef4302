//! How a client makes snapshots.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use esc_core::path::{PathElement, PropertyPath};
use esc_core::source::Loaded;
use esc_core::value::{Value, ValueKind};
use esc_eval::Evaluation;

use super::Snapshot;
use super::details::{Details, Supplied};
use super::freshness::Freshness;
use crate::inspect::Diagnostics;

/// Digests of definitions by the names of their environments: equal texts have equal ones.
pub(crate) type Revisions = BTreeMap<String, String>;

impl Snapshot {
    /// All that was evaluated here.
    pub(crate) fn whole(
        name: &str,
        mut evaluation: Option<Evaluation>,
        diagnostics: Diagnostics,
    ) -> Snapshot {
        let value = evaluation.as_mut().and_then(Evaluation::value);
        Snapshot {
            is_whole: true,
            ..Snapshot::evaluated(name, value, Vec::new(), evaluation, diagnostics)
        }
    }

    /// Only what these paths lead to: the rest was not evaluated.
    pub(crate) fn picked(
        name: &str,
        mut evaluation: Option<Evaluation>,
        diagnostics: Diagnostics,
        paths: &[PropertyPath],
    ) -> Snapshot {
        let mut picked = Vec::new();
        for path in paths {
            let value = evaluation.as_mut().and_then(|e| e.value_at(path));
            picked.extend(value.map(|value| (path.clone(), value)));
        }
        Snapshot::evaluated(name, None, picked, evaluation, diagnostics)
    }

    fn evaluated(
        name: &str,
        value: Option<Value>,
        picked: Vec<(PropertyPath, Value)>,
        evaluation: Option<Evaluation>,
        diagnostics: Diagnostics,
    ) -> Snapshot {
        let environments = evaluation.as_ref().map(Evaluation::environments).unwrap_or_default();
        let environments = environments.into_iter().map(str::to_owned).collect();
        let details = match evaluation {
            Some(evaluation) => Details::Evaluation(Box::new(Mutex::new(evaluation))),
            None => Details::Supplied(Supplied::default()),
        };
        Snapshot::new(name, value, picked, environments, details, diagnostics)
    }

    /// What was evaluated elsewhere, and what came with it.
    pub(crate) fn new(
        name: &str,
        value: Option<Value>,
        picked: Vec<(PropertyPath, Value)>,
        environments: Vec<String>,
        details: Details,
        diagnostics: Diagnostics,
    ) -> Snapshot {
        let is_whole = value.is_some();
        // An environment without values has none, which is an object all the same.
        let mut value = value.unwrap_or_else(|| Value::object::<&str>([]));
        picked.iter().for_each(|(path, found)| insert(&mut value, path.elements(), found));
        Snapshot {
            name: name.into(),
            value: Arc::new(value),
            is_whole,
            picked: picked.into(),
            environments: environments.into(),
            details: Arc::new(details),
            diagnostics: Arc::new(diagnostics),
            revisions: Arc::default(),
            loaded: Arc::default(),
            freshness: Freshness::Live { not_stored: None },
        }
    }

    pub(crate) fn with_revisions(mut self, revisions: Revisions) -> Snapshot {
        self.revisions = Arc::new(revisions);
        self
    }

    pub(crate) fn with_loaded(mut self, loaded: Vec<Loaded>) -> Snapshot {
        self.loaded = loaded.into();
        self
    }

    pub(crate) fn with_freshness(mut self, freshness: Freshness) -> Snapshot {
        self.freshness = freshness;
        self
    }
}

/// Puts a value where names lead; a path through a list is left out, since the rest of the list is not there.
fn insert(target: &mut Value, path: &[PathElement], value: &Value) {
    let Some((first, rest)) = path.split_first() else {
        *target = value.clone();
        return;
    };
    let (PathElement::Key(key), true) =
        (first, rest.iter().all(|e| matches!(e, PathElement::Key(_))))
    else {
        return;
    };
    if let ValueKind::Object(entries) = &mut target.kind {
        let entry = entries.entry(key.clone()).or_insert_with(|| Value::object::<&str>([]));
        insert(entry, rest, value);
    }
}
