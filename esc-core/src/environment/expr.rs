//! Expressions with what is known about them after evaluation.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::schema::SchemaRef;
use crate::value::{Origin, Value};

/// An expression with what is known about it after evaluation.
#[derive(Clone, Debug)]
pub struct ExprInfo {
    /// Where it stands.
    pub range: Origin,
    /// What its value looks like; none for groupings that are no expressions of a document.
    pub schema: Option<SchemaRef>,
    /// The expression of the value it was merged over.
    pub base: Option<Arc<ExprInfo>>,
    /// For objects, where the keys stand.
    pub key_ranges: BTreeMap<SmolStr, Origin>,
    /// What it is.
    pub kind: ExprInfoKind,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprInfoKind {
    /// `null`, or something missing.
    Null,
    /// A scalar literal.
    Literal(Value),
    /// A string with accesses: text, then possibly an access.
    Interpolate(Vec<(SmolStr, Vec<AccessorInfo>)>),
    /// A reference.
    Symbol(Vec<AccessorInfo>),
    /// A property of a value that was unknown when it was merged over.
    Access {
        /// The value's definition.
        receiver: Origin,
        /// What is accessed.
        accessors: Vec<AccessorInfo>,
    },
    /// A list.
    List(Vec<Arc<ExprInfo>>),
    /// An object.
    Object(BTreeMap<SmolStr, Arc<ExprInfo>>),
    /// A call.
    Builtin {
        /// The function's name.
        name: SmolStr,
        /// Where the name stands.
        name_range: Origin,
        /// What the argument has to look like.
        arg_schema: SchemaRef,
        /// The argument.
        arg: Arc<ExprInfo>,
    },
}

/// One step of an access.
#[derive(Clone, Debug)]
pub struct AccessorInfo {
    /// What is accessed.
    pub key: AccessKey,
    /// Where the accessor stands.
    pub range: Origin,
    /// Where the accessed value is defined; none in an access on an unknown value.
    pub value: Option<Origin>,
}

/// What an accessor asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessKey {
    /// An element of a list.
    Index(i64),
    /// A property of an object.
    Key(SmolStr),
}

// Expressions are merged over others in long rows, which are taken apart one after the other.
impl Drop for ExprInfo {
    fn drop(&mut self) {
        let mut below = self.base.take();
        while let Some(mut expr) = below.and_then(Arc::into_inner) {
            below = expr.base.take();
        }
    }
}
