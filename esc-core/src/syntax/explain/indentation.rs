//! Wrong indentation.

use super::scene::{Finding, Scene, key_colon};
use crate::diagnostic::Code;
use crate::syntax::events::{Construct, ProblemKind};

/// A tab where spaces are expected.
pub(super) fn tab(scene: &Scene<'_>) -> Option<Finding> {
    let line = scene.line(scene.at);
    let indentation = line.start..scene.content(line.clone()).start;
    let in_front = scene.slice(indentation.clone()).find('\t').map(|at| indentation.start + at);
    let tab = match in_front {
        Some(tab) => tab,
        // `-<tab>key:` indents the key.
        None if scene.kind() == ProblemKind::NoToken && scene.rest(scene.at).starts_with('\t') => {
            scene.at
        }
        None => return None,
    };
    let tabs = scene.rest(tab).chars().take_while(|c| *c == '\t').count();
    let finding = Finding::new(Code::YamlTab, "a tab is used for indentation", tab..tab + tabs);
    let above = in_front.and_then(|_| scene.line_above(line.start));
    Some(match above.map(|above| scene.indentation(above)) {
        Some(spaces) => finding.with_help(format!(
            "use spaces only; the line above is indented by {}",
            counted(spaces)
        )),
        None => finding.with_help("use spaces only"),
    })
}

pub(super) fn explain(scene: &Scene<'_>) -> Option<Finding> {
    match scene.kind() {
        ProblemKind::ValueNotAllowed => too_deep(scene),
        ProblemKind::EntryNotAllowed => Some(
            Finding::new(Code::YamlSyntax, "a list cannot start on this line", scene.here())
                .with_help("start it on the next line, or write it in brackets: `[a, b]`"),
        ),
        ProblemKind::ExpectedKey | ProblemKind::ExpectedEntry if scene.begins_line(scene.at) => {
            between(scene).or_else(|| wrong_kind(scene))
        }
        _ => None,
    }
}

/// A key below one that has a value already.
fn too_deep(scene: &Scene<'_>) -> Option<Finding> {
    let line = scene.line(scene.at);
    let above = scene.line_above(line.start)?;
    let (here, there) = (scene.indentation(line.clone()), scene.indentation(above.clone()));
    if here <= there {
        return None;
    }
    let content = scene.content(line);
    let summary = "the indentation makes this line a part of the text above";
    Some(
        Finding::new(Code::YamlIndentation, summary, content.start..scene.at + 1)
            .with_related(scene.content(above), "this has a value already")
            .with_help(format!("indent it by {} to make it the next entry", counted(there))),
    )
}

/// Indentation between those of two collections.
fn between(scene: &Scene<'_>) -> Option<Finding> {
    let line = scene.line(scene.at);
    let here = scene.indentation(line.clone());
    let columns = scene.stop.open.iter().map(|open| open.start.column.saturating_sub(1) as usize);
    let mut columns: Vec<usize> = columns.collect();
    columns.dedup();
    if columns.contains(&here) {
        return None;
    }
    // Those that were closed by it are not known any more, but the line above is in one of them.
    if let Some(above) = scene.line_above(line.start) {
        columns.push(scene.indentation(above));
        columns.sort_unstable();
        columns.dedup();
    }
    let columns: Vec<String> = columns.iter().map(usize::to_string).collect();
    let known = columns.join(", ");
    let summary = format!("indentation by {} fits nothing above", counted(here));
    let finding = Finding::new(Code::YamlIndentation, summary, scene.content(line));
    Some(finding.with_help(format!("the lines above are indented by {known} spaces")))
}

/// A key among items, or an item among keys.
fn wrong_kind(scene: &Scene<'_>) -> Option<Finding> {
    let content = scene.content(scene.line(scene.at));
    let text = scene.slice(content.clone());
    let item = text == "-" || text.starts_with("- ");
    let (summary, help) = match scene.open()?.construct {
        Construct::BlockMapping if item => (
            "a list item stands among the keys of a mapping",
            "indent it deeper than the key whose value it belongs to, or give it a key",
        ),
        Construct::BlockSequence if key_colon(text).is_some() => (
            "a key stands among the items of a list",
            "put `- ` in front of it, or indent it as deep as the item that it belongs to",
        ),
        _ => return None,
    };
    Some(Finding::new(Code::YamlIndentation, summary, content).with_help(help))
}

fn counted(spaces: usize) -> String {
    match spaces {
        1 => "1 space".to_owned(),
        n => format!("{n} spaces"),
    }
}
