//! What stands at an offset.

use esc_core::ast::{Access, ExprId, ExprKind, Function, Import};
use esc_core::position::Span;
use esc_core::syntax::{Entry, Key, NodeId};

use super::{Analysis, literal};

/// What stands at an offset.
pub(super) enum Spot<'a> {
    /// A field of the top level.
    Field(&'a Key),
    /// The name of an import.
    Import(&'a Import, Span),
    /// An option of an import.
    Option(&'a Key),
    /// The key of a value or in an argument, and the expression under it.
    Key(&'a Key, ExprId, NodeId),
    /// The name of a function that is called.
    Function(ExprId, Span),
    /// The name of the provider in an object form.
    Provider(ExprId, Span),
    /// An accessor of an access, by its number.
    Accessor(&'a Access, usize, Span),
    /// Anything else that is an expression.
    Value(ExprId, NodeId),
}

impl Analysis {
    /// What stands at an offset.
    pub(super) fn spot(&self, offset: u32) -> Option<Spot<'_>> {
        let tree = &self.document.syntax;
        let node = tree.node_at(offset)?;
        if let Some(import) = self.import_at(node, offset) {
            return Some(import);
        }
        match tree.key_of(node) {
            Some(key) if key.span.touches(offset) => self.key_spot(key, node),
            _ => self.value_spot(*self.by_node.get(&node)?, node, offset),
        }
    }

    fn import_at(&self, node: NodeId, offset: u32) -> Option<Spot<'_>> {
        let tree = &self.document.syntax;
        let inside = |import: &&Import| {
            let element = tree.node(import.node).span;
            element.touches(offset) && (import.node == node || is_below(tree, node, import.node))
        };
        let import = self.document.imports.iter().find(inside)?;
        let Some(Entry { key, .. }) = tree.entries(import.node).first() else {
            return Some(Spot::Import(import, tree.node(import.node).span));
        };
        if key.span.touches(offset) {
            return Some(Spot::Import(import, key.span));
        }
        let option = tree.key_of(node).filter(|key| key.span.touches(offset))?;
        Some(Spot::Option(option))
    }

    fn key_spot<'a>(&'a self, key: &'a Key, node: NodeId) -> Option<Spot<'a>> {
        let tree = &self.document.syntax;
        let mapping = tree.node(node).parent?.node;
        if let Some(call) = self.by_node.get(&mapping)
            && let ExprKind::Call(_) = self.document.expr(*call).kind
        {
            return Some(Spot::Function(*call, key.span));
        }
        if Some(mapping) == tree.root() {
            return Some(Spot::Field(key));
        }
        Some(Spot::Key(key, *self.by_node.get(&node)?, node))
    }

    fn value_spot(&self, expr: ExprId, node: NodeId, offset: u32) -> Option<Spot<'_>> {
        let kind = &self.document.expr(expr).kind;
        let mut touching = None;
        for access in literal::accesses(kind) {
            for (index, accessor) in access.accessors.iter().enumerate() {
                let Some(span) = accessor.span.filter(|span| span.touches(offset)) else {
                    continue;
                };
                // Between two accessors the cursor stands on the one that begins there.
                touching = Some(Spot::Accessor(access, index, span));
            }
        }
        if touching.is_some() {
            return touching;
        }
        let call = self.document.syntax.node(node).parent.and_then(|argument| {
            let call = self.document.syntax.node(argument.node).parent?;
            self.by_node.get(&call.node).copied()
        });
        if let Some(call) = call
            && let ExprKind::Call(called) = &self.document.expr(call).kind
            && let Function::Open(open) | Function::Rotate(open, _) = &called.function
            && open.provider_expr == Some(expr)
        {
            return Some(Spot::Provider(call, self.document.syntax.node(node).span));
        }
        Some(Spot::Value(expr, node))
    }
}

fn is_below(tree: &esc_core::syntax::SyntaxTree, node: NodeId, ancestor: NodeId) -> bool {
    let mut at = node;
    while let Some(parent) = tree.node(at).parent {
        if parent.node == ancestor {
            return true;
        }
        at = parent.node;
    }
    false
}
