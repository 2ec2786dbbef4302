//! Plain text that YAML takes for something else.

use super::scene::{Finding, Scene, key_colon};
use crate::diagnostic::Code;
use crate::syntax::events::{Construct, ProblemKind};

pub(super) fn explain(scene: &Scene<'_>) -> Option<Finding> {
    first_character(scene)
        .or_else(|| second_colon(scene))
        .or_else(|| missing_space(scene))
        .or_else(|| after_comment(scene))
        .or_else(|| no_entry(scene))
}

/// Text that starts with a character that has a meaning.
fn first_character(scene: &Scene<'_>) -> Option<Finding> {
    use ProblemKind as P;
    let start = match (scene.kind(), scene.stop.problem.within?.construct) {
        (P::NoToken, _) => scene.at,
        (_, Construct::Anchor | Construct::Alias | Construct::Tag | Construct::Directive) => {
            scene.stop.problem.within?.start.byte
        }
        (P::UndefinedHandle, _) => scene.at,
        _ => return None,
    };
    let c = scene.rest(start).chars().next().filter(char::is_ascii_punctuation)?;
    let meaning = match c {
        '&' => "it starts an anchor, and this is no name of one",
        '*' => "it starts an alias, and this is no name of one",
        '!' => "it starts a tag, and this is none",
        '|' | '>' => "block text cannot stand within brackets",
        _ => "the character is reserved",
    };
    let line = scene.line(start);
    let end = scene.slice(start..line.end).find(" #").map_or(line.end, |length| start + length);
    let end = start + scene.slice(start..end).trim_end().len();
    let end = match scene.open_flow() {
        Some(_) => start + scene.slice(start..end).find([',', ']', '}']).unwrap_or(end - start),
        None => end,
    };
    let summary = match c {
        '`' => "text cannot start with a backtick: the character is reserved".to_owned(),
        c => format!("text cannot start with `{c}`: {meaning}"),
    };
    Some(
        Finding::new(Code::YamlQuotes, summary, start..end.max(scene.character(start).end))
            .with_help("put the text in quotes"),
    )
}

/// `note: remember: milk`
fn second_colon(scene: &Scene<'_>) -> Option<Finding> {
    let before = scene.before(scene.at);
    let content = before.trim_start().trim_start_matches("- ");
    if scene.kind() != ProblemKind::ValueNotAllowed || key_colon(content).is_none() {
        return None;
    }
    let summary = "a second `: ` on one line: a value cannot be a mapping there";
    Some(Finding::new(Code::YamlQuotes, summary, scene.here()).with_help(
        "put the value in quotes if it is text; start a mapping on the next line, or write it in braces",
    ))
}

/// `key:value` on the line where the parser stopped, or where the text began that it read.
fn missing_space(scene: &Scene<'_>) -> Option<Finding> {
    let line = match (scene.kind(), scene.within(Construct::SimpleKey)) {
        (ProblemKind::ExpectedColon, Some(key)) => scene.line(key.start.byte),
        (ProblemKind::ValueNotAllowed, _) => scene.line_above(scene.at)?,
        _ => return None,
    };
    let content = scene.content(line);
    let text = scene.slice(content.clone());
    let item = text.len() - text.trim_start_matches("- ").len();
    let text = text.get(item..)?;
    let colon = text.find(|c: char| !(c.is_alphanumeric() || "_-.\"'".contains(c)))?;
    let rest = text.get(colon..)?.strip_prefix(':')?;
    if colon == 0 || rest.is_empty() || rest.starts_with([' ', '\t', '/', ':']) {
        return None;
    }
    let at = content.start + item + colon;
    Some(
        Finding::new(Code::YamlSyntax, "a space is missing after the colon", at..at + 1)
            .with_help("write `key: value`"),
    )
}

/// Text that goes on after ` #`.
fn after_comment(scene: &Scene<'_>) -> Option<Finding> {
    let line = match (scene.kind(), scene.within(Construct::SimpleKey)) {
        (ProblemKind::ExpectedColon, Some(key)) => scene.line(key.start.byte),
        (ProblemKind::ExpectedKey, _) => scene.line(scene.at),
        _ => return None,
    };
    let above = scene.line_above(line.start)?;
    let comment = above.start + scene.slice(above.clone()).find(" #")? + 1;
    if scene.indentation(line.clone()) <= scene.indentation(above.clone()) {
        return None;
    }
    let summary = "the text above ended at its `#`, so this line does not continue it";
    Some(
        Finding::new(Code::YamlQuotes, summary, scene.content(line))
            .with_related(comment..above.end, "` #` starts a comment")
            .with_help("put the text in quotes if the `#` belongs to it"),
    )
}

/// A line of a mapping that is no entry.
fn no_entry(scene: &Scene<'_>) -> Option<Finding> {
    let start = scene.within(Construct::SimpleKey)?.start.byte;
    if scene.kind() != ProblemKind::ExpectedColon {
        return None;
    }
    let content = scene.content(scene.line(start));
    let summary = "expected `key: value`: there is no `:` after this";
    Some(
        Finding::new(Code::YamlSyntax, summary, start..content.end.max(start)).with_help(
            "add `:` if it is a key; indent the line deeper if it continues the text above",
        ),
    )
}
