//! Encrypting and decrypting the secrets in files.

use std::fs;
use std::io::Write;

use esc_core::edit::{decrypt_secrets, encrypt_secrets};
use esc_core::secret::Secret;

use super::DirectorySource;
use super::error::DirectoryError;
use crate::source::name::EnvironmentName;

impl DirectorySource {
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
