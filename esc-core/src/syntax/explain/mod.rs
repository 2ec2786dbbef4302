//! Words for people about a document that cannot be decoded.
//!
//! The parser knows where it stopped and what it expected; what the author of the document did is another matter. Each
//! module here knows some of the usual mistakes and looks for their traces around that place; the first that finds one
//! explains it. All of this happens only once decoding has failed. No message holds text of the document beyond its
//! punctuation: it may be a secret, and excerpts are masked where messages are not.

mod brackets;
mod characters;
mod conflict;
mod indentation;
mod quotes;
mod scene;
mod text;

use super::events::{Construct, ProblemKind};
use super::failure::{Failure, Stop};
use crate::diagnostic::{Code, Diagnostic};
use scene::{Finding, Scene};

/// The diagnostic for what stopped the decoding.
pub(super) fn explain(name: &str, text: &str, failure: &Failure) -> Diagnostic {
    let finding = match failure {
        Failure::Limit { summary, at } => {
            Finding::new(Code::LimitExceeded, summary.clone(), at.byte..at.byte)
        }
        Failure::UnknownAnchor { at, .. } => unknown_anchor(text, at.byte),
        Failure::Syntax(stop) => diagnose(&Scene::new(text, stop)),
    };
    let diagnostic = finding.into_diagnostic(name, text);
    match failure.reference_words() {
        Some(words) => diagnostic.with_reference(words),
        // The reference has no such limit, and would give no place.
        None => {
            let summary = diagnostic.summary.clone();
            diagnostic.with_reference(summary)
        }
    }
}

/// The diagnostic for a text that is not even looked at.
pub(super) fn too_long(most: usize) -> Diagnostic {
    Diagnostic::error(Code::LimitExceeded, format!("the document is longer than {most} bytes"))
}

/// From where on the text is to blame, up to the end of that line, if that is not simply the line of the failure.
pub(super) fn blame(failure: &Failure) -> Option<usize> {
    let Failure::Syntax(Stop { problem, open, .. }) = failure else { return None };
    match (problem.kind, problem.within) {
        (ProblemKind::TabInPlain, _) => return Some(problem.at.byte),
        (ProblemKind::EndOfStream | ProblemKind::DocumentIndicator, Some(within)) => {
            return Some(within.start.byte);
        }
        (ProblemKind::ExpectedColon, Some(within)) => return Some(within.start.byte),
        _ => {}
    }
    let flow = |construct| matches!(construct, Construct::FlowSequence | Construct::FlowMapping);
    open.last().filter(|open| flow(open.construct)).map(|open| open.start.byte)
}

fn diagnose(scene: &Scene<'_>) -> Finding {
    let rules: [fn(&Scene<'_>) -> Option<Finding>; 7] = [
        conflict::explain,
        characters::explain,
        indentation::tab,
        brackets::explain,
        quotes::explain,
        text::explain,
        indentation::explain,
    ];
    let found = rules.iter().find_map(|rule| rule(scene));
    let finding =
        found.unwrap_or_else(|| Finding::new(Code::YamlSyntax, scene.kind().words(), scene.here()));
    match finding.related.is_empty() {
        true => scene.with_construct(finding),
        false => finding,
    }
}

fn unknown_anchor(text: &str, at: usize) -> Finding {
    let rest = text.get(at..).unwrap_or_default();
    let length = rest.find(|c: char| c.is_whitespace() || ",]}".contains(c)).unwrap_or(rest.len());
    let summary = "`*` starts an alias, but no anchor of that name comes before it";
    Finding::new(Code::YamlAlias, summary, at..at + length).with_help(
        "put text that starts with `*` in quotes; to use a value twice, refer to it by its path: `${path}`",
    )
}
