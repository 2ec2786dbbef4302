//! Arguments of calls with one mistake each.

use std::collections::BTreeSet;

use esc_core::schema::{SchemaRef, Type};
use serde_yaml::Value;

pub struct Mutant {
    pub what: String,
    pub value: Value,
}

/// Every required property removed, everything of a type replaced by something of another, and a property added to
/// every object that is closed.
pub fn mutants(schema: &SchemaRef, value: &Value) -> Vec<Mutant> {
    let mut out = Vec::new();
    walk(schema, value, &mut |change| out.push(change));
    let whole = |Mutant { what, value }| Mutant { what: format!("`{what}"), value };
    out.into_iter().map(whole).collect()
}

fn walk(schema: &SchemaRef, value: &Value, out: &mut dyn FnMut(Mutant)) {
    let schema = branch(schema, value);
    match value {
        Value::Mapping(members) => {
            let closed = schema.additional_properties().is_some_and(|other| other.is_never());
            if closed {
                let mut more = members.clone();
                more.insert("nonesuch".into(), "x".into());
                out(Mutant { what: "nonesuch` added".into(), value: more.into() });
            }
            for (key, member) in members {
                let name = key.as_str().unwrap();
                if schema.required().iter().any(|required| required == name) {
                    let mut fewer = members.clone();
                    fewer.remove(key);
                    out(Mutant { what: format!("{name}` removed"), value: fewer.into() });
                }
                let Some(inner) = property(&schema, name) else { continue };
                let mut put = |change: Mutant| {
                    let mut changed = members.clone();
                    changed.insert(key.clone(), change.value);
                    let rest = change.what.trim_start_matches('.');
                    let dot = if rest.starts_with('`') { "" } else { "." };
                    out(Mutant { what: format!("{name}{dot}{rest}"), value: changed.into() });
                };
                if let Some(wrong) = of_another_type(inner) {
                    put(Mutant { what: "` of another type".into(), value: wrong });
                }
                walk(inner, member, &mut put);
            }
        }
        Value::Sequence(items) => {
            let Some((inner, first)) = schema.items().zip(items.first()) else { return };
            let mut put = |change: Mutant| {
                let mut changed = items.clone();
                changed[0] = change.value;
                out(Mutant { what: format!("0.{}", change.what), value: changed.into() });
            };
            if let Some(wrong) = of_another_type(inner) {
                put(Mutant { what: "` of another type".into(), value: wrong });
            }
            walk(inner, first, &mut put);
        }
        _ => {}
    }
}

/// The alternative that has all of the value's properties.
fn branch(schema: &SchemaRef, value: &Value) -> SchemaRef {
    let fits = |branch: &&SchemaRef| {
        value.as_mapping().is_some_and(|members| {
            members.keys().all(|key| branch.own_property(key.as_str().unwrap()).is_some())
        })
    };
    schema.one_of().iter().find(fits).unwrap_or(schema).clone()
}

fn property<'s>(schema: &'s SchemaRef, name: &str) -> Option<&'s SchemaRef> {
    let listed = schema.own_property(name);
    listed.or(schema.additional_properties()).filter(|inner| !inner.is_never())
}

fn of_another_type(schema: &SchemaRef) -> Option<Value> {
    let branches = schema.any_of().iter().chain(schema.one_of());
    let types: BTreeSet<Type> =
        branches.filter_map(|branch| branch.ty()).chain(schema.ty()).collect();
    let candidates: [(Type, Value); 4] = [
        (Type::Array, Value::Sequence(Vec::new())),
        (Type::Number, 7.into()),
        (Type::String, "x".into()),
        (Type::Boolean, true.into()),
    ];
    let wrong = candidates.into_iter().find(|(ty, _)| !types.contains(ty));
    wrong.map(|(_, value)| value).filter(|_| !types.is_empty())
}

/// The paths of all properties that a schema lists; `*` stands for names that documents choose.
pub fn places(schema: &SchemaRef) -> BTreeSet<String> {
    fn collect(schema: &SchemaRef, path: &str, out: &mut BTreeSet<String>) {
        for (name, inner) in schema.properties() {
            out.insert(format!("{path}{name}"));
            collect(inner, &format!("{path}{name}."), out);
        }
        if let Some(each) = schema.additional_properties() {
            collect(each, &format!("{path}*."), out);
        }
        for inner in schema.items().into_iter().chain(schema.one_of()) {
            collect(inner, path, out);
        }
    }
    let mut out = BTreeSet::new();
    collect(schema, "", &mut out);
    out
}

/// Those of them that a value has.
pub fn used(schema: &SchemaRef, value: &Value, path: &str, out: &mut BTreeSet<String>) {
    let schema = branch(schema, value);
    for (key, member) in value.as_mapping().into_iter().flatten() {
        let name = key.as_str().unwrap();
        let Some(inner) = property(&schema, name) else { continue };
        let listed = schema.own_property(name).is_some();
        let name = if listed { name } else { "*" };
        out.insert(format!("{path}{name}"));
        used(inner, member, &format!("{path}{name}."), out);
    }
    for item in value.as_sequence().into_iter().flatten() {
        let Some(inner) = schema.items() else { continue };
        used(inner, item, path, out);
    }
}
