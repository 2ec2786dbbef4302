//! Where values are referred to, and how to rename them.

use esc_core::ast::{Access, Accessor, AccessorKind, Expr, ExprId, ExprKind, Property};
use esc_core::position::Span;
use esc_core::syntax::Style;
use smol_str::SmolStr;

use super::spot::Spot;
use super::{Analysis, Edit, literal};

/// Why a value cannot be renamed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenameError {
    /// There is no key or reference to one of this document's keys.
    #[error("there is no value of this document here")]
    NoValue,
    /// The new name has a meaning of its own or cannot be written as a key.
    #[error("`{0}` cannot be the name of a value")]
    BadName(SmolStr),
    /// There is such a value already.
    #[error("there is already a value named `{0}`")]
    Taken(SmolStr),
    /// The new name cannot be written where the value is referred to.
    #[error("`{0}` cannot be written in every place that refers to the value")]
    BadPlace(SmolStr),
}

/// An accessor that refers to a value.
struct Use<'a> {
    accessor: &'a AccessorKind,
    first: bool,
    span: Span,
    style: Style,
}

impl Analysis {
    /// Where the value at an offset is referred to in this document: the accessors that name it. The offset may be on its
    /// key or on one of those accessors.
    pub fn references(&self, offset: u32) -> Vec<Span> {
        if let Some(target) = self.value_at(offset) {
            return self.uses(target).map(|found| found.span).collect();
        }
        match self.spot(offset) {
            Some(Spot::Accessor(access, index, _)) => self.same_accesses(access, index),
            _ => Vec::new(),
        }
    }

    /// The edits that give the value at an offset another name, here and wherever this document refers to it.
    pub fn rename(&self, offset: u32, name: &str) -> Result<Vec<Edit>, RenameError> {
        let target = self.value_at(offset).ok_or(RenameError::NoValue)?;
        let (siblings, property) = self.property_of(target).ok_or(RenameError::NoValue)?;
        let at_top = std::ptr::eq(siblings, self.document.values());
        let reserved = at_top && ["imports", "environments", "context"].contains(&name);
        if reserved || !can_be_key(name) {
            return Err(RenameError::BadName(name.into()));
        }
        if siblings.iter().any(|sibling| sibling.key == name && sibling.value != target) {
            return Err(RenameError::Taken(name.into()));
        }
        let mut edits = vec![Edit { span: property.key_span, text: key_text(name) }];
        for found in self.uses(target) {
            let text = found.text(name).ok_or_else(|| RenameError::BadPlace(name.into()))?;
            edits.push(Edit { span: found.span, text });
        }
        edits.sort_by_key(|edit| edit.span);
        Ok(edits)
    }

    /// The accesses that begin the same way, for values that other documents define.
    fn same_accesses(&self, access: &Access, index: usize) -> Vec<Span> {
        let same = |a: &Accessor, b: &Accessor| match (&a.kind, &b.kind) {
            (AccessorKind::Index(a), AccessorKind::Index(b)) => a == b,
            (a, b) => literal::key_of(a).is_some() && literal::key_of(a) == literal::key_of(b),
        };
        let wanted = access.accessors.get(..=index).unwrap_or_default();
        let accesses = self.document.exprs.iter().flat_map(|expr| literal::accesses(&expr.kind));
        let begun = accesses.filter(|other| {
            other.accessors.len() >= wanted.len()
                && other.accessors.iter().zip(wanted).all(|(a, b)| same(a, b))
        });
        begun.filter_map(|other| other.accessors.get(index)?.span).collect()
    }

    /// The value of this document that a key or an accessor names.
    fn value_at(&self, offset: u32) -> Option<ExprId> {
        match self.spot(offset)? {
            Spot::Key(_, expr, _) => Some(expr),
            Spot::Accessor(access, index, _) => {
                let accessors = access.accessors.iter().take(index + 1);
                self.literal_target(accessors.map(|accessor| &accessor.kind))
            }
            _ => None,
        }
    }

    fn uses(&self, target: ExprId) -> impl Iterator<Item = Use<'_>> {
        let accesses = self
            .document
            .exprs
            .iter()
            .flat_map(|expr| literal::accesses(&expr.kind).map(move |access| (expr, access)));
        accesses.flat_map(move |(expr, access)| self.uses_in(expr, access, target))
    }

    fn uses_in<'a>(
        &'a self,
        expr: &'a Expr,
        access: &'a Access,
        target: ExprId,
    ) -> Option<Use<'a>> {
        let style = self.document.syntax.node(expr.node?).style;
        let mut current = self.document.root;
        for (index, accessor) in access.accessors.iter().enumerate() {
            current = if index == 0 {
                literal::walk(&self.document, [&accessor.kind])?
            } else {
                literal::member(&self.document, current, &accessor.kind)?
            };
            if current == target {
                let first = index == 0;
                return Some(Use { accessor: &accessor.kind, first, span: accessor.span?, style });
            }
        }
        None
    }

    /// The entry that has a value, and the entries beside it.
    fn property_of(&self, value: ExprId) -> Option<(&[Property], &Property)> {
        self.document.exprs.iter().find_map(|expr| match &expr.kind {
            ExprKind::Object(properties) => {
                let property = properties.iter().find(|property| property.value == value)?;
                Some((properties.as_ref(), property))
            }
            _ => None,
        })
    }
}

impl Use<'_> {
    /// The accessor with another name; none if it cannot be written in this scalar.
    fn text(&self, name: &str) -> Option<String> {
        if is_bare(name) && !matches!(self.accessor, AccessorKind::Subscript(_)) {
            return Some(if self.first { name.to_owned() } else { format!(".{name}") });
        }
        match self.style {
            Style::DoubleQuoted if name.contains(['\\', '"']) => None,
            Style::DoubleQuoted => Some(format!("[\\\"{name}\\\"]")),
            Style::SingleQuoted if name.contains('\'') => None,
            Style::Plain if name.contains([':', '#']) => None,
            _ if name.ends_with('\\') => None,
            _ => Some(format!("[\"{}\"]", name.replace('"', "\\\""))),
        }
    }
}

/// Whether a name can be written in an access without quotes.
pub(super) fn is_bare(name: &str) -> bool {
    let ends = |byte: u8| matches!(byte, b'.' | b'[' | b'}' | b' ' | 0x85 | 0xa0 | b'\t'..=b'\r');
    // What is plain enough for an access may still be something else in YAML.
    !name.is_empty()
        && !name.bytes().any(ends)
        && !name.contains(['"', '\'', ']', '{', '#', ':', '\\', '$', ','])
}

fn can_be_key(name: &str) -> bool {
    !name.is_empty()
        && !name.contains(|c: char| c.is_control() || c == '$')
        && !name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("fn::"))
}

/// A key as it is written in YAML.
pub(super) fn key_text(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let starts_well = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let word = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let means_more = word.iter().any(|word| name.eq_ignore_ascii_case(word));
    if starts_well && !means_more && name.chars().all(plain) {
        name.to_owned()
    } else {
        esc_core::text::quote(name)
    }
}
