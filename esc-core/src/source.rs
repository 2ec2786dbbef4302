//! Where environments come from.

use std::sync::Arc;

use async_trait::async_trait;
use smol_str::SmolStr;

use crate::ast::ParsedDocument;
use crate::crypt::Decrypter;

/// A definition as a source delivers it.
#[derive(Clone)]
pub struct Definition {
    /// The document.
    pub text: Arc<str>,
    /// Decrypts the document's secrets.
    pub decrypter: Arc<dyn Decrypter>,
    /// The revision the source knows it by, if it has revisions: another one after each change of the document. Whatever
    /// text the source likes, such as a number or a digest.
    pub revision: Option<SmolStr>,
    /// The document of this text, if the source keeps it parsed: then it is not parsed again. It has to be loaded under the
    /// very name that is asked for, or the text counts.
    pub parsed: Option<ParsedDocument>,
}

impl Definition {
    /// A definition without revision, of which nothing is parsed.
    pub fn new(text: impl Into<Arc<str>>, decrypter: Arc<dyn Decrypter>) -> Definition {
        Definition { text: text.into(), decrypter, revision: None, parsed: None }
    }

    /// The same, parsed already.
    ///
    /// A server that evaluates the same revision again and again keeps the [`ParsedDocument`] beside it.
    pub fn with_parsed(mut self, parsed: ParsedDocument) -> Definition {
        self.parsed = Some(parsed);
        self
    }
}

/// An environment that was loaded, and what it was then: see [`EnvironmentSource::changed`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The name it was asked for by.
    pub name: SmolStr,
    /// The revision of the definition that was delivered; none if it could not be loaded.
    pub revision: Option<SmolStr>,
}

/// Why a definition could not be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceErrorKind {
    /// There is no such environment.
    NotFound,
    /// The caller may not read it.
    Denied,
    /// The caller is not known.
    Unauthenticated,
    /// The source cannot be reached or does not answer now.
    Unavailable,
    /// The name or the stored document is malformed.
    Invalid,
}

/// A failure to load a definition; the message is shown to the user at the import.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct SourceError {
    /// What kind of failure.
    pub kind: SourceErrorKind,
    /// What failed, where, and what to do; without secrets.
    pub message: String,
}

impl SourceError {
    /// A failure of this kind.
    pub fn new(kind: SourceErrorKind, message: impl Into<String>) -> SourceError {
        SourceError { kind, message: message.into() }
    }
}

/// Loads environments by name.
///
/// Names are opaque to the evaluator: a source decides what `project/name@version` means. The evaluator asks for
/// many environments at once and for each at most once per evaluation.
///
/// ```
/// use std::{collections::HashMap, sync::Arc};
/// use esc_core::{crypt::{CryptError, Decrypter}, secret::Secret};
/// use esc_core::source::{Definition, EnvironmentSource, SourceError, SourceErrorKind};
///
/// struct NoSecrets;
///
/// #[async_trait::async_trait]
/// impl Decrypter for NoSecrets {
///     async fn decrypt(&self, _: &[u8]) -> Result<Secret<Vec<u8>>, CryptError> {
///         Err(CryptError::Other("this source holds no secrets".into()))
///     }
/// }
///
/// struct InMemory(HashMap<String, Arc<str>>);
///
/// #[async_trait::async_trait]
/// impl EnvironmentSource for InMemory {
///     async fn load(&self, name: &str) -> Result<Definition, SourceError> {
///         match self.0.get(name) {
///             Some(text) => Ok(Definition::new(text.clone(), Arc::new(NoSecrets))),
///             None => Err(SourceError::new(SourceErrorKind::NotFound, format!("no environment `{name}`"))),
///         }
///     }
/// }
/// ```
#[async_trait]
pub trait EnvironmentSource: Send + Sync {
    /// Loads the environment of that name.
    async fn load(&self, name: &str) -> Result<Definition, SourceError>;

    /// Waits until one of these environments is no longer what was loaded: edited, removed, or there again.
    ///
    /// The caller names everything an evaluation loaded, or tried to: the environment and all that it imports. The source
    /// compares revisions, so nothing is missed between loading and this call, and nothing has to be kept between two
    /// calls. Several changes at the same time are one, and a source may wait for a moment of quiet before it returns.
    /// The caller then loads again, and calls this with what that gave.
    ///
    /// This may be dropped at any time. A source that cannot tell never returns: that is the default.
    async fn changed(&self, loaded: &[Loaded]) {
        let _ = loaded;
        std::future::pending().await
    }
}
