//! What the evaluation knows about values, in words that may be shown.

use esc_core::ast::{AccessorKind, ExprId};
use esc_core::position::{Range, Span};
use esc_core::provider::Providers;
use esc_core::schema::{Schema, SchemaRef, Type};
use esc_core::value::{Value, ValueKind};
use smol_str::SmolStr;

use super::Target;
use super::catalog::Interface;
use super::literal::SECRET;
use super::summary::{constant, type_name};
use crate::evaluator::{Evaluation, Evaluator};
use crate::grow::grow;
use crate::ids::{EnvId, ExprRef, ValueId};
use crate::values::View;
use crate::values::node::{AccessSyntax, Def, Repr};

/// How many layers of overridden values are told.
const MOST_LAYERS: usize = 16;

/// How deep values are walked for their types; beyond, types are not spelled out anyway.
const MOST_LEVELS: usize = 3;

/// How many properties and elements of a value are looked at for its type.
const MOST_MEMBERS: usize = 9;

/// What is known about a value.
pub(super) struct Facts {
    /// Its type, without anything secret.
    pub ty: String,
    /// The value itself, if it is short and may be shown.
    pub shown: Option<String>,
    pub secret: bool,
    pub unknown: bool,
    pub description: String,
    pub deprecated: bool,
    /// Where it is defined; none for values that no document defines.
    pub definition: Option<Target>,
    /// What it overrides, the nearest layer first.
    pub overrides: Vec<Target>,
}

impl Evaluator {
    pub(super) fn providers(&self) -> &dyn Providers {
        self.providers.as_ref()
    }
}

impl Evaluation {
    /// The values of the evaluation; none if there was nothing to evaluate.
    pub(super) fn view_mut(&mut self) -> Option<&mut View> {
        Some(&mut self.session.as_mut()?.values)
    }

    /// What a provider or rotator is and takes.
    pub(super) fn interface(&self, function: &str, name: &str) -> Option<Interface> {
        let any = |schema: &Result<SchemaRef, String>| {
            schema.clone().unwrap_or_else(|_| Schema::always())
        };
        let calls = &self.session.as_ref()?.calls;
        if function == "fn::rotate" {
            let loaded = calls.rotators.get(name)?.as_ref().ok()?;
            return Some(Interface {
                description: loaded.rotator.schema().description.unwrap_or_default(),
                inputs: any(&loaded.inputs),
                state: any(&loaded.state),
                outputs: any(&loaded.outputs),
            });
        }
        let loaded = calls.providers.get(name)?.as_ref().ok()?;
        Some(Interface {
            description: loaded.provider.schema().description.unwrap_or_default(),
            inputs: any(&loaded.inputs),
            state: Schema::always(),
            outputs: any(&loaded.outputs),
        })
    }
}

impl View {
    /// The value of an expression of the root.
    pub(super) fn value_of(&self, expr: ExprId) -> Option<ValueId> {
        self.env(EnvId::ROOT).exprs.get(expr.0 as usize)?.value
    }

    /// The facts about an expression of the root.
    pub(super) fn facts_of(&mut self, expr: ExprId) -> Option<Facts> {
        let value = self.value_of(expr)?;
        let mut facts = self.facts(value)?;
        facts.overrides = self.overridden_by(expr);
        Some(facts)
    }

    /// The facts about a value.
    pub(super) fn facts(&mut self, v: ValueId) -> Option<Facts> {
        let schema = self.schema_of(v).ok()?;
        let (_, secret) = self.taint(v).ok()?;
        Some(Facts {
            ty: self.friendly_type(v, 0),
            shown: self.shown(v, secret),
            secret,
            unknown: self.arena.flags(v).unknown,
            description: if secret { String::new() } else { schema.description().to_owned() },
            deprecated: schema.deprecated(),
            definition: self.target(self.arena.def(v)),
            overrides: self.layers_below(v),
        })
    }

    /// The type of a value. Of what is secret only the kind is told: not even the names of properties.
    pub(super) fn friendly_type(&mut self, v: ValueId, level: usize) -> String {
        let Ok(schema) = self.schema_of(v) else { return "any".to_owned() };
        if self.arena.flags(v).secret {
            return schema.ty().map_or("any", Type::name).to_owned();
        }
        if !matches!(self.taint(v), Ok((_, true))) {
            return type_name(&schema);
        }
        if level >= MOST_LEVELS {
            return if self.is_object(v) { "{…}" } else { "[…]" }.to_owned();
        }
        if let Some(len) = self.list_len(v) {
            let mut items = Vec::new();
            for index in 0..len.min(MOST_MEMBERS) {
                let Ok(item) = self.list_item(v, index) else { continue };
                items.push(grow(|| self.friendly_type(item, level + 1)));
            }
            return format!(
                "[{}{}]",
                items.join(", "),
                if len > MOST_MEMBERS { ", …" } else { "" }
            );
        }
        let Ok(all) = self.inherited(v) else { return "object".to_owned() };
        let mut properties = Vec::new();
        for property in all.iter().take(MOST_MEMBERS) {
            let Ok(child) = self.inherited_value(property) else { continue };
            let ty = match property.key.as_str() {
                // A call that is none for its neighbours is still meant to be one.
                SECRET => "string".to_owned(),
                _ => grow(|| self.friendly_type(child, level + 1)),
            };
            properties.push(format!("{}: {ty}", property.key));
        }
        let more = if all.len() > MOST_MEMBERS { ", …" } else { "" };
        format!("{{{}{more}}}", properties.join(", "))
    }

    /// A scalar that may be shown and that its type does not show already.
    fn shown(&mut self, v: ValueId, secret: bool) -> Option<String> {
        let schema = self.schema_of(v).ok()?;
        if secret || self.arena.flags(v).unknown || schema.const_value().is_some() {
            return None;
        }
        let value = match self.arena.repr(v) {
            Repr::Bool(b) => Value::new(ValueKind::Bool(*b)),
            Repr::Number(n) => Value::new(ValueKind::Number(n.clone())),
            Repr::String(s) if !s.is_secret() => Value::string(s.clone()),
            _ => return None,
        };
        Some(constant(&value))
    }

    /// What a value was merged over, nearest first.
    pub(super) fn layers_below(&mut self, v: ValueId) -> Vec<Target> {
        match self.base_of(v) {
            Ok(Some(base)) => self.layers_from(base),
            _ => Vec::new(),
        }
    }

    /// What an expression of the root overrides, nearest first.
    pub(super) fn overridden_by(&mut self, expr: ExprId) -> Vec<Target> {
        if self.value_of(expr).is_none() {
            return Vec::new();
        }
        match self.expr_base(ExprRef { env: EnvId::ROOT, expr }) {
            Ok(Some(base)) => self.layers_from(base),
            _ => Vec::new(),
        }
    }

    fn layers_from(&mut self, v: ValueId) -> Vec<Target> {
        let mut layers = Vec::new();
        let mut layer = Some(v);
        while let Some(v) = layer {
            // A property that only might be there overrides nothing for sure.
            if !matches!(self.arena.def(v), Def::Access(_)) {
                layers.extend(self.target(self.arena.def(v)));
            }
            layer = self.base_of(v).ok().flatten().filter(|_| layers.len() < MOST_LAYERS);
        }
        layers.dedup();
        layers
    }

    /// Where a definition stands; the start of the document for a whole environment.
    pub(super) fn target(&self, def: Def) -> Option<Target> {
        if let Some(location) = self.def_location(def) {
            return Some(Target {
                environment: location.environment,
                range: location.range,
                span: location.span.unwrap_or_default(),
            });
        }
        match def {
            Def::Expr(e) if e.expr == self.env(e.env).document.root => {
                Some(Target::start(self.env(e.env).name.clone()))
            }
            Def::Access(access) => {
                let receiver = self.arena.access(access).receiver;
                match self.arena.def(receiver) {
                    Def::Access(_) => None,
                    def => self.target(def),
                }
            }
            _ => None,
        }
    }

    /// The element or property of a value that is there.
    pub(super) fn member(&mut self, v: ValueId, accessor: &AccessorKind) -> Option<ValueId> {
        match accessor {
            AccessorKind::Index(index) => {
                let index = usize::try_from(*index).ok()?;
                (index < self.list_len(v)?).then_some(())?;
                self.list_item(v, index).ok()
            }
            AccessorKind::Name(key) | AccessorKind::Subscript(key) => {
                self.is_object(v).then_some(())?;
                let def = self.arena.def(v);
                self.property(v, key, AccessSyntax::Def(def)).ok().flatten()
            }
        }
    }

    /// The names of a value's properties, inherited ones included, with their values. Those of secrets are not told.
    pub(super) fn members(&mut self, v: ValueId) -> Vec<(SmolStr, ValueId)> {
        if self.arena.flags(v).secret || !self.is_object(v) {
            return Vec::new();
        }
        let Ok(all) = self.inherited(v) else { return Vec::new() };
        let value = |property| {
            let value = self.inherited_value(property).ok()?;
            Some((property.key.clone(), value))
        };
        all.iter().filter_map(value).collect()
    }
}

impl Target {
    /// The start of an environment's document.
    pub(super) fn start(environment: SmolStr) -> Target {
        Target { environment, range: Range::NONE, span: Span::default() }
    }
}
