//! Calls in the exported environment, each with the schema of its argument.

use std::collections::BTreeMap;
use std::sync::Arc;

use esc_core::ast::{Arguments, Call, ExprId, Function, Open, Pure};
use esc_core::environment::{ExprInfo, ExprInfoKind};
use esc_core::schema::{self, Schema, SchemaRef};
use esc_core::value::Origin;
use smol_str::SmolStr;

use crate::grow::grow;
use crate::ids::ExprRef;
use crate::outcome::Poll;
use crate::output::export::Exporter;

impl Exporter<'_> {
    pub(super) fn export_call(&mut self, e: ExprRef, call: &Call) -> Poll<ExprInfoKind> {
        let any = Schema::always();
        let argument = self.here(e, self.view.env(e.env).document.syntax.node(call.argument).range);
        let (arg_schema, arg) = match &call.function {
            Function::Pure(pure, arguments) => {
                let schema = match pure {
                    // The reference says so, though it takes strings only.
                    Pure::FromJson => any,
                    pure => pure.argument_schema().unwrap_or(any),
                };
                (schema, self.export_arguments(e, argument, arguments)?)
            }
            Function::SecretPlaintext(x) => {
                let literal = self.export_child(e, *x)?;
                (any, self.hide_literal(literal))
            }
            Function::SecretCiphertext(x) => {
                (any, self.export_object(e, argument, &[("ciphertext", Some(*x))])?)
            }
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
            arg,
        })
    }

    fn export_child(&mut self, e: ExprRef, child: ExprId) -> Poll<Arc<ExprInfo>> {
        let child = ExprRef { env: e.env, expr: child };
        grow(|| self.export_expr(child))
    }

    fn export_arguments(
        &mut self,
        e: ExprRef,
        range: Origin,
        arguments: &Arguments,
    ) -> Poll<Arc<ExprInfo>> {
        match arguments {
            Arguments::One(only) => self.export_child(e, *only),
            Arguments::Two([first, second]) => {
                let list = vec![self.export_child(e, *first)?, self.export_child(e, *second)?];
                self.synthesised(range, ExprInfoKind::List(list))
            }
        }
    }

    fn export_object(
        &mut self,
        e: ExprRef,
        range: Origin,
        properties: &[(&'static str, Option<ExprId>)],
    ) -> Poll<Arc<ExprInfo>> {
        let mut object = BTreeMap::new();
        for (name, child) in properties {
            if let Some(child) = child {
                object.insert(SmolStr::new_static(name), self.export_child(e, *child)?);
            }
        }
        self.synthesised(range, ExprInfoKind::Object(object))
    }

    fn export_open(
        &mut self,
        e: ExprRef,
        open: &Open,
        state: Option<ExprId>,
    ) -> Poll<(SchemaRef, Arc<ExprInfo>)> {
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

    /// An argument that is no expression of the document, only a grouping of some.
    fn synthesised(&mut self, range: Origin, kind: ExprInfoKind) -> Poll<Arc<ExprInfo>> {
        self.levels = self.next_level()?;
        let key_ranges = BTreeMap::new();
        Ok(Arc::new(ExprInfo { range, schema: None, base: None, key_ranges, kind }))
    }
}
