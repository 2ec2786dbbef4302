//! The outline of a document.

use esc_core::ast::{ExprId, ExprKind};
use esc_core::position::Span;
use smol_str::SmolStr;

use super::Analysis;

/// What an entry of the outline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SymbolKind {
    /// An imported environment.
    Import,
    /// An object.
    Object,
    /// A list.
    List,
    /// A call of a function.
    Call,
    /// A reference.
    Reference,
    /// A string, with or without references in it.
    String,
    /// A number.
    Number,
    /// A boolean.
    Boolean,
    /// Nothing.
    Null,
}

/// An entry of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// The key, or the name of the import.
    pub name: SmolStr,
    /// What it is.
    pub kind: SymbolKind,
    /// The name of the function, of a call.
    pub detail: Option<SmolStr>,
    /// Key and value.
    pub span: Span,
    /// The key alone.
    pub key: Span,
    /// The properties of an object.
    pub children: Vec<Symbol>,
}

/// How deep the outline goes.
const MOST_LEVELS: usize = 32;

impl Analysis {
    /// The imports and values of the document, in document order.
    pub fn symbols(&self) -> Vec<Symbol> {
        let imports = self.document.imports.iter().map(|import| {
            let span = self.document.syntax.node(import.node).span;
            Symbol {
                name: import.name.clone(),
                kind: SymbolKind::Import,
                detail: None,
                span,
                key: span,
                children: Vec::new(),
            }
        });
        imports.chain(self.properties(self.document.root, 0)).collect()
    }

    fn properties(&self, object: ExprId, level: usize) -> Vec<Symbol> {
        let ExprKind::Object(properties) = &self.document.expr(object).kind else {
            return Vec::new();
        };
        if level == MOST_LEVELS {
            return Vec::new();
        }
        let symbol = |property: &esc_core::ast::Property| {
            let (kind, detail) = self.kind_of(property.value);
            let value = self.document.span_of(property.value).unwrap_or(property.key_span);
            Symbol {
                name: property.key.clone(),
                kind,
                detail,
                span: Span {
                    start: property.key_span.start,
                    end: value.end.max(property.key_span.end),
                },
                key: property.key_span,
                children: self.properties(property.value, level + 1),
            }
        };
        properties.iter().map(symbol).collect()
    }

    fn kind_of(&self, expr: ExprId) -> (SymbolKind, Option<SmolStr>) {
        let kind = match &self.document.expr(expr).kind {
            ExprKind::Null | ExprKind::Missing => SymbolKind::Null,
            ExprKind::Bool(_) => SymbolKind::Boolean,
            ExprKind::Number(_) => SymbolKind::Number,
            ExprKind::String(_) | ExprKind::Interpolate(_) => SymbolKind::String,
            ExprKind::Symbol(_) => SymbolKind::Reference,
            ExprKind::List(_) => SymbolKind::List,
            ExprKind::Object(_) => SymbolKind::Object,
            ExprKind::Call(call) => return (SymbolKind::Call, Some(call.name.clone())),
        };
        (kind, None)
    }
}
