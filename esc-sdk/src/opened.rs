//! What opening an environment gives.

use std::fmt;

use esc_core::path::{PathElement, PropertyPath};
use esc_core::provider::{CallSite, Lease};
use esc_core::schema::SchemaRef;
use esc_core::value::{Extract, Origin, Trace, Value, ValueKind, environment_variables, files};
use esc_eval::Evaluation;

use crate::client::{Error, parse_path};
use crate::findings::Findings;

/// An opened (or checked) environment.
pub struct Opened {
    name: String,
    value: Value,
    /// What was asked for, if that was not everything.
    picked: Vec<(PropertyPath, Value)>,
    evaluation: Option<Evaluation>,
    findings: Findings,
}

impl Opened {
    /// All that was evaluated.
    pub(crate) fn whole(
        name: &str,
        mut evaluation: Option<Evaluation>,
        findings: Findings,
    ) -> Opened {
        let value = evaluation.as_mut().and_then(Evaluation::value);
        // An environment without values has none, which is an object all the same.
        let value = value.unwrap_or_else(|| Value::object::<&str>([]));
        Opened { name: name.to_owned(), value, picked: Vec::new(), evaluation, findings }
    }

    /// Only what these paths lead to: the rest was not evaluated.
    pub(crate) fn picked(
        name: &str,
        mut evaluation: Option<Evaluation>,
        findings: Findings,
        paths: &[PropertyPath],
    ) -> Opened {
        let mut picked = Vec::new();
        for path in paths {
            let value = evaluation.as_mut().and_then(|e| e.value_at(path));
            picked.extend(value.map(|value| (path.clone(), value)));
        }
        let mut value = Value::object::<&str>([]);
        picked.iter().for_each(|(path, found)| insert(&mut value, path.elements(), found));
        Opened { name: name.to_owned(), value, picked, evaluation, findings }
    }

    /// The name it was opened by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All values, as one object. If only some paths were opened, these, as far as they are paths of names.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The value at a property path such as `database.hosts[0]`; none if there is none.
    pub fn get(&self, path: &str) -> Result<Option<&Value>, Error> {
        let path = parse_path(path)?;
        let picked = self.picked.iter().find_map(|(start, value)| {
            find(value, path.elements().strip_prefix(start.elements())?)
        });
        Ok(picked.or_else(|| find(&self.value, path.elements())))
    }

    /// The variables the environment asks for: the object `environmentVariables`.
    pub fn environment_variables(&self) -> Extract {
        environment_variables(&self.value)
    }

    /// The files the environment asks for: the object `files`. Each goes into a file whose path goes into a variable.
    pub fn files(&self) -> Extract {
        files(&self.value)
    }

    /// What is to be known about the environment. After opening these are warnings.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// The same, without the values.
    pub fn into_findings(self) -> Findings {
        self.findings
    }

    /// All values with where each comes from. This is made on demand: it can be much larger than the values.
    pub fn traced_value(&mut self) -> Option<Value> {
        let mut value = self.evaluation.as_mut()?.traced_value()?;
        // The object of all values stands nowhere.
        value.trace = Some(Box::new(Trace { def: Origin::default(), base: None }));
        Some(value)
    }

    /// The value at a property path with where it comes from.
    pub fn traced_value_at(&mut self, path: &str) -> Result<Option<Value>, Error> {
        let path = parse_path(path)?;
        Ok(self.evaluation.as_mut().and_then(|e| e.value_at(&path)))
    }

    /// What the values look like.
    pub fn schema(&mut self) -> Option<SchemaRef> {
        self.evaluation.as_mut()?.schema()
    }

    /// How long opened values stay valid, by call.
    pub fn leases(&self) -> Vec<(CallSite, Lease)> {
        self.evaluation.as_ref().map(Evaluation::leases).unwrap_or_default()
    }

    /// The names of the environments that took part, this one first.
    pub fn environments(&self) -> Vec<&str> {
        self.evaluation.as_ref().map(Evaluation::environments).unwrap_or_default()
    }
}

/// Shows values as far as they are not secret.
impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("name", &self.name)
            .field("value", &self.value)
            .finish_non_exhaustive()
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

fn find<'v>(value: &'v Value, path: &[PathElement]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, element| match element {
        PathElement::Key(key) => value.get(key),
        PathElement::Index(index) => value.index(*index),
    })
}
