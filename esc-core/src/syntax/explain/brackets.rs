//! Flow collections: brackets that are not closed, and what does not fit within them.

use super::scene::{Finding, Scene, key_colon};
use crate::diagnostic::Code;
use crate::syntax::events::{Construct, ProblemKind, Within};

pub(super) fn explain(scene: &Scene<'_>) -> Option<Finding> {
    let Some(open) = scene.open_flow() else { return closes_nothing(scene) };
    interpolation(scene, open)
        .or_else(|| wrong_bracket(scene, open))
        .or_else(|| unclosed(scene, open))
        .or_else(|| missing_comma(scene, open))
}

fn brackets(open: Within) -> (char, char) {
    match open.construct {
        Construct::FlowSequence => ('[', ']'),
        _ => ('{', '}'),
    }
}

/// `{a: ${b}}`: within brackets, the braces of an interpolation are a mapping.
fn interpolation(scene: &Scene<'_>, open: Within) -> Option<Finding> {
    let start = scene.at.checked_sub(1).filter(|start| scene.rest(*start).starts_with("${"))?;
    let line = scene.line(start);
    let length = scene.slice(start..line.end).find('}').map(|end| end + 1);
    let end = length.map_or(line.end, |length| start + length);
    let (left, right) = brackets(open);
    let summary = format!("an interpolation between `{left}` and `{right}` needs quotes");
    Some(
        Finding::new(Code::YamlQuotes, summary, start..end)
            .with_related(scene.character(open.start.byte), "within these brackets")
            .with_help("put the whole text in double quotes: `\"${name}\"`"),
    )
}

fn wrong_bracket(scene: &Scene<'_>, open: Within) -> Option<Finding> {
    let (left, right) = brackets(open);
    let found = scene.rest(scene.at).chars().next().filter(|c| matches!(c, ']' | '}'))?;
    if found == right {
        return None;
    }
    let summary = format!("`{found}` does not close `{left}`");
    Some(
        Finding::new(Code::YamlUnclosed, summary, scene.here())
            .with_related(scene.character(open.start.byte), format!("`{left}` is opened here"))
            .with_help(format!("add `{right}` before it, or remove it")),
    )
}

fn unclosed(scene: &Scene<'_>, open: Within) -> Option<Finding> {
    let start = open.start.byte;
    let (left, right) = brackets(open);
    let line = scene.line(scene.at);
    let content = scene.slice(scene.content(line.clone()));
    let later = scene.line(start).start < line.start;
    let marker = content.starts_with("---") || content.starts_with("...");
    // A line that would be an entry of the mapping around: not deeper than the line with the bracket.
    let outside = key_colon(content).is_some() || content.starts_with("- ");
    let outside = outside && scene.indentation(line) <= scene.indentation(scene.line(start));
    let end = scene.rest(scene.at).trim().is_empty();
    (end || (later && (marker || outside))).then(|| {
        Finding::new(Code::YamlUnclosed, format!("`{left}` is not closed"), scene.here())
            .with_related(scene.character(start), format!("`{left}` is opened here"))
            .with_help(format!("add `{right}` where it ends"))
    })
}

fn missing_comma(scene: &Scene<'_>, open: Within) -> Option<Finding> {
    let expected = [ProblemKind::ExpectedSequenceEnd, ProblemKind::ExpectedMappingEnd];
    if !expected.contains(&scene.kind()) {
        return None;
    }
    let (left, right) = brackets(open);
    let summary = format!("expected `,` or `{right}` here");
    Some(
        Finding::new(Code::YamlSyntax, summary, scene.here())
            .with_related(scene.character(open.start.byte), format!("`{left}` is opened here"))
            .with_help("put `,` between two items; put text in quotes that contains any of `,[]{}`, or `: `"),
    )
}

fn closes_nothing(scene: &Scene<'_>) -> Option<Finding> {
    let found = scene.rest(scene.at).chars().next().filter(|c| matches!(c, ']' | '}'))?;
    let summary = format!("`{found}` closes nothing");
    Some(
        Finding::new(Code::YamlUnclosed, summary, scene.here())
            .with_help("remove it, or put the text in quotes that it belongs to"),
    )
}
