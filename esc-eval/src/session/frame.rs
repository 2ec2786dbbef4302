//! What is under evaluation: frames, what they are told, and what they want.
//!
//! A frame is a step counter and the results so far: evaluating an expression is a conversation in which the machine tells
//! a frame what came of its last wish ([`Ret`]) and the frame says what it wants next ([`Flow`]). A frame whose pass ends is
//! dropped, and made anew in the next pass: frames hold nothing that is not found again.

use esc_core::schema::SchemaRef;
use esc_core::syntax::NodeId;
use smallvec::SmallVec;
use smol_str::SmolStr;

use crate::ids::{EnvId, ExprRef, ValueId};
use crate::session::log::Owner;

/// The schema an expression is expected to match, where it has rotate-only parts.
pub(crate) type Accept = Option<SchemaRef>;

/// An expression or environment that is being evaluated.
pub(crate) struct Frame {
    pub kind: FrameKind,
    pub accept: Accept,
    /// How far it has come; each kind counts in its own way.
    pub step: u32,
    /// Something in it is pending.
    pub pending: bool,
    /// Something in an argument is pending.
    pub partial: bool,
    /// Results so far.
    pub values: SmallVec<[ValueId; 4]>,
    pub access: AccessProgress,
    /// Expressions to ask for again once what had to come before them is there.
    pub again: Vec<(ExprRef, Accept)>,
    /// The step is to be tried again instead of being told a result.
    pub retry: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum FrameKind {
    Expr(ExprRef),
    Env(EnvId),
    /// The property paths that were asked for.
    Paths,
}

/// How far the resolution of an access has come.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AccessProgress {
    /// The accessors that led to the expression under evaluation.
    pub consumed: u32,
    pub waiting: bool,
    /// Something in what was held is pending.
    pub partial: bool,
    pub held: Option<ValueId>,
}

/// What a frame is told when it is run.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ret {
    /// It starts, or tries the same step again.
    Nothing,
    /// What it asked for has a value; something in the value may be pending.
    Value { value: ValueId, partial: bool },
    /// What it asked for is pending.
    Pending,
    /// The environment it asked for cannot be used.
    Failed,
}

/// What a frame wants.
pub(crate) enum Flow {
    Eval(ExprRef, Accept),
    Push(Frame),
    Import(SmolStr, Blame),
    Done(ValueId),
    Partial(ValueId),
    Pending,
}

/// What entering an expression came to.
pub(crate) enum Entered {
    Ready(Ret),
    Push(Frame),
}

impl Frame {
    pub fn new(kind: FrameKind, accept: Accept) -> Frame {
        Frame {
            kind,
            accept,
            step: 0,
            pending: false,
            partial: false,
            values: SmallVec::new(),
            access: AccessProgress::default(),
            again: Vec::new(),
            retry: false,
        }
    }

    pub fn owner(&self) -> Owner {
        match &self.kind {
            FrameKind::Expr(e) => Owner::Expr(*e),
            FrameKind::Env(env) => Owner::Env(*env),
            FrameKind::Paths => Owner::Paths,
        }
    }
}

/// What is to blame if an import fails.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Blame {
    /// An element of `imports`.
    Import(EnvId, NodeId),
    /// An inline reference.
    Expr(ExprRef),
}
