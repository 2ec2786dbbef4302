//! Recipients of [age](https://age-encryption.org/v1): X25519 keys (`age1…`) and existing SSH keys (`ssh-ed25519`,
//! `ssh-rsa`).
//!
//! A recipient is a public key, so anybody with access to the ring can wrap for it. The private key stays where it is:
//! in an age identity file or in `~/.ssh`.
//!
//! age authenticates no context. That a wrapped key belongs where it stands follows from the ring's MAC.

use std::fmt;
use std::str::FromStr;

use ::age::secrecy::{ExposeSecret, SecretString};
use ::age::{Callbacks, DecryptError, ssh, x25519};
use async_trait::async_trait;
use esc_core::secret::Secret;

use crate::recipient::{Address, Purpose, Recipient, RecipientError, Unwrapper};

/// The kind of the address of an X25519 key. `to` is its public key, `age1…`.
pub const KIND: &str = "age";

/// The kind of the address of an SSH key. `to` is its public key without the comment.
pub const SSH_KIND: &str = "ssh";

/// A text that is no key of age or SSH. Private keys are not quoted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgeError {
    /// The text is no public key.
    #[error("`{0}` is not a public key: it must start with `age1`, `ssh-ed25519` or `ssh-rsa`")]
    Recipient(String),
    /// It is one of a kind that age does not use.
    #[error("SSH keys of type `{0}` cannot be used: take one of type ssh-ed25519 or ssh-rsa")]
    Unsupported(String),
    /// The RSA key is too small or too large.
    #[error("the RSA key must have between 2048 and 4096 bits")]
    RsaSize,
    /// The text holds no private key.
    #[error(
        "there is no private key in it: neither `AGE-SECRET-KEY-1…` nor an OpenSSH private key"
    )]
    Identity,
}

/// A public key to wrap for.
#[derive(Clone)]
pub struct AgeRecipient(Public);

#[derive(Clone)]
enum Public {
    X25519(x25519::Recipient),
    Ssh(ssh::Recipient),
}

impl FromStr for AgeRecipient {
    type Err = AgeError;

    /// Reads `age1…`, or a line of an SSH public key file.
    fn from_str(text: &str) -> Result<AgeRecipient, AgeError> {
        let text = text.trim();
        if let Ok(key) = text.parse() {
            return Ok(AgeRecipient(Public::X25519(key)));
        }
        match text.parse::<ssh::Recipient>() {
            Ok(key) => Ok(AgeRecipient(Public::Ssh(key))),
            Err(error) => Err(ssh_error(error, text)),
        }
    }
}

impl fmt::Debug for AgeRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AgeRecipient({})", self.address().to)
    }
}

#[async_trait]
impl Recipient for AgeRecipient {
    fn address(&self) -> Address {
        match &self.0 {
            Public::X25519(key) => Address::new(KIND, key.to_string()),
            Public::Ssh(key) => Address::new(SSH_KIND, key.to_string()),
        }
    }

    async fn wrap(
        &self,
        key: &Secret<Vec<u8>>,
        _: &Purpose<'_>,
    ) -> Result<Vec<u8>, RecipientError> {
        let wrapped = match &self.0 {
            Public::X25519(public) => ::age::encrypt(public, key.expose()),
            Public::Ssh(public) => ::age::encrypt(public, key.expose()),
        };
        wrapped.map_err(|e| RecipientError::Other(format!("age: {e}")))
    }
}

/// Private keys that unwrap: those of an age identity file, or an SSH key.
#[derive(Clone)]
pub struct AgeIdentities {
    keys: Vec<Private>,
    passphrase: Option<SecretString>,
}

#[derive(Clone)]
enum Private {
    X25519(x25519::Identity),
    Ssh(ssh::Identity),
}

impl AgeIdentities {
    /// Reads the text of an identity file (`AGE-SECRET-KEY-1…` lines and comments) or of an OpenSSH private key.
    ///
    /// # Errors
    ///
    /// There is no private key in it, or one of a type that age does not use.
    pub fn parse(text: &Secret<String>) -> Result<AgeIdentities, AgeError> {
        let text = text.expose();
        let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        let keys: Result<Vec<Private>, _> =
            lines.map(|line| line.parse().map(Private::X25519)).collect();
        let keys = match keys {
            Ok(keys) if !keys.is_empty() => keys,
            _ => vec![Private::Ssh(ssh_identity(text)?)],
        };
        Ok(AgeIdentities { keys, passphrase: None })
    }

    /// With the passphrase that protects the SSH key.
    pub fn with_passphrase(self, passphrase: &Secret<String>) -> AgeIdentities {
        AgeIdentities { passphrase: Some(passphrase.expose().clone().into()), ..self }
    }

    /// Whether a passphrase is needed that was not given.
    pub fn needs_passphrase(&self) -> bool {
        let encrypted = |key: &Private| matches!(key, Private::Ssh(ssh::Identity::Encrypted(_)));
        self.passphrase.is_none() && self.keys.iter().any(encrypted)
    }

    /// The public keys.
    pub fn recipients(&self) -> Vec<AgeRecipient> {
        self.keys.iter().filter_map(Private::public).map(AgeRecipient).collect()
    }
}

impl fmt::Debug for AgeIdentities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AgeIdentities").field(&self.recipients()).finish()
    }
}

impl Private {
    fn public(&self) -> Option<Public> {
        match self {
            Private::X25519(key) => Some(Public::X25519(key.to_public())),
            Private::Ssh(key) => key.clone().try_into().ok().map(Public::Ssh),
        }
    }
}

#[async_trait]
impl Unwrapper for AgeIdentities {
    fn accepts(&self, address: &Address) -> bool {
        self.recipients().iter().any(|recipient| recipient.address() == *address)
    }

    async fn unwrap(
        &self,
        address: &Address,
        wrapped: &[u8],
        _: &Purpose<'_>,
    ) -> Result<Secret<Vec<u8>>, RecipientError> {
        let ours = |key: &&Private| {
            key.public().is_some_and(|public| AgeRecipient(public).address() == *address)
        };
        let key = self.keys.iter().find(ours).ok_or(RecipientError::NotAuthentic)?;
        let unwrapped = match key {
            Private::X25519(key) => ::age::decrypt(key, wrapped),
            Private::Ssh(key) => {
                if self.needs_passphrase() {
                    let message = "the SSH key is protected by a passphrase, which was not given";
                    return Err(RecipientError::Denied(message.into()));
                }
                let ask = Known(self.passphrase.clone());
                ::age::decrypt(&key.clone().with_callbacks(ask), wrapped)
            }
        };
        unwrapped.map(Secret::new).map_err(|error| match error {
            DecryptError::KeyDecryptionFailed => {
                RecipientError::Denied("this is not the passphrase of the SSH key".into())
            }
            _ => RecipientError::NotAuthentic,
        })
    }
}

/// A new X25519 key: the line for the identity file, and its public key.
pub fn generate() -> (Secret<String>, AgeRecipient) {
    let key = x25519::Identity::generate();
    let text = Secret::new(key.to_string().expose_secret().to_owned());
    (text, AgeRecipient(Public::X25519(key.to_public())))
}

fn ssh_identity(text: &str) -> Result<ssh::Identity, AgeError> {
    let key = ssh::Identity::from_buffer(text.as_bytes(), None).map_err(|_| AgeError::Identity)?;
    match &key {
        ssh::Identity::Unsupported(
            ssh::UnsupportedKey::Type(kind) | ssh::UnsupportedKey::Hardware(kind),
        ) => Err(AgeError::Unsupported(kind.clone())),
        ssh::Identity::Unsupported(_) => Err(AgeError::Identity),
        _ => Ok(key),
    }
}

fn ssh_error(error: ssh::ParseRecipientKeyError, text: &str) -> AgeError {
    use ssh::ParseRecipientKeyError::{RsaModulusTooLarge, RsaModulusTooSmall, Unsupported};
    match error {
        RsaModulusTooLarge | RsaModulusTooSmall => AgeError::RsaSize,
        Unsupported(kind) => AgeError::Unsupported(kind),
        // Somebody may have pasted the private key.
        _ if text.contains("SECRET") || text.contains("PRIVATE") => {
            AgeError::Recipient("(a private key)".into())
        }
        _ => AgeError::Recipient(text.chars().take(80).collect()),
    }
}

/// Answers the one question that an SSH key may ask.
#[derive(Clone)]
struct Known(Option<SecretString>);

impl Callbacks for Known {
    fn display_message(&self, _: &str) {}

    fn confirm(&self, _: &str, _: &str, _: Option<&str>) -> Option<bool> {
        None
    }

    fn request_public_string(&self, _: &str) -> Option<String> {
        None
    }

    fn request_passphrase(&self, _: &str) -> Option<SecretString> {
        self.0.clone()
    }
}
