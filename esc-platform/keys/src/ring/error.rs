//! What can be wrong with a ring.

use esc_core::crypt::CryptError;

use crate::recipient::{Address, RecipientError};

/// Why a ring cannot be used or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RingError {
    /// The ring has no key of that name.
    #[error("the key ring has no key `{name}`; it has: {}", listed(.names))]
    NoSuchKey {
        /// The name that was asked for.
        name: String,
        /// The names there are.
        names: Vec<String>,
    },
    /// No key of the ring is for the environment.
    #[error("no key of the key ring is for environment `{environment}`; its patterns are: {}", listed(.patterns))]
    NoKeyFor {
        /// The environment.
        environment: String,
        /// The patterns of all keys.
        patterns: Vec<String>,
    },
    /// The key cannot be unwrapped with what is at hand.
    #[error("the key `{name}` is locked: {}", locked(.recipients, .failures))]
    Locked {
        /// The key.
        name: String,
        /// Who could unwrap it: name and address.
        recipients: Vec<(String, Address)>,
        /// What was tried, and why it failed.
        failures: Vec<(String, RecipientError)>,
    },
    /// The key was unwrapped, but the ring was changed by somebody without it, or a merge went wrong.
    #[error(
        "the key `{name}` of the key ring is not authentic: the file was changed other than with its key; restore it from \
         version control"
    )]
    NotAuthentic {
        /// The key.
        name: String,
    },
    /// The key has no such recipient.
    #[error("the key `{name}` has no recipient `{recipient}`; it has: {}", listed(.recipients))]
    NoSuchRecipient {
        /// The key.
        name: String,
        /// The recipient that was asked for.
        recipient: String,
        /// The recipients there are.
        recipients: Vec<String>,
    },
    /// The recipient is there already, under that name or another.
    #[error("the key `{name}` already has the recipient `{recipient}`")]
    Duplicate {
        /// The key, or the ring.
        name: String,
        /// The recipient's name.
        recipient: String,
    },
    /// Nobody would be left who can use the key.
    #[error("`{recipient}` is the last recipient of the key `{name}`; add another one first")]
    LastRecipient {
        /// The key.
        name: String,
        /// The recipient.
        recipient: String,
    },
    /// A key could not be wrapped for a recipient.
    #[error("cannot wrap the key `{name}` for `{recipient}`: {cause}")]
    Wrap {
        /// The key.
        name: String,
        /// The recipient.
        recipient: String,
        /// Why not.
        cause: RecipientError,
    },
    /// The change would make a ring that breaks the rules of its file.
    #[error(transparent)]
    File(#[from] RingFileError),
    /// The cipher or the source of randomness failed.
    #[error(transparent)]
    Crypt(CryptError),
}

/// Why a text is not a ring, or a change would not make one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RingFileError {
    /// The text is larger than any ring.
    #[error("the key ring is larger than {} bytes", RingFileError::MAX_BYTES)]
    TooLarge,
    /// The text does not have the form of a ring.
    #[error("the key ring cannot be read: {0}")]
    Malformed(String),
    /// A newer program wrote it.
    #[error("the key ring has version {0}, which this program does not know; use a newer one")]
    Version(u32),
    /// It breaks a rule.
    #[error("the key ring is not valid: {0}")]
    Invalid(String),
}

impl RingFileError {
    /// No ring has more bytes.
    pub(super) const MAX_BYTES: usize = 1 << 20;
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn locked(recipients: &[(String, Address)], failures: &[(String, RecipientError)]) -> String {
    let who = recipients.iter().map(|(name, address)| format!("{name} ({address})"));
    let mut text = format!("it is for {}", listed(&who.collect::<Vec<_>>()));
    if failures.is_empty() {
        text.push_str(", and no key for any of them is at hand");
    }
    for (name, cause) in failures {
        text.push_str(&format!("; as `{name}`: {cause}"));
    }
    text
}
