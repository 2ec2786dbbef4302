//! What values are made of: representation, base, schema, flags, and where they were defined.
//!
//! | kind | is | made by |
//! |---|---|---|
//! | own | something of its own, perhaps over the base of an expression | literals, functions, providers |
//! | copied | the same as another, in a copy context | imports, references |
//! | merged | one value on top of another | objects over inherited objects, imports over imports |
//!
//! Literal containers do not hold their elements: their representation names the expression, whose children have values
//! of their own as soon as they are evaluated. So a container is there before its contents.

use std::sync::Arc;

use esc_core::number::Number;
use esc_core::schema::SchemaRef;
use esc_core::secret::Text;
use smol_str::SmolStr;

use crate::ids::{Ctx, ExprRef, ValueId};

/// What defined a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Def {
    /// An expression of a document.
    Expr(ExprRef),
    /// A late-bound access: a property of a value that was unknown.
    Access(u32),
    /// The execution context.
    Context,
    /// The `imports` object.
    Imports,
}

/// Flags of a value.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Flags {
    pub unknown: bool,
    pub secret: bool,
    pub is_final: bool,
    pub rotate_only: bool,
    /// Keys inherited from the base are not listed (`fn::final`, `fn::validate`).
    pub own_keys: bool,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Repr {
    /// An unknown value has no representation.
    None,
    Null,
    Bool(bool),
    Number(Number),
    String(Text),
    List(Arc<[ValueId]>),
    /// Sorted by key.
    Object(Arc<[(SmolStr, ValueId)]>),
    /// The values of a list literal's elements.
    ListLiteral(ExprRef),
    /// The values of an object literal's properties.
    ObjectLiteral(ExprRef),
}

/// What a value of its own was merged over.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Base {
    None,
    /// The base of an expression, whenever that is known.
    Expr(ExprRef),
    /// For a late-bound access: the same property of the receiver's base.
    Late(u32),
}

/// What a merged value was merged over.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Over {
    /// The base of an expression.
    Expr(ExprRef),
    /// A value.
    Value(ValueId),
    /// The property of the parent's base that corresponds to own property number `index` of the parent.
    Child { parent: ValueId, index: u32 },
}

/// Where the schema of a value of its own comes from.
#[derive(Clone, Debug)]
pub(crate) enum OwnSchema {
    /// From what the value is.
    Literal,
    /// Given.
    Fixed(SchemaRef),
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// A value of its own.
    Own { repr: Repr, base: Base, schema: OwnSchema },
    /// A deep copy.
    Copied { of: ValueId, ctx: Ctx },
    /// A value on top of another.
    Merged { upper: ValueId, over: Over },
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub def: Def,
    pub flags: Flags,
    /// The node of kind `Own` beneath all wrappers.
    pub core: ValueId,
    /// Nodes with equal identity are one value in different states of merging.
    pub identity: ValueId,
    pub kind: Kind,
}

/// A property access on a value that was unknown.
#[derive(Clone, Debug)]
pub(crate) struct LateAccess {
    pub receiver: ValueId,
    pub key: SmolStr,
    pub syntax: AccessSyntax,
}

/// What a late-bound access is shown as.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AccessSyntax {
    /// Property number `.1` of an object literal: its key.
    Key(ExprRef, u32),
    /// Whatever defined the value that was merged.
    Def(Def),
}

/// How a merged value relates to what it is merged over, once that is known.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Resolved {
    /// There is nothing below.
    Nothing,
    /// The value below is this very value, merged further.
    Same(ValueId),
    /// This lies below.
    Below(ValueId),
}

/// How much a value is when it is written out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// The values in it, and itself.
    pub count: usize,
    /// The levels of values in it, and its own.
    pub height: usize,
    /// The bytes of the strings in it.
    pub bytes: usize,
}

/// A property of a value with everything it inherits.
#[derive(Clone, Debug)]
pub(crate) struct Inherited {
    pub key: SmolStr,
    /// The layer that has the property, and its number there.
    pub layer: ValueId,
    pub index: u32,
}
