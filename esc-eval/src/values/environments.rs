//! Environments and their expressions: how far each has come, and the value it has.

use std::sync::Arc;

use esc_core::ast::{Document, ExprId};
use esc_core::context::ExecutionContext;
use esc_core::crypt::Decrypter;
use esc_core::diagnostic::Diagnostic;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::ids::{EnvId, ValueId};
use crate::values::names::Names;

/// What is known about an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Nothing yet.
    Declared,
    /// It is on the stack.
    Evaluating,
    /// It has no value yet: it waits for something.
    Pending,
    /// It is a literal container with a value, and something in it waits.
    Partial,
    /// It is a literal container with a value, and its children have not been asked for.
    Lazy,
    /// It was left out: a rotate-only input outside of rotation.
    Skipped,
    /// It was left out: it may not override a final value, and has that value instead.
    Overruled,
    /// It has its value.
    Done,
}

/// The base of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExprBase {
    /// Not asked yet.
    Unresolved,
    Known(Option<ValueId>),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ExprState {
    pub status: Status,
    /// The pass in which the expression was last entered.
    pub pass: u32,
    pub value: Option<ValueId>,
    pub base: ExprBase,
    /// The object literal that contains the expression, and its property number there; expressions that hang elsewhere
    /// have no base.
    pub parent: Option<(ExprId, u32)>,
    /// Where an object literal's properties begin in [`Env::objects`], and how many there are.
    pub object: (u32, u32),
}

impl ExprState {
    pub const NEW: ExprState = ExprState {
        status: Status::Declared,
        pass: 0,
        value: None,
        base: ExprBase::Unresolved,
        parent: None,
        object: (0, 0),
    };
}

/// How far an environment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EnvStatus {
    /// Its document, or something the document needs, is being loaded.
    Loading,
    /// It cannot be used.
    Failed,
    /// It can be evaluated.
    Ready,
    /// It is on the stack.
    Evaluating,
    /// It has a value, and something in it waits.
    Partial,
    /// It has its value.
    Done,
}

/// An environment.
pub(crate) struct Env {
    pub name: SmolStr,
    pub status: EnvStatus,
    /// The pass in which it was last entered.
    pub pass: u32,
    pub document: Arc<Document>,
    pub decrypter: Option<Arc<dyn Decrypter>>,
    /// The environment that made this one be evaluated.
    pub importer: Option<EnvId>,
    /// Why loading failed, for each import that asks.
    pub load_error: Option<Diagnostic>,
    pub load_diagnostics: Vec<Diagnostic>,
    /// Findings made when the root was declared.
    pub declaration_diagnostics: Vec<Diagnostic>,
    /// The pass in which the environment was declared, which settles its imports; 0 before.
    pub declared: u32,
    /// What the imports came to, as far as they were entered.
    pub imported: Vec<Option<ValueId>>,
    /// The environment that counts as the root for this one; none before it is first entered.
    pub root_name: Option<SmolStr>,
    /// Made when somebody asks.
    pub context: Option<Arc<ExecutionContext>>,
    pub exprs: Vec<ExprState>,
    /// For each object literal its properties sorted by key, without duplicates, as indices into the document's list.
    pub objects: Vec<u32>,
    /// The names of large objects, for finding one of many at once.
    pub names: FxHashMap<ExprId, Names>,
    pub base: Option<ValueId>,
    pub imports: Option<ValueId>,
    pub context_value: Option<ValueId>,
    /// The same with what every host can set, set or not.
    pub context_fields: Option<ValueId>,
}

impl Env {
    pub fn loading(name: SmolStr, placeholder: Arc<Document>) -> Env {
        Env {
            document: placeholder,
            name,
            status: EnvStatus::Loading,
            pass: 0,
            decrypter: None,
            importer: None,
            load_error: None,
            load_diagnostics: Vec::new(),
            declaration_diagnostics: Vec::new(),
            declared: 0,
            imported: Vec::new(),
            root_name: None,
            context: None,
            exprs: Vec::new(),
            objects: Vec::new(),
            names: FxHashMap::default(),
            base: None,
            imports: None,
            context_value: None,
            context_fields: None,
        }
    }

    /// Takes the document in; expressions are declared when the environment is entered.
    pub fn loaded(&mut self, document: Arc<Document>) {
        self.exprs = vec![ExprState::NEW; document.exprs.len()];
        self.document = document;
    }
}
