//! The client: opens and checks environments by name.

use std::fmt;
use std::sync::Arc;

use esc_core::ast::Document;
use esc_core::context::ExecutionContext;
use esc_core::diagnostic::Location;
use esc_core::path::{PropertyPath, PropertyPathError};
use esc_core::position::Range;
use esc_core::provider::{Providers, Registry};
use esc_core::source::{EnvironmentSource, SourceError};
use esc_eval::{Evaluator, Limits, Root};

use serde::de::DeserializeOwned;

use crate::findings::{Findings, Recorder};
use crate::lookup::LookupError;
use crate::opened::Opened;
use crate::typed::{FromEnvironment, Mismatches, compare, needed};

/// Why an environment was not opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It cannot be loaded.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// It has errors. Their places are in the findings.
    #[error("the environment has errors:\n{0}")]
    Environment(Box<Findings>),
    /// The program's own check of the values says no.
    #[error("the values were refused: {0}")]
    Refused(String),
    /// A property path is malformed.
    #[error("`{path}` is not a property path: {cause}")]
    Path {
        /// The text.
        path: String,
        /// What is wrong with it.
        cause: PropertyPathError,
    },
    /// A value is not there or not what was wanted.
    #[error(transparent)]
    Lookup(Box<LookupError>),
    /// A type and an environment do not fit together.
    #[error(transparent)]
    Mismatch(Box<Mismatches>),
}

/// Opens environments. Cheap to clone; what it opens is independent of it.
#[derive(Clone)]
pub struct Client {
    source: Arc<dyn EnvironmentSource>,
    providers: Arc<dyn Providers>,
    context: ExecutionContext,
    limits: Limits,
}

impl Client {
    /// A client of environments from there.
    pub fn builder(source: impl EnvironmentSource + 'static) -> Builder {
        Builder(Client {
            source: Arc::new(source),
            providers: Arc::new(Registry::new()),
            context: ExecutionContext::default(),
            limits: Limits::default(),
        })
    }

    /// Opens an environment: everything is evaluated, and providers are called.
    ///
    /// # Errors
    ///
    /// It cannot be loaded, or has errors; half of an environment is not handed out.
    pub async fn open(&self, name: &str) -> Result<Opened, Error> {
        refuse_errors(self.evaluate(name, Work::Open(&[])).await?)
    }

    /// Opens only what these property paths reach, and calls only the providers that takes.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), but errors elsewhere in the environment do not matter.
    pub async fn open_paths(&self, name: &str, paths: &[&str]) -> Result<Opened, Error> {
        let paths: Vec<PropertyPath> =
            paths.iter().map(|p| parse_path(p)).collect::<Result<_, _>>()?;
        refuse_errors(self.evaluate(name, Work::Open(&paths)).await?)
    }

    /// Opens one value as a Rust type. Only what the path takes is evaluated, and only the providers that takes are called.
    ///
    /// Secrets go only into [`Secret`](crate::Secret).
    ///
    /// # Errors
    ///
    /// As [`open_paths`](Self::open_paths) and [`Opened::get`].
    pub async fn get<T: DeserializeOwned>(&self, name: &str, path: &str) -> Result<T, Error> {
        let paths = [parse_path(path)?];
        self.pick(name, &paths).await?.get(path)
    }

    /// Opens an environment as a type that derives [`FromEnvironment`]. Only what its fields need is evaluated, and only
    /// the providers that takes are called.
    ///
    /// # Errors
    ///
    /// As [`open_paths`](Self::open_paths) and [`Opened::read`].
    pub async fn open_as<T: FromEnvironment>(&self, name: &str) -> Result<T, Error> {
        let inspected = refuse_errors(self.inspect(name).await?)?;
        let paths = needed(&T::expected(), &inspected);
        match paths.as_slice() {
            // The type needs nothing of what is there.
            [] => inspected.read(),
            paths => refuse_errors(self.evaluate(name, Work::Open(paths)).await?)?.read(),
        }
    }

    /// Whether an environment has what a type needs, without opening it: every property that is missing or of another
    /// type, and every secret that would go into a plain field.
    ///
    /// What only opening can tell counts as fitting. [`inspect`](Self::inspect) checks an environment on its own.
    ///
    /// # Errors
    ///
    /// The environment cannot be loaded, has errors in itself, or [does not fit](Error::Mismatch).
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # use esc_sdk::{Client, DirectorySource, FromEnvironment};
    /// # let dir = tempfile::tempdir()?;
    /// # std::fs::create_dir(dir.path().join("shop"))?;
    /// # std::fs::write(dir.path().join("shop/dev.yaml"),
    /// #     "values:\n  database: {host: db.example, port: 5432}\n  token: {fn::secret: hunter2}\n")?;
    /// # let client = Client::builder(DirectorySource::new(dir.path())?).build();
    /// #[derive(FromEnvironment)]
    /// struct Config {
    ///     #[env(path = "database.host")]
    ///     host: u16,
    ///     token: String,
    /// }
    ///
    /// let error = client.check::<Config>("shop/dev").await.unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "`shop/dev` does not fit `Config`:
    ///   `database.host`: expected a whole number from 0 to 65535, found a string (defined at shop/dev:2:20)
    ///   `token` is secret, and a plain type would let it be seen (defined at shop/dev:3:23)",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn check<T: FromEnvironment>(&self, name: &str) -> Result<(), Error> {
        let inspected = refuse_errors(self.inspect(name).await?)?;
        match compare::<T>(&inspected) {
            Some(mismatches) => Err(Error::Mismatch(Box::new(mismatches))),
            None => Ok(()),
        }
    }

    /// Evaluates an environment without calling providers or decrypting: what they would answer is unknown.
    ///
    /// The [findings](Opened::findings) tell what is wrong.
    ///
    /// # Errors
    ///
    /// It cannot be loaded.
    pub async fn inspect(&self, name: &str) -> Result<Opened, Error> {
        self.evaluate(name, Work::Check).await
    }

    /// Opens only what these paths reach; that one of them leads nowhere is not an error of the environment.
    async fn pick(&self, name: &str, paths: &[PropertyPath]) -> Result<Opened, Error> {
        let opened = self.evaluate(name, Work::Open(paths)).await?;
        let mut errors = opened.findings().diagnostics.iter().filter(|d| d.is_error());
        // The evaluator blames the document for references, and nothing for paths.
        match errors.all(|error| error.subject.is_none()) {
            true => Ok(opened),
            false => refuse_errors(opened),
        }
    }

    async fn evaluate(&self, name: &str, work: Work<'_>) -> Result<Opened, Error> {
        let recorder = Arc::new(Recorder::new(self.source.clone()));
        let definition = recorder.load(name).await?;
        let loaded = Document::load(name, definition.text, &self.limits.document);
        let mut diagnostics = loaded.diagnostics;
        diagnostics.iter_mut().for_each(|diagnostic| {
            // What is wrong with a text as a whole has no place in it, but people want to know which text.
            diagnostic.subject.get_or_insert_with(|| whole(name));
        });
        let mut evaluation = None;
        if let Some(document) = loaded.document {
            let evaluator = Evaluator::new(recorder.clone(), self.providers.clone())
                .with_context(self.context.clone())
                .with_limits(self.limits.clone());
            let root = Root { document: Arc::new(document), decrypter: definition.decrypter };
            let done = match work {
                Work::Check => evaluator.check(root).await,
                Work::Open([]) => evaluator.open(root).await,
                Work::Open(paths) => evaluator.open_paths(root, paths).await,
            };
            diagnostics.extend_from_slice(done.diagnostics());
            evaluation = Some(done);
        }
        let findings = Findings { diagnostics, texts: recorder.texts() };
        Ok(match work {
            Work::Check | Work::Open([]) => Opened::whole(name, evaluation, findings),
            Work::Open(paths) => Opened::picked(name, evaluation, findings, paths),
        })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// Makes a [`Client`].
#[derive(Clone, Debug)]
pub struct Builder(Client);

impl Builder {
    /// With these providers. By default there are none.
    pub fn providers(mut self, providers: impl Providers + 'static) -> Builder {
        self.0.providers = Arc::new(providers);
        self
    }

    /// With these values under `${context}`.
    pub fn context(mut self, context: ExecutionContext) -> Builder {
        self.0.context = context;
        self
    }

    /// With other limits.
    pub fn limits(mut self, limits: Limits) -> Builder {
        self.0.limits = limits;
        self
    }

    /// The client.
    pub fn build(self) -> Client {
        self.0
    }
}

#[derive(Clone, Copy)]
enum Work<'a> {
    Check,
    Open(&'a [PropertyPath]),
}

fn whole(name: &str) -> Location {
    Location { environment: name.into(), range: Range::NONE, span: None }
}

fn refuse_errors(opened: Opened) -> Result<Opened, Error> {
    if opened.findings().has_errors() {
        return Err(Error::Environment(Box::new(opened.into_findings())));
    }
    Ok(opened)
}

pub(crate) fn parse_path(text: &str) -> Result<PropertyPath, Error> {
    PropertyPath::parse(text).map_err(|cause| Error::Path { path: text.to_owned(), cause })
}
