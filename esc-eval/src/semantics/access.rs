//! References: from accessors to values.

use esc_core::ast::{Access, Accessor, AccessorKind, ExprId, ExprKind, Function, Part};
use esc_core::diagnostic::{Code, Diagnostic};
use esc_core::schema::{Builder, Schema, SchemaRef, Type};
use esc_core::secret::Text;
use esc_core::spelling;
use smol_str::SmolStr;

use crate::ids::{EnvId, ExprRef, ValueId};
use crate::outcome::{Blocked, Poll};
use crate::session::Session;
use crate::session::frame::{AccessProgress, Blame, Flow, Frame, Ret};
use crate::values::arena::{Base, Def, OwnSchema, Repr};
use crate::values::environments::Status;

/// Where the walk through literal containers leads.
pub(crate) enum Target {
    /// This expression has to be evaluated; so many accessors are used up.
    Expr(ExprRef, usize),
    /// On with the remaining accessors from this value.
    Value(ValueId, usize),
    /// On with the remaining accessors from this environment's value.
    Environment(SmolStr, usize),
    /// It leads nowhere; that has been reported.
    Nowhere,
}

/// Where a value access fails, for reports.
pub(super) struct AccessError {
    pub code: Code,
    pub message: String,
    pub help: Option<String>,
}

impl AccessError {
    fn new(message: impl Into<String>) -> AccessError {
        AccessError { code: Code::InvalidAccess, message: message.into(), help: None }
    }
}

impl Session {
    /// Resolves an access. The answer is either what has to be done first or the value.
    pub fn step_access(
        &mut self,
        frame: &mut Frame,
        e: ExprRef,
        access: &Access,
        ret: Ret,
    ) -> Poll<Result<Flow, ValueId>> {
        if frame.access.held.is_none() {
            if frame.access.waiting {
                match ret {
                    Ret::Value { value, partial } => {
                        frame.access.held = Some(value);
                        frame.access.partial = partial;
                    }
                    Ret::Failed => return Ok(Err(self.unknown(e))),
                    _ => return Ok(Ok(Flow::Pending)),
                }
            } else {
                match self.walk(e, &access.accessors, true)? {
                    Target::Expr(target, consumed) => {
                        frame.access.consumed = consumed as u32;
                        frame.access.waiting = true;
                        self.note_eval(e, target);
                        return Ok(Ok(Flow::Eval(target, None)));
                    }
                    Target::Environment(name, consumed) => {
                        frame.access.consumed = consumed as u32;
                        frame.access.waiting = true;
                        return Ok(Ok(Flow::Import(name, Blame::Expr(e))));
                    }
                    Target::Value(value, consumed) => {
                        frame.access.consumed = consumed as u32;
                        frame.access.held = Some(value);
                    }
                    Target::Nowhere => return Ok(Err(self.unknown(e))),
                }
            }
        }
        let Some(held) = frame.access.held else { return Ok(Err(self.unknown(e))) };
        let value =
            self.access_value(e, held, &access.accessors, frame.access.consumed as usize)?;
        self.report_unset(e, &access.accessors, value)?;
        let partial = frame.access.partial;
        frame.access = AccessProgress { partial, ..AccessProgress::default() };
        Ok(Err(value))
    }

    /// Evaluates an interpolated string.
    pub fn step_interpolate(
        &mut self,
        frame: &mut Frame,
        e: ExprRef,
        parts: &[Part],
        ret: Ret,
    ) -> Poll<Flow> {
        let mut ret = ret;
        while let Some(part) = parts.get(frame.step as usize) {
            if let Some(access) = &part.access {
                let told = std::mem::replace(&mut ret, Ret::Nothing);
                match self.step_access(frame, e, access, told) {
                    Ok(Ok(Flow::Pending)) => self.skip_part(frame, e),
                    Ok(Ok(flow)) => return Ok(flow),
                    Ok(Err(value)) => frame.values.push(value),
                    // What comes after may still be started.
                    Err(Blocked::Pending(_)) => self.skip_part(frame, e),
                    Err(blocked) => return Err(blocked),
                }
            }
            frame.step += 1;
        }
        if frame.pending {
            return Ok(Flow::Pending);
        }
        let literal: usize = parts.iter().map(|part| part.text.len()).sum();
        let mut text = String::with_capacity(literal + 16 * frame.values.len());
        let (mut unknown, mut secret) = (false, false);
        let mut values = frame.values.iter();
        for part in parts {
            text.push_str(&part.text);
            if part.access.is_some() {
                let Some(&value) = values.next() else { continue };
                let form = self.string_form(value, &mut text)?;
                unknown |= form.0;
                secret |= form.1;
            }
        }
        let text = match (unknown, secret) {
            (true, _) => Text::plain("[unknown]"),
            (_, true) => Text::secret(text),
            _ => Text::plain(text),
        };
        let base = if self.env(e.env).base.is_some() && self.state(e).parent.is_some() {
            Base::Expr(e)
        } else {
            Base::None
        };
        let schema = OwnSchema::Fixed(Schema::string());
        let v = self.arena.own(Def::Expr(e), Repr::String(text), base, schema);
        self.set_flags(v, |flags| (flags.unknown, flags.secret) = (unknown, secret));
        Ok(Flow::Done(v))
    }

    fn skip_part(&mut self, frame: &mut Frame, e: ExprRef) {
        frame.pending = true;
        frame.access = AccessProgress::default();
        let placeholder = self.unknown(e);
        frame.values.push(placeholder);
    }

    /// Walks through literal containers. Nothing is evaluated; errors are reported if `report` is set.
    pub fn walk(&mut self, e: ExprRef, accessors: &[Accessor], report: bool) -> Poll<Target> {
        let env = e.env;
        match accessors.first().and_then(key_of) {
            Some("imports") => {
                return Ok(match self.env(env).imports {
                    Some(imports) => Target::Value(imports, 1),
                    None => Target::Nowhere,
                });
            }
            Some("context") => {
                let whole = accessors.len() == 1;
                let context =
                    if whole { self.context_value(env) } else { self.context_fields(env) };
                return Ok(Target::Value(context, 1));
            }
            Some("environments") => return Ok(self.inline_reference(e, accessors, report)),
            _ => {}
        }
        let document = self.env(env).document.clone();
        let mut current = ExprRef { env, expr: document.root };
        let mut consumed = 0;
        while let Some(accessor) = accessors.get(consumed) {
            let step = match &document.expr(current.expr).kind {
                ExprKind::List(items) => match list_index(accessor, items.len()) {
                    Ok(index) => match items.get(index) {
                        Some(item) => *item,
                        None => return Ok(Target::Nowhere),
                    },
                    Err(error) => return Ok(self.nowhere(e, accessor, error, report)),
                },
                ExprKind::Object(_) => match self.literal_property(current, accessor) {
                    Ok(Some(child)) => child,
                    Ok(None) => {
                        if let Some(base) = self.expr_base(current)?
                            && self.may_be_object(base)?
                        {
                            return Ok(Target::Value(base, consumed));
                        }
                        let keys = self.literal_keys(current);
                        let key = key_of(accessor).unwrap_or_default();
                        let error = unknown_property(key, &keys);
                        return Ok(self.nowhere(e, accessor, error, report));
                    }
                    Err(error) => return Ok(self.nowhere(e, accessor, error, report)),
                },
                ExprKind::Call(call) => match call.function {
                    Function::SecretPlaintext(literal) => {
                        current.expr = literal;
                        continue;
                    }
                    Function::SecretCiphertext(_) => {
                        // Nothing is there that an accessor could be blamed for: the whole reference is.
                        if report {
                            let message = "internal error: no receiver";
                            let error = self.error_at(e, Code::InvalidAccess, message);
                            self.report(e, error);
                        }
                        return Ok(Target::Nowhere);
                    }
                    _ => return Ok(Target::Expr(current, consumed)),
                },
                _ => return Ok(Target::Expr(current, consumed)),
            };
            current.expr = step;
            consumed += 1;
        }
        Ok(Target::Expr(current, consumed))
    }

    fn literal_property(
        &self,
        object: ExprRef,
        accessor: &Accessor,
    ) -> Result<Option<ExprId>, AccessError> {
        let Some(key) = key_of(accessor) else { return Err(index_into_object()) };
        let index = self.find_property(object, key);
        Ok(index.and_then(|i| self.property_at(object, i)).map(|p| p.value))
    }

    fn literal_keys(&self, object: ExprRef) -> Vec<SmolStr> {
        let count = self.object(object).len() as u32;
        (0..count).filter_map(|i| self.property_at(object, i)).map(|p| p.key.clone()).collect()
    }

    fn inline_reference(&mut self, e: ExprRef, accessors: &[Accessor], report: bool) -> Target {
        let (Some(project), Some(name)) = (accessors.get(1), accessors.get(2)) else {
            if report {
                let message = "a reference to an environment needs a project and a name";
                let diagnostic = self
                    .place(Diagnostic::warning(Code::InvalidAccess, message), e)
                    .with_help("write `${environments.PROJECT.NAME.property}`")
                    .extension();
                self.report(e, diagnostic);
            }
            return Target::Nowhere;
        };
        match (key_of(project), key_of(name)) {
            (Some(p), Some(n)) => Target::Environment(smol_str::format_smolstr!("{p}/{n}"), 3),
            (None, _) => self.nowhere(e, project, index_into_object(), report),
            _ => self.nowhere(e, name, index_into_object(), report),
        }
    }

    fn nowhere(
        &mut self,
        e: ExprRef,
        accessor: &Accessor,
        error: AccessError,
        report: bool,
    ) -> Target {
        if report {
            self.report_access(e, accessor, error);
        }
        Target::Nowhere
    }

    pub(super) fn report_access(&mut self, e: ExprRef, accessor: &Accessor, error: AccessError) {
        let mut diagnostic = self.error_at(e, error.code, error.message);
        if let Some(range) = accessor.range {
            diagnostic.subject = Some(self.location_at(e.env, range, accessor.span));
        } else if let (Some(subject), Some(span)) = (&mut diagnostic.subject, accessor.span) {
            subject.span = Some(span);
        }
        diagnostic.help = error.help;
        self.report(e, diagnostic);
    }

    fn may_be_object(&mut self, v: ValueId) -> Poll<bool> {
        if self.is_object(v) {
            return Ok(true);
        }
        if !self.arena.flags(v).unknown {
            return Ok(false);
        }
        let schema = self.schema_of(v)?;
        Ok(schema.is_always() || schema.ty() == Some(Type::Object))
    }

    /// Whether a reference is evaluated before what it refers to is merged as a part of what contains that.
    pub fn refers_early(&mut self, e: ExprRef, access: &Access) -> Poll<bool> {
        if self.env(e.env).base.is_none() {
            return Ok(false);
        }
        let Target::Expr(target, _) = self.walk(e, &access.accessors, false)? else {
            return Ok(false);
        };
        let Some((container, _)) = self.state(target).parent else { return Ok(false) };
        // The root is done when everything in it is.
        let state = self.state(ExprRef { env: e.env, expr: container });
        Ok(match state.status {
            _ if container == self.env(e.env).document.root => true,
            Status::Done | Status::Overruled => false,
            Status::Partial => state.pass != self.pass,
            _ => true,
        })
    }

    /// Applies the remaining accessors to a value. Errors are reported; then the result is unknown.
    pub fn access_value(
        &mut self,
        e: ExprRef,
        value: ValueId,
        accessors: &[Accessor],
        consumed: usize,
    ) -> Poll<ValueId> {
        let mut receiver = value;
        for accessor in accessors.iter().skip(consumed) {
            match self.access_step(e, receiver, accessor)? {
                Ok(next) => receiver = next,
                Err(error) => {
                    self.report_access(e, accessor, error);
                    return Ok(self.unknown(e));
                }
            }
        }
        Ok(receiver)
    }

    /// What an access leads to, if all of it is there: the last value that is known or holds the rest, and the value
    /// itself. Nothing is evaluated and nothing reported.
    pub fn resolve(&mut self, e: ExprRef, access: &Access) -> Option<(ValueId, ValueId)> {
        let (mut value, consumed) = match self.walk(e, &access.accessors, false).ok()? {
            Target::Value(value, consumed) => (value, consumed),
            Target::Environment(name, consumed) => {
                let env = self.by_name.get(&name).copied()?;
                (self.environment_value(env)?, consumed)
            }
            Target::Expr(target, consumed) => (self.state(target).value?, consumed),
            Target::Nowhere => return None,
        };
        let mut holder = value;
        for accessor in access.accessors.iter().skip(consumed) {
            value = self.access_step(e, value, accessor).ok()?.ok()?;
            // What is found in something unknown is made up for whoever asks.
            if !self.arena.flags(holder).unknown {
                holder = value;
            }
        }
        Some((holder, value))
    }

    /// The definitions that accessors resolve to; after an error they resolve to the reference itself.
    pub fn trace_access(&mut self, e: ExprRef, accessors: &[Accessor]) -> Vec<Def> {
        let mut defs = self.resolved_defs(e, accessors);
        defs.resize(accessors.len(), Def::Expr(e));
        defs
    }

    fn resolved_defs(&mut self, e: ExprRef, accessors: &[Accessor]) -> Vec<Def> {
        let mut defs = Vec::new();
        let document = self.env(e.env).document.clone();
        let mut current = ExprRef { env: e.env, expr: document.root };
        let (mut receiver, consumed) = match self.walk(e, accessors, false) {
            Ok(Target::Value(v, consumed)) => (v, consumed),
            Ok(Target::Environment(name, consumed)) => {
                let env = self.by_name.get(&name).copied();
                match env.and_then(|env| self.environment_value(env)) {
                    Some(v) => {
                        // The wrappers around the environment are defined by the reference itself.
                        defs.extend([Def::Expr(e), Def::Expr(e)]);
                        defs.push(self.arena.def(v));
                        (v, consumed)
                    }
                    None => {
                        defs.extend([Def::Expr(e), Def::Expr(e), Def::Imports]);
                        return defs;
                    }
                }
            }
            Ok(Target::Expr(target, consumed)) => match self.state(target).value {
                Some(v) => (v, consumed),
                None => (self.unknown(target), consumed),
            },
            _ => (self.unknown(e), usize::MAX),
        };
        if defs.is_empty()
            && matches!(accessors.first().and_then(key_of), Some("imports" | "context"))
        {
            defs.push(self.arena.def(receiver));
        }
        // The steps through literals again, for their definitions.
        while defs.len() < consumed.min(accessors.len()) {
            let Some(accessor) = accessors.get(defs.len()) else { break };
            let child = match &document.expr(current.expr).kind {
                ExprKind::List(items) => {
                    list_index(accessor, items.len()).ok().and_then(|i| items.get(i).copied())
                }
                ExprKind::Object(_) => self.literal_property(current, accessor).ok().flatten(),
                ExprKind::Call(call) => match call.function {
                    Function::SecretPlaintext(literal) => {
                        current.expr = literal;
                        continue;
                    }
                    _ => None,
                },
                _ => None,
            };
            let Some(child) = child else { return defs };
            current.expr = child;
            defs.push(Def::Expr(current));
        }
        for accessor in accessors.iter().skip(consumed) {
            match self.access_step(e, receiver, accessor) {
                Ok(Ok(next)) => {
                    defs.push(self.arena.def(next));
                    receiver = next;
                }
                _ => break,
            }
        }
        defs
    }

    fn access_step(
        &mut self,
        e: ExprRef,
        receiver: ValueId,
        accessor: &Accessor,
    ) -> Poll<Result<ValueId, AccessError>> {
        let mut receiver = receiver;
        loop {
            if self.arena.flags(receiver).unknown {
                let schema = self.schema_of(receiver)?;
                let strict = self.settings.compatible;
                return Ok(match unknown_access(&schema, accessor, strict) {
                    Ok(found) if found.is_never() && !strict => {
                        // The reference says nothing here and lets whatever uses the value fail.
                        let keys: Vec<SmolStr> =
                            schema.properties().iter().map(|(key, _)| key.clone()).collect();
                        Err(unknown_property(key_of(accessor).unwrap_or_default(), &keys))
                    }
                    Ok(schema) => Ok(self.arena.unknown(Def::Expr(e), schema)),
                    Err(error) => Err(error),
                });
            }
            if let Some(len) = self.list_len(receiver) {
                return match list_index(accessor, len) {
                    Ok(index) => self.list_item(receiver, index).map(Ok),
                    Err(error) => Ok(Err(error)),
                };
            }
            if !self.is_object(receiver) {
                return Ok(Err(AccessError::new("receiver must be an array or an object")));
            }
            let Some(key) = key_of(accessor) else { return Ok(Err(index_into_object())) };
            if let Some(index) = self.find_own(receiver, key) {
                return self.own_child(receiver, index).map(Ok);
            }
            match self.base_of(receiver)? {
                Some(base) if self.may_be_object(base)? => receiver = base,
                _ => {
                    // The names in a secret are a part of it.
                    let hidden = self.arena.flags(receiver).secret && !self.settings.compatible;
                    let count = if hidden { 0 } else { self.own_len(receiver) };
                    let keys: Vec<SmolStr> =
                        (0..count).map(|i| self.own_key(receiver, i)).collect();
                    return Ok(Err(unknown_property(key, &keys)));
                }
            }
        }
    }

    /// The value of an environment that has one.
    pub fn environment_value(&self, env: EnvId) -> Option<ValueId> {
        let root = self.env(env).document.root;
        if self.env(env).exprs.is_empty() {
            return None;
        }
        self.state(ExprRef { env, expr: root }).value
    }
}

/// The name an accessor asks for.
pub(crate) fn key_of(accessor: &Accessor) -> Option<&str> {
    match &accessor.kind {
        AccessorKind::Name(key) | AccessorKind::Subscript(key) => Some(key),
        AccessorKind::Index(_) => None,
    }
}

fn list_index(accessor: &Accessor, len: usize) -> Result<usize, AccessError> {
    match accessor.kind {
        AccessorKind::Index(index) if index < 0 => {
            Err(AccessError::new("array indices must not be negative"))
        }
        AccessorKind::Index(index) if (index as u64) < len as u64 => Ok(index as usize),
        AccessorKind::Index(index) => Err(AccessError::new(format!(
            "array index {index} out-of-bounds for array of length {len}"
        ))),
        _ => Err(AccessError::new("cannot access an array element using a property name")),
    }
}

fn index_into_object() -> AccessError {
    AccessError::new("cannot access an object property using an integer index")
}

fn unknown_property(key: &str, candidates: &[SmolStr]) -> AccessError {
    let mut message = format!("unknown property {}", esc_core::text::quote(key));
    let nearest = spelling::nearest(candidates.iter().map(SmolStr::as_str), key);
    if let Some(nearest) = nearest {
        message.push_str(&format!("; did you mean {}?", esc_core::text::quote(nearest)));
    }
    AccessError { code: Code::UnknownProperty, message, help: None }
}

/// The schema of what an accessor finds in an unknown value.
///
/// Unions and references are looked through, and what says nothing of types (but that it is secret, say) may be anything,
/// unless `strict`: the reference can do neither.
fn unknown_access(
    schema: &SchemaRef,
    accessor: &Accessor,
    strict: bool,
) -> Result<SchemaRef, AccessError> {
    if schema.is_always() {
        return Ok(schema.clone());
    }
    if !strict && schema.ty().is_none() {
        if let Some(target) = schema.resolved() {
            return unknown_access(&target, accessor, strict);
        }
        let branches: Vec<&SchemaRef> = schema.any_of().iter().chain(schema.one_of()).collect();
        let found: Vec<Result<SchemaRef, AccessError>> =
            branches.iter().map(|branch| unknown_access(branch, accessor, strict)).collect();
        if found.iter().any(Result::is_ok) {
            return Ok(Schema::union(found.into_iter().flatten()));
        }
        if branches.is_empty() && schema.const_value().is_none() && schema.enum_values().is_empty()
        {
            return Ok(if schema.secret() {
                Builder::new().secret().build()
            } else {
                Schema::always()
            });
        }
    }
    match schema.ty() {
        Some(Type::Array) => {
            // Only tuples, which say that nothing follows their items, have a length.
            let len = match schema.items() {
                Some(items) if items.is_never() => schema.prefix_items().len(),
                _ => usize::MAX,
            };
            let index = list_index(accessor, len)?;
            Ok(if index >= schema.prefix_items().len() && schema.items().is_none() {
                Schema::always()
            } else {
                schema.item(index)
            })
        }
        Some(Type::Object) => match key_of(accessor) {
            Some(key) => Ok(schema.property(key)),
            None => Err(index_into_object()),
        },
        _ => Err(AccessError::new("receiver must be an array or an object")),
    }
}

#[cfg(test)]
mod tests {
    use esc_core::value::Value;

    use super::*;

    #[test]
    fn what_names_no_type_may_be_anything_and_stays_secret() {
        let of = |schema: Builder, strict| {
            let kind = AccessorKind::Name("key".into());
            let key = Accessor { kind, range: None, span: None };
            unknown_access(&schema.build(), &key, strict).ok()
        };
        let found = of(Builder::new().secret().description("data"), false).unwrap();
        assert!(found.secret() && found.ty().is_none() && found.description().is_empty());
        assert!(of(Builder::new().description("data"), false).unwrap().is_always());
        assert!(of(Builder::new().secret(), true).is_none(), "the reference refuses");
        assert!(of(Builder::new().constant(Value::string("text")), false).is_none());
        assert!(of(Builder::string().secret(), false).is_none());
    }
}
