//! Where references lead: through the literal containers of a document, on into values.
//!
//! A walk ends where a value has to be evaluated first, at an environment, or in a value that the document inherits.

use esc_core::ast::{Access, Accessor, ExprId, ExprKind, Function};
use smol_str::SmolStr;

use crate::ids::{ExprRef, ValueId};
use crate::outcome::Poll;
use crate::values::View;
use crate::values::access_error::{
    AccessError, index_into_object, key_of, list_index, unknown_property,
};
use crate::values::environments::Status;
use crate::values::node::Def;

/// Where the walk through literal containers leads.
pub(crate) enum Target {
    /// This expression has to be evaluated; so many accessors are used up.
    Expr(ExprRef, usize),
    /// On with the remaining accessors from this value.
    Value(ValueId, usize),
    /// On with the remaining accessors from this environment's value.
    Environment(SmolStr, usize),
}

/// Why a walk leads nowhere.
pub(crate) enum Nowhere {
    /// What is missing was reported where it is missing.
    Silent,
    /// This accessor, by number, finds nothing.
    Accessor(usize, AccessError),
    /// An encrypted secret has no parts that could be looked at.
    NoReceiver,
    /// `environments` needs a project and a name.
    NoEnvironment,
}

impl View {
    /// Walks through literal containers, as far as accessors lead; nothing is evaluated.
    pub fn walk(&mut self, e: ExprRef, accessors: &[Accessor]) -> Poll<Result<Target, Nowhere>> {
        let env = e.env;
        match accessors.first().and_then(key_of) {
            Some("imports") => {
                return Ok(match self.env(env).imports {
                    Some(imports) => Ok(Target::Value(imports, 1)),
                    None => Err(Nowhere::Silent),
                });
            }
            Some("context") => {
                let whole = accessors.len() == 1;
                let context =
                    if whole { self.context_value(env) } else { self.context_fields(env) };
                return Ok(Ok(Target::Value(context, 1)));
            }
            Some("environments") => return Ok(inline_reference(accessors)),
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
                        None => return Ok(Err(Nowhere::Silent)),
                    },
                    Err(error) => return Ok(Err(Nowhere::Accessor(consumed, error))),
                },
                ExprKind::Object(_) => match self.literal_property(current, accessor) {
                    Ok(Some(child)) => child,
                    Ok(None) => {
                        if let Some(base) = self.expr_base(current)?
                            && self.may_be_object(base)?
                        {
                            return Ok(Ok(Target::Value(base, consumed)));
                        }
                        let keys = self.literal_keys(current);
                        let key = key_of(accessor).unwrap_or_default();
                        let error = unknown_property(key, &keys);
                        return Ok(Err(Nowhere::Accessor(consumed, error)));
                    }
                    Err(error) => return Ok(Err(Nowhere::Accessor(consumed, error))),
                },
                ExprKind::Call(call) => match call.function {
                    Function::SecretPlaintext(literal) => {
                        current.expr = literal;
                        continue;
                    }
                    Function::SecretCiphertext(_) => {
                        return Ok(Err(Nowhere::NoReceiver));
                    }
                    _ => return Ok(Ok(Target::Expr(current, consumed))),
                },
                _ => return Ok(Ok(Target::Expr(current, consumed))),
            };
            current.expr = step;
            consumed += 1;
        }
        Ok(Ok(Target::Expr(current, consumed)))
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

    /// Whether a reference is evaluated before what it refers to is merged as a part of what contains that.
    pub fn refers_early(&mut self, e: ExprRef, access: &Access) -> Poll<bool> {
        if self.env(e.env).base.is_none() {
            return Ok(false);
        }
        let Ok(Target::Expr(target, _)) = self.walk(e, &access.accessors)? else {
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

    /// What an access leads to, if all of it is there: the last value that is known or holds the rest, and the value
    /// itself. Nothing is evaluated and nothing reported.
    pub fn resolve(&mut self, e: ExprRef, access: &Access) -> Option<(ValueId, ValueId)> {
        let (mut value, consumed) = match self.walk(e, &access.accessors).ok()?.ok()? {
            Target::Value(value, consumed) => (value, consumed),
            Target::Environment(name, consumed) => {
                let env = self.by_name(&name)?;
                (self.environment_value(env)?, consumed)
            }
            Target::Expr(target, consumed) => (self.state(target).value?, consumed),
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
        let (mut receiver, consumed) = match self.walk(e, accessors) {
            Ok(Ok(Target::Value(v, consumed))) => (v, consumed),
            Ok(Ok(Target::Environment(name, consumed))) => {
                let env = self.by_name(&name);
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
            Ok(Ok(Target::Expr(target, consumed))) => match self.state(target).value {
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
}

/// `environments.PROJECT.NAME`
fn inline_reference(accessors: &[Accessor]) -> Result<Target, Nowhere> {
    let (Some(project), Some(name)) = (accessors.get(1), accessors.get(2)) else {
        return Err(Nowhere::NoEnvironment);
    };
    match (key_of(project), key_of(name)) {
        (Some(p), Some(n)) => Ok(Target::Environment(smol_str::format_smolstr!("{p}/{n}"), 3)),
        (None, _) => Err(Nowhere::Accessor(1, index_into_object())),
        _ => Err(Nowhere::Accessor(2, index_into_object())),
    }
}
