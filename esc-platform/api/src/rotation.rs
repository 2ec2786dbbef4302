//! Rotating secrets.

use serde::{Deserialize, Serialize};

use crate::diagnostics::Diagnostic;
use crate::read::{or_default, those_that_fit};

/// Which secrets to rotate.
#[doc = example!("rotate-environment")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotateEnvironment {
    /// The property paths of the secrets; empty is all. One client calls this member `Paths`.
    #[serde(default, deserialize_with = "or_default", alias = "Paths")]
    pub paths: Vec<String>,
}

/// Secrets were rotated, as far as that succeeded.
#[doc = example!("rotate-response")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RotateResponse {
    /// The identifier of the rotation.
    pub id: String,
    /// What happened.
    pub secret_rotation_event: RotationEvent,
    /// What is wrong with the definition.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "those_that_fit")]
    pub diagnostics: Vec<Diagnostic>,
}

/// A rotation of an environment's secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RotationEvent {
    /// Its identifier.
    pub id: String,
    /// The server's identifier of the environment.
    #[serde(default, deserialize_with = "or_default")]
    pub environment_id: String,
    /// When it began.
    #[serde(default, deserialize_with = "or_default")]
    pub created: String,
    /// The revision before it.
    pub pre_rotation_revision: u64,
    /// The revision that it made; none if it made none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_rotation_revision: Option<u64>,
    /// The server's identifier of who asked for it.
    #[serde(default, deserialize_with = "or_default", rename = "userID")]
    pub user_id: String,
    /// When it ended; none if it has not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed: Option<String>,
    /// How it went.
    pub status: EventStatus,
    /// The schedule that asked for it.
    #[serde(rename = "scheduledActionID", skip_serializing_if = "Option::is_none")]
    pub scheduled_action_id: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// How each secret went.
    #[serde(default, deserialize_with = "or_default")]
    pub rotations: Vec<Rotation>,
}

/// How the rotation of an environment's secrets went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventStatus {
    /// All were rotated.
    Succeeded,
    /// Some were not.
    Failed,
    /// It has not ended.
    InProgress,
}

/// The rotation of one secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rotation {
    /// Its identifier.
    pub id: String,
    /// The property path of the secret.
    pub environment_path: String,
    /// How it went.
    #[serde(flatten)]
    pub status: RotationStatus,
}

/// How the rotation of one secret went. A failure always has a message: clients insist on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum RotationStatus {
    /// It was rotated.
    Succeeded,
    /// It was not.
    Failed {
        /// Why.
        #[serde(default, deserialize_with = "or_default")]
        error_message: String,
    },
}
