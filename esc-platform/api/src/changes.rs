//! Changes and openings that others have to approve.

use serde::{Deserialize, Serialize};

use crate::read::or_default;

/// A draft of a definition: a change request and the newest state of its text.
#[doc = example!("draft")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// The change request.
    pub change_request_id: String,
    /// The newest revision of the draft.
    pub latest_revision_number: u64,
}

/// Asks others to approve a change request.
#[doc = example!("submit-change-request")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmitChangeRequest {
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Asks others to let the caller open an environment.
#[doc = example!("request-open")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestOpen {
    /// How long they may take, in seconds.
    pub grant_expiration_seconds: u64,
    /// How long the caller may open it from then on, in seconds.
    pub access_duration_seconds: u64,
}

/// The change requests that were made: one for each environment that needs an approval. At least one: clients insist
/// on it.
#[doc = example!("open-requests")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenRequests {
    /// The change requests.
    pub change_requests: Vec<OpenRequest>,
}

/// The change request for opening one environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenRequest {
    /// The environment's project.
    pub project_name: String,
    /// The environment's name within the project.
    pub environment_name: String,
    /// The change request.
    pub change_request_id: String,
    /// Its newest revision.
    pub latest_revision_number: u64,
    /// Its state, for changing it: `<id>/<revision>`.
    #[serde(default, deserialize_with = "or_default")]
    pub etag: String,
}
