//! The state of one evaluation: environments, expressions, values, calls.
//!
//! * `frame`: what is under evaluation;
//! * `calls`: what leaves the evaluation, and what came back;
//! * `log`: what happened, in each expression's own order;
//! * `reports`: how findings get there.

pub(crate) mod calls;
pub(crate) mod frame;
pub(crate) mod log;
mod reports;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use esc_core::ast::{Expr, ExprKind, Property};
use esc_core::diagnostic::{Code, Diagnostic, Location};
use esc_core::position::Range;
use esc_core::schema::SchemaRef;
use esc_core::value::Value;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::ids::{EnvId, ExprRef, ValueId};
use crate::options::{Mode, Settings};
use crate::session::calls::Calls;
use crate::session::frame::Frame;
use crate::session::log::Log;
use crate::values::arena::Arena;
use crate::values::environments::{Env, ExprState};

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
    /// The root's properties as the reference's own way of merging has them, where that may differ.
    pub replayed: Option<BTreeMap<SmolStr, Value>>,
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
