//! Where accesses lead, step by step.

use esc_core::ast::{AccessorKind, ExprId};
use esc_core::schema::SchemaRef;
use smol_str::{SmolStr, format_smolstr};

use super::expected::step;
use super::{Analysis, literal};
use crate::ids::{EnvId, ValueId};
use crate::values::View;

/// What an accessor finds.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// Where accesses start: the document's values and the reserved names.
    Start,
    /// `environments`
    Environments,
    /// `environments.PROJECT`
    Project(SmolStr),
    /// `imports`; none if there is no evaluation.
    Imports(Option<ValueId>),
    /// A whole environment.
    Environment(SmolStr, Option<ValueId>),
    /// A value.
    Value(ValueId),
    /// Something in a value that is unknown.
    Unknown {
        schema: SchemaRef,
        secret: bool,
        /// The value that is unknown.
        of: ValueId,
    },
    /// Something in the document, when there is no evaluation.
    Literal(ExprId),
    /// Nothing that is known of.
    Nothing,
}

impl Found {
    /// What the evaluation knows it as.
    pub fn value(&self) -> Option<ValueId> {
        match self {
            Found::Value(v) => Some(*v),
            Found::Environment(_, v) | Found::Imports(v) => *v,
            _ => None,
        }
    }
}

impl Analysis {
    /// What each of the accessors finds.
    pub(super) fn resolve<'a>(
        &self,
        accessors: impl IntoIterator<Item = &'a AccessorKind>,
    ) -> Vec<Found> {
        let mut current = Found::Start;
        let next = accessors.into_iter().map(|accessor| {
            current = self.follow(&current, accessor);
            current.clone()
        });
        next.collect()
    }

    fn follow(&self, from: &Found, accessor: &AccessorKind) -> Found {
        let key = literal::key_of(accessor);
        match (from, key) {
            (Found::Start, Some("imports")) => {
                Found::Imports(self.ask(|view| view.env(EnvId::ROOT).imports))
            }
            (Found::Start, Some("environments")) => Found::Environments,
            (Found::Start, Some("context")) => {
                match self.ask(|view| Some(view.context_fields(EnvId::ROOT))) {
                    Some(context) => Found::Value(context),
                    None => Found::Nothing,
                }
            }
            (Found::Start, _) => self.follow_start(accessor),
            (Found::Environments, Some(project)) => Found::Project(project.into()),
            (Found::Project(project), Some(name)) => {
                let name = format_smolstr!("{project}/{name}");
                let value = self.ask(|view| {
                    let env = view.by_name(&name)?;
                    view.environment_value(env)
                });
                Found::Environment(name, value)
            }
            (Found::Imports(imports), Some(name)) => {
                let value = imports.and_then(|v| self.ask(|view| view.member(v, accessor)));
                let known = self.document.imports.iter().any(|import| import.name == name);
                if known { Found::Environment(name.into(), value) } else { Found::Nothing }
            }
            (Found::Value(v) | Found::Environment(_, Some(v)), _) => {
                self.ask(|view| Some(inside(view, *v, accessor))).unwrap_or(Found::Nothing)
            }
            (Found::Unknown { schema, secret, of }, _) => {
                Found::Unknown { schema: step(schema, accessor), secret: *secret, of: *of }
            }
            (Found::Literal(expr), _) => match literal::member(&self.document, *expr, accessor) {
                Some(expr) => Found::Literal(expr),
                None => Found::Nothing,
            },
            _ => Found::Nothing,
        }
    }

    fn follow_start(&self, accessor: &AccessorKind) -> Found {
        let root = self.document.root;
        match self.ask(|view| view.value_of(root)) {
            Some(v) => self.ask(|view| Some(inside(view, v, accessor))).unwrap_or(Found::Nothing),
            None => match literal::member(&self.document, root, accessor) {
                Some(expr) => Found::Literal(expr),
                None => Found::Nothing,
            },
        }
    }
}

fn inside(view: &mut View, v: ValueId, accessor: &AccessorKind) -> Found {
    if let Some(member) = view.member(v, accessor) {
        return Found::Value(member);
    }
    let flags = view.arena.flags(v);
    if !flags.unknown {
        return Found::Nothing;
    }
    match view.schema_of(v) {
        Ok(schema) => {
            Found::Unknown { schema: step(&schema, accessor), secret: flags.secret, of: v }
        }
        Err(_) => Found::Nothing,
    }
}
