//! What happened, in each expression's own order.

use esc_core::diagnostic::Diagnostic;

use crate::ids::{EnvId, ExprRef};
use crate::session::calls::Rotation;

/// Who an event belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    Expr(ExprRef),
    Env(EnvId),
    Paths,
}

#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// In a box: nearly all events are short.
    Diagnostic(Box<Diagnostic>),
    /// Another expression was asked for.
    Eval(ExprRef),
    /// Another environment was asked for.
    Import(EnvId),
    /// A rotator was to be rotated.
    Rotation(Box<Rotation>),
}

/// Events in order of arrival. An owner that is entered again in a later pass says everything again: only what it said
/// in its last pass counts.
#[derive(Default)]
pub(crate) struct Log {
    pub entries: Vec<(Owner, u32, Event)>,
    /// Whether there is anything beside the structure.
    pub findings: bool,
}

impl Log {
    pub fn push(&mut self, owner: Owner, pass: u32, event: Event) {
        self.findings |= matches!(event, Event::Diagnostic(_) | Event::Rotation(_));
        self.entries.push((owner, pass, event));
    }
}
