//! How commands fail, and the exit code of each way.

use std::io;

use esc_core::source::{SourceError, SourceErrorKind};
use esc_sdk::crypto::KeyError;
use esc_sdk::{Diagnostics, DirectoryError, Error};

use crate::project::ProjectError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    NotFound(String),
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Shown with excerpts of the documents.
    #[error("{0}")]
    Environment(Box<Diagnostics>),
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    #[error("{0}")]
    NotExecutable(String),
    #[error("{0}")]
    NoCommand(String),
    #[error("{what}: {cause}")]
    System { what: String, cause: io::Error },
}

impl Failure {
    pub fn system(what: impl Into<String>, cause: io::Error) -> Failure {
        Failure::System { what: what.into(), cause }
    }

    /// The exit codes; the table is part of the help text and of the README.
    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::Environment(diagnostics) if diagnostics.has_undecrypted() => 6,
            Failure::Environment(_) => 1,
            Failure::Usage(_) | Failure::Project(_) => 2,
            Failure::NotFound(_) => 3,
            Failure::Source(error) | Failure::Directory(DirectoryError::Source(error)) => {
                match error.kind {
                    SourceErrorKind::NotFound => 3,
                    SourceErrorKind::Denied | SourceErrorKind::Unauthenticated => 4,
                    SourceErrorKind::Unavailable => 5,
                    SourceErrorKind::Invalid => 1,
                }
            }
            Failure::System { cause, .. } => system_code(cause),
            Failure::Directory(DirectoryError::Write { cause, .. }) => system_code(cause),
            Failure::Key(_) | Failure::Directory(_) => 6,
            Failure::NotExecutable(_) => 126,
            Failure::NoCommand(_) => 127,
        }
    }
}

fn system_code(cause: &io::Error) -> u8 {
    match cause.kind() {
        io::ErrorKind::PermissionDenied => 4,
        _ => 5,
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            Error::Source(error) => Failure::Source(error),
            Error::Environment(diagnostics) => Failure::Environment(diagnostics),
            other => Failure::Usage(other.to_string()),
        }
    }
}
