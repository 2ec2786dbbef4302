//! The AST: what a document means, before anything is evaluated.
//!
//! [`Document::parse`] turns a syntax tree into a [`Document`] and never fails: what cannot be understood becomes a
//! diagnostic and a [`ExprKind::Missing`] expression, so that editors and the evaluator can work on the rest.

use std::sync::Arc;

use smol_str::SmolStr;

use crate::number::Number;
use crate::position::{Range, Span};
use crate::syntax::{NodeId, SyntaxTree};

mod access;
mod builtin;
mod call;
mod callee;
mod document;
pub mod interpolation;
mod parser;
#[cfg(test)]
mod tests;
mod top_level;

pub use builtin::{BUILTINS, Builtin, BuiltinKind, Pure, Shape};
pub use document::{Loaded, Parsed, ParsedDocument};

/// Names an expression of a [`Document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

/// A parsed environment document.
#[derive(Clone, Debug)]
pub struct Document {
    /// The environment's name, used in diagnostics and traces.
    pub name: SmolStr,
    /// The tree the document was parsed from.
    pub syntax: Arc<SyntaxTree>,
    /// The description, if it is a plain string.
    pub description: Option<SmolStr>,
    /// The imports, in order.
    pub imports: Vec<Import>,
    /// Whether `imports` has elements, even if none of them names an environment: such a document is evaluated.
    pub declares_imports: bool,
    /// The root: always an [`ExprKind::Object`] over the entries of `values`, without a syntax node of its own.
    pub root: ExprId,
    /// Every expression, children before parents. Some belong to nothing: arguments of malformed calls, and the
    /// objects and lists that hold the arguments of calls.
    pub exprs: Vec<Expr>,
}

/// An element of `imports`.
#[derive(Clone, Debug)]
pub struct Import {
    /// The name of the imported environment, verbatim.
    pub name: SmolStr,
    /// The node to blame: the whole element.
    pub node: NodeId,
    /// Whether the import takes part in merging.
    pub merge: bool,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// The node it was written as; none for synthesised expressions.
    pub node: Option<NodeId>,
    /// What it is.
    pub kind: ExprKind,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number literal.
    Number(Number),
    /// A string without interpolations, unescaped.
    String(SmolStr),
    /// A string with interpolations.
    Interpolate(Box<[Part]>),
    /// A string that is one access and nothing else: a typed reference.
    Symbol(Access),
    /// A list literal.
    List(Box<[ExprId]>),
    /// An object literal, in document order, duplicates kept.
    Object(Box<[Property]>),
    /// A call of a built-in function.
    Call(Box<Call>),
    /// What a malformed call lacks.
    Missing,
}

/// A piece of an interpolated string: text, then possibly an access.
#[derive(Clone, Debug)]
pub struct Part {
    /// The literal text before the access.
    pub text: SmolStr,
    /// The access.
    pub access: Option<Access>,
}

/// `${a.b[0]["c"]}`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// The accessors, at least one.
    pub accessors: Box<[Accessor]>,
}

/// One step of an access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accessor {
    /// What is accessed.
    pub kind: AccessorKind,
    /// Where it stands in the reference's terms; none inside scalars for which the reference has no sub-ranges.
    pub range: Option<Range>,
    /// Where it really stands, where that is known.
    pub span: Option<Span>,
}

/// What an accessor accesses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessorKind {
    /// `.name`
    Name(SmolStr),
    /// `["name"]`
    Subscript(SmolStr),
    /// `[0]`
    Index(i64),
}

/// An entry of an object literal.
#[derive(Clone, Debug)]
pub struct Property {
    /// The key, unescaped.
    pub key: SmolStr,
    /// Where the key stands, in the reference's terms.
    pub key_range: Range,
    /// Where the key really stands.
    pub key_span: Span,
    /// The value.
    pub value: ExprId,
}

/// A call of a built-in function.
#[derive(Clone, Debug)]
pub struct Call {
    /// The function's name as written, such as `fn::open::aws-login`.
    pub name: SmolStr,
    /// Where the name stands, in the reference's terms.
    pub name_range: Range,
    /// Where the name really stands.
    pub name_span: Span,
    /// The whole argument's node.
    pub argument: NodeId,
    /// The function with its arguments.
    pub function: Function,
}

/// A built-in function with its arguments.
#[derive(Clone, Debug)]
pub enum Function {
    /// A function whose result depends on its arguments alone, such as `fn::join`.
    Pure(Pure, Arguments),
    /// `fn::open` and `fn::open::PROVIDER`
    Open(Open),
    /// `fn::rotate` and `fn::rotate::ROTATOR`
    Rotate(Open, RotateState),
    /// `fn::secret` with a string: the literal.
    SecretPlaintext(ExprId),
    /// `fn::secret` with a ciphertext: the literal, base64 text of an envelope.
    SecretCiphertext(ExprId),
    /// `fn::validate`
    Validate {
        /// The schema.
        schema: ExprId,
        /// The value.
        value: ExprId,
    },
}

/// The arguments of a pure function.
#[derive(Clone, Copy, Debug)]
pub enum Arguments {
    /// The only one.
    One(ExprId),
    /// Both elements of a list of two.
    Two([ExprId; 2]),
}

impl Arguments {
    /// The arguments, in order.
    pub fn as_slice(&self) -> &[ExprId] {
        match self {
            Arguments::One(only) => std::slice::from_ref(only),
            Arguments::Two(both) => both,
        }
    }
}

impl Function {
    /// Whether this is `fn::final`.
    pub fn is_final(&self) -> bool {
        matches!(self, Function::Pure(Pure::Final, _))
    }

    /// All expressions that the call is given, in the order of evaluation.
    pub fn arguments(&self) -> impl Iterator<Item = ExprId> + use<> {
        let arguments = match self {
            Function::Pure(_, Arguments::One(only)) => [Some(*only), None, None],
            Function::Pure(_, Arguments::Two([first, second])) => {
                [Some(*first), Some(*second), None]
            }
            Function::SecretPlaintext(literal) | Function::SecretCiphertext(literal) => {
                [Some(*literal), None, None]
            }
            Function::Validate { schema, value } => [Some(*schema), Some(*value), None],
            Function::Open(open) => [open.provider_expr, Some(open.inputs), None],
            Function::Rotate(open, state) => {
                [open.provider_expr, Some(open.inputs), Some(state.state)]
            }
        };
        arguments.into_iter().flatten()
    }
}

/// The provider and inputs of an open or rotate call.
#[derive(Clone, Debug)]
pub struct Open {
    /// The provider's name; none if it is missing or no string literal.
    pub provider: Option<SmolStr>,
    /// The expression that holds the name, in the object form; `Missing` if it was not given
    /// or is no string literal.
    pub provider_expr: Option<ExprId>,
    /// The inputs; `Missing` if not given.
    pub inputs: ExprId,
}

/// The state of a rotate call.
#[derive(Clone, Debug)]
pub struct RotateState {
    /// The state; a `Null` without node if absent, `Missing` if the call's shape is wrong.
    pub state: ExprId,
}
