//! Tags of environments.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::read::or_default;

/// A page of an environment's tags.
#[doc = example!("environment-tags")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentTags {
    /// The tags, by name.
    pub tags: BTreeMap<String, EnvironmentTag>,
    /// What to ask for the next page with; `0` on the last. Some clients ask for ever if it is empty.
    #[serde(default = "last_page")]
    pub next_token: String,
}

fn last_page() -> String {
    "0".to_owned()
}

/// The page of no tags.
impl Default for EnvironmentTags {
    fn default() -> EnvironmentTags {
        EnvironmentTags { tags: BTreeMap::new(), next_token: last_page() }
    }
}

/// A tag of an environment. All members are always written, and no others.
#[doc = example!("environment-tag")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentTag {
    /// The tag's name.
    pub name: String,
    /// The tag's value.
    #[serde(default, deserialize_with = "or_default")]
    pub value: String,
    /// When it was made.
    #[serde(default, deserialize_with = "or_default")]
    pub created: String,
    /// When it was changed last.
    #[serde(default, deserialize_with = "or_default")]
    pub modified: String,
    /// The login of who changed it.
    #[serde(default, deserialize_with = "or_default")]
    pub editor_login: String,
    /// The name of who changed it.
    #[serde(default, deserialize_with = "or_default")]
    pub editor_name: String,
}

/// The tag to make.
#[doc = example!("create-environment-tag")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateEnvironmentTag {
    /// The tag's name.
    pub name: String,
    /// The tag's value.
    pub value: String,
}

/// Another name, another value or both for a tag, if it still has the value that the caller knows.
#[doc = example!("update-environment-tag")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateEnvironmentTag {
    /// What the caller believes it is.
    pub current_tag: CurrentTag,
    /// What it is to be.
    pub new_tag: NewTag,
}

/// What the caller believes a tag to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentTag {
    /// The tag's value.
    pub value: String,
}

/// What a tag is to be. A name or value that is none stays; so does a name that is empty, which some clients send.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTag {
    /// The tag's new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The tag's new value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}
