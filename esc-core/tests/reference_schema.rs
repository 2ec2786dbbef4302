//! Schemas of the conformance data: all must decode, encode to what they were, and compile.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use esc_core::json::Json;
use esc_core::schema::{Builder, Schema, SchemaRef, compile, meta_schema};

/// Where the conformance data is, if it is there.
fn conformance() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance");
    let dir = std::env::var_os("ESC_CONFORMANCE_DIR").map_or(default, PathBuf::from);
    if !dir.is_dir() {
        eprintln!("skipped: there is no conformance data in {}", dir.display());
        return None;
    }
    Some(dir)
}

#[test]
fn the_schema_of_environments_compiles() {
    let Some(dir) = conformance() else { return };
    let text = fs::read_to_string(dir.join("reference/schema/esc.json")).unwrap();
    let schema = Schema::parse(&text).unwrap();
    let compiled = compile(&schema).unwrap();
    assert_eq!(compiled, schema);
    let value = compiled.own_property("values").unwrap().additional_properties().unwrap();
    let target = value.resolved().unwrap();
    assert!(target.any_of().len() > 5);
    let again = Schema::from_json(&Json::parse(&schema.to_json_text()).unwrap()).unwrap();
    assert_eq!(again, schema);
}

#[test]
fn schemas_in_results_go_round() {
    let Some(dir) = conformance() else { return };
    let mut found = Vec::new();
    for family in ["reference/eval", "generated"] {
        for entry in fs::read_dir(dir.join(family)).unwrap() {
            let path = entry.unwrap().path().join("expected.json");
            let Ok(text) = fs::read_to_string(&path) else { continue };
            collect(&Json::parse(&text).unwrap(), false, &mut |json| found.push(json.clone()));
        }
    }
    assert!(found.len() > 1_000, "{}", found.len());
    for json in &found {
        let schema = Schema::from_json(json).unwrap();
        let text = schema.to_json_text();
        assert_eq!(sorted(&Json::parse(&text).unwrap()), sorted(json));
        // Merged schemas may have references to nowhere, all others compile, and say what they said.
        if let Ok(compiled) = compile(&schema) {
            assert!(compiled.to_json_text() == text || text.contains("rotateOnly"));
        }
    }
    let validate = Schema::record([("schema", meta_schema()), ("value", Schema::always())]);
    let written = sorted(&Json::parse(&validate.to_json_text()).unwrap());
    assert!(found.iter().any(|json| sorted(json) == written), "{}", written.to_text());
}

/// Finds `schema` and `argSchema` members, except where keys are names given by users.
fn collect(json: &Json, names: bool, found: &mut dyn FnMut(&Json)) {
    match json {
        Json::Array(items) => items.iter().for_each(|item| collect(item, false, found)),
        Json::Object(members) => {
            for (key, value) in members {
                match key.as_str() {
                    "schema" | "argSchema" if !names => found(value),
                    key if !names && key.to_ascii_lowercase().contains("json") => {}
                    key => {
                        let keyed = ["object", "properties", "value", "exprs", "keyRanges"];
                        collect(value, !names && keyed.contains(&key), found);
                    }
                }
            }
        }
        _ => {}
    }
}

/// The same with sorted keys.
fn sorted(json: &Json) -> Json {
    match json {
        Json::Array(items) => Json::Array(items.iter().map(sorted).collect()),
        Json::Object(members) => {
            let members: BTreeMap<_, _> =
                members.iter().map(|(k, v)| (k.clone(), sorted(v))).collect();
            Json::Object(members.into_iter().collect())
        }
        other => other.clone(),
    }
}

#[test]
fn variations_leave_the_original_alone() {
    let original: SchemaRef = Schema::const_string("x");
    let without = Builder::from(&*original).without_values().build();
    assert_eq!(original.to_json_text(), r#"{"type":"string","const":"x"}"#);
    assert_eq!(without, Schema::string());
}
