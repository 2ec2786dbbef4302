//! Who the caller is, and what the server can do.

use serde::{Deserialize, Serialize};

use crate::read::or_default;

/// Who the caller is.
#[doc = example!("user")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The server's identifier of the user.
    #[serde(default, deserialize_with = "or_default")]
    pub id: String,
    /// The login. Clients insist that it is not empty.
    pub github_login: String,
    /// The name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// The e-mail address.
    #[serde(default, deserialize_with = "or_default")]
    pub email: String,
    /// A picture.
    #[serde(default, deserialize_with = "or_default")]
    pub avatar_url: String,
    /// The organizations that the user is in.
    #[serde(default, deserialize_with = "or_default")]
    pub organizations: Vec<Organization>,
    /// The identity providers that the user logs in with.
    #[serde(default, deserialize_with = "or_default")]
    pub identities: Vec<String>,
    /// Whether the user administers the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_admin: Option<bool>,
    /// The token of the request, if it is not the user's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_info: Option<TokenInfo>,
    /// Whether the user logs in with a second factor.
    #[serde(default, deserialize_with = "or_default", rename = "hasMFA")]
    pub has_mfa: bool,
    /// Whether an organization manages the account.
    #[serde(default, deserialize_with = "or_default")]
    pub is_org_managed: bool,
    /// Whether an organization of organizations manages the account.
    #[serde(default, deserialize_with = "or_default")]
    pub is_managed_by_multi_org: bool,
}

/// An organization that a user is in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Its name for people.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// Its name in addresses. Clients insist that it is not empty.
    pub github_login: String,
    /// A picture.
    #[serde(default, deserialize_with = "or_default")]
    pub avatar_url: String,
    /// An e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What the user is there: `none`, `member`, `admin`, `potential-member`, `stack-collaborator`, `billing-manager`.
    #[serde(default, deserialize_with = "or_default")]
    pub role: String,
}

/// A token that is not the user's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenInfo {
    /// Its name.
    pub name: String,
    /// The organization whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// The team whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
}

/// A user, as others see them.
#[doc = example!("user-info")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserInfo {
    /// The name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// The login.
    #[serde(default, deserialize_with = "or_default")]
    pub github_login: String,
    /// A picture.
    #[serde(default, deserialize_with = "or_default")]
    pub avatar_url: String,
    /// The e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// The organization that the caller means by naming none. Its members' names are capitalised.
#[doc = example!("default-organization")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DefaultOrganization {
    /// The organization's name in addresses.
    #[serde(rename = "GitHubLogin")]
    pub github_login: String,
    /// What clients print.
    #[serde(default, deserialize_with = "or_default")]
    pub messages: Vec<Message>,
}

/// A message for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// `error`, `warning` or `info`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// The message.
    pub message: String,
}

/// What the server can do beyond the least.
#[doc = example!("capabilities")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    /// What it can do; may be empty.
    #[serde(default, deserialize_with = "or_default")]
    pub capabilities: Vec<Capability>,
}

/// Something that a server can do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capability {
    /// What it is.
    pub capability: String,
    /// In which form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
}

/// The versions of the command that the server knows, for hints to update.
#[doc = example!("cli-versions")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CliVersions {
    /// The newest.
    pub latest_version: String,
    /// The oldest that is told nothing.
    pub oldest_without_warning: String,
    /// The newest development version.
    #[serde(default, deserialize_with = "or_default")]
    pub latest_dev_version: String,
}
