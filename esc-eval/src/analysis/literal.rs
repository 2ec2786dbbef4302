//! Following accesses through the literals of a document alone.

use esc_core::ast::{
    Access, AccessorKind, Arguments, Document, ExprId, ExprKind, Function, Part, Pure,
};

/// The function whose argument is never shown.
pub(super) const SECRET: &str = "fn::secret";

/// The name that an accessor asks for.
pub(super) fn key_of(accessor: &AccessorKind) -> Option<&str> {
    match accessor {
        AccessorKind::Name(key) | AccessorKind::Subscript(key) => Some(key),
        AccessorKind::Index(_) => None,
    }
}

/// The element or property of a literal. Of equal keys the first counts, as in evaluation.
pub(super) fn member(document: &Document, expr: ExprId, accessor: &AccessorKind) -> Option<ExprId> {
    match &document.expr(expr).kind {
        ExprKind::Object(properties) => {
            let key = key_of(accessor)?;
            properties.iter().find(|property| property.key == key).map(|property| property.value)
        }
        ExprKind::List(items) => match accessor {
            AccessorKind::Index(index) => items.get(usize::try_from(*index).ok()?).copied(),
            _ => None,
        },
        ExprKind::Call(call) => match call.function {
            Function::Pure(Pure::Final, Arguments::One(inner)) => member(document, inner, accessor),
            _ => None,
        },
        _ => None,
    }
}

/// The expression that the first accessors lead to; none if they leave the document's literals.
pub(super) fn walk<'a>(
    document: &Document,
    accessors: impl IntoIterator<Item = &'a AccessorKind>,
) -> Option<ExprId> {
    let mut current = document.root;
    for (index, accessor) in accessors.into_iter().enumerate() {
        let reserved = ["imports", "environments", "context"];
        if index == 0 && key_of(accessor).is_some_and(|key| reserved.contains(&key)) {
            return None;
        }
        current = member(document, current, accessor)?;
    }
    Some(current)
}

/// The accesses in a string.
pub(super) fn accesses(kind: &ExprKind) -> impl Iterator<Item = &Access> {
    let (symbol, parts): (Option<&Access>, &[Part]) = match kind {
        ExprKind::Symbol(access) => (Some(access), &[]),
        ExprKind::Interpolate(parts) => (None, parts),
        _ => (None, &[]),
    };
    symbol.into_iter().chain(parts.iter().filter_map(|part| part.access.as_ref()))
}
