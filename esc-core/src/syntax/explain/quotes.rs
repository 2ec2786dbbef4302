//! Text in quotes: quotes that are not closed, what follows them, and escapes.

use super::scene::{Finding, Scene};
use crate::diagnostic::Code;
use crate::syntax::events::{Construct, ProblemKind};

pub(super) fn explain(scene: &Scene<'_>) -> Option<Finding> {
    unclosed(scene)
        .or_else(|| escape(scene))
        .or_else(|| closed_late(scene))
        .or_else(|| trailing(scene))
}

/// Quotes that go on to the end of the text, or of the document.
fn unclosed(scene: &Scene<'_>) -> Option<Finding> {
    let start = scene.within(Construct::QuotedScalar)?.start.byte;
    if !matches!(scene.kind(), ProblemKind::EndOfStream | ProblemKind::DocumentIndicator) {
        return None;
    }
    let quote = scene.slice(scene.character(start));
    let at = if scene.kind() == ProblemKind::EndOfStream {
        let end = scene.text.trim_end().len();
        end..end
    } else {
        scene.at..scene.at + 3
    };
    Some(
        Finding::new(Code::YamlUnclosed, format!("the quote {quote} is not closed"), at)
            .with_related(scene.character(start), "it is opened here")
            .with_help(format!("add {quote} at the end of the text")),
    )
}

/// Quotes that were closed by the opening quote of another text, some lines below.
fn closed_late(scene: &Scene<'_>) -> Option<Finding> {
    let (start, end) = scene.stop.last_quoted?;
    if end.byte > scene.at || scene.line(end.byte).start != scene.line(scene.at).start {
        return None;
    }
    let quote = scene.slice(scene.character(start.byte));
    let summary = "text follows a closing quote";
    Some(
        Finding::new(Code::YamlUnclosed, summary, scene.here())
            .with_related(scene.character(start.byte), "the quote is opened here")
            .with_related(end.byte.saturating_sub(1)..end.byte, "and closed here")
            .with_help(format!("if a {quote} is missing on line {}, add it there", start.line)),
    )
}

/// Something else after quotes or brackets.
fn trailing(scene: &Scene<'_>) -> Option<Finding> {
    let expected = [ProblemKind::ExpectedKey, ProblemKind::ExpectedEntry];
    if !expected.contains(&scene.kind()) {
        return None;
    }
    let before = scene.before(scene.at).trim_end();
    let close = before.chars().next_back()?;
    let what = match close {
        '"' | '\'' => "quote",
        ']' | '}' => "bracket",
        _ => return None,
    };
    let line = scene.line(scene.at);
    let at = scene.at..scene.content(line.clone()).end.max(scene.at);
    let close = line.start + before.len() - close.len_utf8();
    Some(
        Finding::new(Code::YamlQuotes, format!("text follows a closing {what}"), at)
            .with_related(scene.character(close), "the value ends here")
            .with_help("put all of the text in quotes, or remove what follows"),
    )
}

fn escape(scene: &Scene<'_>) -> Option<Finding> {
    scene.within(Construct::QuotedScalar)?;
    let (summary, backslash) = match scene.kind() {
        ProblemKind::UnknownEscape => ("a backslash starts an escape, and this is none", scene.at),
        ProblemKind::ExpectedHex => {
            ("`\\x`, `\\u` and `\\U` need 2, 4 and 8 hexadecimal digits", scene.at.checked_sub(2)?)
        }
        ProblemKind::InvalidEscape => ("no character has this number", scene.at.checked_sub(2)?),
        _ => return None,
    };
    let end = scene.character(scene.character(backslash).end).end;
    Some(
        Finding::new(Code::YamlQuotes, summary, backslash..end)
            .with_help("double the backslash, or use single quotes: there it has no meaning"),
    )
}
