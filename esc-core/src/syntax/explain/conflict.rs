//! Markers that a merge left behind.

use super::scene::{Finding, Scene};
use crate::diagnostic::Code;

/// How the lines start that version control writes around a conflict.
const MARKERS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

pub(super) fn explain(scene: &Scene<'_>) -> Option<Finding> {
    let mut start = 0;
    let mut markers = Vec::new();
    for line in scene.text.split_inclusive('\n') {
        let content = line.trim_end();
        let marker = MARKERS.iter().find(|marker| {
            content
                .strip_prefix(**marker)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        });
        if let Some(marker) = marker {
            markers.push((*marker, start..start + content.len()));
            if *marker == ">>>>>>>" {
                break;
            }
        }
        start += line.len();
    }
    let ours = markers.iter().any(|(marker, _)| matches!(*marker, "<<<<<<<" | ">>>>>>>"));
    let mut markers = markers.into_iter();
    let (_, first) = markers.next().filter(|(_, first)| ours && first.start <= scene.at)?;
    let finding = Finding::new(Code::YamlConflict, "a merge conflict is not resolved", first)
        .with_help(
            "keep one of the versions, or what is right of each, and remove the marked lines",
        );
    Some(markers.fold(finding, |finding, (marker, at)| {
        let message = match marker {
            ">>>>>>>" => "the other version ends here",
            "=======" => "the other version starts here",
            "|||||||" => "the common version starts here",
            _ => "another conflict starts here",
        };
        finding.with_related(at, message)
    }))
}
