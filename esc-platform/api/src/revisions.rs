//! Revisions, and the tags that point at them.

use serde::{Deserialize, Serialize};

use crate::read::or_default;

/// A revision of an environment. Lists of them are bare arrays, the newest first.
#[doc = example!("revision")]
#[doc = example!("revision-retracted")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// Its number; the first is 1.
    pub number: u64,
    /// When it was made.
    #[serde(default, deserialize_with = "or_default")]
    pub created: String,
    /// The login of who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator_login: Option<String>,
    /// The name of who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator_name: Option<String>,
    /// The tags that point at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// That it was retracted. Clients with `X-Pulumi-Source: esc-sdk` refuse this member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Retraction>,
    /// The change request it came from. Clients with `X-Pulumi-Source: esc-sdk` refuse this member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_change_request: Option<SourceChangeRequest>,
}

/// Why a revision can no longer be opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Retraction {
    /// The revision that takes its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<u64>,
    /// When it was retracted.
    #[serde(default, deserialize_with = "or_default")]
    pub at: String,
    /// The login of who retracted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_login: Option<String>,
    /// The name of who retracted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_name: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The change request that a revision came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceChangeRequest {
    /// Its identifier.
    pub id: String,
    /// What it was for.
    #[serde(default, deserialize_with = "or_default")]
    pub description: String,
}

/// Retracts a revision: it can no longer be read or opened.
#[doc = example!("retract-revision")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetractRevision {
    /// The revision that its tags move to; none is the nearest one before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<u64>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A page of the tags of revisions, by name. `latest` is among them.
#[doc = example!("revision-tags")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevisionTags {
    /// What is on the page.
    pub tags: Vec<RevisionTag>,
    /// What to ask for the next page with; empty on the last.
    #[serde(default, deserialize_with = "or_default")]
    pub next_token: String,
}

/// A name for a revision.
#[doc = example!("revision-tag")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevisionTag {
    /// The tag. It starts with no digit.
    pub name: String,
    /// The revision it points at.
    pub revision: u64,
    /// When it was made.
    #[serde(default, deserialize_with = "or_default")]
    pub created: String,
    /// When it was moved last.
    #[serde(default, deserialize_with = "or_default")]
    pub modified: String,
    /// The login of who moved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub editor_login: Option<String>,
    /// The name of who moved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub editor_name: Option<String>,
}

/// The tag to make.
#[doc = example!("create-revision-tag")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateRevisionTag {
    /// The tag. It starts with no digit.
    pub name: String,
    /// The revision to point at; none is the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
}

/// Where to move a tag.
#[doc = example!("update-revision-tag")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateRevisionTag {
    /// The revision to point at; none is the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
}
