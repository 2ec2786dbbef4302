//! Environments in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::crypt::Decrypter;
use esc_core::source::{Definition, EnvironmentSource, SourceError, SourceErrorKind};
use esc_core::spelling::nearest;

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
#[derive(Clone, Debug, Default)]
pub struct MemorySource {
    texts: BTreeMap<EnvironmentName, Arc<str>>,
    key: Option<Key>,
}

impl MemorySource {
    /// No environments.
    pub fn new() -> MemorySource {
        MemorySource::default()
    }

    /// The same, with an environment; one of the same name is replaced.
    ///
    /// # Errors
    ///
    /// The name is not one of an environment.
    pub fn with(
        mut self,
        name: &str,
        text: impl Into<Arc<str>>,
    ) -> Result<MemorySource, NameError> {
        self.texts.insert(name.parse()?, text.into());
        Ok(self)
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
        let invalid = |message| SourceError::new(SourceErrorKind::Invalid, message);
        let name: EnvironmentName = name.parse().map_err(|e| invalid(format!("{e}")))?;
        let Some(text) = self.texts.get(&name) else {
            let mut message = format!("there is no environment `{name}`");
            let names: Vec<String> = self.texts.keys().map(ToString::to_string).collect();
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
        Ok(Definition { text: text.clone(), decrypter, revision: None })
    }
}
