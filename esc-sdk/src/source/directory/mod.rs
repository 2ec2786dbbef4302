//! Environments in a directory: `DIR/<project>/<name>.yaml`.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use esc_core::crypt::{CryptError, Decrypter};
use esc_core::source::{Definition, EnvironmentSource, Loaded, SourceError, SourceErrorKind};
use esc_core::spelling::nearest;

use super::digest::digest;
use super::name::EnvironmentName;
use crate::crypto::{Key, KeyCrypter, NoKey};

mod error;
mod secrets;
mod watch;

pub use error::DirectoryError;
use watch::{Events, Timing};

/// Reads environments from a directory that has a subdirectory for every project.
///
/// Names are `project/name`, or `name` for the project `default`. They cannot lead out of the directory, and neither
/// can symbolic links in it. There are no versions.
///
/// With a [key](Self::with_key) secrets are decrypted; each environment's identity is its full name.
///
/// # Changes
///
/// A [watch](crate::watch) of an environment learns at once when one of its files changes, its imports included: through
/// events of the file system (feature `notify`, which is on by default), or by looking every two seconds where there are
/// none or [on request](Self::with_polling). How a file is written does not matter: in place, beside and renamed, removed
/// and made again, through links that are moved elsewhere, as Kubernetes does. Only what is in the files counts.
///
/// A change is taken up when the files have been quiet for 100 ms, and at the latest after a second, so that files that
/// are written together, or in pieces, count as one change ([`with_quiet_time`](Self::with_quiet_time)). Of a file that is
/// half-written for longer, or wrong, the watch says so in its status and keeps the last good values. Events that never
/// come, as from network file systems, are made up for by looking every 30 seconds.
#[derive(Clone, Debug)]
pub struct DirectorySource {
    /// As given, but absolute: where links in it lead may change.
    root: PathBuf,
    key: Option<Key>,
    max_bytes: u64,
    events: Events,
    timing: Timing,
}

impl DirectorySource {
    /// Environments below that directory, which must exist.
    ///
    /// # Errors
    ///
    /// It does not exist, or cannot be read.
    pub fn new(root: impl AsRef<Path>) -> Result<DirectorySource, SourceError> {
        let given = root.as_ref();
        let root = std::path::absolute(given)
            .and_then(|path| fs::read_dir(&path).map(|_| path))
            .map_err(|e| failed(&format!("the directory `{}`", given.display()), &e))?;
        let max_bytes = esc_core::syntax::Limits::default().max_bytes as u64;
        let (events, timing) = (Events::of_system(), Timing::default());
        Ok(DirectorySource { root, key: None, max_bytes, events, timing })
    }

    /// With a key for the secrets.
    pub fn with_key(mut self, key: Key) -> DirectorySource {
        self.key = Some(key);
        self
    }

    /// With another bound on the size of documents, in bytes. Default 4 MiB.
    pub fn with_max_bytes(mut self, bytes: u64) -> DirectorySource {
        self.max_bytes = bytes;
        self
    }

    /// Looks for changes at intervals, and does not ask the system for events: for network file systems, and where events
    /// are too many or not allowed.
    pub fn with_polling(mut self, interval: Duration) -> DirectorySource {
        self.events = Events::none();
        self.timing.polling = interval;
        self
    }

    /// With another time of quiet after which a change is taken up, and another longest time until it is. Default 100
    /// milliseconds and one second.
    pub fn with_quiet_time(mut self, quiet: Duration, longest: Duration) -> DirectorySource {
        (self.timing.quiet, self.timing.longest) = (quiet, longest);
        self
    }

    /// The names of all environments, sorted.
    pub fn names(&self) -> Result<Vec<EnvironmentName>, SourceError> {
        let cannot = |e: io::Error| failed("the directory of environments", &e);
        let mut names = Vec::new();
        for project in fs::read_dir(&self.root).map_err(cannot)? {
            let project = project.map_err(cannot)?;
            // What is not a directory holds no environments.
            let Ok(files) = fs::read_dir(project.path()) else { continue };
            for file in files {
                let file = file.map_err(cannot)?.file_name();
                let stem = file.to_str().and_then(|f| f.strip_suffix(".yaml"));
                let name = project.file_name().to_str().zip(stem).map(|(p, n)| format!("{p}/{n}"));
                names.extend(name.and_then(|n| n.parse::<EnvironmentName>().ok()));
            }
        }
        names.sort();
        Ok(names)
    }

    /// The text of an environment, as it is in its file.
    pub fn read(&self, name: &EnvironmentName) -> Result<String, SourceError> {
        let what = || format!("environment `{name}`");
        let path = self.locate(name)?;
        // A pipe would be waited for, so this comes before opening.
        if !fs::metadata(&path).map_err(|e| failed(&what(), &e))?.is_file() {
            return Err(invalid(format!("{}: not a file", what())));
        }
        let file = File::open(&path).map_err(|e| failed(&what(), &e))?;
        let mut bytes = Vec::new();
        file.take(self.max_bytes.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|e| failed(&what(), &e))?;
        if bytes.len() as u64 > self.max_bytes {
            return Err(invalid(format!("{}: larger than {} bytes", what(), self.max_bytes)));
        }
        String::from_utf8(bytes).map_err(|e| {
            let valid = e.as_bytes().get(..e.utf8_error().valid_up_to()).unwrap_or_default();
            let before = String::from_utf8_lossy(valid);
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            invalid(format!("{}: not UTF-8 text at line {line}, column {column}", what()))
        })
    }

    /// What is there now.
    fn definition(&self, name: &str) -> Result<Definition, SourceError> {
        let name: EnvironmentName = name.parse().map_err(|e| invalid(format!("{e}")))?;
        let text = self.read(&name)?;
        let revision = Some(digest(&text));
        let decrypter: Arc<dyn Decrypter> = match self.crypter(&name)? {
            Some(crypter) => Arc::new(crypter),
            None => Arc::new(NoKey),
        };
        Ok(Definition { revision, ..Definition::new(text, decrypter) })
    }

    fn crypter(&self, name: &EnvironmentName) -> Result<Option<KeyCrypter>, SourceError> {
        let make = |key| KeyCrypter::new(key, name.to_string());
        let error = |e: CryptError| invalid(format!("environment `{name}`: {e}"));
        self.key.as_ref().map(make).transpose().map_err(error)
    }

    fn path(&self, name: &EnvironmentName) -> PathBuf {
        self.root.join(name.project()).join(format!("{}.yaml", name.name()))
    }

    /// Where the file is, with links followed, once it is certain that they stay within the directory.
    fn locate(&self, name: &EnvironmentName) -> Result<PathBuf, SourceError> {
        let path = self.path(name);
        let canonical = match path.canonicalize() {
            Ok(canonical) => canonical,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(self.not_found(name)),
            Err(e) => return Err(failed(&format!("environment `{name}`"), &e)),
        };
        let root =
            self.root.canonicalize().map_err(|e| failed("the directory of environments", &e))?;
        if !canonical.starts_with(&root) {
            let message = format!("environment `{name}`: its file is a link out of the directory");
            return Err(SourceError::new(SourceErrorKind::Denied, message));
        }
        Ok(canonical)
    }

    fn not_found(&self, name: &EnvironmentName) -> SourceError {
        let mut message = format!("there is no environment `{name}`");
        let names: Vec<String> =
            self.names().unwrap_or_default().iter().map(ToString::to_string).collect();
        let wanted = name.to_string();
        if let Some(nearest) = nearest(names.iter().map(String::as_str), &wanted) {
            message.push_str(&format!("; did you mean `{nearest}`?"));
        } else if names.is_empty() {
            message.push_str("; the directory holds none (they are files `<project>/<name>.yaml`)");
        }
        SourceError::new(SourceErrorKind::NotFound, message)
    }
}

#[async_trait]
impl EnvironmentSource for DirectorySource {
    async fn load(&self, name: &str) -> Result<Definition, SourceError> {
        self.definition(name)
    }

    async fn changed(&self, loaded: &[Loaded]) {
        let names: Vec<Option<EnvironmentName>> =
            loaded.iter().map(|loaded| loaded.name.parse().ok()).collect();
        let paths: Vec<Option<PathBuf>> =
            names.iter().map(|name| name.as_ref().map(|name| self.path(name))).collect();
        let files: Vec<(&Loaded, Option<&Path>)> =
            loaded.iter().zip(paths.iter().map(|path| path.as_deref())).collect();
        let revision = |name: &str| self.definition(name).ok()?.revision;
        watch::changed(&self.events, self.timing, &files, revision).await;
    }
}

fn invalid(message: String) -> SourceError {
    SourceError::new(SourceErrorKind::Invalid, message)
}

fn failed(what: &str, error: &io::Error) -> SourceError {
    let kind = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => SourceErrorKind::NotFound,
        io::ErrorKind::PermissionDenied => SourceErrorKind::Denied,
        _ => SourceErrorKind::Unavailable,
    };
    SourceError::new(kind, format!("cannot read {what}: {error}"))
}
