//! The client: opens and checks environments by name.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use esc_core::path::PropertyPath;
use esc_core::source::Loaded;
use serde::de::DeserializeOwned;
use smol_str::SmolStr;

use super::backend::{Backend, Work};
use super::coalesce::Coalesced;
use super::compare::{compare, needed};
use super::fallback;
use super::observe::Started;
use super::options::Options;
use crate::error::Error;
use crate::snapshot::{Freshness, Snapshot, parse_path};
use crate::typed::FromEnvironment;

/// How many results are cached at most, of whole environments or parts.
const CACHED: usize = 1024;

/// Opens environments. Cheap to clone: clones share their cache. What it opens is independent of it.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    backend: Arc<dyn Backend>,
    requests: Arc<Coalesced<(SmolStr, Work), Result<Snapshot, Error>>>,
    options: Options,
}

impl Client {
    pub(super) fn over(backend: Arc<dyn Backend>, options: Options) -> Client {
        let requests = Arc::new(Coalesced::new(CACHED));
        Client(Arc::new(Inner { backend, requests, options }))
    }

    /// Opens an environment: everything is evaluated, and providers are called.
    ///
    /// # Errors
    ///
    /// It cannot be loaded, or has errors; half of an environment is not handed out.
    pub async fn open(&self, name: &str) -> Result<Snapshot, Error> {
        refuse_errors(self.evaluate(name, Work::Open(Vec::new())).await?)
    }

    /// Opens only what these property paths reach, and calls only the providers that takes.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), but errors elsewhere in the environment do not matter.
    pub async fn open_paths(&self, name: &str, paths: &[&str]) -> Result<Snapshot, Error> {
        let paths: Vec<PropertyPath> =
            paths.iter().map(|p| parse_path(p)).collect::<Result<_, _>>()?;
        refuse_errors(self.evaluate(name, Work::Open(paths)).await?)
    }

    /// Opens one value as a Rust type. Only what the path takes is evaluated, and only the providers that takes are called.
    ///
    /// Secrets go only into [`Secret`](crate::Secret).
    ///
    /// # Errors
    ///
    /// As [`open_paths`](Self::open_paths) and [`Snapshot::get`].
    pub async fn get<T: DeserializeOwned>(&self, name: &str, path: &str) -> Result<T, Error> {
        let paths = [parse_path(path)?];
        self.pick(name, &paths).await?.get(path)
    }

    /// Opens an environment as a type that derives [`FromEnvironment`]. Only what its fields need is evaluated, and only
    /// the providers that takes are called.
    ///
    /// # Errors
    ///
    /// As [`open_paths`](Self::open_paths) and [`Snapshot::extract`].
    pub async fn open_as<T: FromEnvironment>(&self, name: &str) -> Result<T, Error> {
        let checked = match self.check(name).await.and_then(refuse_errors) {
            // Not even the definitions can be had. What is stored is the whole environment.
            Err(error) if error.is_unavailable() && self.0.options.offline.is_some() => {
                return self.open(name).await?.extract();
            }
            checked => checked?,
        };
        let paths = needed(&T::expected(), &checked);
        if paths.is_empty() {
            // The type needs nothing of what is there.
            return checked.extract();
        }
        refuse_errors(self.evaluate(name, Work::Open(paths)).await?)?.extract()
    }

    /// Whether an environment has what a type needs, without opening it: every property that is missing or of another
    /// type, and every secret that would go into a plain field.
    ///
    /// What only opening can tell counts as fitting. [`check`](Self::check) checks an environment on its own.
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
    ///     #[esc(path = "database.host")]
    ///     host: u16,
    ///     token: String,
    /// }
    ///
    /// let error = client.check_type::<Config>("shop/dev").await.unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "`shop/dev` does not fit `Config`:
    ///   `database.host`: expected a whole number from 0 to 65535, found a string (defined at shop/dev:2:20)
    ///   `token` is secret, and a plain type would let it be seen (defined at shop/dev:3:23)",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn check_type<T: FromEnvironment>(&self, name: &str) -> Result<(), Error> {
        let checked = refuse_errors(self.check(name).await?)?;
        match compare::<T>(&checked) {
            Some(mismatches) => Err(Error::Mismatch(Box::new(mismatches))),
            None => Ok(()),
        }
    }

    /// Evaluates an environment without calling providers or decrypting: what they would return is unknown.
    ///
    /// The [diagnostics](Snapshot::diagnostics) say what is wrong.
    ///
    /// # Errors
    ///
    /// It cannot be loaded.
    pub async fn check(&self, name: &str) -> Result<Snapshot, Error> {
        self.evaluate(name, Work::Check).await
    }

    /// Invalidates cached results of an environment: the next opening evaluates it again.
    pub fn invalidate(&self, name: &str) {
        self.0.requests.invalidate(|(other, _)| other == name);
    }

    /// Opens without the cache, for a watch. The result is not shared: the watch releases its leases.
    pub(super) async fn open_alone(&self, name: &str) -> Result<Snapshot, Error> {
        self.evaluate_anew(name, &Work::Open(Vec::new())).await
    }

    pub(super) async fn changed(&self, loaded: &[Loaded]) {
        self.0.backend.changed(loaded).await;
    }

    /// Opens only what these paths reach; that one of them leads nowhere is not an error of the environment.
    async fn pick(&self, name: &str, paths: &[PropertyPath]) -> Result<Snapshot, Error> {
        let opened = self.evaluate(name, Work::Open(paths.to_vec())).await?;
        let mut errors = opened.diagnostics().list.iter().filter(|d| d.is_error());
        // The evaluator blames the document for references, and nothing for paths.
        match errors.all(|error| error.subject.is_none()) {
            true => Ok(opened),
            false => refuse_errors(opened),
        }
    }

    /// Evaluates, unless the same is under way or cached.
    async fn evaluate(&self, name: &str, work: Work) -> Result<Snapshot, Error> {
        let key = (SmolStr::new(name), work);
        if let Some(cached) = self.0.requests.cached(&key) {
            return cached;
        }
        let client = self.clone();
        let (name, work) = key.clone();
        let evaluate = || async move {
            let result = client.evaluate_anew(&name, &work).await;
            let keep = client.keep(&result);
            (result, keep)
        };
        self.0.requests.get(key, evaluate).await
    }

    /// How long a result is cached.
    fn keep(&self, result: &Result<Snapshot, Error>) -> Duration {
        let options = &self.0.options;
        match result {
            Err(error) if error.is_unavailable() => Duration::ZERO,
            Err(_) => options.negative_ttl,
            Ok(opened) if matches!(opened.freshness(), Freshness::Offline { .. }) => Duration::ZERO,
            Ok(opened) if opened.diagnostics().has_errors() => {
                let temporary = opened.diagnostics().list.iter().any(|d| d.temporary);
                if temporary { Duration::ZERO } else { options.negative_ttl }
            }
            Ok(opened) => {
                // Nothing is handed out near its end.
                let leases = opened.leases();
                let ends = leases.iter().filter_map(|(_, lease)| lease.duration);
                ends.map(|end| end / 2).chain([options.ttl]).min().unwrap_or(options.ttl)
            }
        }
    }

    async fn evaluate_anew(&self, name: &str, work: &Work) -> Result<Snapshot, Error> {
        let started = Started::now(name, work);
        let evaluated = async {
            let result = self.0.backend.evaluate(name, work).await;
            match &self.0.options.offline {
                Some(cache) if *work != Work::Check => {
                    fallback::apply(cache, name, work, result).await
                }
                _ => result,
            }
        };
        let result = started.around(evaluated).await;
        started.finished(&result);
        result
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("offline", &self.0.options.offline).finish_non_exhaustive()
    }
}

pub(super) fn refuse_errors(opened: Snapshot) -> Result<Snapshot, Error> {
    if opened.diagnostics().has_errors() {
        return Err(Error::Environment(Box::new(opened.into_diagnostics())));
    }
    Ok(opened)
}
