//! What a call reads: each thing once.

use std::collections::BTreeSet;
use std::fmt;

use esc_core::provider::{ErrorKind, ProviderError};
use esc_core::secret::Secret;
use esc_provider_kit::Failure;

use super::inputs::Sources;
use crate::{SECRETS, path};

/// What to read, and what becomes of it.
pub(super) struct Plan {
    pub queries: Vec<Query>,
    pub entries: Vec<Entry>,
}

/// Something to read.
pub(super) struct Query {
    pub what: What,
    /// The input that asked for it first.
    pub input: String,
}

#[derive(PartialEq)]
pub(super) enum What {
    /// A path as it is.
    Read { path: String },
    /// A KV secret; the mount is part of the path unless it is known.
    Kv { mount: Option<String>, path: String, version: Option<u64> },
    /// What waits in a wrapping token.
    Unwrap { token: Secret<String> },
}

/// A property of the output.
pub(super) struct Entry {
    pub name: String,
    /// The input that asks for it.
    pub input: String,
    /// Which query answers it.
    pub query: usize,
    pub field: Option<String>,
}

impl Plan {
    pub fn of(sources: Sources) -> Result<Plan, ProviderError> {
        let mut plan = Plan { queries: Vec::new(), entries: Vec::new() };
        for (name, read) in sources.read {
            let path = trimmed(&format!("read.{name}.path"), &read.path)?;
            plan.add("read", name, What::Read { path }, read.field);
        }
        for (name, kv) in sources.kv {
            let mount = kv.mount.map(|m| trimmed(&format!("kv.{name}.mount"), &m)).transpose()?;
            let path = trimmed(&format!("kv.{name}.path"), &kv.path)?;
            plan.add("kv", name, What::Kv { mount, path, version: kv.version }, kv.field);
        }
        for (name, unwrap) in sources.unwrap {
            plan.add("unwrap", name, What::Unwrap { token: unwrap.token }, unwrap.field);
        }
        let invalid = |cause: String| Failure::new(SECRETS, ErrorKind::Invalid).cause(cause);
        if plan.entries.is_empty() {
            return Err(invalid("there is nothing to read".into())
                .advice("give at least one of `read`, `kv` and `unwrap`")
                .into());
        }
        let mut names = BTreeSet::new();
        match plan.entries.iter().find(|entry| !names.insert(entry.name.as_str())) {
            Some(twice) => Err(invalid(format!("the name `{}` is given twice", twice.name))
                .advice("give each of `read`, `kv` and `unwrap` names of its own")
                .into()),
            None => Ok(plan),
        }
    }

    fn add(&mut self, input: &str, name: String, what: What, field: Option<String>) {
        let input = format!("{input}.{name}");
        let known = self.queries.iter().position(|query| query.what == what);
        let query = known.unwrap_or(self.queries.len());
        if known.is_none() {
            self.queries.push(Query { what, input: input.clone() });
        }
        self.entries.push(Entry { name, input, query, field });
    }
}

/// As errors name it.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::Read { path } => write!(f, "the path `{path}`")?,
            What::Kv { mount: Some(mount), path, .. } => write!(f, "the secret `{mount}/{path}`")?,
            What::Kv { mount: None, path, .. } => write!(f, "the secret `{path}`")?,
            What::Unwrap { .. } => f.write_str("the wrapped secret")?,
        }
        write!(f, " (`{}`)", self.input)
    }
}

/// A path without slashes around it.
fn trimmed(input: &str, given: &str) -> Result<String, ProviderError> {
    let path = given.trim_matches('/');
    match path::problem(path) {
        None => Ok(path.to_owned()),
        Some(problem) => Err(Failure::new(SECRETS, ErrorKind::Invalid)
            .reference(format!("`{input}`"))
            .cause(problem)
            .advice("write it as in `secret/data/app`")
            .into()),
    }
}

/// What is left of a path below a mount.
pub(super) fn below<'p>(mount: &str, path: &'p str) -> Option<&'p str> {
    path.strip_prefix(mount)?.strip_prefix('/')
}
