//! What stops the decoding of a document.

use super::events::{Problem, Within};
use super::mark::Mark;

/// Why decoding stopped.
#[derive(Debug)]
pub(super) enum Failure {
    /// The text is not YAML.
    Syntax(Stop),
    /// An alias of an anchor that is not defined before it.
    UnknownAnchor { name: String, at: Mark },
    /// The document is beyond a limit.
    Limit { summary: String, at: Mark },
}

/// Where the parser stopped and what it had read.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) problem: Problem,
    /// The collections that were open, innermost last.
    pub(super) open: Vec<Within>,
    /// The last quoted scalar of several lines, from its first to after its last quote.
    pub(super) last_quoted: Option<(Mark, Mark)>,
}

impl Stop {
    /// A problem outside of everything.
    pub(super) fn at(problem: Problem) -> Stop {
        Stop { problem, open: Vec::new(), last_quoted: None }
    }
}

impl Failure {
    pub(super) fn limit(summary: String, at: Mark) -> Failure {
        Failure::Limit { summary, at }
    }

    /// Where decoding stopped.
    pub(super) fn at(&self) -> Mark {
        match self {
            Failure::Syntax(stop) => stop.problem.at,
            Failure::UnknownAnchor { at, .. } | Failure::Limit { at, .. } => *at,
        }
    }

    /// The words of the reference; a limit has none.
    pub(super) fn reference_words(&self) -> Option<String> {
        match self {
            Failure::Syntax(stop) => Some(stop.problem.reference_words()),
            Failure::UnknownAnchor { name, .. } => {
                Some(format!("yaml: unknown anchor '{name}' referenced"))
            }
            Failure::Limit { .. } => None,
        }
    }

    /// Whether more text left out would not help.
    pub(super) fn is_limit(&self) -> bool {
        matches!(self, Failure::Limit { .. })
    }
}

pub(super) fn too_deep(max_depth: usize) -> String {
    format!("the document is nested more than {max_depth} levels deep")
}
