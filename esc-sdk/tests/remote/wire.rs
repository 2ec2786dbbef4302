//! The service's JSON. It is written here and not with the library, so that a mistake is not made twice.

use esc_core::diagnostic::Diagnostic;
use esc_core::environment::Environment;
use esc_core::position::Range;
use esc_core::schema::SchemaRef;
use esc_core::value::{Content, Origin, TracedValue};
use serde_json::{Map, Value as Json, json};

pub fn environment(environment: &Environment, show_secrets: bool) -> Json {
    let values = |properties: &std::collections::BTreeMap<_, _>| -> Json {
        Json::Object(
            properties
                .iter()
                .map(|(k, v): (&smol_str::SmolStr, _)| (k.to_string(), value(v, show_secrets)))
                .collect(),
        )
    };
    let mut members = Map::new();
    // Expressions are not the subject here: the library writes them.
    let written = environment.to_json(esc_core::value::Reveal::Redacted);
    let mut written: Json = serde_json::from_str(&written).unwrap();
    if let Some(exprs) = written.get_mut("exprs") {
        complete_ranges(exprs);
        members.insert("exprs".to_owned(), exprs.take());
    }
    if !environment.properties.is_empty() {
        members.insert("properties".to_owned(), values(&environment.properties));
    }
    members.insert("schema".to_owned(), schema(&environment.schema));
    let mut context = Map::new();
    context.insert("properties".to_owned(), values(&environment.context));
    context.insert("schema".to_owned(), schema(&environment.context_schema));
    members.insert("executionContext".to_owned(), Json::Object(context));
    Json::Object(members)
}

/// A value is always written with `value`, and a range always with `environment`: clients insist on it.
pub fn value(shown: &TracedValue, show_secrets: bool) -> Json {
    let inner = match shown.content() {
        Content::Null => Json::Null,
        _ if shown.is_secret() && !show_secrets => json!("[secret]"),
        Content::Bool(b) => json!(b),
        Content::Number(n) => serde_json::from_str(n.as_str()).unwrap(),
        Content::String(s) => json!(s.as_str()),
        Content::List(items) => items.iter().map(|item| value(item, show_secrets)).collect(),
        Content::Object(properties) => Json::Object(
            properties.iter().map(|(k, v)| (k.to_string(), value(v, show_secrets))).collect(),
        ),
    };
    let mut trace = Map::new();
    trace.insert("def".to_owned(), origin(shown.origin()));
    if let Some(base) = shown.base() {
        trace.insert("base".to_owned(), value(base, show_secrets));
    }
    let mut members = json!({"value": inner, "trace": trace});
    for (name, flag) in [("secret", shown.is_secret()), ("unknown", shown.is_unknown())] {
        if flag {
            members[name] = json!(true);
        }
    }
    members
}

pub fn diagnostics(found: &[Diagnostic]) -> Json {
    found
        .iter()
        .map(|d| {
            let mut members = json!({"summary": d.summary, "severity": d.severity.as_str()});
            if !d.path.is_empty() {
                members["path"] = json!(d.path);
            }
            if let Some(at) = &d.subject {
                members["range"] =
                    origin(&Origin { environment: at.environment.clone(), range: at.range });
            }
            members
        })
        .collect()
}

pub fn schema(schema: &SchemaRef) -> Json {
    serde_json::from_str(&schema.to_json_text()).unwrap()
}

fn origin(origin: &Origin) -> Json {
    let Range { begin, end } = origin.range;
    let [begin, end] =
        [begin, end].map(|pos| json!({"line": pos.line, "column": pos.column, "byte": pos.byte}));
    json!({"environment": origin.environment.as_str(), "begin": begin, "end": end})
}

fn complete_ranges(json: &mut Json) {
    match json {
        Json::Object(members) => {
            if members.contains_key("begin") && members.contains_key("end") {
                members.entry("environment").or_insert(json!(""));
            }
            members.values_mut().for_each(complete_ranges);
        }
        Json::Array(items) => items.iter_mut().for_each(complete_ranges),
        _ => {}
    }
}
