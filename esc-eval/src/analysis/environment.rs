//! Short descriptions of places in an evaluated environment, in the reference's words.

use esc_core::ast::Builtin;
use esc_core::environment::{Environment, ExprInfo, ExprInfoKind};
use esc_core::position::{Pos, Range};
use esc_core::schema::SchemaRef;
use smol_str::SmolStr;

/// The smallest expression at a position.
///
/// As in the reference nothing is found inside the arguments of the object forms of `fn::open` and `fn::rotate`, which
/// have no place there. [`Analysis::hover`](super::Analysis::hover) knows more.
pub fn expression_at(environment: &Environment, pos: Pos) -> Option<&ExprInfo> {
    way_to(environment, pos).last().map(|step| step.expr)
}

/// What the place is about, as Markdown: what a function does, the type of a reference, or the description of an
/// argument.
///
/// The texts are the reference's. It has none for `fn::concat`, `fn::rotate`, `fn::split` and `fn::validate`.
pub fn describe(environment: &Environment, pos: Pos) -> Option<String> {
    let way = way_to(environment, pos);
    let found = way.last()?;
    match &found.expr.kind {
        ExprInfoKind::Builtin { name, .. } => in_reference(name).map(str::to_owned),
        ExprInfoKind::Symbol(_) => {
            let schema = found.expr.schema.as_ref()?;
            if schema.is_always() {
                return Some("any".to_owned());
            }
            schema.ty().map(|ty| ty.name().to_owned())
        }
        kind => {
            let mut schema = argument_schema(&way)?;
            if let ExprInfoKind::Object(_) = kind {
                let mut keys = found.expr.key_ranges.iter();
                if let Some((key, _)) = keys.find(|(_, origin)| origin.range.contains(pos)) {
                    schema = schema.property(key);
                }
            }
            let description = schema.description();
            (!description.is_empty()).then(|| description.to_owned())
        }
    }
}

/// How an expression hangs in the one before it.
enum Hangs<'e> {
    Top,
    Item(usize),
    Property(&'e SmolStr),
    Argument(&'e SchemaRef),
}

struct Step<'e> {
    hangs: Hangs<'e>,
    expr: &'e ExprInfo,
}

/// The expressions that contain a position, the outermost first.
fn way_to(environment: &Environment, pos: Pos) -> Vec<Step<'_>> {
    let mut way = Vec::new();
    let contains = |range: &Range| range.contains(pos);
    let top = environment.exprs.values().find(|expr| contains(&expr.range.range));
    let mut next = top.map(|expr| Step { hangs: Hangs::Top, expr });
    while let Some(step) = next {
        let expr = step.expr;
        way.push(step);
        let inside = |expr: &ExprInfo| contains(&expr.range.range);
        next = match &expr.kind {
            ExprInfoKind::List(items) => {
                let found = items.iter().enumerate().find(|(_, item)| inside(item));
                found.map(|(index, expr)| Step { hangs: Hangs::Item(index), expr })
            }
            ExprInfoKind::Object(properties) => {
                let found = properties.iter().find(|(_, property)| inside(property));
                found.map(|(key, expr)| Step { hangs: Hangs::Property(key), expr })
            }
            ExprInfoKind::Builtin { arg, arg_schema, .. } => Some(&**arg)
                .filter(|arg| inside(arg))
                .map(|expr| Step { hangs: Hangs::Argument(arg_schema), expr }),
            _ => None,
        };
    }
    way
}

/// What the innermost call says about the expression at the end of the way.
fn argument_schema(way: &[Step<'_>]) -> Option<SchemaRef> {
    let mut schema: Option<SchemaRef> = None;
    for step in way {
        schema = match step.hangs {
            Hangs::Top => None,
            Hangs::Argument(argument) => Some(argument.clone()),
            Hangs::Item(index) => schema.map(|schema| schema.item(index)),
            Hangs::Property(key) => schema.map(|schema| schema.property(key)),
        };
    }
    schema
}

/// The reference's description of a function.
fn in_reference(name: &str) -> Option<&'static str> {
    let (builtin, _) = Builtin::named(name)?;
    builtin.in_reference.then_some(builtin.documentation)
}
