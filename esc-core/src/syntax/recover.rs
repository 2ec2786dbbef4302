//! Reading on after a syntax error, for editors.

use std::sync::Arc;

use super::build::Built;
use super::decode::{CONTROL_CHARACTER, is_forbidden, run};
use super::failure::Failure;
use super::mark::Mark;
use super::positions::Positions;
use super::{Decoded, Limits};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::position::{Range, Span};

/// How often a part of the text is left out to get on.
const ATTEMPTS: usize = 16;

/// How many bytes are parsed again at most.
const WORK: usize = 8 << 20;

/// Reads what can be read.
///
/// What cannot be read is overwritten with blanks of the same length and the whole is parsed again, so that every
/// offset stays true.
pub(super) fn decode(name: &str, text: Arc<str>, limits: &Limits) -> Decoded {
    let mut diagnostics = Vec::new();
    let mut work = remove_control_characters(name, &text, &mut diagnostics);
    let mut best: Option<(usize, Built)> = None;
    let attempts = ATTEMPTS.min(WORK / text.len().max(1));
    for attempt in 0..=attempts {
        let (built, failure) = run(name, &work, Positions::new(&text), limits, true);
        let Some(failure) = failure else {
            best = Some((usize::MAX, built));
            break;
        };
        let at = failure.at.unwrap_or(Mark::START);
        diagnostics.push(located(name, &text, &failure, at));
        if best.as_ref().is_none_or(|(reached, _)| *reached < at.byte) {
            best = Some((at.byte, built));
        }
        // A limit stays exceeded.
        if attempt == attempts || failure.code == Code::LimitExceeded {
            break;
        }
        let Some(next) = blank_out(&work, &failure, at) else { break };
        work = next;
    }
    let tree = best.map(|(_, built)| {
        diagnostics.extend(built.diagnostics.iter().cloned());
        built.into_tree(text)
    });
    Decoded { tree, diagnostics }
}

fn located(name: &str, text: &str, failure: &Failure, at: Mark) -> Diagnostic {
    failure.diagnostic().at(location(name, text, at), "")
}

/// One character, or nothing at the end of the text.
fn location(name: &str, text: &str, at: Mark) -> Location {
    let mut positions = Positions::new(text);
    let here = text.get(at.byte..).and_then(|rest| rest.chars().next());
    let length = here.filter(|c| *c != '\n').map_or(0, char::len_utf8);
    let columns = u32::from(length != 0);
    let range = Range {
        begin: positions.at(at.line, at.column),
        end: positions.at(at.line, at.column.saturating_add(columns)),
    };
    let start = super::positions::offset(at.byte);
    let span = Span { start, end: super::positions::offset(at.byte + length) };
    Location { environment: name.into(), range, span: Some(span) }
}

fn remove_control_characters(name: &str, text: &str, diagnostics: &mut Vec<Diagnostic>) -> String {
    let Some((byte, _)) = super::decode::control_character(text) else { return text.to_owned() };
    let before = text.get(..byte).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let count = |s: Option<&str>| super::positions::offset(s.map_or(0, |s| s.chars().count()));
    let line = super::positions::offset(before.matches('\n').count()).saturating_add(1);
    let at = Mark { byte, line, column: count(before.get(line_start..)).saturating_add(1) };
    let diagnostic = Diagnostic::error(Code::YamlSyntax, CONTROL_CHARACTER);
    diagnostics.push(diagnostic.at(location(name, text, at), ""));
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_forbidden(c) {
            out.extend(std::iter::repeat_n(' ', c.len_utf8()));
        } else {
            out.push(c);
        }
    }
    out
}

/// The text without what caused the failure; none if there is nothing to leave out.
fn blank_out(text: &str, failure: &Failure, at: Mark) -> Option<String> {
    // What was not closed is left out from where it was opened, but only on that line: what follows may be sound.
    if let Some(from) = failure.blame {
        let line = line_around(text, from)?;
        return blank(text, from..line.end);
    }
    // At the end of the text, or on a blank line, the last line before is to blame.
    let mut line = line_around(text, at.byte.min(text.len()))?;
    while text.get(line.clone())?.trim().is_empty() {
        line = line_around(text, line.start.checked_sub(1)?)?;
    }
    blank(text, line)
}

/// The line that holds an offset, without its line break.
fn line_around(text: &str, at: usize) -> Option<std::ops::Range<usize>> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |i| i + 1);
    let end = text.get(at..)?.find('\n').map_or(text.len(), |i| at + i);
    Some(start..end)
}

fn blank(text: &str, range: std::ops::Range<usize>) -> Option<String> {
    let middle = text.get(range.clone())?;
    if middle.trim().is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    out.push_str(text.get(..range.start)?);
    out.extend(middle.bytes().map(|b| if b == b'\r' { '\r' } else { ' ' }));
    out.push_str(text.get(range.end..)?);
    Some(out)
}
