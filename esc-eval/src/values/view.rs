//! All values of an evaluation, to be asked about and to be changed.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use esc_core::ast::Document;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::ids::{EnvId, ExprRef, ValueId};
use crate::options::Settings;
use crate::values::arena::Arena;
use crate::values::environments::{Env, ExprState};
use crate::values::node::Flags;

/// All values of an evaluation, with the documents that they come from.
///
/// Asking changes nothing but what is cached, see the [module](super).
pub(crate) struct View {
    pub settings: Settings,
    pub arena: Arena,
    pub(super) envs: Vec<Env>,
    pub(super) by_name: FxHashMap<SmolStr, EnvId>,
    /// Children of literal containers that lead back to their container, and what the container holds instead.
    pub(super) cut: FxHashMap<ExprRef, ValueId>,
    /// How many imported documents define a value of this name.
    pub(super) names: FxHashMap<SmolStr, u32>,
    /// How many expressions the documents have.
    pub(super) literals: usize,
    /// Number of the current pass, from 1.
    pub(super) pass: u32,
    /// In this pass something waited for an expression that had not been tried again yet.
    pub(super) stale: AtomicBool,
    /// Expressions that may not override a final value, and the passes in which that was found.
    pub(super) overridden: Vec<(ExprRef, u32)>,
}

/// A [`View`] that can be changed.
pub(crate) struct Values(View);

impl Deref for Values {
    type Target = View;

    fn deref(&self) -> &View {
        &self.0
    }
}

impl DerefMut for Values {
    fn deref_mut(&mut self) -> &mut View {
        &mut self.0
    }
}

impl Values {
    pub fn new(settings: Settings) -> Values {
        Values(View {
            settings,
            arena: Arena::default(),
            envs: Vec::new(),
            by_name: FxHashMap::default(),
            cut: FxHashMap::default(),
            names: FxHashMap::default(),
            literals: 0,
            pass: 0,
            stale: AtomicBool::new(false),
            overridden: Vec::new(),
        })
    }

    /// Adds an environment whose document is not there yet.
    pub fn add_environment(&mut self, name: SmolStr) -> EnvId {
        let env = EnvId(self.0.envs.len() as u32);
        let placeholder = self.0.settings.placeholder.clone();
        self.0.envs.push(Env::loading(name.clone(), placeholder));
        self.0.by_name.insert(name, env);
        env
    }

    /// Takes an environment's document in; its expressions are declared when it is entered.
    pub fn add_document(&mut self, env: EnvId, document: Arc<Document>) {
        self.0.arena.reserve(document.exprs.len());
        self.0.literals += document.exprs.len();
        if env != EnvId::ROOT {
            for property in document.values() {
                *self.0.names.entry(property.key.clone()).or_default() += 1;
            }
        }
        self.0.env_mut(env).loaded(document);
    }

    pub fn env_mut(&mut self, env: EnvId) -> &mut Env {
        self.0.env_mut(env)
    }

    pub fn envs_mut(&mut self) -> &mut [Env] {
        &mut self.0.envs
    }

    pub fn state_mut(&mut self, e: ExprRef) -> &mut ExprState {
        self.0.state_mut(e)
    }

    pub fn set_flags(&mut self, v: ValueId, change: impl FnOnce(&mut Flags)) {
        change(&mut self.0.arena.node_mut(v).flags);
    }

    /// Leaves an expression the final value that it may not override.
    pub fn settle_final(&mut self, e: ExprRef, base: ValueId) {
        self.0.settle_final(e, base);
    }

    /// The expressions that may not override a final value, and the passes in which that was found.
    pub fn take_overridden(&mut self) -> Vec<(ExprRef, u32)> {
        std::mem::take(&mut self.0.overridden)
    }

    /// Cuts a child off that leads back to its container, which holds this in its place.
    pub fn cut_off(&mut self, child: ExprRef, instead: ValueId) {
        self.0.cut.insert(child, instead);
    }

    /// Number of the current pass, from 1.
    pub fn pass(&self) -> u32 {
        self.0.pass
    }

    pub fn begin_pass(&mut self) {
        self.0.pass += 1;
        self.0.stale.store(false, Ordering::Relaxed);
    }

    /// Whether in this pass something waited for an expression that had not been tried again yet.
    pub fn is_stale(&self) -> bool {
        self.0.stale.load(Ordering::Relaxed)
    }
}
