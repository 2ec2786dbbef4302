//! What can go wrong with the offline cache.

use std::path::PathBuf;
use std::time::Duration;

use esc_core::crypt::CryptError;

/// Why the cache could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OfflineError {
    /// The directory or a file in it cannot be used.
    #[error("offline cache `{path}`: {problem}")]
    File {
        /// The directory or file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// What is stored cannot be decrypted: it is of another key, principal or environment, or was changed.
    #[error("offline cache, environment `{environment}`: {cause}")]
    Sealed {
        /// The environment.
        environment: String,
        /// Why not.
        cause: CryptError,
    },
    /// What is stored has a form that this version does not know.
    #[error(
        "offline cache, environment `{environment}`: stored by another version of this library"
    )]
    Form {
        /// The environment.
        environment: String,
    },
    /// What is stored is too old.
    #[error("offline cache, environment `{environment}`: stored {} ago, which is more than the {} allowed", seconds(*.age), seconds(*.max_stale))]
    TooOld {
        /// The environment.
        environment: String,
        /// How old.
        age: Duration,
        /// How old it may be.
        max_stale: Duration,
    },
    /// What is stored comes from the future: a clock is or was wrong.
    #[error(
        "offline cache, environment `{environment}`: stored at a time that is yet to come; check the clock"
    )]
    FromTheFuture {
        /// The environment.
        environment: String,
    },
}

fn seconds(duration: Duration) -> String {
    match duration.as_secs() {
        s if s >= 7200 => format!("{} h", s / 3600),
        s if s >= 120 => format!("{} min", s / 60),
        s => format!("{s} s"),
    }
}
