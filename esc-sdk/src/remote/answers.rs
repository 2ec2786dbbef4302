//! What the calls answer, and how it is read.
//!
//! The bodies themselves are those of [`esc_api`]. Only names and numbers that say *which* thing an answer is about
//! must be there. Times are the server's text (RFC 3339).

use std::collections::BTreeMap;

use esc_core::diagnostic::{Code, Diagnostic, Location, Severity};
use esc_core::position::{Pos, Range};
use esc_core::schema::SchemaRef;
use esc_core::secret::Scrubber;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// What to ask for the next page with; none on the last.
    pub next: Option<String>,
}

/// An environment in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvironmentInfo {
    /// The organization.
    pub organization: String,
    /// The project.
    pub project: String,
    /// The name within the project.
    pub name: String,
    /// When it was made.
    pub created: String,
    /// When it was changed last.
    pub modified: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Whether it cannot be deleted.
    pub deletion_protected: bool,
}

/// A revision of an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revision {
    /// Its number; the first is 1.
    pub number: u64,
    /// When it was made.
    pub created: String,
    /// Who made it, by login; empty if not known.
    pub creator_login: String,
    /// Who made it, by name; empty if not known.
    pub creator_name: String,
    /// The tags that point at it.
    pub tags: Vec<String>,
    /// That it was taken back.
    pub retracted: Option<Retracted>,
}

/// Why a revision can no longer be opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retracted {
    /// The revision that takes its place.
    pub replacement: Option<u64>,
    /// When.
    pub at: String,
    /// By whom, by login; empty if not known.
    pub by_login: String,
    /// By whom, by name; empty if not known.
    pub by_name: String,
    /// Why; empty if nobody said.
    pub reason: String,
}

/// A name for a revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevisionTag {
    /// The tag.
    pub name: String,
    /// The revision it points at.
    pub revision: u64,
    /// When it was made.
    pub created: String,
    /// When it was moved last.
    pub modified: String,
    /// Who moved it, by login; empty if not known.
    pub editor_login: String,
    /// Who moved it, by name; empty if not known.
    pub editor_name: String,
}

/// A tag of an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvironmentTag {
    /// The tag's name.
    pub name: String,
    /// The tag's value.
    pub value: String,
    /// When it was made.
    pub created: String,
    /// When it was changed last.
    pub modified: String,
    /// Who changed it, by login; empty if not known.
    pub editor_login: String,
    /// Who changed it, by name; empty if not known.
    pub editor_name: String,
}

/// What a provider or rotator takes and gives.
#[derive(Clone, Debug, PartialEq)]
pub struct CallableSchema {
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// What it takes.
    pub inputs: SchemaRef,
    /// What it gives.
    pub outputs: SchemaRef,
}

/// What to ask for the next page with. Some lists end with nothing, others with 0.
pub(super) fn next(token: Option<String>) -> Option<String> {
    token.filter(|token| !matches!(token.as_str(), "" | "0"))
}

impl From<esc_api::EnvironmentSummary> for EnvironmentInfo {
    fn from(environment: esc_api::EnvironmentSummary) -> EnvironmentInfo {
        EnvironmentInfo {
            organization: environment.organization,
            project: environment.project,
            name: environment.name,
            created: environment.created,
            modified: environment.modified,
            tags: environment.tags.unwrap_or_default(),
            deletion_protected: environment.settings.unwrap_or_default().deletion_protected,
        }
    }
}

impl From<esc_api::Revision> for Revision {
    fn from(revision: esc_api::Revision) -> Revision {
        Revision {
            number: revision.number,
            created: revision.created,
            creator_login: revision.creator_login.unwrap_or_default(),
            creator_name: revision.creator_name.unwrap_or_default(),
            tags: revision.tags.unwrap_or_default(),
            retracted: revision.retracted.map(|retraction| Retracted {
                replacement: retraction.replacement,
                at: retraction.at,
                by_login: retraction.by_login.unwrap_or_default(),
                by_name: retraction.by_name.unwrap_or_default(),
                reason: retraction.reason.unwrap_or_default(),
            }),
        }
    }
}

impl From<esc_api::RevisionTag> for RevisionTag {
    fn from(tag: esc_api::RevisionTag) -> RevisionTag {
        RevisionTag {
            name: tag.name,
            revision: tag.revision,
            created: tag.created,
            modified: tag.modified,
            editor_login: tag.editor_login.unwrap_or_default(),
            editor_name: tag.editor_name.unwrap_or_default(),
        }
    }
}

impl From<esc_api::EnvironmentTag> for EnvironmentTag {
    fn from(tag: esc_api::EnvironmentTag) -> EnvironmentTag {
        EnvironmentTag {
            name: tag.name,
            value: tag.value,
            created: tag.created,
            modified: tag.modified,
            editor_login: tag.editor_login,
            editor_name: tag.editor_name,
        }
    }
}

/// The diagnostics of an answer, without what the scrubber knows. One without a summary is none.
pub(super) fn diagnostics(found: Vec<esc_api::Diagnostic>, scrubber: &Scrubber) -> Vec<Diagnostic> {
    let told = found.into_iter().filter(|diagnostic| !diagnostic.summary.is_empty());
    told.map(|told| diagnostic(told, scrubber)).collect()
}

fn diagnostic(told: esc_api::Diagnostic, scrubber: &Scrubber) -> Diagnostic {
    let scrubbed = |text: &str| scrubber.scrub(text).into_owned();
    let mut diagnostic = Diagnostic::error(Code::Remote, scrubbed(&told.summary));
    if told.severity == Some(esc_api::Severity::Warning) {
        diagnostic.severity = Severity::Warning;
    }
    diagnostic.path = told.path.unwrap_or_default();
    let detail = told.detail.filter(|detail| !detail.is_empty());
    diagnostic.help = detail.map(|detail| scrubbed(&detail));
    diagnostic.subject = told.range.map(|range| Location {
        environment: range.environment.into(),
        range: Range { begin: position(range.begin), end: position(range.end) },
        span: None,
    });
    diagnostic
}

fn position(position: esc_api::Position) -> Pos {
    let esc_api::Position { line, column, byte } = position;
    Pos { line, column, byte }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diagnostics_are_read_and_scrubbed() {
        let json = r#"{"diagnostics":[
            {"summary":"bad hunter2","detail":"not hunter2","path":"values.a","range":
                {"environment":"p/e","begin":{"line":1,"column":2,"byte":1},"end":{"line":1,"column":3,"byte":2}}},
            {"summary":"careful","severity":"warning"},{"summary":""},7]}"#;
        let read = |json| serde_json::from_str::<esc_api::Diagnostics>(json).unwrap().diagnostics;
        let found = diagnostics(read(json), &Scrubber::new(["hunter2"]));
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].to_string(), "p/e:1,2-3: bad [secret]; ");
        assert_eq!(found[0].help.as_deref(), Some("not [secret]"));
        assert!(found[0].is_error() && !found[1].is_error());
        assert!(diagnostics(read("{}"), &Scrubber::default()).is_empty());
    }
}
