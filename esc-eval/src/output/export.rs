//! The evaluated environment as tools see it.
use std::collections::BTreeMap;

use esc_core::ast::{Access, AccessorKind, Call, ExprId, ExprKind, Function, Open};
use esc_core::environment::{AccessKey, AccessorInfo, Environment, ExprInfo, ExprInfoKind};
use esc_core::schema::{self, Schema, SchemaRef};
use esc_core::secret::Text;
use esc_core::value::{Origin, SECRET_PLACEHOLDER, Value, ValueKind};
use smol_str::SmolStr;

use crate::grow::grow;
use crate::ids::{EnvId, ExprRef, ValueId};
use crate::outcome::Poll;
use crate::session::calls::Calls;
use crate::values::View;
use crate::values::environments::Status;
use crate::values::export_view::Export;
use crate::values::node::Def;

/// Makes the evaluated environment; it only reads.
pub(crate) struct Exporter<'s> {
    pub view: &'s mut View,
    pub calls: &'s Calls,
}

impl Exporter<'_> {
    /// The root environment with everything there is to know about it.
    pub fn export(mut self) -> Poll<Environment> {
        let env = EnvId::ROOT;
        let name = self.view.env(env).name.clone();
        let root = ExprRef { env, expr: self.view.env(env).document.root };
        let value = self.view.expr_value(root)?;
        let export = Export { environment: &name, traces: true };
        let properties = self.view.plain_properties(value, export)?;
        let context_value = self.view.context_value(env);
        let context_schema = self.view.schema_of(context_value)?;
        let context = self.view.plain_properties(context_value, export)?;
        let exprs = self.export_properties(root)?;
        let schema = self.view.environment_schema(value)?;
        Ok(Environment { exprs, properties, schema, context, context_schema })
    }

    fn root_name(&self) -> &SmolStr {
        &self.view.env(EnvId::ROOT).name
    }

    fn here(&self, e: ExprRef, range: esc_core::position::Range) -> Origin {
        Origin { environment: self.view.env(e.env).name.clone(), range }
    }

    fn nowhere_known(&self) -> Origin {
        Origin { environment: self.root_name().clone(), ..Origin::default() }
    }

    fn export_expr(&mut self, e: ExprRef) -> Poll<ExprInfo> {
        let document = self.view.env(e.env).document.clone();
        let range = self.view.origin(Def::Expr(e), self.root_name());
        let schema = self.expr_schema(e)?;
        let base = match self.view.expr_base(e)? {
            Some(base) => Some(Box::new(grow(|| self.export_base(base))?)),
            None => None,
        };
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
        Ok(ExprInfo { range, schema: Some(schema), base, key_ranges, kind })
    }

    fn export_properties(&mut self, object: ExprRef) -> Poll<BTreeMap<SmolStr, ExprInfo>> {
        let mut exprs = BTreeMap::new();
        for index in 0..self.view.object(object).len() as u32 {
            let Some(property) = self.view.property_at(object, index) else { continue };
            let (key, child) = (property.key.clone(), property.value);
            let child = ExprRef { env: object.env, expr: child };
            exprs.insert(key, grow(|| self.export_expr(child))?);
        }
        Ok(exprs)
    }

    /// Whether the expression itself was evaluated; one that was left out may have a value all the same.
    fn is_evaluated(&self, e: ExprRef) -> bool {
        !matches!(self.view.state(e).status, Status::Declared | Status::Skipped | Status::Overruled)
    }

    fn expr_schema(&mut self, e: ExprRef) -> Poll<SchemaRef> {
        match (self.view.state(e).status, self.view.state(e).value) {
            (Status::Skipped, _) | (_, None) => Ok(self.view.initial_schema(e)),
            (_, Some(value)) => self.view.schema_when_evaluated(e, value),
        }
    }

    fn export_base(&mut self, base: ValueId) -> Poll<ExprInfo> {
        match self.view.arena.def(base) {
            Def::Expr(e) => {
                let mut info = self.export_expr(e)?;
                // A plaintext secret is defined by its literal, not by the call.
                if self.view.arena.flags(base).secret
                    && matches!(info.kind, ExprInfoKind::Literal(_))
                {
                    self.hide_literal(&mut info);
                }
                Ok(info)
            }
            Def::Access(_) => self.export_late_access(base),
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
                Ok(ExprInfo {
                    range,
                    schema: Some(schema),
                    base: None,
                    key_ranges: BTreeMap::new(),
                    kind: ExprInfoKind::Symbol(vec![accessor]),
                })
            }
        }
    }

    /// Hides a plaintext secret in the safe face.
    fn hide_literal(&self, literal: &mut ExprInfo) {
        if !self.view.settings.compatible {
            literal.kind = literal_text(SECRET_PLACEHOLDER);
            literal.schema = Some(Schema::string());
        }
    }

    /// Chains of late-bound accesses are shown as one access on the first receiver, with the place, schema and base of
    /// the access that stands first in the chain.
    fn export_late_access(&mut self, v: ValueId) -> Poll<ExprInfo> {
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
            Some(base) => Some(Box::new(grow(|| self.export_base(base))?)),
            None => None,
        };
        let kind = ExprInfoKind::Access { receiver, accessors };
        Ok(ExprInfo { range, schema: Some(schema), base, key_ranges: BTreeMap::new(), kind })
    }

    fn export_access(&mut self, e: ExprRef, access: &Access) -> Vec<AccessorInfo> {
        let defs = if self.is_evaluated(e) {
            self.view.trace_access(e, &access.accessors)
        } else {
            Vec::new()
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

    fn export_call(&mut self, e: ExprRef, call: &Call) -> Poll<ExprInfoKind> {
        let any = Schema::always();
        let string = Schema::string();
        let strings = Schema::array(string.clone());
        let argument = self.here(e, self.view.env(e.env).document.syntax.node(call.argument).range);
        let (arg_schema, arg) = match &call.function {
            Function::Concat(x) => (Schema::array(Schema::array(any)), self.export_child(e, *x)?),
            Function::Final(x)
            | Function::FromJson(x)
            | Function::ToJson(x)
            | Function::ToString(x) => (any, self.export_child(e, *x)?),
            Function::FromBase64(x) | Function::ToBase64(x) => (string, self.export_child(e, *x)?),
            Function::SecretPlaintext(x) => {
                let mut literal = self.export_child(e, *x)?;
                self.hide_literal(&mut literal);
                (any, literal)
            }
            Function::SecretCiphertext(x) => {
                (any, self.export_object(e, argument, &[("ciphertext", Some(*x))])?)
            }
            Function::Join { delimiter, values } => (
                Schema::tuple([string, strings]),
                self.export_pair(e, argument, *delimiter, *values)?,
            ),
            Function::Split { delimiter, string: text } => (
                Schema::tuple([string.clone(), string]),
                self.export_pair(e, argument, *delimiter, *text)?,
            ),
            Function::Validate { schema, value } => (
                Schema::record([("schema", schema::meta_schema()), ("value", any)]),
                self.export_object(
                    e,
                    argument,
                    &[("schema", Some(*schema)), ("value", Some(*value))],
                )?,
            ),
            Function::Open(open) => self.export_open(e, open, None)?,
            Function::Rotate(open, state) => self.export_open(e, open, Some(state.state))?,
        };
        Ok(ExprInfoKind::Builtin {
            name: call.name.clone(),
            name_range: self.here(e, call.name_range),
            arg_schema,
            arg: Box::new(arg),
        })
    }

    fn export_child(&mut self, e: ExprRef, child: ExprId) -> Poll<ExprInfo> {
        let child = ExprRef { env: e.env, expr: child };
        grow(|| self.export_expr(child))
    }

    fn export_pair(
        &mut self,
        e: ExprRef,
        range: Origin,
        first: ExprId,
        second: ExprId,
    ) -> Poll<ExprInfo> {
        let list = vec![self.export_child(e, first)?, self.export_child(e, second)?];
        Ok(synthesised(range, ExprInfoKind::List(list)))
    }

    fn export_object(
        &mut self,
        e: ExprRef,
        range: Origin,
        properties: &[(&'static str, Option<ExprId>)],
    ) -> Poll<ExprInfo> {
        let mut object = BTreeMap::new();
        for (name, child) in properties {
            if let Some(child) = child {
                object.insert(SmolStr::new_static(name), self.export_child(e, *child)?);
            }
        }
        Ok(synthesised(range, ExprInfoKind::Object(object)))
    }

    fn export_open(
        &mut self,
        e: ExprRef,
        open: &Open,
        state: Option<ExprId>,
    ) -> Poll<(SchemaRef, ExprInfo)> {
        // What a call accepts is known once it was evaluated.
        let (inputs, state_schema) = match self.is_evaluated(e) {
            true => self.call_schemas(open, state.is_some()),
            false => (Schema::always(), Schema::always()),
        };
        if state.is_none() && open.provider_expr.is_none() {
            return Ok((inputs, self.export_child(e, open.inputs)?));
        }
        let mut schemas = vec![("inputs", inputs)];
        let mut parts = vec![("inputs", Some(open.inputs))];
        if let Some(provider) = open.provider_expr {
            schemas.push(("provider", Schema::string()));
            parts.push(("provider", Some(provider)));
        }
        if let Some(state) = state {
            schemas.push(("state", state_schema));
            parts.push(("state", Some(state)));
        }
        let arg = self.export_object(e, Origin::default(), &parts)?;
        Ok((Schema::record(schemas), arg))
    }

    fn call_schemas(&self, open: &Open, rotate: bool) -> (SchemaRef, SchemaRef) {
        let any = Schema::always();
        let Some(name) = &open.provider else { return (any.clone(), any) };
        let schema = |schema: &Result<SchemaRef, String>| {
            schema.clone().unwrap_or_else(|_| Schema::always())
        };
        if rotate {
            match self.calls.rotators.get(name) {
                Some(Ok(loaded)) => (schema(&loaded.inputs), schema(&loaded.state)),
                _ => (any.clone(), any),
            }
        } else {
            match self.calls.providers.get(name) {
                Some(Ok(loaded)) => (schema(&loaded.inputs), any),
                _ => (any.clone(), any),
            }
        }
    }
}

fn literal(kind: ValueKind) -> ExprInfoKind {
    ExprInfoKind::Literal(Value::new(kind))
}

fn literal_text(text: &str) -> ExprInfoKind {
    literal(ValueKind::String(Text::plain(text)))
}

/// An argument that is no expression of the document, only a grouping of some.
fn synthesised(range: Origin, kind: ExprInfoKind) -> ExprInfo {
    ExprInfo { range, schema: None, base: None, key_ranges: BTreeMap::new(), kind }
}
