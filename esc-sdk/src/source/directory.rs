//! Environments in a directory: `DIR/<project>/<name>.yaml`.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::crypt::{CryptError, Decrypter};
use esc_core::edit::{SecretsError, decrypt_secrets, encrypt_secrets};
use esc_core::secret::Secret;
use esc_core::source::{Definition, EnvironmentSource, SourceError, SourceErrorKind};
use esc_core::spelling::nearest;

use super::name::EnvironmentName;
use crate::crypto::{Key, KeyCrypter, NoKey};

/// Why secrets in a directory were not encrypted or decrypted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// The environment cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// There is no key.
    #[error("there is no key to do it with")]
    NoKey,
    /// The document's secrets cannot be changed.
    #[error("environment `{name}`: {cause}")]
    Secrets {
        /// The environment.
        name: EnvironmentName,
        /// What is in the way.
        cause: SecretsError,
    },
    /// The file cannot be written. It is as it was.
    #[error("environment `{name}`: cannot write its file: {cause}")]
    Write {
        /// The environment.
        name: EnvironmentName,
        /// Why not.
        cause: io::Error,
    },
}

/// Reads environments from a directory that has a subdirectory for every project.
///
/// Names are `project/name`, or `name` for the project `default`. They cannot lead out of the directory, and neither
/// can symbolic links in it. There are no versions.
///
/// With a [key](Self::with_key) secrets are decrypted; each environment's identity is its full name.
#[derive(Clone, Debug)]
pub struct DirectorySource {
    root: PathBuf,
    key: Option<Key>,
    max_bytes: u64,
}

impl DirectorySource {
    /// Environments below that directory, which must exist.
    pub fn new(root: impl AsRef<Path>) -> Result<DirectorySource, SourceError> {
        let root = root.as_ref();
        let canonical = root
            .canonicalize()
            .and_then(|path| fs::read_dir(&path).map(|_| path))
            .map_err(|e| failed(&format!("the directory `{}`", root.display()), &e))?;
        let max_bytes = esc_core::syntax::Limits::default().max_bytes as u64;
        Ok(DirectorySource { root: canonical, key: None, max_bytes })
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
            let at = e.utf8_error().valid_up_to();
            invalid(format!("{}: not UTF-8 text from byte {at} on", what()))
        })
    }

    /// Encrypts the plaintext secrets of an environment in its file; false if there are none.
    pub async fn encrypt(&self, name: &EnvironmentName) -> Result<bool, DirectoryError> {
        let crypter = self.crypter(name)?.ok_or(DirectoryError::NoKey)?;
        let text = self.read(name)?;
        let encrypted = encrypt_secrets(&name.to_string(), &text, &crypter)
            .await
            .map_err(|cause| DirectoryError::Secrets { name: name.clone(), cause })?;
        self.write(name, &text, &encrypted)
    }

    /// The text of an environment with its secrets decrypted. The file stays as it is.
    pub async fn decrypted(
        &self,
        name: &EnvironmentName,
    ) -> Result<Secret<String>, DirectoryError> {
        let crypter = self.crypter(name)?.ok_or(DirectoryError::NoKey)?;
        let text = self.read(name)?;
        decrypt_secrets(&name.to_string(), &text, &crypter)
            .await
            .map(Secret::new)
            .map_err(|cause| DirectoryError::Secrets { name: name.clone(), cause })
    }

    /// Decrypts the secrets of an environment in its file; false if there are none.
    pub async fn decrypt(&self, name: &EnvironmentName) -> Result<bool, DirectoryError> {
        let text = self.read(name)?;
        let decrypted = self.decrypted(name).await?;
        self.write(name, &text, decrypted.expose())
    }

    fn crypter(&self, name: &EnvironmentName) -> Result<Option<KeyCrypter>, SourceError> {
        let make = |key| KeyCrypter::new(key, name.to_string());
        let error = |e: CryptError| invalid(format!("environment `{name}`: {e}"));
        self.key.as_ref().map(make).transpose().map_err(error)
    }

    /// Where the file is, with links followed, once it is certain that they stay within the directory.
    fn locate(&self, name: &EnvironmentName) -> Result<PathBuf, SourceError> {
        let path = self.root.join(name.project()).join(format!("{}.yaml", name.name()));
        let canonical = match path.canonicalize() {
            Ok(canonical) => canonical,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(self.not_found(name)),
            Err(e) => return Err(failed(&format!("environment `{name}`"), &e)),
        };
        if !canonical.starts_with(&self.root) {
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

    /// Replaces the file as a whole: nobody ever sees half of it, and a failure leaves the old one.
    fn write(&self, name: &EnvironmentName, old: &str, new: &str) -> Result<bool, DirectoryError> {
        if old == new {
            return Ok(false);
        }
        let path = self.locate(name)?;
        let replace = || {
            let directory = path.parent().unwrap_or(&self.root);
            let mut file = tempfile::Builder::new().prefix(".esc-").tempfile_in(directory)?;
            file.write_all(new.as_bytes())?;
            file.as_file().set_permissions(fs::metadata(&path)?.permissions())?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|e| e.error)?;
            Ok(())
        };
        replace().map_err(|cause| DirectoryError::Write { name: name.clone(), cause })?;
        Ok(true)
    }
}

#[async_trait]
impl EnvironmentSource for DirectorySource {
    async fn load(&self, name: &str) -> Result<Definition, SourceError> {
        let name: EnvironmentName = name.parse().map_err(|e| invalid(format!("{e}")))?;
        let text = self.read(&name)?.into();
        let decrypter: Arc<dyn Decrypter> = match self.crypter(&name)? {
            Some(crypter) => Arc::new(crypter),
            None => Arc::new(NoKey),
        };
        Ok(Definition { text, decrypter, revision: None })
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
