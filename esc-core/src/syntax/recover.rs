//! Reading on after a syntax error, for editors.

use std::sync::Arc;

use super::build::Built;
use super::characters::is_forbidden;
use super::events::Trouble;
use super::explain::{blame, explain};
use super::failure::{Failure, Stop};
use super::positions::Positions;
use super::read::{Input, read};
use super::{Decoded, Limits};

/// How often a part of the text is left out to get on.
const ATTEMPTS: usize = 16;

/// How many bytes are parsed again at most.
const WORK: usize = 8 << 20;

/// Reads what can be read.
///
/// What cannot be read is overwritten with blanks of the same length and the whole is parsed again, so that every
/// offset stays true.
pub(super) fn decode(
    name: &str,
    text: Arc<str>,
    trouble: Option<Trouble>,
    limits: &Limits,
) -> Decoded {
    let mut diagnostics = Vec::new();
    let mut work = text.to_string();
    if let Some(trouble) = trouble {
        let input = Input { name, text: &text, trouble: Some(trouble), tolerant: true };
        // After the end of the document, it does not matter.
        if read(&input, Positions::new(&text), limits).1.is_some() {
            let failure = Failure::Syntax(Stop::at(trouble.problem(&text)));
            diagnostics.push(explain(name, &text, &failure));
        }
        work = blank_forbidden(&text);
    }
    let mut best: Option<(usize, Built)> = None;
    let attempts = ATTEMPTS.min(WORK / text.len().max(1));
    for attempt in 0..=attempts {
        let input = Input { name, text: &work, trouble: None, tolerant: true };
        let (built, failure) = read(&input, Positions::new(&text), limits);
        let Some(failure) = failure else {
            best = Some((usize::MAX, built));
            break;
        };
        let at = failure.at().byte;
        diagnostics.push(explain(name, &text, &failure));
        if best.as_ref().is_none_or(|(reached, _)| *reached < at) {
            best = Some((at, built));
        }
        // A limit stays exceeded.
        if attempt == attempts || failure.is_limit() {
            break;
        }
        let Some(next) = blank_out(&work, &failure) else { break };
        work = next;
    }
    let tree = best.map(|(_, built)| {
        diagnostics.extend(built.diagnostics.iter().cloned());
        built.into_tree(text)
    });
    Decoded { tree, diagnostics }
}

/// The text with blanks for the characters that YAML does not allow.
fn blank_forbidden(text: &str) -> String {
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
fn blank_out(text: &str, failure: &Failure) -> Option<String> {
    // What was not closed is left out from where it was opened, but only on that line: what follows may be sound.
    if let Some(from) = blame(failure) {
        let line = line_around(text, from)?;
        return blank(text, from..line.end);
    }
    let at = failure.at();
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
