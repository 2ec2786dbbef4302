//! Text to tree, by way of events.

use std::collections::HashSet;

use smol_str::SmolStr;

use super::Limits;
use super::build::{Builder, Built};
use super::events::{EventKind, Events, Trouble};
use super::failure::{Failure, Stop};
use super::positions::Positions;

/// A text to read.
pub(super) struct Input<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
    /// The first thing in the text, or right after it, that is no character.
    pub(super) trouble: Option<Trouble>,
    /// Unknown anchors do not stop the reading.
    pub(super) tolerant: bool,
}

/// Reads a text until the end of its first document, or until something is wrong.
///
/// `positions` must know a text with the same lines.
pub(super) fn read(
    input: &Input<'_>,
    positions: Positions<'_>,
    limits: &Limits,
) -> (Built, Option<Failure>) {
    let mut builder = Builder::new(SmolStr::new(input.name), input.text, positions, *limits);
    let failure = drive(&mut builder, input).err();
    (builder.finish(), failure)
}

fn drive(builder: &mut Builder<'_>, input: &Input<'_>) -> Result<(), Failure> {
    let mut events = Events::new(input.text, input.trouble);
    let mut anchors = HashSet::new();
    loop {
        let event = match events.next_event() {
            Ok(event) => event,
            Err(problem) => {
                let open = events.open().to_vec();
                let last_quoted = events.last_quoted();
                return Err(Failure::Syntax(Stop { problem, open, last_quoted }));
            }
        };
        match &event.kind {
            EventKind::End => {
                builder.end_document(event.end);
                return Ok(());
            }
            EventKind::Alias(name) if !input.tolerant && !anchors.contains(name) => {
                return Err(Failure::UnknownAnchor { name: name.clone(), at: event.start });
            }
            _ => {}
        }
        if let Some(anchor) = &event.anchor {
            anchors.insert(anchor.clone());
        }
        builder.event(event)?;
    }
}
