//! The text of a ring.
//!
//! ```yaml
//! version: 1
//! keys:
//! - name: default
//!   environments: ["*"]
//!   recipients:
//!   - name: ada
//!     kind: age
//!     to: age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq
//!     wrapped: YWdlLWVuY3J5cHRpb24…
//!   data:
//!   - id: 457ef959cd041ced
//!     created: 2026-11-28T12:00:00Z
//!     sealed: bm9uY2UgYW5kIGNpcGhlcnRleHQ…
//!   mac: 3q2+7w…
//! ```
//!
//! The first of the `data` keys encrypts. A pattern is `project/name`, where `*` stands for any characters within one
//! half; `*` alone is every environment. The first key of the ring that has a matching pattern is the environment's.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::error::{RingError, RingFileError};
use super::section::{Data, Section};
use crate::key::KeyId;

const VERSION: u32 = 1;

/// What stands above a ring in its file.
const HEADER: &str = "\
# The keys of these environments, wrapped for everyone who may use them. Safe to commit.
# Change this file with `esc key`; changes by hand are noticed, and the key is refused.
";

const MAX_KEYS: usize = 64;
const MAX_RECIPIENTS: usize = 256;
const MAX_DATA: usize = 1024;

/// The file of a ring: names, recipients and wrapped keys; nothing secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingFile {
    sections: Vec<Section>,
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    #[serde(rename = "version")]
    _version: u32,
    keys: Vec<Section>,
}

#[derive(Serialize)]
struct Write<'a> {
    version: u32,
    keys: &'a [Section],
}

impl RingFile {
    /// Reads a ring.
    ///
    /// # Errors
    ///
    /// The text is no ring of a version that is known, or breaks a rule: names and ids are unique, and there are
    /// recipients, data keys and patterns for every key.
    pub fn parse(text: &str) -> Result<RingFile, RingFileError> {
        if text.len() > RingFileError::MAX_BYTES {
            return Err(RingFileError::TooLarge);
        }
        // The version first: a newer ring may have fields that are not known here.
        let malformed = |e: serde_yaml::Error| RingFileError::Malformed(e.to_string());
        match serde_yaml::from_str::<Versioned>(text).map_err(malformed)?.version {
            VERSION => {}
            other => return Err(RingFileError::Version(other)),
        }
        let read: Read = serde_yaml::from_str(text).map_err(malformed)?;
        RingFile::from_sections(read.keys)
    }

    /// The text to write.
    ///
    /// # Errors
    ///
    /// None is known; the serialiser could have one.
    pub fn to_text(&self) -> Result<String, RingFileError> {
        let write = Write { version: VERSION, keys: &self.sections };
        let text = serde_yaml::to_string(&write);
        text.map(|text| format!("{HEADER}{text}"))
            .map_err(|e| RingFileError::Malformed(e.to_string()))
    }

    /// The names of the keys, in the ring's order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().map(|section| section.name.as_str())
    }

    /// The keys, in the ring's order, for listing.
    pub fn keys(&self) -> &[Section] {
        &self.sections
    }

    /// The key that encrypts for an environment.
    ///
    /// # Errors
    ///
    /// No key has a matching pattern.
    pub fn key_for(&self, environment: &str) -> Result<&Section, RingError> {
        self.sections.iter().find(|section| section.is_for(environment)).ok_or_else(|| {
            let patterns = self.sections.iter().flat_map(|section| section.environments.clone());
            RingError::NoKeyFor {
                environment: environment.to_owned(),
                patterns: patterns.collect(),
            }
        })
    }

    /// The key of that name.
    pub(super) fn section(&self, name: &str) -> Result<&Section, RingError> {
        let no_such = || RingError::NoSuchKey {
            name: name.to_owned(),
            names: self.names().map(str::to_owned).collect(),
        };
        self.sections.iter().find(|section| section.name == name).ok_or_else(no_such)
    }

    /// The key that has a data key of that id.
    pub(super) fn section_with(&self, id: KeyId) -> Option<&Section> {
        self.sections.iter().find(|section| section.data.iter().any(|data| data.id == id))
    }

    pub(super) fn from_sections(sections: Vec<Section>) -> Result<RingFile, RingFileError> {
        check(&sections).map_err(RingFileError::Invalid)?;
        Ok(RingFile { sections })
    }
}

fn check(sections: &[Section]) -> Result<(), String> {
    if sections.is_empty() || sections.len() > MAX_KEYS {
        return Err(format!("it must have 1 to {MAX_KEYS} keys"));
    }
    let (mut names, mut ids) = (HashSet::new(), HashSet::new());
    for section in sections {
        let name = &section.name;
        if !is_name(name) {
            return Err(format!("a key is called {name:?}: {NAMES}"));
        }
        if !names.insert(name) {
            return Err(format!("it has two keys `{name}`"));
        }
        if section.environments.is_empty() {
            return Err(format!("the key `{name}` is for no environments"));
        }
        if section.recipients.is_empty() || section.recipients.len() > MAX_RECIPIENTS {
            return Err(format!("the key `{name}` must have 1 to {MAX_RECIPIENTS} recipients"));
        }
        let mut recipients = HashSet::new();
        for recipient in &section.recipients {
            if !is_name(&recipient.name) {
                return Err(format!(
                    "a recipient of `{name}` is called {:?}: {NAMES}",
                    recipient.name
                ));
            }
            if !recipients.insert(&recipient.name) {
                return Err(format!("the key `{name}` has two recipients `{}`", recipient.name));
            }
        }
        if section.data.is_empty() || section.data.len() > MAX_DATA {
            return Err(format!("the key `{name}` must have 1 to {MAX_DATA} data keys"));
        }
        for Data { id, .. } in &section.data {
            if !ids.insert(*id) {
                return Err(format!("it has the data key {id} twice"));
            }
        }
    }
    Ok(())
}

const NAMES: &str = "names are 1 to 100 letters, digits and `-_.@+`";

fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || "-_.@+".contains(c);
    (1..=100).contains(&name.chars().count()) && name.chars().all(allowed)
}
