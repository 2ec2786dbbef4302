//! The steps of the reference: imports, bases, expressions, references.

use std::collections::BTreeMap;

use esc_core::ast::{Accessor, AccessorKind, Arguments, ExprId, ExprKind, Function, Pure};
use esc_core::diagnostic::Diagnostic;
use rustc_hash::FxHashMap;
use smol_str::format_smolstr;

use crate::grow::grow;
use crate::ids::{EnvId, ExprRef, ValueId};
use crate::outcome::Poll;
use crate::output::replay::cells::{Cell, Cells, Content, Id};
use crate::output::replay::nodes::Nodes;
use crate::values::View;
use crate::values::environments::Status;
use crate::values::node::{AccessSyntax, Def, Flags, Kind, Repr};

/// The cells, and which expression and environment has which.
pub(super) struct Replay<'s> {
    pub(super) view: &'s mut View,
    pub(super) cells: Cells,
    /// None while an expression is being evaluated.
    pub(super) expressions: FxHashMap<ExprRef, Option<Id>>,
    /// What expressions are merged over.
    pub(super) bases: FxHashMap<ExprRef, Option<Id>>,
    pub(super) environments: FxHashMap<EnvId, Id>,
    pub(super) nodes: Nodes,
    pub(super) cycles: Vec<Diagnostic>,
}

impl<'s> Replay<'s> {
    /// Nothing yet.
    pub(super) fn new(view: &'s mut View, cells: Cells) -> Replay<'s> {
        Replay {
            view,
            cells,
            expressions: FxHashMap::default(),
            bases: FxHashMap::default(),
            environments: FxHashMap::default(),
            nodes: Nodes::default(),
            cycles: Vec::new(),
        }
    }

    /// The value of an environment, if it has one.
    pub(super) fn environment(&mut self, env: EnvId) -> Poll<Option<Id>> {
        if let Some(&known) = self.environments.get(&env) {
            return Ok(Some(known));
        }
        if self.view.environment_value(env).is_none() {
            return Ok(None);
        }
        let document = self.view.env(env).document.clone();
        let imported = self.view.env(env).imported.clone();
        let mut base = None;
        for (import, imported) in document.imports.iter().zip(imported) {
            let Some(from) = self.view.by_name(&import.name).filter(|_| imported.is_some()) else {
                continue;
            };
            let Some(value) = grow(|| self.environment(from))? else { continue };
            if import.merge {
                let copy = self.cells.copy(value, &mut FxHashMap::default())?;
                self.cells.merge(copy, base)?;
                base = Some(copy);
            }
        }
        let root = ExprRef { env, expr: document.root };
        self.declare(root, base)?;
        let value = self.expression(root)?;
        self.environments.insert(env, value);
        Ok(Some(value))
    }

    /// Finds what an expression and the properties in it are merged over.
    fn declare(&mut self, e: ExprRef, base: Option<Id>) -> Poll<()> {
        self.bases.insert(e, base);
        let document = self.view.env(e.env).document.clone();
        let ExprKind::Object(_) = &document.expr(e.expr).kind else { return Ok(()) };
        for index in 0..self.view.object(e).len() as u32 {
            let Some((key, value)) =
                self.view.property_at(e, index).map(|p| (p.key.clone(), p.value))
            else {
                continue;
            };
            let below = match base {
                Some(base) => self.cells.property(base, &key, AccessSyntax::Key(e, index))?,
                None => None,
            };
            grow(|| self.declare(ExprRef { env: e.env, expr: value }, below))?;
        }
        Ok(())
    }

    fn base(&self, e: ExprRef) -> Option<Id> {
        self.bases.get(&e).copied().flatten()
    }

    /// The value of an expression, merged over its base.
    fn expression(&mut self, e: ExprRef) -> Poll<Id> {
        match self.expressions.insert(e, None) {
            None => {}
            Some(Some(known)) => {
                self.expressions.insert(e, Some(known));
                return Ok(known);
            }
            // It refers to itself.
            Some(None) => {
                let flags = Flags { unknown: true, ..Flags::default() };
                return Ok(self.cells.add(
                    AccessSyntax::Def(Def::Expr(e)),
                    Content::Scalar(None),
                    flags,
                ));
            }
        }
        self.cells.step()?;
        let base = self.base(e);
        let status = self.view.state(e).status;
        let value = self.view.expr_value(e)?;
        if let (Status::Overruled, Some(base)) = (status, base) {
            self.expressions.insert(e, Some(base));
            return Ok(base);
        }
        let (syntax, flags) =
            (AccessSyntax::Def(self.view.arena.def(value)), self.view.arena.flags(value));
        let document = self.view.env(e.env).document.clone();
        let content = match &document.expr(e.expr).kind {
            ExprKind::Object(_) => {
                let mut own = BTreeMap::new();
                for index in 0..self.view.object(e).len() as u32 {
                    let property = self.view.property_at(e, index);
                    let Some((key, child)) = property.map(|p| (p.key.clone(), p.value)) else {
                        continue;
                    };
                    own.insert(key, self.child(e, child)?);
                }
                Content::Object(own)
            }
            ExprKind::List(items) => {
                let items = items.iter().map(|item| self.child(e, *item));
                Content::List(items.collect::<Poll<_>>()?)
            }
            ExprKind::Symbol(access) => match self.found(e, &access.accessors)? {
                Some(found) => {
                    let copy = self.cells.copy(found, &mut FxHashMap::default())?;
                    let cell = self.cells.cell_mut(copy);
                    (cell.syntax, cell.flags) = (syntax, flags);
                    return self.finish(e, copy);
                }
                None => Content::Scalar(Some(value)),
            },
            ExprKind::Call(call) => match &call.function {
                // These take the parts of their arguments over as they are.
                Function::Pure(Pure::Final, Arguments::One(argument))
                | Function::Validate { value: argument, .. } => {
                    let argument =
                        grow(|| self.expression(ExprRef { env: e.env, expr: *argument }))?;
                    self.cells.cell(argument).content.clone()
                }
                _ => return self.fresh(value).and_then(|id| self.finish(e, id)),
            },
            _ => Content::Scalar(Some(value)),
        };
        let id = self.cells.add(syntax, content, flags);
        self.finish(e, id)
    }

    fn finish(&mut self, e: ExprRef, id: Id) -> Poll<Id> {
        self.expressions.insert(e, Some(id));
        self.cells.merge(id, self.base(e))?;
        Ok(id)
    }

    fn child(&mut self, parent: ExprRef, child: ExprId) -> Poll<Id> {
        let e = ExprRef { env: parent.env, expr: child };
        match self.view.cut(e) {
            Some(cut) => self.fresh(cut),
            None => grow(|| self.expression(e)),
        }
    }

    /// What a provider or function came to.
    fn fresh(&mut self, v: ValueId) -> Poll<Id> {
        self.cells.step()?;
        let (def, flags) = (self.view.arena.def(v), self.view.arena.flags(v));
        let content = match self.view.arena.repr(v).clone() {
            Repr::List(items) => Content::List(
                items.iter().map(|item| grow(|| self.fresh(*item))).collect::<Poll<_>>()?,
            ),
            Repr::Object(own) => {
                let own =
                    own.iter().map(|(key, child)| Ok((key.clone(), grow(|| self.fresh(*child))?)));
                Content::Object(own.collect::<Poll<_>>()?)
            }
            Repr::ListLiteral(e) | Repr::ObjectLiteral(e) => {
                let literal = grow(|| self.expression(e))?;
                return match self.view.arena.node(v).kind {
                    Kind::Own { .. } => Ok(literal),
                    _ => self.cells.copy(literal, &mut FxHashMap::default()),
                };
            }
            _ => Content::Scalar(Some(v)),
        };
        Ok(self.cells.add(AccessSyntax::Def(def), content, flags))
    }

    /// What a reference leads to; none if it leads to something unknown, or nowhere.
    fn found(&mut self, e: ExprRef, accessors: &[Accessor]) -> Poll<Option<Id>> {
        let document = self.view.env(e.env).document.clone();
        let mut rest = accessors.iter();
        let first = rest.clone().next().and_then(name);
        let mut at = match first {
            Some("imports") => {
                let Some(imports) = self.view.env(e.env).imports else { return Ok(None) };
                rest.next();
                self.imports(imports, e.env)?
            }
            Some("context") => return Ok(None),
            Some("environments") => {
                let (Some(project), Some(env)) =
                    (accessors.get(1).and_then(name), accessors.get(2).and_then(name))
                else {
                    return Ok(None);
                };
                let env = self.view.by_name(&format_smolstr!("{project}/{env}"));
                rest = accessors.get(3..).unwrap_or_default().iter();
                match env.map(|env| grow(|| self.environment(env))).transpose()?.flatten() {
                    Some(env) => env,
                    None => return Ok(None),
                }
            }
            _ => {
                let mut current = ExprRef { env: e.env, expr: document.root };
                loop {
                    let Some(accessor) = rest.clone().next() else {
                        break grow(|| self.expression(current))?;
                    };
                    let child = match &document.expr(current.expr).kind {
                        ExprKind::List(items) => match accessor.kind {
                            AccessorKind::Index(index) => items.get(index as usize).copied(),
                            _ => None,
                        },
                        ExprKind::Object(_) => {
                            let index = name(accessor)
                                .and_then(|key| self.view.find_property(current, key));
                            let property = index.and_then(|i| self.view.property_at(current, i));
                            match (property.map(|p| p.value), self.base(current)) {
                                (None, Some(base)) => break base,
                                (found, _) => found,
                            }
                        }
                        ExprKind::Call(call) => match call.function {
                            Function::SecretPlaintext(_) | Function::SecretCiphertext(_) => None,
                            _ => break grow(|| self.expression(current))?,
                        },
                        _ => break grow(|| self.expression(current))?,
                    };
                    let Some(child) = child else { return Ok(None) };
                    current.expr = child;
                    rest.next();
                }
            }
        };
        for accessor in rest {
            let next = match (&self.cells.cell(at).content, &accessor.kind) {
                (Content::List(items), AccessorKind::Index(index)) => {
                    items.get(*index as usize).copied()
                }
                (Content::Object(_), _) => {
                    let Some(key) = name(accessor) else { return Ok(None) };
                    let mut layer = Some(at);
                    loop {
                        match layer.map(|layer| self.cells.cell(layer)) {
                            Some(Cell { content: Content::Object(own), base, .. }) => {
                                match own.get(key) {
                                    Some(child) => break Some(*child),
                                    None => layer = *base,
                                }
                            }
                            _ => break None,
                        }
                    }
                }
                _ => None,
            };
            match next {
                Some(next) => at = next,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    fn imports(&mut self, imports: ValueId, env: EnvId) -> Poll<Id> {
        let mut own = BTreeMap::new();
        for import in self.view.env(env).document.clone().imports.iter() {
            let Some(from) = self.view.by_name(&import.name) else { continue };
            if self.view.find_own(imports, &import.name).is_some()
                && let Some(value) = grow(|| self.environment(from))?
            {
                own.insert(import.name.clone(), value);
            }
        }
        Ok(self.cells.add(AccessSyntax::Def(Def::Imports), Content::Object(own), Flags::default()))
    }
}

/// The name an accessor asks for.
fn name(accessor: &Accessor) -> Option<&str> {
    match &accessor.kind {
        AccessorKind::Name(key) | AccessorKind::Subscript(key) => Some(key),
        AccessorKind::Index(_) => None,
    }
}
