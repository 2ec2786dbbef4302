//! Definitions: reading, decrypting, changing and checking them.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use esc_core::crypt::{CryptError, Encrypter};
use esc_core::diagnostic::Diagnostic;
use esc_core::edit::encrypt_secrets;
use esc_core::environment::Environment;
use esc_core::secret::{Scrubber, Secret};
use reqwest::Method;
use zeroize::Zeroizing;

use super::answers::diagnostics;
use super::etag::ETag;
use super::failure::{ApiError, protocol};
use super::names::Version;
use super::response::Answer;
use super::settings::Api;
use crate::source::EnvironmentName;

/// A definition as it is stored: its secrets are ciphertexts. `Debug` does not show the document.
#[derive(Clone, PartialEq, Eq)]
pub struct Definition {
    /// The document, byte for byte.
    pub text: String,
    /// What [`update`](Api::update) takes to replace this state and no other.
    pub etag: Option<ETag>,
    /// The revision.
    pub revision: Option<u64>,
}

impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Definition")
            .field("etag", &self.etag)
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}

/// A definition with its secrets in clear.
#[derive(Clone, Debug)]
pub struct Decrypted {
    /// The document.
    pub text: Secret<String>,
    /// What [`update`](Api::update) takes to replace this state and no other.
    pub etag: Option<ETag>,
    /// The revision.
    pub revision: Option<u64>,
}

/// What an update came to.
#[derive(Clone, Debug)]
pub struct Updated {
    /// What the new state is called.
    pub etag: Option<ETag>,
    /// The new revision.
    pub revision: Option<u64>,
    /// Warnings about the definition.
    pub diagnostics: Vec<Diagnostic>,
}

/// What checking a definition came to.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What is known of the environment; what providers would answer is unknown.
    pub environment: Environment,
    /// Errors and warnings. They name the definition `<yaml>`.
    pub diagnostics: Vec<Diagnostic>,
}

impl Api {
    /// The definition, as it is stored.
    pub async fn definition(&self, name: &EnvironmentName) -> Result<Definition, ApiError> {
        self.read_definition(name, None).await
    }

    /// The definition of a version.
    pub async fn definition_at(
        &self,
        name: &EnvironmentName,
        version: &Version,
    ) -> Result<Definition, ApiError> {
        self.read_definition(name, Some(version)).await
    }

    pub(super) async fn read_definition(
        &self,
        name: &EnvironmentName,
        version: Option<&Version>,
    ) -> Result<Definition, ApiError> {
        let answer = self.get_definition(name, version, false).await?;
        let (etag, revision) = (answer.etag(), answer.revision());
        Ok(Definition { text: answer.text()?.to_owned(), etag, revision })
    }

    /// The definition with its secrets in clear. This takes the right to open the environment.
    pub async fn decrypted(&self, name: &EnvironmentName) -> Result<Decrypted, ApiError> {
        decrypted(self.get_definition(name, None, true).await?)
    }

    /// The definition of a version with its secrets in clear.
    pub async fn decrypted_at(
        &self,
        name: &EnvironmentName,
        version: &Version,
    ) -> Result<Decrypted, ApiError> {
        decrypted(self.get_definition(name, Some(version), true).await?)
    }

    async fn get_definition(
        &self,
        name: &EnvironmentName,
        version: Option<&Version>,
        decrypt: bool,
    ) -> Result<Answer, ApiError> {
        let shown = version.map(|version| format!("@{version}")).unwrap_or_default();
        let verb = if decrypt { "decrypt" } else { "read" };
        let operation = self.operation(verb, &format!("{name}{shown}"));
        let version = version.map(ToString::to_string);
        let mut rest = Vec::new();
        if let Some(version) = &version {
            rest.extend(["versions", version]);
        }
        if decrypt {
            rest.push("decrypt");
        }
        self.call(Method::GET, &self.path(name, &rest), operation).send().await
    }

    /// What the present state is called, and its revision, without the definition.
    pub async fn state(
        &self,
        name: &EnvironmentName,
    ) -> Result<(Option<ETag>, Option<u64>), ApiError> {
        let path = self.path(name, &[]);
        let answer = self.call(Method::HEAD, &path, self.operation("read", name)).send().await?;
        Ok((answer.etag(), answer.revision()))
    }

    /// Replaces the definition. The server encrypts plaintext secrets in it.
    ///
    /// With the ETag of the state that the change was made to, changes of others are not overwritten.
    ///
    /// # Errors
    ///
    /// [`Conflict`](ApiError::Conflict) if it is no longer in that state; [`Invalid`](ApiError::Invalid) with
    /// diagnostics if the definition has errors. Either way nothing is saved.
    pub async fn update(
        &self,
        name: &EnvironmentName,
        text: &str,
        etag: Option<&ETag>,
    ) -> Result<Updated, ApiError> {
        let path = self.path(name, &[]);
        let secrets = plaintexts(text).await;
        let scrubber = Scrubber::new(secrets.iter().map(|secret| secret.as_str()));
        let call = self.call(Method::PATCH, &path, self.operation("update", name));
        let answer = call.yaml(text, secrets).if_match(etag).send().await?;
        // Some servers answer nothing.
        let diagnostics = match answer.text()?.trim() {
            "" => Vec::new(),
            _ => diagnostics(answer.read::<esc_api::UpdateResponse>()?.diagnostics, &scrubber),
        };
        Ok(Updated { etag: answer.etag(), revision: answer.revision(), diagnostics })
    }

    /// Checks a definition that need not be stored anywhere. Providers are not called.
    ///
    /// Errors in the definition are in the [diagnostics](Checked::diagnostics) of the result. Secrets are shown as
    /// `[secret]` unless `show_secrets`.
    pub async fn check(&self, text: &str, show_secrets: bool) -> Result<Checked, ApiError> {
        let path = ["environments", &self.organization, "yaml", "check"];
        let operation = format!("check a definition in `{}`", self.organization);
        let secrets = plaintexts(text).await;
        let scrubber = Scrubber::new(secrets.iter().map(|secret| secret.as_str()));
        let call = self.call(Method::POST, &path, operation).safe().keep_invalid();
        let answer = call
            .query("showSecrets", show_secrets.then_some(true))
            .yaml(text, secrets)
            .send()
            .await?;
        let found: esc_api::Diagnostics = answer.read()?;
        let diagnostics = diagnostics(found.diagnostics, &scrubber);
        if answer.is_invalid() && diagnostics.is_empty() {
            // It is not the definition that is wrong.
            return Err(answer.into_error(&scrubber));
        }
        let environment = Environment::from_json(answer.json()?)
            .map_err(|error| protocol(&answer.operation, error.to_string()))?;
        Ok(Checked { environment, diagnostics })
    }
}

fn decrypted(answer: Answer) -> Result<Decrypted, ApiError> {
    let (etag, revision) = (answer.etag(), answer.revision());
    Ok(Decrypted { text: Secret::new(answer.text()?.to_owned()), etag, revision })
}

/// The plaintext secrets of a definition; none of one that cannot be read.
async fn plaintexts(text: &str) -> Vec<Zeroizing<String>> {
    let collector = Collector::default();
    // Only what passes through the encrypter matters, not what comes of it.
    let _ = encrypt_secrets("<yaml>", text, &collector).await;
    collector.0.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Stands where an encrypter stands, to see what would be encrypted.
#[derive(Default)]
struct Collector(Mutex<Vec<Zeroizing<String>>>);

#[async_trait]
impl Encrypter for Collector {
    async fn encrypt(&self, plaintext: &Secret<Vec<u8>>) -> Result<Vec<u8>, CryptError> {
        if let Ok(text) = std::str::from_utf8(plaintext.expose()) {
            let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            found.push(Zeroizing::new(text.to_owned()));
        }
        Ok(Vec::new())
    }
}
