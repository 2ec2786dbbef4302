//! The evaluated environment as tools see it.

use std::collections::BTreeMap;
use std::sync::Arc;

use esc_core::ast::{Access, AccessorKind, Document, ExprKind};
use esc_core::environment::{AccessKey, AccessorInfo, Environment, ExprInfo, ExprInfoKind};
use esc_core::schema::{Schema, SchemaRef};
use esc_core::secret::Text;
use esc_core::value::{Origin, SECRET_PLACEHOLDER, Value, ValueKind};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::grow::grow;
use crate::ids::{EnvId, ExprRef, ValueId};
use crate::outcome::{Blocked, Exceeded, Poll};
use crate::output::replay::replay;
use crate::session::calls::Calls;
use crate::values::View;
use crate::values::environments::Status;
use crate::values::node::Def;
use crate::values::traced::Tracer;

/// Makes the evaluated environment; it only reads. Each expression is made once: what is merged over it shares it.
pub(crate) struct Exporter<'s> {
    pub(super) view: &'s mut View,
    pub(super) calls: &'s Calls,
    /// What was made already, and how many levels of expressions there are in it.
    known: FxHashMap<Known, (Arc<ExprInfo>, usize)>,
    /// The most levels among what was made within the expression that is being made.
    pub(super) levels: usize,
}

/// What is made once.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Known {
    Expr(ExprRef),
    Late(ValueId),
}

impl<'s> Exporter<'s> {
    pub fn new(view: &'s mut View, calls: &'s Calls) -> Exporter<'s> {
        Exporter { view, calls, known: FxHashMap::default(), levels: 0 }
    }

    /// The root environment with everything there is to know about it.
    pub fn export(mut self) -> Poll<Environment> {
        let env = EnvId::ROOT;
        let name = self.view.env(env).name.clone();
        let root = ExprRef { env, expr: self.view.env(env).document.root };
        let value = self.view.expr_value(root)?;
        let replayed = replay(self.view);
        let context_value = self.view.context_value(env);
        let mut tracer = Tracer::new(self.view, name);
        let properties = match replayed {
            Some(replayed) => replayed.properties(),
            None => tracer.properties(value)?,
        };
        let context = tracer.properties(context_value)?;
        let context_schema = self.view.schema_of(context_value)?;
        let exprs = self.export_properties(root)?;
        let schema = self.view.environment_schema(value)?;
        Ok(Environment { exprs, properties, schema, context, context_schema })
    }

    fn root_name(&self) -> &SmolStr {
        &self.view.env(EnvId::ROOT).name
    }

    pub(super) fn here(&self, e: ExprRef, range: esc_core::position::Range) -> Origin {
        Origin { environment: self.view.env(e.env).name.clone(), range }
    }

    fn nowhere_known(&self) -> Origin {
        Origin { environment: self.root_name().clone(), ..Origin::default() }
    }

    pub(super) fn export_expr(&mut self, e: ExprRef) -> Poll<Arc<ExprInfo>> {
        // Nothing but itself leads to an expression of the root.
        if e.env == EnvId::ROOT {
            return self.make_expr(e);
        }
        self.once(Known::Expr(e), |exporter| exporter.make_expr(e))
    }

    fn once(
        &mut self,
        known: Known,
        make: impl FnOnce(&mut Self) -> Poll<Arc<ExprInfo>>,
    ) -> Poll<Arc<ExprInfo>> {
        if let Some((info, levels)) = self.known.get(&known) {
            self.levels = self.levels.max(*levels);
            return Ok(info.clone());
        }
        let outer = std::mem::take(&mut self.levels);
        let info = grow(|| make(self))?;
        self.known.insert(known, (info.clone(), self.levels));
        self.levels = self.levels.max(outer);
        Ok(info)
    }

    /// Makes an expression and counts its levels; layers are no levels.
    fn make_expr(&mut self, e: ExprRef) -> Poll<Arc<ExprInfo>> {
        let outer = std::mem::take(&mut self.levels);
        let document = self.view.env(e.env).document.clone();
        let range = self.view.origin(Def::Expr(e), self.root_name());
        let schema = Some(self.expr_schema(e)?);
        let base = match self.view.expr_base(e)? {
            Some(base) => Some(grow(|| self.export_base(base))?),
            None => None,
        };
        let below = std::mem::take(&mut self.levels);
        let (kind, key_ranges) = self.export_kind(&document, e)?;
        self.levels = outer.max(below).max(self.next_level()?);
        Ok(Arc::new(ExprInfo { range, schema, base, key_ranges, kind }))
    }

    /// One level more than what was made last.
    pub(super) fn next_level(&self) -> Poll<usize> {
        match self.levels < self.view.settings.limits.max_value_depth {
            true => Ok(self.levels + 1),
            false => Err(Blocked::Limit(Exceeded::Depth)),
        }
    }

    fn export_kind(
        &mut self,
        document: &Document,
        e: ExprRef,
    ) -> Poll<(ExprInfoKind, BTreeMap<SmolStr, Origin>)> {
        let mut key_ranges = BTreeMap::new();
        let kind = match &document.expr(e.expr).kind {
            ExprKind::Null | ExprKind::Missing => ExprInfoKind::Null,
            ExprKind::Bool(b) => literal(ValueKind::Bool(*b)),
            ExprKind::Number(n) => literal(ValueKind::Number(n.clone())),
            ExprKind::String(s) => literal(ValueKind::String(Text::plain(s.clone()))),
            ExprKind::Interpolate(parts) => ExprInfoKind::Interpolate(
                parts
                    .iter()
                    .map(|part| {
                        let accessors = part.access.as_ref().map(|a| self.export_access(e, a));
                        (part.text.clone(), accessors.unwrap_or_default())
                    })
                    .collect(),
            ),
            ExprKind::Symbol(access) => ExprInfoKind::Symbol(self.export_access(e, access)),
            ExprKind::List(items) => {
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    let item = ExprRef { env: e.env, expr: *item };
                    list.push(grow(|| self.export_expr(item))?);
                }
                ExprInfoKind::List(list)
            }
            ExprKind::Object(properties) => {
                for property in properties {
                    if self.view.find_property(e, &property.key).is_some() {
                        key_ranges.insert(property.key.clone(), self.here(e, property.key_range));
                    }
                }
                ExprInfoKind::Object(self.export_properties(e)?)
            }
            ExprKind::Call(call) => self.export_call(e, call)?,
        };
        Ok((kind, key_ranges))
    }

    fn export_properties(&mut self, object: ExprRef) -> Poll<BTreeMap<SmolStr, Arc<ExprInfo>>> {
        let len = self.view.object(object).len();
        let mut exprs = Vec::with_capacity(len);
        for index in 0..len as u32 {
            let Some(property) = self.view.property_at(object, index) else { continue };
            let (key, child) = (property.key.clone(), property.value);
            let child = ExprRef { env: object.env, expr: child };
            exprs.push((key, grow(|| self.export_expr(child))?));
        }
        // Sorted already, so the map is built without searching.
        Ok(BTreeMap::from_iter(exprs))
    }

    /// Whether the expression itself was evaluated; one that was left out may have a value all the same.
    pub(super) fn is_evaluated(&self, e: ExprRef) -> bool {
        !matches!(self.view.state(e).status, Status::Declared | Status::Skipped | Status::Overruled)
    }

    fn expr_schema(&mut self, e: ExprRef) -> Poll<SchemaRef> {
        match (self.view.state(e).status, self.view.state(e).value) {
            (Status::Skipped, _) | (_, None) => Ok(self.view.initial_schema(e)),
            (_, Some(value)) => self.view.schema_when_evaluated(e, value),
        }
    }

    fn export_base(&mut self, base: ValueId) -> Poll<Arc<ExprInfo>> {
        match self.view.arena.def(base) {
            Def::Expr(e) => {
                let info = self.export_expr(e)?;
                // A plaintext secret is defined by its literal, not by the call.
                let secret = self.view.arena.flags(base).secret;
                Ok(match secret && matches!(info.kind, ExprInfoKind::Literal(_)) {
                    true => self.hide_literal(info),
                    false => info,
                })
            }
            Def::Access(_) => {
                self.once(Known::Late(base), |exporter| exporter.export_late_access(base))
            }
            Def::Context | Def::Imports => {
                let schema = self.view.schema_of(base)?;
                let range = self.nowhere_known();
                let name = match self.view.arena.def(base) {
                    Def::Context => "context",
                    _ => "imports",
                };
                let accessor = AccessorInfo {
                    key: AccessKey::Key(SmolStr::new_static(name)),
                    range: range.clone(),
                    value: Some(range.clone()),
                };
                Ok(Arc::new(ExprInfo {
                    range,
                    schema: Some(schema),
                    base: None,
                    key_ranges: BTreeMap::new(),
                    kind: ExprInfoKind::Symbol(vec![accessor]),
                }))
            }
        }
    }

    /// Hides a plaintext secret in the safe face.
    pub(super) fn hide_literal(&self, literal: Arc<ExprInfo>) -> Arc<ExprInfo> {
        if self.view.settings.compatible {
            return literal;
        }
        let mut hidden = ExprInfo::clone(&literal);
        hidden.kind = literal_text(SECRET_PLACEHOLDER);
        hidden.schema = Some(Schema::string());
        Arc::new(hidden)
    }

    /// Chains of late-bound accesses are shown as one access on the first receiver, with the place, schema and base of
    /// the access that stands first in the chain.
    fn export_late_access(&mut self, v: ValueId) -> Poll<Arc<ExprInfo>> {
        let mut accessors = Vec::new();
        let mut first = v;
        let mut receiver = v;
        while let Def::Access(access) = self.view.arena.def(receiver) {
            let access = self.view.arena.access(access).clone();
            accessors.push(AccessorInfo {
                key: AccessKey::Key(access.key),
                range: self.nowhere_known(),
                value: None,
            });
            first = receiver;
            receiver = access.receiver;
        }
        accessors.reverse();
        let root = self.root_name().clone();
        let range = self.view.origin(self.view.arena.def(first), &root);
        let receiver = self.view.origin(self.view.arena.def(receiver), &root);
        let schema = self.view.schema_of(first)?;
        let base = match self.view.base_of(first)? {
            Some(base) => Some(grow(|| self.export_base(base))?),
            None => None,
        };
        let kind = ExprInfoKind::Access { receiver, accessors };
        let key_ranges = BTreeMap::new();
        Ok(Arc::new(ExprInfo { range, schema: Some(schema), base, key_ranges, kind }))
    }

    fn export_access(&mut self, e: ExprRef, access: &Access) -> Vec<AccessorInfo> {
        let defs = match self.is_evaluated(e) {
            true => self.view.trace_access(e, &access.accessors),
            false => Vec::new(),
        };
        let root = self.root_name().clone();
        let accessors = access.accessors.iter().enumerate().map(|(index, accessor)| {
            let key = match &accessor.kind {
                AccessorKind::Name(key) | AccessorKind::Subscript(key) => {
                    AccessKey::Key(key.clone())
                }
                AccessorKind::Index(index) => AccessKey::Index(*index),
            };
            let value = defs.get(index).map(|def| self.view.origin(*def, &root));
            AccessorInfo {
                key,
                range: match accessor.range {
                    Some(range) => self.here(e, range),
                    None => self.nowhere_known(),
                },
                value: Some(value.unwrap_or_default()),
            }
        });
        accessors.collect()
    }
}

fn literal(kind: ValueKind) -> ExprInfoKind {
    ExprInfoKind::Literal(Value::new(kind))
}

fn literal_text(text: &str) -> ExprInfoKind {
    literal(ValueKind::String(Text::plain(text)))
}
