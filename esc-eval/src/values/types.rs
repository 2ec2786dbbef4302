//! The schemas of values and the places of definitions.
//!
//! The schema of a known value is exact: its constants and its properties. That of an unknown one is what its provider or
//! function declares. A merged object has the properties of all its layers. Secrets show their type alone, except in the
//! compatible face. Schemas are worked out when somebody asks, and remembered by value.

use esc_core::ast::{ExprKind, Function};
use esc_core::diagnostic::Location;
use esc_core::schema::{self, Schema, SchemaRef};

use crate::grow::grow;
use crate::ids::{ExprRef, ValueId};
use crate::outcome::Poll;
use crate::values::View;
use crate::values::node::{AccessSyntax, Base, Def, Kind, Over, OwnSchema, Repr};

impl View {
    /// The schema of a value: what it and everything it was merged over is known to look like.
    pub fn schema_of(&mut self, v: ValueId) -> Poll<SchemaRef> {
        if let Some(schema) = self.arena.schemas.get(v) {
            return Ok(schema.clone());
        }
        let schema = match self.arena.node(v).kind {
            Kind::Copied { of, .. } if self.arena.early.contains(&v) => {
                grow(|| self.schema_merged_once(of))?
            }
            Kind::Copied { of, .. } => grow(|| self.schema_of(of))?,
            _ => {
                let once = self.schema_merged_once(v)?;
                match self.is_merged_twice(v) {
                    true => self.over_base_again(v, once)?,
                    false => once,
                }
            }
        };
        self.arena.schemas.insert(v, schema.clone());
        Ok(schema)
    }

    /// The schema of a value when it has been merged over its base once.
    ///
    /// The reference merges the value of an expression, and what is in it, twice: when it is evaluated, and as part of
    /// what contains it. Whoever refers to it in between sees the difference where it is merged over a value that is
    /// unknown: merging a schema over itself loses everything but the properties.
    fn schema_merged_once(&mut self, v: ValueId) -> Poll<SchemaRef> {
        let own = match self.arena.node(v).kind {
            Kind::Own { .. } => self.own_schema(v)?,
            Kind::Copied { .. } => return self.schema_of(v),
            Kind::Merged { upper, .. } => grow(|| self.schema_of(upper))?,
        };
        self.over_base(v, own)
    }

    /// Whether the value of an expression, or a value in it, is merged again as part of what contains the expression.
    fn is_merged_twice(&self, v: ValueId) -> bool {
        let mut v = v;
        loop {
            match self.arena.node(v).kind {
                // Nothing contains the root.
                Kind::Own { base: Base::Expr(e), .. }
                | Kind::Merged { over: Over::Expr(e), .. } => {
                    return e.expr != self.env(e.env).document.root;
                }
                Kind::Merged { over: Over::Child { parent, .. }, .. } => v = parent,
                Kind::Own { .. } | Kind::Copied { .. } | Kind::Merged { .. } => return false,
            }
        }
    }

    /// The schema of an environment, given its value. The reference merges it once more when it shows it.
    pub fn environment_schema(&mut self, root: ValueId) -> Poll<SchemaRef> {
        let schema = self.schema_of(root)?;
        self.over_base_again(root, schema)
    }

    /// The schema of an expression's value before what contains the expression was merged.
    pub fn schema_when_evaluated(&mut self, e: ExprRef, v: ValueId) -> Poll<SchemaRef> {
        if !matches!(self.arena.repr(v), Repr::None | Repr::Object(_) | Repr::ObjectLiteral(_)) {
            // Only objects are merged, and what is not known may be one.
            return self.schema_of(v);
        }
        match self.arena.node(v).kind {
            Kind::Own { base: Base::Expr(owner), .. }
            | Kind::Merged { over: Over::Expr(owner), .. }
                if owner == e =>
            {
                self.schema_merged_once(v)
            }
            _ => self.schema_of(v),
        }
    }

    fn over_base(&mut self, v: ValueId, own: SchemaRef) -> Poll<SchemaRef> {
        if own.ty() != Some(schema::Type::Object) {
            return Ok(own);
        }
        Ok(match self.base_of(v)? {
            Some(base) => {
                let base = grow(|| self.schema_of(base))?;
                Schema::merge(Some(&base), &own)
            }
            None => own,
        })
    }

    /// Over a base that merging more than once makes no difference to, once is enough.
    fn over_base_again(&mut self, v: ValueId, once: SchemaRef) -> Poll<SchemaRef> {
        if once.ty() == Some(schema::Type::Object)
            && let Some(base) = self.base_of(v)?
            && !grow(|| self.schema_of(base))?.is_stable()
        {
            return self.over_base(v, once);
        }
        Ok(once)
    }

    fn own_schema(&mut self, v: ValueId) -> Poll<SchemaRef> {
        if let Kind::Own { schema: OwnSchema::Fixed(schema), .. } = &self.arena.node(v).kind {
            return Ok(schema.clone());
        }
        if self.arena.flags(v).secret && !self.settings.compatible {
            return Ok(self.schema_of_secret(v));
        }
        Ok(match self.arena.repr(v).clone() {
            Repr::None => Schema::always(),
            Repr::Null => Schema::null(),
            Repr::Bool(b) => Schema::const_boolean(b),
            Repr::Number(n) => Schema::const_number(n),
            Repr::String(s) => Schema::const_string(s.as_str()),
            Repr::List(_) | Repr::ListLiteral(_) => {
                let len = self.list_len(v).unwrap_or(0);
                let mut items = Vec::with_capacity(len);
                for index in 0..len {
                    let item = self.list_item(v, index)?;
                    items.push(grow(|| self.schema_of(item))?);
                }
                Schema::tuple(items)
            }
            Repr::Object(_) | Repr::ObjectLiteral(_) => {
                let len = self.own_len(v);
                let mut properties = Vec::with_capacity(len as usize);
                for index in 0..len {
                    let child = self.own_child(v, index)?;
                    properties.push((self.own_key(v, index), grow(|| self.schema_of(child))?));
                }
                Schema::record(properties)
            }
        })
    }

    /// What may be said about a secret: its type. Constants would tell the secret, and names of properties are a part of
    /// it, too.
    fn schema_of_secret(&self, v: ValueId) -> SchemaRef {
        match self.arena.repr(v) {
            Repr::None => Schema::always(),
            Repr::Null => Schema::null(),
            Repr::Bool(_) => Schema::boolean(),
            Repr::Number(_) => Schema::number(),
            Repr::String(_) => Schema::string(),
            Repr::List(_) | Repr::ListLiteral(_) => Schema::array(Schema::always()),
            Repr::Object(_) | Repr::ObjectLiteral(_) => {
                Schema::object().additional(Schema::always()).build()
            }
        }
    }

    /// The schema of an expression before it is evaluated, or when it is not.
    pub fn initial_schema(&self, e: ExprRef) -> SchemaRef {
        match &self.expr(e).kind {
            ExprKind::Null => Schema::null(),
            ExprKind::Bool(b) => Schema::const_boolean(*b),
            ExprKind::Number(n) => Schema::const_number(n.clone()),
            ExprKind::String(s) => Schema::const_string(s),
            ExprKind::Interpolate(_) => Schema::string(),
            ExprKind::Symbol(_) | ExprKind::Missing => Schema::always(),
            ExprKind::List(_) => Schema::array(Schema::always()),
            ExprKind::Object(_) => Schema::object().additional(Schema::always()).build(),
            ExprKind::Call(call) => match call.function {
                Function::Pure(pure, _) => pure.result_schema(),
                Function::SecretPlaintext(_) | Function::SecretCiphertext(_) => Schema::string(),
                _ => Schema::always(),
            },
        }
    }

    /// Where a definition stands in a document; none for synthesised ones.
    pub fn def_location(&self, def: Def) -> Option<Location> {
        match def {
            Def::Expr(e) => self.location(e),
            Def::Access(access) => self.syntax_location(self.arena.access(access).syntax),
            Def::Context | Def::Imports => None,
        }
    }

    /// Where stands what an access is shown as.
    pub fn syntax_location(&self, syntax: AccessSyntax) -> Option<Location> {
        match syntax {
            AccessSyntax::Key(object, index) => self
                .property_at(object, index)
                .map(|p| self.location_at(object.env, p.key_range, Some(p.key_span))),
            AccessSyntax::Def(def) => self.def_location(def),
        }
    }

    /// The document path of what an access is shown as.
    pub fn syntax_path(&self, syntax: AccessSyntax) -> Option<String> {
        match syntax {
            AccessSyntax::Key(object, index) => {
                let value = self.property_at(object, index)?.value;
                Some(self.env(object.env).document.path_of(value))
            }
            AccessSyntax::Def(Def::Expr(e)) => Some(self.env(e.env).document.path_of(e.expr)),
            AccessSyntax::Def(Def::Access(access)) => {
                self.syntax_path(self.arena.access(access).syntax)
            }
            AccessSyntax::Def(Def::Context | Def::Imports) => None,
        }
    }
}
