//! What refers to an environment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A page of what refers to an environment.
#[doc = example!("referrers")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Referrers {
    /// What refers to each revision number or revision tag.
    pub referrers: BTreeMap<String, Vec<Referrer>>,
    /// What to ask for the next page with; none or empty on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<String>,
}

/// What refers to an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Referrer {
    /// An environment imports it.
    Environment(EnvironmentReferrer),
    /// A stack uses it.
    Stack(StackReferrer),
    /// An account uses it.
    InsightsAccount(InsightsAccountReferrer),
}

/// An environment that imports another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentReferrer {
    /// Its project.
    pub project: String,
    /// Its name within the project.
    pub name: String,
    /// Its revision.
    pub revision: u64,
}

/// A stack that uses an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackReferrer {
    /// Its project.
    pub project: String,
    /// Its name within the project.
    pub stack: String,
    /// Its version.
    pub version: u64,
}

/// An account that uses an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InsightsAccountReferrer {
    /// Its name.
    pub account_name: String,
}
