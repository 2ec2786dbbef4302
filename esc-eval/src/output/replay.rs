//! Merging once more, in the very steps of the reference, for what its export shows of them.
//!
//! The reference merges by copying and then changing values in place, and what it changes may be part of other values.
//! Nearly always that comes to what the layers of this crate come to. But where a value lies over one that is *unknown*,
//! each look at a property of the unknown makes a new value; after a copy those are not recognised as the same, so they
//! are hung below values that are shared: chains of bases grow in ways that no definition explains, and may end in
//! themselves, which the reference reports as an internal error. And whatever shows a value first decides under which
//! name it is shown if it has no place in a document. Only the compatible face does this, and only for an environment
//! that is merged over imports.

use std::collections::BTreeMap;
use std::rc::Rc;

use esc_core::ast::{Accessor, AccessorKind, ExprId, ExprKind, Function};
use esc_core::diagnostic::{Code, Diagnostic};
use esc_core::value::{Origin, Trace, Value, ValueKind};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::grow::grow;
use crate::ids::{EnvId, ExprRef, ValueId};
use crate::outcome::{Blocked, Exceeded, Poll};
use crate::session::Session;
use crate::values::arena::{AccessSyntax, Def, Flags, Kind, Repr};
use crate::values::environments::Status;

/// Names a cell.
type Id = usize;

/// A value that is changed in place.
#[derive(Clone)]
struct Cell {
    /// What defined it.
    syntax: AccessSyntax,
    content: Content,
    flags: Flags,
    base: Option<Id>,
    /// Of a property of an unknown value: that value, and the property's name.
    access: Option<Rc<(Id, SmolStr)>>,
    export: Export,
}

#[derive(Clone)]
enum Content {
    /// Whatever the value of the evaluation is that has no parts, or none that matter.
    Scalar(Option<ValueId>),
    List(Vec<Id>),
    Object(BTreeMap<SmolStr, Id>),
}

#[derive(Clone)]
enum Export {
    Not,
    UnderWay,
    Done(Value),
}

/// The cells, and which expression and environment has which.
struct Replay<'s> {
    session: &'s mut Session,
    cells: Vec<Cell>,
    /// None while an expression is being evaluated.
    expressions: FxHashMap<ExprRef, Option<Id>>,
    /// What expressions are merged over.
    bases: FxHashMap<ExprRef, Option<Id>>,
    environments: FxHashMap<EnvId, Id>,
    /// Steps that are left.
    steps: usize,
    cycles: Vec<Diagnostic>,
}

impl Session {
    /// Merges once more as the reference does, where showing that may fail, and gives the errors of the reference.
    pub fn replay_errors(&mut self) -> Vec<Diagnostic> {
        // Only below properties of unknown values can there be cycles.
        if self.arena.accesses.is_empty() {
            return Vec::new();
        }
        self.replay()
    }

    /// The properties of the root as the reference shows them; none if it shows what the layers come to.
    pub fn replayed(&mut self) -> Option<BTreeMap<SmolStr, Value>> {
        if self.settings.compatible && self.replayed.is_none() {
            self.replay();
        }
        self.replayed.clone()
    }

    fn replay(&mut self) -> Vec<Diagnostic> {
        if self.settings.demand || self.env(EnvId::ROOT).base.is_none() {
            return Vec::new();
        }
        let name = self.env(EnvId::ROOT).name.clone();
        // Merging into a chain that ends in itself does not end: the reference runs out of memory there.
        let steps = self.settings.limits.max_layers;
        let mut replay = Replay {
            session: self,
            cells: Vec::new(),
            expressions: FxHashMap::default(),
            bases: FxHashMap::default(),
            environments: FxHashMap::default(),
            steps,
            cycles: Vec::new(),
        };
        let Ok(value) = replay.root(&name) else { return Vec::new() };
        let errors = replay.cycles;
        if let ValueKind::Object(properties) = value.kind {
            self.replayed = Some(properties);
        }
        errors
    }
}

impl Replay<'_> {
    fn cell(&self, id: Id) -> &Cell {
        #[allow(clippy::indexing_slicing, reason = "ids are indices of this vector")]
        &self.cells[id]
    }

    fn cell_mut(&mut self, id: Id) -> &mut Cell {
        #[allow(clippy::indexing_slicing, reason = "ids are indices of this vector")]
        &mut self.cells[id]
    }

    fn add(&mut self, syntax: AccessSyntax, content: Content, flags: Flags) -> Id {
        self.cells.push(Cell {
            syntax,
            content,
            flags,
            base: None,
            access: None,
            export: Export::Not,
        });
        self.cells.len() - 1
    }

    /// The root as it is shown.
    fn root(&mut self, name: &str) -> Poll<Value> {
        match self.environment(EnvId::ROOT)? {
            Some(root) => self.export(root, name),
            None => Err(Blocked::Pending(None)),
        }
    }

    fn step(&mut self) -> Poll<()> {
        self.steps = self.steps.checked_sub(1).ok_or(Blocked::Limit(Exceeded::Layers))?;
        Ok(())
    }

    /// The value of an environment, if it has one.
    fn environment(&mut self, env: EnvId) -> Poll<Option<Id>> {
        if let Some(&known) = self.environments.get(&env) {
            return Ok(Some(known));
        }
        if self.session.environment_value(env).is_none() {
            return Ok(None);
        }
        let document = self.session.env(env).document.clone();
        let imported = self.session.env(env).imported.clone();
        let mut base = None;
        for (import, imported) in document.imports.iter().zip(imported) {
            let Some(&from) = self.session.by_name.get(&import.name).filter(|_| imported) else {
                continue;
            };
            let Some(value) = grow(|| self.environment(from))? else { continue };
            if import.merge {
                let copy = self.copy(value, &mut FxHashMap::default())?;
                self.merge(copy, base)?;
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
        let document = self.session.env(e.env).document.clone();
        let ExprKind::Object(_) = &document.expr(e.expr).kind else { return Ok(()) };
        for index in 0..self.session.object(e).len() as u32 {
            let Some((key, value)) =
                self.session.property_at(e, index).map(|p| (p.key.clone(), p.value))
            else {
                continue;
            };
            let below = match base {
                Some(base) => self.property(base, &key, AccessSyntax::Key(e, index))?,
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
                return Ok(self.add(AccessSyntax::Def(Def::Expr(e)), Content::Scalar(None), flags));
            }
        }
        self.step()?;
        let base = self.base(e);
        let status = self.session.state(e).status;
        let value = self.session.expr_value(e)?;
        if let (Status::Overruled, Some(base)) = (status, base) {
            self.expressions.insert(e, Some(base));
            return Ok(base);
        }
        let (syntax, flags) =
            (AccessSyntax::Def(self.session.arena.def(value)), self.session.arena.flags(value));
        let document = self.session.env(e.env).document.clone();
        let content = match &document.expr(e.expr).kind {
            ExprKind::Object(_) => {
                let mut own = BTreeMap::new();
                for index in 0..self.session.object(e).len() as u32 {
                    let property = self.session.property_at(e, index);
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
                    let copy = self.copy(found, &mut FxHashMap::default())?;
                    let cell = self.cell_mut(copy);
                    (cell.syntax, cell.flags) = (syntax, flags);
                    return self.finish(e, copy);
                }
                None => Content::Scalar(Some(value)),
            },
            ExprKind::Call(call) => match &call.function {
                // These take the parts of their arguments over as they are.
                Function::Final(argument) | Function::Validate { value: argument, .. } => {
                    let argument =
                        grow(|| self.expression(ExprRef { env: e.env, expr: *argument }))?;
                    self.cell(argument).content.clone()
                }
                _ => return self.fresh(value).and_then(|id| self.finish(e, id)),
            },
            _ => Content::Scalar(Some(value)),
        };
        let id = self.add(syntax, content, flags);
        self.finish(e, id)
    }

    fn finish(&mut self, e: ExprRef, id: Id) -> Poll<Id> {
        self.expressions.insert(e, Some(id));
        self.merge(id, self.base(e))?;
        Ok(id)
    }

    fn child(&mut self, parent: ExprRef, child: ExprId) -> Poll<Id> {
        let e = ExprRef { env: parent.env, expr: child };
        match self.session.cut.get(&e).copied() {
            Some(cut) => self.fresh(cut),
            None => grow(|| self.expression(e)),
        }
    }

    /// What a provider or function came to.
    fn fresh(&mut self, v: ValueId) -> Poll<Id> {
        self.step()?;
        let (def, flags) = (self.session.arena.def(v), self.session.arena.flags(v));
        let content = match self.session.arena.repr(v).clone() {
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
                return match self.session.arena.node(v).kind {
                    Kind::Own { .. } => Ok(literal),
                    _ => self.copy(literal, &mut FxHashMap::default()),
                };
            }
            _ => Content::Scalar(Some(v)),
        };
        Ok(self.add(AccessSyntax::Def(def), content, flags))
    }

    /// What a reference leads to; none if it leads to something unknown, or nowhere.
    fn found(&mut self, e: ExprRef, accessors: &[Accessor]) -> Poll<Option<Id>> {
        let document = self.session.env(e.env).document.clone();
        let mut rest = accessors.iter();
        let first = rest.clone().next().and_then(name);
        let mut at = match first {
            Some("imports") => {
                let Some(imports) = self.session.env(e.env).imports else { return Ok(None) };
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
                let env = self.session.by_name.get(format!("{project}/{env}").as_str()).copied();
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
                                .and_then(|key| self.session.find_property(current, key));
                            let property = index.and_then(|i| self.session.property_at(current, i));
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
            let next = match (&self.cell(at).content, &accessor.kind) {
                (Content::List(items), AccessorKind::Index(index)) => {
                    items.get(*index as usize).copied()
                }
                (Content::Object(_), _) => {
                    let Some(key) = name(accessor) else { return Ok(None) };
                    let mut layer = Some(at);
                    loop {
                        match layer.map(|layer| self.cell(layer)) {
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
        for import in self.session.env(env).document.clone().imports.iter() {
            let Some(&from) = self.session.by_name.get(&import.name) else { continue };
            if self.session.find_own(imports, &import.name).is_some()
                && let Some(value) = grow(|| self.environment(from))?
            {
                own.insert(import.name.clone(), value);
            }
        }
        Ok(self.add(AccessSyntax::Def(Def::Imports), Content::Object(own), Flags::default()))
    }

    /// A copy of the value and of everything in and below it; what is shared within it stays shared.
    fn copy(&mut self, id: Id, copies: &mut FxHashMap<Id, Id>) -> Poll<Id> {
        if let Some(&known) = copies.get(&id) {
            return Ok(known);
        }
        self.step()?;
        let mut cell = self.cell(id).clone();
        (cell.flags.own_keys, cell.export) = (false, Export::Not);
        let copy = self.cells.len();
        copies.insert(id, copy);
        self.cells.push(cell.clone());
        match &mut cell.content {
            Content::Scalar(_) => {}
            Content::List(items) => {
                for item in items {
                    *item = grow(|| self.copy(*item, copies))?;
                }
            }
            Content::Object(own) => {
                for child in own.values_mut() {
                    *child = grow(|| self.copy(*child, copies))?;
                }
            }
        }
        if let Some(base) = &mut cell.base {
            *base = grow(|| self.copy(*base, copies))?;
        }
        *self.cell_mut(copy) = cell;
        Ok(copy)
    }

    /// The property of that name: own, inherited, or a new unknown one of an unknown value.
    fn property(&mut self, id: Id, key: &str, syntax: AccessSyntax) -> Poll<Option<Id>> {
        self.step()?;
        let cell = self.cell(id);
        let (base, unknown) = (cell.base, cell.flags.unknown);
        if let Content::Object(own) = &cell.content {
            if let Some(child) = own.get(key) {
                return Ok(Some(*child));
            }
        } else if !unknown {
            return Ok(None);
        }
        let below = match base {
            Some(base) => grow(|| self.property(base, key, syntax))?,
            None => None,
        };
        if matches!(self.cell(id).content, Content::Object(_)) {
            return Ok(below);
        }
        let flags = Flags { unknown: true, ..Flags::default() };
        let access = self.add(syntax, Content::Scalar(None), flags);
        let cell = self.cell_mut(access);
        (cell.base, cell.access) = (below, Some(Rc::new((id, SmolStr::new(key)))));
        Ok(Some(access))
    }

    /// Whether the reference takes two values for one.
    fn is(&self, a: Id, b: Id) -> bool {
        let (mut a, mut b) = (a, b);
        while a != b {
            let (x, y) = (self.cell(a), self.cell(b));
            match (&x.access, &y.access) {
                (Some(m), Some(n)) if x.flags.unknown && y.flags.unknown && m.1 == n.1 => {
                    (a, b) = (m.0, n.0)
                }
                _ => return false,
            }
        }
        true
    }

    /// Merges a value, and everything in it, over another.
    fn merge(&mut self, id: Id, base: Option<Id>) -> Poll<()> {
        self.step()?;
        let Some(base) = base.filter(|base| !self.is(id, *base)) else { return Ok(()) };
        match self.cell(id).base {
            Some(own) => grow(|| self.merge(own, Some(base)))?,
            None => self.cell_mut(id).base = Some(base),
        }
        let Content::Object(own) = self.cell(id).content.clone() else { return Ok(()) };
        for (key, child) in own {
            let syntax = self.cell(child).syntax;
            let below = match self.cell(id).base {
                Some(base) => self.property(base, &key, syntax)?,
                None => None,
            };
            grow(|| self.merge(child, below))?;
        }
        Ok(())
    }

    /// The value as it is shown; `environment` is named by what has no place, and whoever shows a value first decides.
    fn export(&mut self, id: Id, environment: &str) -> Poll<Value> {
        self.step()?;
        match &self.cell(id).export {
            Export::Done(value) => return Ok(value.clone()),
            Export::UnderWay => {
                self.report_cycle(id);
                let trace = Some(Box::new(Trace { def: Origin::default(), base: None }));
                return Ok(Value { kind: ValueKind::Null, secret: false, unknown: true, trace });
            }
            Export::Not => {}
        }
        self.cell_mut(id).export = Export::UnderWay;
        let kind = match self.cell(id).content.clone() {
            Content::Scalar(None) => ValueKind::Null,
            Content::Scalar(Some(v)) => self.scalar(v),
            Content::List(items) => ValueKind::List(
                items
                    .iter()
                    .map(|item| grow(|| self.export(*item, environment)))
                    .collect::<Poll<_>>()?,
            ),
            Content::Object(_) => {
                let mut properties = BTreeMap::new();
                for (key, child) in self.properties(id) {
                    properties.insert(key, grow(|| self.export(child, environment))?);
                }
                ValueKind::Object(properties)
            }
        };
        let base = match self.cell(id).base {
            Some(base) => Some(grow(|| self.export(base, "<import>"))?),
            None => None,
        };
        let Cell { syntax, flags, .. } = *self.cell(id);
        let def = match self.session.syntax_location(syntax) {
            Some(location) => Origin { environment: location.environment, range: location.range },
            None => Origin { environment: SmolStr::new(environment), ..Origin::default() },
        };
        let trace = Some(Box::new(Trace { def, base }));
        let value = Value { kind, secret: flags.secret, unknown: flags.unknown, trace };
        self.cell_mut(id).export = Export::Done(value.clone());
        Ok(value)
    }

    fn scalar(&self, v: ValueId) -> ValueKind {
        match self.session.arena.repr(v).clone() {
            Repr::Bool(b) => ValueKind::Bool(b),
            Repr::Number(n) => ValueKind::Number(n),
            Repr::String(s) => ValueKind::String(s),
            _ => ValueKind::Null,
        }
    }

    /// The properties of an object with what it inherits.
    fn properties(&self, id: Id) -> BTreeMap<SmolStr, Id> {
        let mut all = BTreeMap::new();
        let mut layer = Some(id);
        while let Some(Cell { content: Content::Object(own), base, flags, .. }) =
            layer.map(|id| self.cell(id))
        {
            for (key, child) in own {
                all.entry(key.clone()).or_insert(*child);
            }
            layer = base.filter(|_| !flags.own_keys);
        }
        all
    }

    fn report_cycle(&mut self, id: Id) {
        let error = Diagnostic::error(Code::CyclicReference, "internal error: cyclic export");
        let syntax = self.cell(id).syntax;
        let place = self.session.syntax_location(syntax).zip(self.session.syntax_path(syntax));
        self.cycles.push(match place {
            Some((location, path)) => error.at(location, path),
            None => error,
        });
    }
}

/// The name an accessor asks for.
fn name(accessor: &Accessor) -> Option<&str> {
    match &accessor.kind {
        AccessorKind::Name(key) | AccessorKind::Subscript(key) => Some(key),
        AccessorKind::Index(_) => None,
    }
}
