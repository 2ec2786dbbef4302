//! Where values come from: the layers at a place, and what each of them was made of.
//!
//! Nothing here tells what a value is, so all of it may be shown.

use esc_core::ast::{Access, AccessorKind, ExprId, ExprKind, Function};
use esc_core::path::{PathElement, PropertyPath};
use esc_core::provider::Lease;
use esc_core::schema::{Schema, SchemaRef};
use esc_core::value::Origin;
use smol_str::SmolStr;

use crate::grow::grow;
use crate::ids::{EnvId, ExprRef, ValueId};
use crate::outcome::Poll;
use crate::session::calls::Calls;
use crate::values::View;
use crate::values::node::Def;

/// One of the values at a place: the one that counts, or one that it was merged over.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Where it is defined; without a place if nothing in a document defines it.
    pub origin: Origin,
    /// The document path of its definition, such as `values.database.host`; empty without a place.
    pub path: String,
    /// What made it.
    pub maker: Maker,
    /// Whether it is secret. Of values that are not known yet this tells whether they always will be.
    pub secret: bool,
    /// Whether it is unknown.
    pub unknown: bool,
    /// What it will look like, if it is unknown.
    pub schema: Option<SchemaRef>,
    /// How long it stays valid, if a call made it.
    pub leases: Vec<Lease>,
    /// What its expression refers to. Inputs of calls are not looked into.
    pub references: Vec<Reference>,
}

/// What makes a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Maker {
    /// A scalar as written.
    Literal,
    /// A list as written.
    List,
    /// An object as written.
    Object,
    /// `fn::secret`
    Secret,
    /// A string with references in it.
    Interpolation,
    /// A reference and nothing else.
    Reference,
    /// A function, by its name as written.
    Function(SmolStr),
    /// `fn::open`: the provider of that name.
    Provider(SmolStr),
    /// `fn::rotate`: the rotator of that name.
    Rotator(SmolStr),
    /// The execution context.
    Context,
    /// The imports as an object.
    Imports,
    /// Not known: it was made by another program, which does not tell.
    Elsewhere,
}

/// A reference in an expression.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The reference without `${` and `}`; of a call in an argument its name.
    pub text: String,
    /// Whether there is something secret in what it refers to.
    pub secret: bool,
    /// What it refers to; none if that is not there, or too far away to be told.
    pub layer: Option<Layer>,
}

/// How many layers one answer tells of. References to references can ask for any number.
const MAX_LAYERS: usize = 1_000;

/// How long chains of references may be.
const MAX_DEPTH: usize = 64;

/// Looks for where values come from; it only reads.
pub(crate) struct Provenance<'s> {
    pub view: &'s mut View,
    pub calls: &'s Calls,
}

impl Provenance<'_> {
    pub fn layers_at(&mut self, path: &PropertyPath) -> Vec<Layer> {
        let mut layers = Vec::new();
        let mut budget = MAX_LAYERS;
        let Some((holder, rest)) = self.holder(path) else { return layers };
        let mut next = Some(holder);
        while let Some(value) = next {
            let Ok(Some(mut layer)) = self.layer(value, &mut budget, 0) else { break };
            if let (true, Some(schema)) = (layers.is_empty(), &layer.schema) {
                layer.secret |= tells_secret_at(schema, rest);
            }
            layers.push(layer);
            next = self.view.base_of(value).ok().flatten();
        }
        layers
    }

    pub fn keys_at(&mut self, path: &PropertyPath) -> Option<Vec<SmolStr>> {
        let value = self.view.find(path)?;
        if !self.view.is_object(value) || self.view.arena.flags(value).secret {
            return None;
        }
        let properties = self.view.inherited(value).ok()?;
        Some(properties.iter().map(|property| property.key.clone()).collect())
    }

    /// The value at a path, or the unknown value that the path leads into and the way on from there.
    fn holder<'p>(&mut self, path: &'p PropertyPath) -> Option<(ValueId, &'p [PathElement])> {
        let elements = path.elements();
        if let Some(value) = self.view.find(path) {
            return Some((value, &[]));
        }
        // The longest part of the path that leads somewhere.
        let (known, rest) = (0..elements.len()).rev().find_map(|len| {
            let start: PropertyPath = elements.iter().take(len).cloned().collect();
            Some((self.view.find(&start)?, elements.get(len..)?))
        })?;
        let mut next = Some(known);
        while let Some(value) = next {
            if self.view.arena.flags(value).unknown {
                return Some((value, rest));
            }
            next = self.view.base_of(value).ok().flatten();
        }
        None
    }

    fn layer(&mut self, v: ValueId, budget: &mut usize, depth: usize) -> Poll<Option<Layer>> {
        // A property of something that was unknown comes from whatever that came from.
        let mut source = v;
        while let Def::Access(access) = self.view.arena.def(source) {
            source = self.view.arena.access(access).receiver;
        }
        let Some(left) = budget.checked_sub(1).filter(|_| depth <= MAX_DEPTH) else {
            return Ok(None);
        };
        *budget = left;
        let def = self.view.arena.def(source);
        let flags = self.view.arena.flags(v);
        let root = self.view.env(EnvId::ROOT).name.clone();
        let mut layer = Layer {
            origin: self.view.origin(def, &root),
            path: String::new(),
            maker: Maker::Literal,
            secret: flags.secret,
            unknown: flags.unknown,
            schema: if flags.unknown { Some(self.view.schema_of(v)?) } else { None },
            leases: Vec::new(),
            references: Vec::new(),
        };
        match def {
            Def::Expr(e) => {
                layer.path = self.view.env(e.env).document.path_of(e.expr);
                layer.maker = self.maker(e, flags.secret);
                let leases = self.calls.leases.iter().filter(|(call, _)| *call == e);
                layer.leases = leases.map(|(_, lease)| lease.clone()).collect();
                self.references(e, e.expr, &mut layer.references, budget, depth)?;
            }
            Def::Context => layer.maker = Maker::Context,
            // Only accesses are left, and those were followed.
            Def::Imports | Def::Access(_) => layer.maker = Maker::Imports,
        }
        let schema = layer.schema.as_ref();
        layer.secret |= schema.is_some_and(|schema| schema.secret() || spreads_secrets(&layer));
        Ok(Some(layer))
    }

    fn maker(&self, e: ExprRef, secret: bool) -> Maker {
        let name = |open: &esc_core::ast::Open| open.provider.clone().unwrap_or_default();
        match &self.view.expr(e).kind {
            // A plaintext secret is defined by its literal.
            ExprKind::String(_) if secret => Maker::Secret,
            ExprKind::Null
            | ExprKind::Missing
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::String(_) => Maker::Literal,
            ExprKind::Interpolate(_) => Maker::Interpolation,
            ExprKind::Symbol(_) => Maker::Reference,
            ExprKind::List(_) => Maker::List,
            ExprKind::Object(_) => Maker::Object,
            ExprKind::Call(call) => match &call.function {
                Function::SecretPlaintext(_) | Function::SecretCiphertext(_) => Maker::Secret,
                Function::Open(open) => Maker::Provider(name(open)),
                Function::Rotate(open, _) => Maker::Rotator(name(open)),
                _ => Maker::Function(call.name.clone()),
            },
        }
    }

    /// Collects what an expression refers to. Literal containers are values with a definition of their own: only in
    /// arguments they are looked into.
    fn references(
        &mut self,
        e: ExprRef,
        expr: ExprId,
        out: &mut Vec<Reference>,
        budget: &mut usize,
        depth: usize,
    ) -> Poll<()> {
        let document = self.view.env(e.env).document.clone();
        let within = expr != e.expr;
        let mut arguments: Vec<ExprId> = Vec::new();
        match &document.expr(expr).kind {
            ExprKind::Symbol(access) => out.push(self.reference(e, access, budget, depth)?),
            ExprKind::Interpolate(parts) => {
                for access in parts.iter().filter_map(|part| part.access.as_ref()) {
                    out.push(self.reference(e, access, budget, depth)?);
                }
            }
            ExprKind::List(items) if within => arguments.extend(items.iter()),
            ExprKind::Object(properties) if within => {
                arguments.extend(properties.iter().map(|property| property.value));
            }
            ExprKind::Call(call) => match &call.function {
                Function::Pure(_, given) => arguments.extend(given.as_slice()),
                Function::Validate { value, .. } => arguments.push(*value),
                Function::Open(_)
                | Function::Rotate(..)
                | Function::SecretPlaintext(_)
                | Function::SecretCiphertext(_)
                    if within =>
                {
                    let value = self.view.state(ExprRef { env: e.env, expr }).value;
                    let found = value.map(|value| (value, value));
                    out.push(self.refer(call.name.to_string(), found, budget, depth)?);
                }
                _ => {}
            },
            _ => {}
        }
        for argument in arguments {
            grow(|| self.references(e, argument, out, budget, depth))?;
        }
        Ok(())
    }

    fn reference(
        &mut self,
        e: ExprRef,
        access: &Access,
        budget: &mut usize,
        depth: usize,
    ) -> Poll<Reference> {
        let elements = access.accessors.iter().map(|accessor| match &accessor.kind {
            AccessorKind::Name(key) | AccessorKind::Subscript(key) => PathElement::Key(key.clone()),
            AccessorKind::Index(index) => PathElement::Index(usize::try_from(*index).unwrap_or(0)),
        });
        let text = elements.collect::<PropertyPath>().to_string();
        let found = self.view.resolve(e, access);
        self.refer(text, found, budget, depth)
    }

    fn refer(
        &mut self,
        text: String,
        found: Option<(ValueId, ValueId)>,
        budget: &mut usize,
        depth: usize,
    ) -> Poll<Reference> {
        let Some((holder, value)) = found else {
            return Ok(Reference { text, secret: false, layer: None });
        };
        let layer = grow(|| self.layer(holder, budget, depth + 1))?;
        let mut secret =
            self.view.taint(value)?.1 || layer.as_ref().is_some_and(|layer| layer.secret);
        if self.view.arena.flags(value).unknown {
            secret |= tells_secrets(&*self.view.schema_of(value)?, 0);
        }
        Ok(Reference { text, secret, layer })
    }
}

/// Whether an unknown value will be secret because of what it is made of.
fn spreads_secrets(layer: &Layer) -> bool {
    match layer.maker {
        // What is put together is as secret as any part.
        Maker::Interpolation | Maker::Function(_) => layer.references.iter().any(|r| r.secret),
        Maker::Reference => {
            layer.references.iter().filter_map(|r| r.layer.as_ref()).any(|l| l.secret)
        }
        _ => false,
    }
}

/// Whether a schema is that of a secret, or will lead to one on this way.
fn tells_secret_at(schema: &SchemaRef, way: &[PathElement]) -> bool {
    let mut schema = schema.clone();
    for element in way {
        if schema.secret() {
            return true;
        }
        schema = match element {
            PathElement::Key(key) => schema.property(key),
            PathElement::Index(index) => schema.item(*index),
        };
    }
    !way.is_empty() && schema.secret()
}

/// Whether a schema, or a part of it, is that of a secret.
fn tells_secrets(schema: &Schema, depth: usize) -> bool {
    // References are not followed, so only schemas of this depth are written by hand.
    depth < MAX_DEPTH
        && (schema.secret()
            || schema.properties().iter().any(|(_, part)| tells_secrets(part, depth + 1))
            || schema.items().is_some_and(|part| tells_secrets(part, depth + 1))
            || schema.prefix_items().iter().any(|part| tells_secrets(part, depth + 1))
            || schema.additional_properties().is_some_and(|part| tells_secrets(part, depth + 1)))
}
