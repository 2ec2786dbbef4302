//! What opening an environment gives.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use esc_core::decode::{DecodeError, Problem, decode, decode_revealed};
use esc_core::path::{PathElement, PropertyPath};
use esc_core::position::Range;
use esc_core::provider::{CallSite, Lease, ProviderError};
use esc_core::schema::SchemaRef;
use esc_core::spelling::nearest;
use esc_core::value::{Extract, Origin, Trace, Value, ValueKind, environment_variables, files};
use esc_eval::{Evaluation, Layer};
use serde::de::DeserializeOwned;

use crate::client::{Error, parse_path};
use crate::explain::Explanation;
use crate::findings::{Findings, Revisions};
use crate::lookup::{LookupError, find};
use crate::offline::OfflineError;
use crate::typed::FromEnvironment;

mod answers;

pub(crate) use answers::{Answers, Given};

/// An opened (or inspected) environment.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # use esc_sdk::{Client, DirectorySource, Secret};
/// # let dir = tempfile::tempdir()?;
/// # std::fs::create_dir(dir.path().join("shop"))?;
/// # std::fs::write(dir.path().join("shop/dev.yaml"),
/// #     "values:\n  database: {host: db.example, port: 5432, password: {fn::secret: hunter2}}\n")?;
/// # let client = Client::builder(DirectorySource::new(dir.path())?).build();
/// let opened = client.open("shop/dev").await?;
/// let port: u16 = opened.get("database.port")?;
/// let password: Secret<String> = opened.get("database.password")?;
/// let replica: Option<String> = opened.get_optional("database.replica")?;
/// assert_eq!((port, password.expose().as_str(), replica), (5432, "hunter2", None));
///
/// let error = opened.get::<String>("database.prt").unwrap_err();
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
pub struct Opened {
    name: Arc<str>,
    value: Arc<Value>,
    /// Whether everything was asked for.
    is_whole: bool,
    /// What was asked for otherwise.
    picked: Arc<[(PropertyPath, Value)]>,
    environments: Arc<[String]>,
    answers: Arc<Answers>,
    findings: Arc<Findings>,
    /// The definitions that took part, as far as they are known.
    revisions: Arc<Revisions>,
    freshness: Freshness,
}

/// Whether values are of now.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Freshness {
    /// They were opened just now.
    Live {
        /// Why they were not put into the offline cache, if there is one and that failed.
        not_stored: Option<Arc<OfflineError>>,
    },
    /// They come from the offline cache, since something could not be reached.
    Offline {
        /// How old they are.
        age: Duration,
        /// What could not be reached.
        cause: Arc<Error>,
        /// The calls whose answers are no longer valid by now.
        ended: Arc<[CallSite]>,
    },
}

impl Opened {
    /// All that was evaluated here.
    pub(crate) fn whole(
        name: &str,
        mut evaluation: Option<Evaluation>,
        findings: Findings,
    ) -> Opened {
        let value = evaluation.as_mut().and_then(Evaluation::value);
        Opened {
            is_whole: true,
            ..Opened::evaluated(name, value, Vec::new(), evaluation, findings)
        }
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
        Opened::evaluated(name, None, picked, evaluation, findings)
    }

    fn evaluated(
        name: &str,
        value: Option<Value>,
        picked: Vec<(PropertyPath, Value)>,
        evaluation: Option<Evaluation>,
        findings: Findings,
    ) -> Opened {
        let environments = evaluation.as_ref().map(Evaluation::environments).unwrap_or_default();
        let environments = environments.into_iter().map(str::to_owned).collect();
        let answers = match evaluation {
            Some(evaluation) => Answers::Evaluation(Box::new(Mutex::new(evaluation))),
            None => Answers::Given(Given::default()),
        };
        Opened::new(name, value, picked, environments, answers, findings)
    }

    /// What was evaluated elsewhere, and what came with it.
    pub(crate) fn new(
        name: &str,
        value: Option<Value>,
        picked: Vec<(PropertyPath, Value)>,
        environments: Vec<String>,
        answers: Answers,
        findings: Findings,
    ) -> Opened {
        let is_whole = value.is_some();
        // An environment without values has none, which is an object all the same.
        let mut value = value.unwrap_or_else(|| Value::object::<&str>([]));
        picked.iter().for_each(|(path, found)| insert(&mut value, path.elements(), found));
        Opened {
            name: name.into(),
            value: Arc::new(value),
            is_whole,
            picked: picked.into(),
            environments: environments.into(),
            answers: Arc::new(answers),
            findings: Arc::new(findings),
            revisions: Arc::default(),
            freshness: Freshness::Live { not_stored: None },
        }
    }

    pub(crate) fn with_revisions(mut self, revisions: Revisions) -> Opened {
        self.revisions = Arc::new(revisions);
        self
    }

    pub(crate) fn with_freshness(mut self, freshness: Freshness) -> Opened {
        self.freshness = freshness;
        self
    }

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

    pub(crate) fn revisions(&self) -> &Revisions {
        &self.revisions
    }

    /// Gives back everything that was lent for these values: what was opened with a lease stops working, for everybody
    /// who shares it. What cannot be given back ends by itself.
    ///
    /// # Errors
    ///
    /// A backend does not take its lease back; the others have theirs.
    pub async fn close(self) -> Result<(), ProviderError> {
        let leases = self.leases();
        let results =
            futures::future::join_all(leases.iter().map(|(_, lease)| lease.revoke())).await;
        results.into_iter().collect()
    }

    /// The value at a property path such as `database.hosts[0]`, as a Rust type.
    ///
    /// Secrets go only into [`Secret`](crate::Secret).
    ///
    /// # Errors
    ///
    /// The path is malformed, leads nowhere, or the value does not have the shape of the type, is unknown somewhere, or
    /// holds a secret that would go into a plain type.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.read_at(path, decode)
    }

    /// The same, without regard to secrets. Whoever calls this answers for where they go.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), but for secrets.
    pub fn get_revealed<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.read_at(path, decode_revealed)
    }

    /// The same as [`get`](Self::get), or none if the property is not there or null.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), if there is something at the path or the path leads through what is no object or list.
    pub fn get_optional<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Error> {
        match self.read_at(path, decode::<Option<T>>) {
            Err(Error::Lookup(error)) if self.is_absent(path, &error)? => Ok(None),
            other => other,
        }
    }

    /// All values as a Rust type. Secrets go only into [`Secret`](crate::Secret).
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.get("")
    }

    /// The same, without regard to secrets. Whoever calls this answers for where they go.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), but for secrets.
    pub fn decode_revealed<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.get_revealed("")
    }

    /// All values as a type that derives [`FromEnvironment`].
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn read<T: FromEnvironment>(&self) -> Result<T, Error> {
        self.read_at("", T::from_value)
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
        Leaves { rest: vec![(PropertyPath::new(), &self.value)] }
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
        Arc::unwrap_or_clone(self.findings)
    }

    /// Where the value at a property path comes from: what made it, what it was merged over, how long it stays valid. It
    /// never tells the value. This works for inspected environments, too.
    ///
    /// # Errors
    ///
    /// The path is malformed or leads nowhere.
    pub fn explain(&self, path: &str) -> Result<Explanation, Error> {
        let path = parse_path(path)?;
        let layers = self.layers_at(&path);
        if layers.is_empty() {
            let problem = self.locate(&path).err().unwrap_or(DecodeError {
                path: path.clone(),
                problem: Problem::Refused("nothing in a document defines this".to_owned()),
            });
            return Err(self.placed(&PropertyPath::new(), problem));
        }
        Ok(Explanation::new(&self.name, path, layers))
    }

    /// All values with where each comes from. This is made on demand: it can be much larger than the values.
    pub fn traced_value(&self) -> Option<Value> {
        let mut value = self.answers.traced_value()?;
        // The object of all values stands nowhere.
        value.trace = Some(Box::new(Trace { def: Origin::default(), base: None }));
        Some(value)
    }

    /// The value at a property path with where it comes from.
    pub fn traced_value_at(&self, path: &str) -> Result<Option<Value>, Error> {
        let path = parse_path(path)?;
        Ok(self.answers.traced_value_at(&path))
    }

    /// What the values look like.
    pub fn schema(&self) -> Option<SchemaRef> {
        self.answers.schema()
    }

    /// How long opened values stay valid, by call.
    pub fn leases(&self) -> Vec<(CallSite, Lease)> {
        self.answers.leases()
    }

    /// The names of the environments that took part, this one first.
    pub fn environments(&self) -> Vec<&str> {
        self.environments.iter().map(String::as_str).collect()
    }

    pub(crate) fn layers_at(&self, path: &PropertyPath) -> Vec<Layer> {
        self.answers.layers_at(path)
    }

    /// The value at a path, or why there is none.
    pub(crate) fn locate(&self, path: &PropertyPath) -> Result<&Value, DecodeError> {
        self.pick(path).map_err(|error| match self.is_whole {
            true => error,
            false => self.not_picked(path).unwrap_or(error),
        })
    }

    /// Why there is nothing at a path, if not everything was asked for: as far as it was, it is known all the same.
    fn not_picked(&self, path: &PropertyPath) -> Option<DecodeError> {
        let elements = path.elements();
        (0..elements.len()).rev().find_map(|len| {
            let start: PropertyPath = elements.iter().take(len).cloned().collect();
            let next = elements.get(len)?;
            if let Some(value) = self.answers.traced_value_at(&start) {
                let error = find(&value, std::slice::from_ref(next)).err()?;
                return Some(DecodeError { path: start, ..error });
            }
            let keys = self.answers.keys_at(&start)?;
            let PathElement::Key(key) = next else { return None };
            if keys.contains(key) {
                let problem =
                    Problem::Refused("was not asked for when the environment was opened".into());
                return Some(DecodeError { path: start.join(key.clone()), problem });
            }
            let near = nearest(keys.iter().map(|key| key.as_str()), key).map(str::to_owned);
            let problem = Problem::Missing { name: key.to_string(), nearest: near };
            Some(DecodeError { path: start, problem })
        })
    }

    fn pick(&self, path: &PropertyPath) -> Result<&Value, DecodeError> {
        let elements = path.elements();
        let picked = self.picked.iter().find_map(|(start, value)| {
            let rest = elements.strip_prefix(start.elements())?;
            Some(find(value, rest).map_err(|error| below(start, error)))
        });
        picked.unwrap_or_else(|| find(&self.value, elements))
    }

    fn placed(&self, start: &PropertyPath, error: DecodeError) -> Error {
        Error::Lookup(Box::new(self.located(start, error)))
    }

    /// A problem with the place it is written at.
    pub(crate) fn located(&self, start: &PropertyPath, error: DecodeError) -> LookupError {
        let mut error = LookupError::new(&self.name, start, error);
        error.origin = self.origin_at(&error.place());
        error
    }

    /// Where the value at a path is written; none if it stands nowhere.
    pub(crate) fn origin_at(&self, path: &PropertyPath) -> Option<Origin> {
        let layer = self.layers_at(path).into_iter().next()?;
        Some(layer.origin).filter(|origin| origin.range != Range::NONE)
    }

    fn read_at<T>(
        &self,
        path: &str,
        read: impl Fn(&Value) -> Result<T, DecodeError>,
    ) -> Result<T, Error> {
        let path = parse_path(path)?;
        let value = self.locate(&path).map_err(|error| self.placed(&PropertyPath::new(), error))?;
        read(value).map_err(|error| self.placed(&path, error))
    }

    /// Whether an error says that there is nothing at a path, and not that something in it is wrong.
    fn is_absent(&self, path: &str, error: &LookupError) -> Result<bool, Error> {
        let asked = parse_path(path)?;
        let missing = matches!(error.problem, Problem::Missing { .. });
        let through_null = matches!(&error.problem, Problem::Mistyped { found, .. } if found == "null")
            && error.path.len() < asked.len();
        Ok((missing && asked.elements().starts_with(error.path.elements())) || through_null)
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

struct Leaves<'v> {
    /// What is still to be visited, the next one last.
    rest: Vec<(PropertyPath, &'v Value)>,
}

impl<'v> Iterator for Leaves<'v> {
    type Item = (PropertyPath, &'v Value);

    fn next(&mut self) -> Option<(PropertyPath, &'v Value)> {
        while let Some((path, value)) = self.rest.pop() {
            match &value.kind {
                ValueKind::List(items) if !items.is_empty() => {
                    let items = items.iter().enumerate().rev();
                    self.rest.extend(items.map(|(index, item)| (path.join(index), item)));
                }
                ValueKind::Object(entries) if !entries.is_empty() => {
                    let entries = entries.iter().rev();
                    self.rest.extend(entries.map(|(key, item)| (path.join(key.clone()), item)));
                }
                _ => return Some((path, value)),
            }
        }
        None
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

fn below(start: &PropertyPath, error: DecodeError) -> DecodeError {
    let elements = start.elements().iter().chain(error.path.elements());
    DecodeError { path: elements.cloned().collect(), ..error }
}
