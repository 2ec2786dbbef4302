//! Listing, making and copying environments, and their settings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::read::or_default;

use crate::users::UserInfo;

/// A page of the environments that the caller may see.
#[doc = example!("environments")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Environments {
    /// What is on the page.
    pub environments: Vec<EnvironmentSummary>,
    /// What to ask for the next page with; none or empty on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// An environment in a list.
#[doc = example!("environment-summary")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentSummary {
    /// The server's identifier of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The organization.
    #[serde(default, deserialize_with = "or_default")]
    pub organization: String,
    /// The project.
    pub project: String,
    /// The name within the project.
    pub name: String,
    /// When it was made.
    #[serde(default, deserialize_with = "or_default")]
    pub created: String,
    /// When it was changed last.
    #[serde(default, deserialize_with = "or_default")]
    pub modified: String,
    /// Who owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owned_by: Option<UserInfo>,
    /// Its tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
    /// Its settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
    /// How many refer to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrer_metadata: Option<ReferrerCounts>,
    /// When it was deleted; none if it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<String>,
}

/// How many refer to an environment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReferrerCounts {
    /// Environments that import it.
    pub environment_referrer_count: u64,
    /// Stacks that use it.
    pub stack_referrer_count: u64,
    /// Accounts that use it.
    pub insights_account_referrer_count: u64,
}

/// The settings of an environment.
#[doc = example!("settings")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// Whether it cannot be deleted.
    #[serde(default, deserialize_with = "or_default")]
    pub deletion_protected: bool,
}

/// Changes of settings; what is none stays as it is.
#[doc = example!("settings")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateSettings {
    /// Whether it cannot be deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_protected: Option<bool>,
}

/// The environment to make. It is empty at first.
#[doc = example!("create-environment")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateEnvironment {
    /// The project.
    pub project: String,
    /// The name within the project.
    pub name: String,
}

/// Where to copy an environment to, within the organization, and what to take along.
#[doc = example!("clone-environment")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CloneEnvironment {
    /// The project of the copy; none is that of the original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The name of the copy within its project.
    pub name: String,
    /// The revision to copy; none is the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Whether to take the revisions along. Without them, the copy has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preserve_history: Option<bool>,
    /// Whether the same people may do the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preserve_access: Option<bool>,
    /// Whether to take the environment's tags along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preserve_environment_tags: Option<bool>,
    /// Whether to take the tags of revisions along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preserve_revision_tags: Option<bool>,
}
