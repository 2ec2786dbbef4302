//! Looking environments and expressions up, and where they stand.
//!
//! Ids are indices: an [`EnvId`] into the environments of the evaluation, an expression's id into its document. Both are
//! made by what they index, so looking up cannot fail.

use std::sync::Arc;

use esc_core::ast::{Expr, ExprKind, Property};
use esc_core::context::ExecutionContext;
use esc_core::diagnostic::{Code, Diagnostic, Location};
use esc_core::position::Range;
use esc_core::schema::SchemaRef;
use esc_core::value::{Value, ValueKind};
use smol_str::SmolStr;

use crate::ids::{EnvId, ExprRef, ValueId};
use crate::options::Mode;
use crate::values::View;
use crate::values::environments::{Env, ExprState};
use crate::values::node::Def;

impl View {
    /// All environments, the root first.
    pub fn envs(&self) -> &[Env] {
        &self.envs
    }

    /// The environment of that name, if anything has asked for it.
    pub fn by_name(&self, name: &SmolStr) -> Option<EnvId> {
        self.by_name.get(name).copied()
    }

    /// What a container holds in place of a child that leads back to it.
    pub fn cut(&self, child: ExprRef) -> Option<ValueId> {
        self.cut.get(&child).copied()
    }

    pub fn env(&self, env: EnvId) -> &Env {
        #[allow(clippy::indexing_slicing, reason = "ids are indices of this vector")]
        &self.envs[env.0 as usize]
    }

    pub fn expr(&self, e: ExprRef) -> &Expr {
        self.env(e.env).document.expr(e.expr)
    }

    pub fn state(&self, e: ExprRef) -> &ExprState {
        #[allow(clippy::indexing_slicing, reason = "one state for each expression of the document")]
        &self.env(e.env).exprs[e.expr.0 as usize]
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
        let key_of = |i: &u32| properties.get(*i as usize).map_or("", |p| p.key.as_str());
        match self.env(e.env).names.get(&e.expr) {
            Some(names) => {
                names.find(key, sorted.len() as u32, |i| sorted.get(i as usize).map_or("", key_of))
            }
            None => sorted.binary_search_by(|i| key_of(i).cmp(key)).ok().map(|i| i as u32),
        }
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

    /// The value of an environment that has one.
    pub fn environment_value(&self, env: EnvId) -> Option<ValueId> {
        let root = self.env(env).document.root;
        if self.env(env).exprs.is_empty() {
            return None;
        }
        self.state(ExprRef { env, expr: root }).value
    }

    /// The execution context of an environment.
    pub fn context(&mut self, env: EnvId) -> Arc<ExecutionContext> {
        if let Some(context) = &self.env(env).context {
            return context.clone();
        }
        let name = self.env(env).name.clone();
        let root = self.env(env).root_name.clone().unwrap_or_default();
        let context = self.settings.context.clone().with_root(root).for_environment(&name);
        let context = Arc::new(context);
        self.env_mut(env).context = Some(context.clone());
        context
    }

    /// What `${context}` is in an environment: what the host has set.
    pub fn context_value(&mut self, env: EnvId) -> ValueId {
        if let Some(value) = self.env(env).context_value {
            return value;
        }
        let values = self.context(env).values().clone();
        let value = self.take_plain(Value::new(ValueKind::Object(values)), Def::Context);
        self.env_mut(env).context_value = Some(value);
        value
    }

    /// What `${context.NAME}` is looked up in: in the default face there is more than what the host has set.
    pub fn context_fields(&mut self, env: EnvId) -> ValueId {
        if self.settings.compatible {
            return self.context_value(env);
        }
        if let Some(value) = self.env(env).context_fields {
            return value;
        }
        let values = self.context(env).values_with_unset();
        let value = self.take_plain(Value::new(ValueKind::Object(values)), Def::Context);
        self.env_mut(env).context_fields = Some(value);
        value
    }

    pub(super) fn env_mut(&mut self, env: EnvId) -> &mut Env {
        #[allow(clippy::indexing_slicing, reason = "ids are indices of this vector")]
        &mut self.envs[env.0 as usize]
    }

    pub(super) fn state_mut(&mut self, e: ExprRef) -> &mut ExprState {
        #[allow(clippy::indexing_slicing, reason = "one state for each expression of the document")]
        &mut self.env_mut(e.env).exprs[e.expr.0 as usize]
    }
}
