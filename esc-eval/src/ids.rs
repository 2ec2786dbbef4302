//! Names of what an evaluation is made of: environments, expressions, values, copies.
//!
//! All of them are small numbers, and mean something within one evaluation only.

use esc_core::ast::ExprId;

/// Names an expression of an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ExprRef {
    pub env: EnvId,
    pub expr: ExprId,
}

/// Names an environment of an evaluation; 0 is the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct EnvId(pub u32);

impl EnvId {
    pub const ROOT: EnvId = EnvId(0);
}

/// Names a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ValueId(pub u32);

/// Names a copy context: all nodes copied in one context belong to one copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ctx(pub u32);
