//! Characters that are not allowed, and bytes that are none.

use super::scene::{Finding, Scene};
use crate::diagnostic::Code;
use crate::syntax::events::{ProblemKind, Reporter};
use crate::syntax::mark::Mark;

pub(super) fn explain(scene: &Scene<'_>) -> Option<Finding> {
    if scene.stop.problem.reporter != Reporter::Reader {
        return None;
    }
    let (at, kind) = (scene.at, scene.kind());
    if kind != ProblemKind::ControlCharacter {
        let Mark { line, column, .. } = scene.stop.problem.at;
        let words = kind.words();
        let summary = format!("the text is not UTF-8 at line {line}, column {column}: {words}");
        return Some(Finding::new(Code::YamlEncoding, summary, at..at).with_help(
            "save the document as UTF-8; bytes that are no text can be written with `fn::fromBase64`",
        ));
    }
    let c = scene.rest(at).chars().next()?;
    let number = u32::from(c);
    let summary = format!("the control character U+{number:04X} is not allowed");
    let finding = Finding::new(Code::YamlEncoding, summary, scene.character(at));
    Some(match c {
        // Text of two bytes a character.
        '\0' => {
            finding.with_help("save the document as UTF-8: it looks like UTF-16 or binary data")
        }
        _ => finding.with_help(format!(
            "remove it; within double quotes it can be written as `\\u{number:04x}`"
        )),
    })
}
