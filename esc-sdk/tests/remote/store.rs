//! What the look-alike keeps, and how it evaluates.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::ast::Document;
use esc_core::diagnostic::Diagnostic;
use esc_core::environment::Environment;
use esc_core::provider::{
    ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema, Registry,
};
use esc_core::schema::Schema;
use esc_core::source::{Definition, EnvironmentSource, SourceError, SourceErrorKind};
use esc_eval::{Evaluator, Root};
use esc_sdk::crypto::{Key, KeyCrypter};

/// Times are of no interest here.
pub const THEN: &str = "2026-01-02T03:04:05Z";

/// The key of all secrets.
pub const KEY: [u8; 32] = [7; 32];

/// Project and name.
pub type Name = (String, String);

#[derive(Clone, Default)]
pub struct Store {
    pub environments: BTreeMap<Name, Stored>,
    pub sessions: BTreeMap<String, Session>,
    /// How many environments are on a page; 0 for all.
    pub page: usize,
}

#[derive(Clone)]
pub struct Stored {
    /// The first is 1.
    pub revisions: Vec<Arc<str>>,
    pub retracted: BTreeMap<usize, usize>,
    pub revision_tags: BTreeMap<String, usize>,
    pub tags: BTreeMap<String, String>,
    pub protected: bool,
}

#[derive(Clone)]
pub struct Session {
    pub of: Name,
    pub environment: Option<Environment>,
}

impl Stored {
    pub fn new() -> Stored {
        Stored {
            revisions: vec!["".into()],
            retracted: BTreeMap::new(),
            revision_tags: BTreeMap::new(),
            tags: BTreeMap::new(),
            protected: false,
        }
    }

    pub fn latest(&self) -> usize {
        self.revisions.len()
    }

    /// The number of a version that can be read.
    pub fn number(&self, version: &str) -> Option<usize> {
        let number = match version {
            "latest" => self.latest(),
            tag if self.revision_tags.contains_key(tag) => self.revision_tags[tag],
            number => number.parse().ok()?,
        };
        let exists = (1..=self.latest()).contains(&number) && !self.retracted.contains_key(&number);
        exists.then_some(number)
    }

    pub fn text(&self, number: usize) -> Arc<str> {
        self.revisions[number - 1].clone()
    }

    /// All tags that point at revisions.
    pub fn all_revision_tags(&self) -> BTreeMap<String, usize> {
        let latest = ("latest".to_owned(), self.latest());
        self.revision_tags.clone().into_iter().chain([latest]).collect()
    }
}

pub fn etag(name: &Name, number: usize) -> String {
    format!("{:x}-{}-{}", number * 7919, name.0, name.1)
}

pub fn crypter(name: &Name) -> KeyCrypter {
    KeyCrypter::new(&Key::from_bytes(KEY), format!("{}/{}", name.0, name.1)).unwrap()
}

/// The environments as they are now, for one evaluation.
struct Snapshot(BTreeMap<Name, Stored>);

#[async_trait]
impl EnvironmentSource for Snapshot {
    async fn load(&self, name: &str) -> Result<Definition, SourceError> {
        let missing =
            || SourceError::new(SourceErrorKind::NotFound, format!("no environment `{name}`"));
        let (path, version) = name.split_once('@').unwrap_or((name, "latest"));
        let (project, env) = path.split_once('/').unwrap_or(("default", path));
        let name = (project.to_owned(), env.to_owned());
        let stored = self.0.get(&name).ok_or_else(missing)?;
        let number = stored.number(version).ok_or_else(missing)?;
        Ok(Definition::new(stored.text(number), Arc::new(crypter(&name))))
    }
}

/// `fn::open::test` answers what it is given, or fails.
struct Test;

#[async_trait]
impl Provider for Test {
    fn schema(&self) -> ProviderSchema {
        let (inputs, outputs) = (Schema::always(), Schema::always());
        ProviderSchema { description: None, inputs, outputs }
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        match request.inputs.get("fail") {
            Some(_) => Err(ProviderError::new(ErrorKind::Denied, "the test provider refuses")),
            None => Ok(request.inputs.into_secret().into()),
        }
    }
}

pub enum Work {
    Check { show_secrets: bool },
    Open,
}

impl Store {
    /// The environment, if there is one, and what is wrong with it.
    pub async fn evaluate(
        self,
        name: &str,
        of: &Name,
        text: Arc<str>,
        work: Work,
    ) -> (Option<Environment>, Vec<Diagnostic>) {
        let loaded = Document::load(name, text, &Default::default());
        let mut diagnostics = loaded.diagnostics;
        let Some(document) = loaded.document else { return (None, diagnostics) };
        let providers = Registry::new().with_provider("test", Arc::new(Test));
        let source = Arc::new(Snapshot(self.environments));
        let evaluator = Evaluator::new(source, Arc::new(providers)).compatible(true);
        let root = Root { document: Arc::new(document), decrypter: Arc::new(crypter(of)) };
        let mut done = match work {
            Work::Check { show_secrets } => evaluator.show_secrets(show_secrets).check(root).await,
            Work::Open => evaluator.open(root).await,
        };
        diagnostics.extend_from_slice(done.diagnostics());
        (done.environment(), diagnostics)
    }
}
