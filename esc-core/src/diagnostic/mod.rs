//! Diagnostics: what is wrong with a document, where, and what to do.
//!
//! A [`Diagnostic`] is data. What can be made of it: the reference's error string (`Display`), the reference's JSON
//! ([`Diagnostic::to_compatible_json`]), JSON for tools ([`Diagnostic::to_json`]), and an excerpt of the document with
//! the place underlined, for people ([`Renderer`]). Excerpts hide plaintext secrets ([`mask_secrets`]).

use std::fmt;

use smol_str::SmolStr;

use crate::position::{Range, Span};
use crate::provider::{EntryError, ProviderError};

mod catalogue;
mod json;
mod list;
mod mask;
mod place;
mod render;

pub use catalogue::Code;
pub use list::Diagnostics;
pub use mask::mask_secrets;
pub use render::{Renderer, Sources};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The document or a part of it has no meaning.
    Error,
    /// The document works, but likely not as intended.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// A place in a named document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The environment's name.
    pub environment: SmolStr,
    /// The range, in the reference's terms.
    pub range: Range,
    /// The true bytes, where known.
    pub span: Option<Span>,
}

/// Another place that helps to understand a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub location: Location,
    /// What there is to see there.
    pub message: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable identifier of the kind of finding.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The message: one sentence, lower case, without secrets.
    pub summary: String,
    /// Where; none for findings about a whole document.
    pub subject: Option<Location>,
    /// The document path of the subject (`values.a["b c"][0]`); empty for the whole document.
    pub path: String,
    /// Other places.
    pub related: Vec<Related>,
    /// What to do about it.
    pub help: Option<String>,
    /// What failed of a provider's call that asks for several things, all of it; the summary may name only the first few.
    pub entries: Vec<EntryError>,
    /// The reference does not report this: a compatible mode leaves it out.
    pub extension: bool,
    /// What the reference says instead, about the document as a whole, where it has words of its own.
    pub reference: Option<String>,
    /// The same evaluation may succeed later without anybody changing anything: something could not be reached.
    pub temporary: bool,
}

impl Diagnostic {
    /// An error without place, help or related places.
    pub fn error(code: Code, summary: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            summary: summary.into(),
            subject: None,
            path: String::new(),
            related: Vec::new(),
            help: None,
            entries: Vec::new(),
            extension: false,
            reference: None,
            temporary: false,
        }
    }

    /// An error of a provider or rotator, in its words.
    pub fn of_provider(code: Code, error: &ProviderError) -> Diagnostic {
        Diagnostic {
            help: error.advice.clone(),
            entries: error.entries.clone(),
            temporary: error.kind.is_temporary(),
            ..Diagnostic::error(code, error.message.as_str())
        }
    }

    /// A warning without place, help or related places.
    pub fn warning(code: Code, summary: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, summary) }
    }

    /// The same, at a place.
    pub fn at(mut self, location: Location, path: impl Into<String>) -> Diagnostic {
        self.subject = Some(location);
        self.path = path.into();
        self
    }

    /// The same, with advice.
    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// The same, with what the reference says instead, about the document as a whole.
    pub fn with_reference(mut self, summary: impl Into<String>) -> Diagnostic {
        self.reference = Some(summary.into());
        self
    }

    /// The reference's message.
    pub fn reference_summary(&self) -> &str {
        self.reference.as_deref().unwrap_or(&self.summary)
    }

    /// The place that the reference gives.
    pub fn reference_subject(&self) -> Option<&Location> {
        self.subject.as_ref().filter(|_| self.reference.is_none())
    }

    /// The same, as something that may pass by itself.
    pub fn with_temporary(mut self, temporary: bool) -> Diagnostic {
        self.temporary = temporary;
        self
    }

    /// The same, with another place.
    pub fn with_related(mut self, location: Location, message: impl Into<String>) -> Diagnostic {
        self.related.push(Related { location, message: message.into() });
        self
    }

    /// The same, marked as something that the reference does not report.
    pub fn extension(mut self) -> Diagnostic {
        self.extension = true;
        self
    }

    /// Whether this is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The reference's error string, `file:line,col-col: summary; `, or `<nil>: summary; ` without a place.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let summary = self.reference_summary();
        match self.reference_subject() {
            Some(at) => write!(f, "{}:{}: {summary}; ", at.environment, at.range),
            None => write!(f, "<nil>: {summary}; "),
        }
    }
}

impl std::error::Error for Diagnostic {}
