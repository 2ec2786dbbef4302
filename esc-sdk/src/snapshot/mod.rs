//! What opening or checking an environment gives: its values at one moment, and what is known of them.
//!
//! * this file: the type, and what it tells about the whole;
//! * `read`: values by path and as Rust types; `leaves`: all scalars;
//! * `make`: how a client makes one; `details`: what is found out on demand, or came with the values;
//! * `freshness`: whether values are of now.

use std::fmt;
use std::sync::Arc;

use esc_core::deserialize::{ValueError, ValueProblem};
use esc_core::path::PropertyPath;
use esc_core::provider::{CallSite, Lease, ProviderError};
use esc_core::schema::SchemaRef;
use esc_core::source::Loaded;
use esc_core::value::{Extract, TracedValue, Value, environment_variables, files};
use esc_eval::Layer;

use crate::error::Error;
use crate::inspect::{Diagnostics, Explanation};

mod details;
mod freshness;
mod leaves;
mod make;
mod read;

pub(crate) use details::{Details, Supplied};
pub use freshness::Freshness;
pub(crate) use make::Revisions;
pub(crate) use read::parse_path;

/// An environment as it was when it was opened (or checked): its values, and what is known of them.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # use esc_sdk::{Client, DirectorySource, Secret};
/// # let dir = tempfile::tempdir()?;
/// # std::fs::create_dir(dir.path().join("shop"))?;
/// # std::fs::write(dir.path().join("shop/dev.yaml"),
/// #     "values:\n  database: {host: db.example, port: 5432, password: {fn::secret: hunter2}}\n")?;
/// # let client = Client::builder(DirectorySource::new(dir.path())?).build();
/// let snapshot = client.open("shop/dev").await?;
/// let port: u16 = snapshot.get("database.port")?;
/// let password: Secret<String> = snapshot.get("database.password")?;
/// let replica: Option<String> = snapshot.get_optional("database.replica")?;
/// assert_eq!((port, password.expose().as_str(), replica), (5432, "hunter2", None));
///
/// let error = snapshot.get::<String>("database.prt").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`shop/dev`: `database.prt` is missing; did you mean `database.port`? (the object is defined at shop/dev:2:13)",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Cheap to clone: clones share everything.
#[derive(Clone)]
pub struct Snapshot {
    name: Arc<str>,
    value: Arc<Value>,
    /// Whether everything was asked for.
    is_whole: bool,
    /// What was asked for otherwise.
    picked: Arc<[(PropertyPath, Value)]>,
    environments: Arc<[String]>,
    details: Arc<Details>,
    diagnostics: Arc<Diagnostics>,
    /// The definitions that took part, as far as they are known.
    revisions: Arc<Revisions>,
    /// What the evaluation loaded, or tried to.
    loaded: Arc<[Loaded]>,
    freshness: Freshness,
}

impl Snapshot {
    /// The name it was opened by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All values, as one object. If only some paths were opened, these, as far as they are paths of names.
    pub fn value(&self) -> &Value {
        &self.value
    }

    pub(crate) fn shared_value(&self) -> Arc<Value> {
        self.value.clone()
    }

    /// Whether the values are of now, or how old they are.
    pub fn freshness(&self) -> &Freshness {
        &self.freshness
    }

    pub(crate) fn loaded(&self) -> Arc<[Loaded]> {
        self.loaded.clone()
    }

    pub(crate) fn revisions(&self) -> &Revisions {
        &self.revisions
    }

    /// Releases the leases of these values: what was opened with a lease stops working, for everybody who shares it. A
    /// lease that cannot be released expires by itself.
    ///
    /// # Errors
    ///
    /// A backend did not release its lease; the others did.
    pub async fn close(self) -> Result<(), ProviderError> {
        let leases = self.leases();
        let results =
            futures::future::join_all(leases.iter().map(|(_, lease)| lease.revoke())).await;
        results.into_iter().collect()
    }

    /// The value at a property path as it is; none if there is none.
    ///
    /// # Errors
    ///
    /// The path is malformed.
    pub fn value_at(&self, path: &str) -> Result<Option<&Value>, Error> {
        Ok(self.pick(&parse_path(path)?).ok())
    }

    /// The value at a property path as it is, or which step leads nowhere and what was meant.
    ///
    /// # Errors
    ///
    /// The path is malformed, or there is no value: [`Error::Lookup`].
    pub fn require_at(&self, path: &str) -> Result<&Value, Error> {
        let path = parse_path(path)?;
        self.locate(&path).map_err(|error| self.placed(&PropertyPath::new(), error))
    }

    /// Everything that is not made of other values, with its path: scalars, empty lists and empty objects, in the order of
    /// keys.
    pub fn leaves(&self) -> impl Iterator<Item = (PropertyPath, &Value)> {
        leaves::of(&self.value)
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
    pub fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }

    /// The same, without the values.
    pub fn into_diagnostics(self) -> Diagnostics {
        Arc::unwrap_or_clone(self.diagnostics)
    }

    /// Where the value at a property path comes from: what made it, what it was merged over, how long it stays valid. It
    /// never shows the value. This works for checked environments, too.
    ///
    /// # Errors
    ///
    /// The path is malformed or leads nowhere.
    pub fn explain(&self, path: &str) -> Result<Explanation, Error> {
        let path = parse_path(path)?;
        let layers = self.layers_at(&path);
        if layers.is_empty() {
            let problem = self.locate(&path).err().unwrap_or(ValueError {
                path: path.clone(),
                problem: ValueProblem::Refused("nothing in a document defines this".to_owned()),
            });
            return Err(self.placed(&PropertyPath::new(), problem));
        }
        Ok(Explanation::new(&self.name, path, layers))
    }

    /// All values with where each comes from. This is made on demand, and shares what several values were merged over.
    pub fn traced_value(&self) -> Option<TracedValue> {
        self.details.traced_value()
    }

    /// The value at a property path with where it comes from.
    pub fn traced_value_at(&self, path: &str) -> Result<Option<TracedValue>, Error> {
        let path = parse_path(path)?;
        Ok(self.details.traced_value_at(&path))
    }

    /// What the values look like.
    pub fn schema(&self) -> Option<SchemaRef> {
        self.details.schema()
    }

    /// How long opened values stay valid, by call.
    pub fn leases(&self) -> Vec<(CallSite, Lease)> {
        self.details.leases()
    }

    /// The names of the environments that took part, this one first.
    pub fn environments(&self) -> Vec<&str> {
        self.environments.iter().map(String::as_str).collect()
    }

    pub(crate) fn layers_at(&self, path: &PropertyPath) -> Vec<Layer> {
        self.details.layers_at(path)
    }
}

/// Shows values as far as they are not secret.
impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("name", &self.name)
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}
