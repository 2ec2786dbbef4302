//! Go to definition.

use esc_core::position::{Range, Span};
use smol_str::SmolStr;

use super::resolve::Found;
use super::spot::Spot;
use super::{Analysis, literal};

/// A place in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The environment.
    pub environment: SmolStr,
    /// The range, in the reference's terms; [`Range::NONE`] for the start of the document.
    pub range: Range,
    /// The true bytes.
    pub span: Span,
}

impl Analysis {
    /// Where the thing at an offset is defined: the value that an accessor finds, the environment that is imported, or
    /// the values that a key overrides, nearest first.
    pub fn definition(&self, offset: u32) -> Vec<Target> {
        match self.spot(offset) {
            Some(Spot::Accessor(access, index, _)) => {
                let accessors = access.accessors.iter().take(index + 1);
                let kinds: Vec<_> = accessors.map(|accessor| &accessor.kind).collect();
                let found = self.resolve(kinds.iter().copied()).pop();
                found.and_then(|found| self.defined_at(&found)).into_iter().collect()
            }
            Some(Spot::Import(import, _)) => vec![Target::start(import.name.clone())],
            Some(Spot::Key(_, expr, _)) => {
                self.ask(|view| Some(view.overridden_by(expr))).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// Where what was found is defined.
    pub(super) fn defined_at(&self, found: &Found) -> Option<Target> {
        match found {
            Found::Environment(name, _) => Some(Target::start(name.clone())),
            // What is inside an unknown value is defined by whatever will deliver it.
            Found::Value(v) | Found::Unknown { of: v, .. } => {
                self.ask(|view| view.target(view.arena.def(*v)))
            }
            Found::Literal(expr) => self.document.location(*expr).map(|location| Target {
                environment: location.environment,
                range: location.range,
                span: location.span.unwrap_or_default(),
            }),
            _ => None,
        }
    }

    /// The expression of this document that accessors lead to through literals.
    pub(super) fn literal_target<'a>(
        &self,
        accessors: impl IntoIterator<Item = &'a esc_core::ast::AccessorKind>,
    ) -> Option<esc_core::ast::ExprId> {
        literal::walk(&self.document, accessors)
    }
}
