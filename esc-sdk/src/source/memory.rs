//! Environments in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::crypt::Decrypter;
use esc_core::source::{Definition, EnvironmentSource, Loaded, SourceError, SourceErrorKind};
use esc_core::spelling::nearest;
use tokio::sync::watch;

use super::digest::digest;
use super::name::{EnvironmentName, NameError};
use crate::crypto::{Key, KeyCrypter, NoKey};

/// Environments that a program brings along: compiled in, made up in tests, or read from wherever it likes.
///
/// Names are `project/name`, or `name` for the project `default`. With a [key](Self::with_key) secrets are decrypted.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// use esc_sdk::{Client, MemorySource};
///
/// let source = MemorySource::new()
///     .with("shop/base", "values: {port: 5432}")?
///     .with("shop/dev", "imports: [shop/base]\nvalues: {url: 'db:${port}'}")?;
/// let opened = Client::builder(source).build().open("shop/dev").await?;
/// assert_eq!(opened.value().get("url").and_then(|v| v.as_str()), Some("db:5432"));
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`set`](Self::set) and [`remove`](Self::remove) change environments later. Clones share them, and watches learn of the
/// change at once.
#[derive(Clone, Debug, Default)]
pub struct MemorySource {
    texts: Arc<watch::Sender<Texts>>,
    key: Option<Key>,
}

type Texts = BTreeMap<EnvironmentName, Arc<str>>;

impl MemorySource {
    /// No environments.
    pub fn new() -> MemorySource {
        MemorySource::default()
    }

    /// The same, with an environment; one of the same name is replaced. Clones made before do not have it.
    ///
    /// # Errors
    ///
    /// The name is not one of an environment.
    pub fn with(
        mut self,
        name: &str,
        text: impl Into<Arc<str>>,
    ) -> Result<MemorySource, NameError> {
        let mut texts = self.texts.borrow().clone();
        texts.insert(name.parse()?, text.into());
        self.texts = Arc::new(watch::Sender::new(texts));
        Ok(self)
    }

    /// Puts an environment in place, for all clones.
    ///
    /// # Errors
    ///
    /// The name is not one of an environment.
    pub fn set(&self, name: &str, text: impl Into<Arc<str>>) -> Result<(), NameError> {
        let name = name.parse()?;
        self.texts.send_modify(|texts| drop(texts.insert(name, text.into())));
        Ok(())
    }

    /// Removes an environment, for all clones; false if there is none.
    ///
    /// # Errors
    ///
    /// The name is not one of an environment.
    pub fn remove(&self, name: &str) -> Result<bool, NameError> {
        let name = name.parse()?;
        Ok(self.texts.send_if_modified(|texts| texts.remove(&name).is_some()))
    }

    /// What is there now.
    fn definition(&self, name: &str) -> Result<Definition, SourceError> {
        let invalid = |message| SourceError::new(SourceErrorKind::Invalid, message);
        let name: EnvironmentName = name.parse().map_err(|e| invalid(format!("{e}")))?;
        let found = self.texts.borrow().get(&name).cloned();
        let Some(text) = found else {
            let mut message = format!("there is no environment `{name}`");
            let names: Vec<String> = self.texts.borrow().keys().map(ToString::to_string).collect();
            if let Some(near) = nearest(names.iter().map(String::as_str), &name.to_string()) {
                message.push_str(&format!("; did you mean `{near}`?"));
            }
            return Err(SourceError::new(SourceErrorKind::NotFound, message));
        };
        let decrypter: Arc<dyn Decrypter> = match &self.key {
            Some(key) => Arc::new(
                KeyCrypter::new(key, name.to_string()).map_err(|e| invalid(format!("{e}")))?,
            ),
            None => Arc::new(NoKey),
        };
        let revision = Some(digest(&text));
        Ok(Definition { revision, ..Definition::new(text, decrypter) })
    }

    /// The same, with a key for the secrets.
    pub fn with_key(mut self, key: Key) -> MemorySource {
        self.key = Some(key);
        self
    }
}

#[async_trait]
impl EnvironmentSource for MemorySource {
    async fn load(&self, name: &str) -> Result<Definition, SourceError> {
        self.definition(name)
    }

    async fn changed(&self, loaded: &[Loaded]) {
        let mut texts = self.texts.subscribe();
        let revision = |name: &str| self.definition(name).ok()?.revision;
        while loaded.iter().all(|loaded| revision(&loaded.name) == loaded.revision) {
            // The sender is in `self`.
            let _ = texts.changed().await;
        }
    }
}
