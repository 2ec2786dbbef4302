//! Puts what happened into the language's sequential order, whatever arrived first.
//!
//! Every expression and environment has a list of what it found and what it asked for. Walking these lists from the root,
//! each expression once and where it was first asked for, gives the order in which a sequential evaluation would have come
//! by. Of an expression that was entered in several passes the last one counts: it says everything again.

use esc_core::ast::{ExprId, ExprKind};
use esc_core::diagnostic::Diagnostic;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::ids::{EnvId, ExprRef};
use crate::session::Session;
use crate::session::calls::Rotation;
use crate::session::log::{Event, Owner};

/// Diagnostics and rotations in the language's sequential order.
#[derive(Default)]
pub(crate) struct Ordered {
    pub diagnostics: Vec<Diagnostic>,
    pub rotations: Vec<Rotation>,
}

enum Visit {
    Env(EnvId),
    Expr(ExprRef),
    Event(usize),
    Declarations(EnvId),
}

impl Session {
    /// Orders what happened as if everything had been evaluated one after the other.
    pub fn ordered(&mut self) -> Ordered {
        self.report_kept_finals();
        let mut ordered = Ordered::default();
        let quiet = self
            .envs()
            .iter()
            .all(|env| env.load_diagnostics.is_empty() && env.declaration_diagnostics.is_empty());
        if !self.log.findings && quiet {
            return ordered;
        }
        let mut events: FxHashMap<Owner, Vec<usize>> = FxHashMap::default();
        for (index, (owner, pass, _)) in self.log.entries.iter().enumerate() {
            let current = match owner {
                Owner::Expr(e) => self.state(*e).pass,
                // What its imports came to was settled when it was declared.
                Owner::Env(env) if self.env(*env).declared > 0 => self.env(*env).declared,
                Owner::Env(env) => self.env(*env).pass,
                Owner::Paths => self.pass(),
            };
            if *pass == current {
                events.entry(*owner).or_default().push(index);
            }
        }
        let none = Vec::new();
        let events_of = |owner: Owner| events.get(&owner).unwrap_or(&none).iter().rev();
        let mut seen_exprs: FxHashSet<ExprRef> = FxHashSet::default();
        let mut seen_envs: FxHashSet<EnvId> = FxHashSet::default();
        // A stack: what is pushed last is visited first.
        let mut stack: Vec<Visit> = events_of(Owner::Paths).map(|i| Visit::Event(*i)).collect();
        stack.push(Visit::Env(EnvId::ROOT));
        while let Some(visit) = stack.pop() {
            match visit {
                Visit::Env(env) => {
                    if !seen_envs.insert(env) {
                        continue;
                    }
                    if env != EnvId::ROOT {
                        ordered.diagnostics.extend(self.env(env).load_diagnostics.iter().cloned());
                    }
                    let root = self.env(env).document.root;
                    if !self.env(env).exprs.is_empty() {
                        stack.push(Visit::Expr(ExprRef { env, expr: root }));
                    }
                    stack.push(Visit::Declarations(env));
                    stack.extend(events_of(Owner::Env(env)).map(|i| Visit::Event(*i)));
                }
                Visit::Declarations(env) => {
                    ordered
                        .diagnostics
                        .extend(self.env(env).declaration_diagnostics.iter().cloned());
                }
                Visit::Expr(e) => {
                    if seen_exprs.insert(e) {
                        for child in self.literal_children(e).into_iter().rev() {
                            stack.push(Visit::Expr(ExprRef { env: e.env, expr: child }));
                        }
                        stack.extend(events_of(Owner::Expr(e)).map(|i| Visit::Event(*i)));
                    }
                }
                Visit::Event(index) => match self.log.entries.get(index) {
                    Some((_, _, Event::Diagnostic(d))) => ordered.diagnostics.push((**d).clone()),
                    Some((_, _, Event::Eval(e))) => stack.push(Visit::Expr(*e)),
                    Some((_, _, Event::Import(env))) => stack.push(Visit::Env(*env)),
                    Some((_, _, Event::Rotation(r))) => ordered.rotations.push((**r).clone()),
                    None => {}
                },
            }
        }
        ordered
    }

    /// The children of a literal container in the order of evaluation.
    fn literal_children(&self, e: ExprRef) -> Vec<ExprId> {
        match &self.expr(e).kind {
            ExprKind::List(items) => items.to_vec(),
            ExprKind::Object(properties) => self
                .object(e)
                .iter()
                .filter_map(|i| properties.get(*i as usize).map(|p| p.value))
                .collect(),
            _ => Vec::new(),
        }
    }
}
