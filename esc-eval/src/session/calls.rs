//! Calls that leave the evaluation: what is to be called, and what calls came to.

use std::sync::Arc;

use esc_core::crypt::CryptError;
use esc_core::diagnostic::Diagnostic;
use esc_core::edit::Patch;
use esc_core::provider::{OpenRequest, Output, Provider, ProviderError, RotateRequest, Rotator};
use esc_core::schema::SchemaRef;
use esc_core::secret::Secret;
use esc_core::value::Value;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::ids::{EnvId, ExprRef};

/// A provider with its compiled schemas.
pub(crate) struct LoadedProvider {
    pub provider: Arc<dyn Provider>,
    pub inputs: Result<SchemaRef, String>,
    pub outputs: Result<SchemaRef, String>,
}

/// A rotator with its compiled schemas.
pub(crate) struct LoadedRotator {
    pub rotator: Arc<dyn Rotator>,
    pub inputs: Result<SchemaRef, String>,
    pub state: Result<SchemaRef, String>,
    pub outputs: Result<SchemaRef, String>,
}

/// A call site can call twice: a rotator first rotates, then opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Phase {
    Rotate,
    Open,
}

pub(crate) type CallId = (ExprRef, Phase);

/// A call that is to be made.
pub(crate) enum Wanted {
    Open { id: CallId, name: SmolStr, provider: Arc<dyn Provider>, request: OpenRequest },
    OpenRotator { id: CallId, rotator: Arc<dyn Rotator>, request: RotateRequest },
    Rotate { id: CallId, rotator: Arc<dyn Rotator>, request: RotateRequest },
    Decrypt { id: CallId, env: EnvId, ciphertext: Vec<u8> },
}

/// What a call came to.
pub(crate) enum Answer {
    Opened(Result<Output, ProviderError>),
    Rotated(Result<Value, ProviderError>),
    Decrypted(Result<Secret<Vec<u8>>, CryptError>),
    /// There was none in time.
    Late,
}

/// What is said about whatever there was no time for.
pub(crate) const LATE: &str = "the evaluation's deadline has passed";

#[derive(Default)]
pub(crate) struct Calls {
    pub providers: FxHashMap<SmolStr, Result<Arc<LoadedProvider>, ProviderError>>,
    pub rotators: FxHashMap<SmolStr, Result<Arc<LoadedRotator>, ProviderError>>,
    pub wanted: Vec<Wanted>,
    /// Calls that were made; none while there is no answer.
    pub answers: FxHashMap<CallId, Option<Arc<Answer>>>,
    /// Leases of opened values, by call.
    pub leases: Vec<(ExprRef, esc_core::provider::Lease)>,
}

/// What became of a rotator that was to be rotated.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The document path of the call.
    pub path: String,
    /// What became of it.
    pub status: RotationStatus,
    /// Why it failed.
    pub diagnostic: Option<Diagnostic>,
    /// What to write into the document: the new state.
    pub patch: Option<Patch>,
}

/// What became of a rotator that was to be rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotationStatus {
    /// There is a new state.
    Succeeded,
    /// The rotator failed.
    Failed,
    /// Its inputs or state are not usable.
    NotEvaluated,
}
