//! What the calls answer, and how it is read.
//!
//! Reading is lenient: only names and numbers that say *which* thing an answer is about must be there. Times are the
//! server's text (RFC 3339).

use std::collections::BTreeMap;

use esc_core::diagnostic::{Code, Diagnostic, Location, Severity};
use esc_core::environment::read_origin;
use esc_core::json::Json;
use esc_core::schema::{Schema, SchemaRef};
use esc_core::secret::Scrubber;

use super::failure::{ApiError, protocol};

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

/// A part of an answer, and the operation it answers.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub json: &'a Json,
    pub operation: &'a str,
}

impl<'a> Part<'a> {
    pub fn new(json: &'a Json, operation: &'a str) -> Part<'a> {
        Part { json, operation }
    }

    /// The member; one that is null is one that is not there.
    pub fn get(self, name: &str) -> Option<Part<'a>> {
        let json = self.json.get(name).filter(|json| !matches!(json, Json::Null))?;
        Some(Part { json, ..self })
    }

    /// The text of a member; empty if there is none.
    pub fn text(self, name: &str) -> String {
        self.json.get(name).and_then(Json::as_str).unwrap_or_default().to_owned()
    }

    /// The text of a member that must be there.
    pub fn name(self, name: &str) -> Result<String, ApiError> {
        let text = self.json.get(name).and_then(Json::as_str).filter(|text| !text.is_empty());
        text.map(str::to_owned).ok_or_else(|| self.without(name))
    }

    /// The number of a member; none if there is none.
    pub fn number(self, name: &str) -> Option<u64> {
        match self.json.get(name)? {
            Json::Number(number) => number.as_str().parse().ok(),
            _ => None,
        }
    }

    pub fn flag(self, name: &str) -> bool {
        matches!(self.json.get(name), Some(Json::Bool(true)))
    }

    /// The elements; none if this is no list.
    pub fn elements(self) -> impl Iterator<Item = Part<'a>> {
        let items = match self.json {
            Json::Array(items) => items.as_slice(),
            _ => &[],
        };
        items.iter().map(move |json| Part { json, ..self })
    }

    /// The members; none if this is no object.
    pub fn members(self) -> impl Iterator<Item = (&'a str, Part<'a>)> {
        let members = match self.json {
            Json::Object(members) => members.as_slice(),
            _ => &[],
        };
        members.iter().map(move |(name, json)| (name.as_str(), Part { json, ..self }))
    }

    /// The list that is this member.
    pub fn list<T>(
        self,
        name: &str,
        read: impl Fn(Part<'a>) -> Result<T, ApiError>,
    ) -> Result<Vec<T>, ApiError> {
        self.get(name).ok_or_else(|| self.without(name))?.elements().map(read).collect()
    }

    pub fn without(self, name: &str) -> ApiError {
        protocol(self.operation, format!("the answer has no `{name}`"))
    }

    fn schema(self, name: &str) -> SchemaRef {
        let schema = self.json.get(name).and_then(|json| Schema::from_json(json).ok());
        schema.unwrap_or_else(Schema::always)
    }
}

/// What to ask for the next page with. Some lists end with nothing, others with 0.
pub(super) fn next(part: Part<'_>) -> Option<String> {
    Some(part.text("nextToken")).filter(|token| !matches!(token.as_str(), "" | "0"))
}

pub(super) fn environment_info(part: Part<'_>) -> Result<EnvironmentInfo, ApiError> {
    let text = |(name, value): (&str, Part<'_>)| {
        (name.to_owned(), value.json.as_str().unwrap_or_default().to_owned())
    };
    Ok(EnvironmentInfo {
        organization: part.text("organization"),
        project: part.name("project")?,
        name: part.name("name")?,
        created: part.text("created"),
        modified: part.text("modified"),
        tags: part.get("tags").into_iter().flat_map(Part::members).map(text).collect(),
        deletion_protected: part.get("settings").is_some_and(|s| s.flag("deletionProtected")),
    })
}

pub(super) fn revision(part: Part<'_>) -> Result<Revision, ApiError> {
    let tags = part.get("tags").into_iter().flat_map(Part::elements);
    Ok(Revision {
        number: part.number("number").ok_or_else(|| part.without("number"))?,
        created: part.text("created"),
        creator_login: part.text("creatorLogin"),
        creator_name: part.text("creatorName"),
        tags: tags.filter_map(|tag| tag.json.as_str().map(str::to_owned)).collect(),
        retracted: part.get("retracted").map(|part| Retracted {
            replacement: part.number("replacement"),
            at: part.text("at"),
            by_login: part.text("byLogin"),
            by_name: part.text("byName"),
            reason: part.text("reason"),
        }),
    })
}

pub(super) fn revision_tag(part: Part<'_>) -> Result<RevisionTag, ApiError> {
    Ok(RevisionTag {
        name: part.name("name")?,
        revision: part.number("revision").ok_or_else(|| part.without("revision"))?,
        created: part.text("created"),
        modified: part.text("modified"),
        editor_login: part.text("editorLogin"),
        editor_name: part.text("editorName"),
    })
}

pub(super) fn environment_tag(part: Part<'_>) -> Result<EnvironmentTag, ApiError> {
    Ok(EnvironmentTag {
        name: part.name("name")?,
        value: part.text("value"),
        created: part.text("created"),
        modified: part.text("modified"),
        editor_login: part.text("editorLogin"),
        editor_name: part.text("editorName"),
    })
}

pub(super) fn callable_schema(part: Part<'_>) -> Result<CallableSchema, ApiError> {
    Ok(CallableSchema {
        name: part.name("name")?,
        description: part.text("description"),
        inputs: part.schema("inputs"),
        outputs: part.schema("outputs"),
    })
}

/// The diagnostics of an answer, without what the scrubber knows. One without a summary is none.
pub(super) fn diagnostics(json: &Json, scrubber: &Scrubber) -> Vec<Diagnostic> {
    let Some(list) = Part::new(json, "").get("diagnostics") else { return Vec::new() };
    list.elements().filter_map(|part| diagnostic(part, scrubber)).collect()
}

fn diagnostic(part: Part<'_>, scrubber: &Scrubber) -> Option<Diagnostic> {
    let scrubbed = |name| scrubber.scrub(&part.text(name)).into_owned();
    let summary = Some(scrubbed("summary")).filter(|summary| !summary.is_empty())?;
    let mut diagnostic = Diagnostic::error(Code::Remote, summary);
    if part.text("severity") == "warning" {
        diagnostic.severity = Severity::Warning;
    }
    diagnostic.path = part.text("path");
    diagnostic.help = Some(scrubbed("detail")).filter(|detail| !detail.is_empty());
    let origin = part.get("range").and_then(|range| read_origin(range.json.clone()).ok());
    diagnostic.subject = origin.map(|origin| Location {
        environment: origin.environment,
        range: origin.range,
        span: None,
    });
    Some(diagnostic)
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
        let found = diagnostics(&Json::parse(json).unwrap(), &Scrubber::new(["hunter2"]));
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].to_string(), "p/e:1,2-3: bad [secret]; ");
        assert_eq!(found[0].help.as_deref(), Some("not [secret]"));
        assert!(found[0].is_error() && !found[1].is_error());
        assert!(diagnostics(&Json::Null, &Scrubber::default()).is_empty());
    }

    #[test]
    fn what_names_a_thing_must_be_there() {
        let read = |text: &str| revision(Part::new(&Json::parse(text).unwrap(), "list revisions"));
        let error = read(r#"{"created":"now"}"#).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot list revisions: unexpected answer: the answer has no `number`"
        );
        assert_eq!(read(r#"{"number":3,"tags":null}"#).unwrap().number, 3);
    }
}
