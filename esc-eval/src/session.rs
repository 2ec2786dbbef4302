//! The state of one evaluation: environments, expressions, values, calls.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use esc_core::ast::{Document, Expr, ExprId, ExprKind, Property};
use esc_core::context::ExecutionContext;
use esc_core::crypt::Decrypter;
use esc_core::diagnostic::{Code, Diagnostic, Location};
use esc_core::position::Range;
use esc_core::schema::SchemaRef;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::arena::{Arena, ValueId};
use crate::calls::Calls;
use crate::log::Log;
use crate::machine::Frame;
use crate::options::{Mode, Settings};

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

/// Why something cannot be told yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blocked {
    /// It waits for a load or a call. If one expression's value is all that is missing, it is named.
    Pending(Option<ExprRef>),
    /// The expression has to be evaluated first.
    Eval(ExprRef),
    /// A limit is exceeded.
    Limit(Exceeded),
}

/// Which limit a value exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exceeded {
    Depth,
    StringBytes,
    Values,
    /// Providers are given too much.
    Given,
    /// Values of too many layers, or too many of them.
    Layers,
    /// Checking against a schema takes too many steps.
    Checks,
}

/// The answer to a question about values that may still be under way.
pub(crate) type Poll<T> = Result<T, Blocked>;

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
    const NEW: ExprState = ExprState {
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
    /// Which imports came to a value.
    pub imported: Vec<bool>,
    /// The environment that counts as the root for this one; none before it is first entered.
    pub root_name: Option<SmolStr>,
    /// Made when somebody asks.
    pub context: Option<Arc<ExecutionContext>>,
    pub exprs: Vec<ExprState>,
    /// For each object literal its properties sorted by key, without duplicates, as indices into the document's list.
    pub objects: Vec<u32>,
    pub base: Option<ValueId>,
    pub imports: Option<ValueId>,
    pub context_value: Option<ValueId>,
    /// The same with what every host can set, set or not.
    pub context_fields: Option<ValueId>,
}

/// The state of one evaluation.
pub(crate) struct Session {
    pub settings: Settings,
    pub envs: Vec<Env>,
    pub by_name: FxHashMap<SmolStr, EnvId>,
    pub arena: Arena,
    pub calls: Calls,
    pub log: Log,
    pub stack: Vec<Frame>,
    /// Children of literal containers that lead back to their container, and what the container holds instead.
    pub cut: FxHashMap<ExprRef, ValueId>,
    /// Number of the current pass, from 1.
    pub pass: u32,
    /// In this pass something earlier has not decided yet what it will evaluate, so cycles cannot be blamed yet.
    pub undecided: bool,
    /// In this pass something waited for an expression that had not been tried again yet.
    pub stale: AtomicBool,
    /// In this pass an expression or environment got its value.
    pub progress: bool,
    /// The root exceeds a limit.
    pub oversized: bool,
    /// Time is over.
    pub late: bool,
    /// Environments that were asked for and are not being loaded yet.
    pub wanted_envs: Vec<EnvId>,
    /// How many imported documents define a value of this name.
    pub names: FxHashMap<SmolStr, u32>,
    /// Document paths of rotators that were reached.
    pub rotators_seen: FxHashSet<String>,
    /// How many expressions the documents have.
    pub literals: usize,
    /// How many values providers were given.
    pub given: usize,
    /// Steps of the check that is going on.
    pub checks: usize,
}

impl Session {
    pub fn env(&self, env: EnvId) -> &Env {
        #[allow(clippy::indexing_slicing, reason = "ids are indices of this vector")]
        &self.envs[env.0 as usize]
    }

    pub fn env_mut(&mut self, env: EnvId) -> &mut Env {
        #[allow(clippy::indexing_slicing, reason = "ids are indices of this vector")]
        &mut self.envs[env.0 as usize]
    }

    /// The environment of that name; it is asked for if it is new.
    pub fn environment(&mut self, name: &SmolStr) -> EnvId {
        if let Some(&env) = self.by_name.get(name) {
            return env;
        }
        let env = EnvId(self.envs.len() as u32);
        self.envs.push(Env::loading(name.clone(), self.settings.placeholder.clone()));
        self.by_name.insert(name.clone(), env);
        self.wanted_envs.push(env);
        env
    }

    pub fn expr(&self, e: ExprRef) -> &Expr {
        self.env(e.env).document.expr(e.expr)
    }

    pub fn state(&self, e: ExprRef) -> &ExprState {
        #[allow(clippy::indexing_slicing, reason = "one state for each expression of the document")]
        &self.env(e.env).exprs[e.expr.0 as usize]
    }

    pub fn state_mut(&mut self, e: ExprRef) -> &mut ExprState {
        #[allow(clippy::indexing_slicing, reason = "one state for each expression of the document")]
        &mut self.env_mut(e.env).exprs[e.expr.0 as usize]
    }

    /// The properties of an object literal, sorted by key, as indices into the document's list.
    pub fn object(&self, e: ExprRef) -> &[u32] {
        let (start, len) = self.state(e).object;
        let start = start as usize;
        self.env(e.env).objects.get(start..start + len as usize).unwrap_or(&[])
    }

    /// Property number `index` (in key order) of an object literal.
    pub fn property_at(&self, e: ExprRef, index: u32) -> Option<&Property> {
        let position = *self.object(e).get(index as usize)?;
        match &self.expr(e).kind {
            ExprKind::Object(properties) => properties.get(position as usize),
            _ => None,
        }
    }

    /// The number (in key order) of the property of that name.
    pub fn find_property(&self, e: ExprRef, key: &str) -> Option<u32> {
        let ExprKind::Object(properties) = &self.expr(e).kind else { return None };
        let sorted = self.object(e);
        sorted
            .binary_search_by(|i| {
                properties.get(*i as usize).map_or("", |p| p.key.as_str()).cmp(key)
            })
            .ok()
            .map(|i| i as u32)
    }

    pub fn is_root(&self, env: EnvId) -> bool {
        env == EnvId::ROOT
    }

    /// Whether rotators of this environment are being rotated.
    pub fn rotating(&self, env: EnvId) -> bool {
        self.settings.mode == Mode::Rotate && self.is_root(env)
    }

    /// Where an expression stands; none for synthesised ones.
    pub fn location(&self, e: ExprRef) -> Option<Location> {
        self.env(e.env).document.location(e.expr)
    }

    /// A location in an environment's document.
    pub fn location_at(
        &self,
        env: EnvId,
        range: Range,
        span: Option<esc_core::position::Span>,
    ) -> Location {
        Location { environment: self.env(env).name.clone(), range, span }
    }

    /// An error at an expression.
    pub fn error_at(&self, e: ExprRef, code: Code, summary: impl Into<String>) -> Diagnostic {
        self.place(Diagnostic::error(code, summary), e)
    }

    /// The diagnostic, placed at an expression.
    pub fn place(&self, diagnostic: Diagnostic, e: ExprRef) -> Diagnostic {
        let path = self.env(e.env).document.path_of(e.expr);
        match self.location(e) {
            Some(location) => diagnostic.at(location, path),
            None => Diagnostic { path, ..diagnostic },
        }
    }

    /// The schema that everything matches.
    pub fn any(&self) -> SchemaRef {
        self.settings.any.clone()
    }
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
