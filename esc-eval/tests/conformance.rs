//! Runs the cases of a conformance directory and compares every result with what the reference implementation gave.
//!
//! The directory is named by `ESC_CONFORMANCE_DIR`. It holds folders of cases (`reference/eval`, `generated`, or cases
//! directly); a case is a folder with `env.yaml`, imports as `NAME.yaml`, `overrides.json` and `expected.json`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use esc_core::ast::Document;
use esc_core::diagnostic::Diagnostic;
use esc_core::json::Json;
use esc_core::path::PropertyPath;
use esc_core::syntax::Limits;
use esc_core::value::{Reveal, TracedValue, Value};
use esc_eval::testing::{Memory, Rot128, context, registry};
use esc_eval::{Evaluation, Evaluator, Root};

const SECTIONS: [&str; 12] = [
    "loadDiags",
    "checkDiags",
    "check",
    "checkJson",
    "evalDiags",
    "eval",
    "evalJsonRedacted",
    "evalJSONRevealed",
    "rotateDiags",
    "rotatePatches",
    "rotate",
    "",
];

fn main() {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance");
    let directory = std::env::var_os("ESC_CONFORMANCE_DIR").map_or(default, PathBuf::from);
    let filter = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    if std::env::args().any(|arg| arg == "--list") {
        return;
    }
    let mut cases = Vec::new();
    find_cases(&directory, &mut cases);
    cases.sort();
    if let Some(filter) = filter {
        cases.retain(|case| case.to_string_lossy().contains(&filter));
    }
    if cases.is_empty() {
        println!(
            "no conformance cases in {}: skipped (set ESC_CONFORMANCE_DIR to a directory of cases)",
            directory.display()
        );
        println!("conformance: 0 passed, 0 failed of 0");
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut failed = 0;
    for case in &cases {
        let differences = runtime.block_on(run(case));
        if !differences.is_empty() {
            failed += 1;
            println!("--- {}", case.strip_prefix(&directory).unwrap_or(case).display());
            for difference in differences.iter().take(12) {
                println!("    {difference}");
            }
        }
    }
    println!("conformance: {} passed, {failed} failed of {}", cases.len() - failed, cases.len());
    std::process::exit(i32::from(failed > 0));
}

fn find_cases(directory: &Path, cases: &mut Vec<PathBuf>) {
    if directory.join("expected.json").is_file() && directory.join("env.yaml").is_file() {
        // The data of the parser has the same file names and another content.
        let text = std::fs::read_to_string(directory.join("expected.json")).unwrap_or_default();
        if !Json::parse(&text).is_ok_and(|json| json.get("decl").is_some()) {
            cases.push(directory.to_owned());
        }
        return;
    }
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            find_cases(&entry.path(), cases);
        }
    }
}

struct Overrides {
    show_secrets: bool,
    root: Option<String>,
    rotate: bool,
    paths: Vec<PropertyPath>,
}

fn overrides(case: &Path) -> Overrides {
    let text = std::fs::read_to_string(case.join("overrides.json")).unwrap_or("{}".to_owned());
    let json = Json::parse(&text).expect("overrides.json is JSON");
    let flag = |name: &str| matches!(json.get(name), Some(Json::Bool(true)));
    let paths = match json.get("rotatePaths") {
        Some(Json::Array(paths)) => paths
            .iter()
            .map(|path| PropertyPath::parse(path.as_str().unwrap()).expect("a property path"))
            .collect(),
        _ => Vec::new(),
    };
    Overrides {
        show_secrets: flag("showSecrets"),
        root: json.get("rootEnvironment").and_then(Json::as_str).map(str::to_owned),
        rotate: flag("rotate"),
        paths,
    }
}

fn read_environments(root: &Path, directory: &Path, files: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_environments(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            let name = path.strip_prefix(root).unwrap().with_extension("");
            let text = std::fs::read_to_string(&path).unwrap();
            files.insert(name.to_string_lossy().into_owned(), text);
        }
    }
}

async fn run(case: &Path) -> Vec<String> {
    let directory_name = case.file_name().unwrap().to_string_lossy().into_owned();
    let overrides = overrides(case);
    let name = overrides.root.clone().unwrap_or_else(|| directory_name.clone());
    let mut files = BTreeMap::new();
    read_environments(case, case, &mut files);
    let text = files.get("env").cloned().unwrap();
    let source = Memory::new(files).in_directory(format!("testdata/eval/{directory_name}"));
    let evaluator = Evaluator::new(Arc::new(source), Arc::new(registry(Duration::ZERO, None)))
        .with_context(context())
        .show_secrets(overrides.show_secrets)
        .compatible(true);

    let mut actual: BTreeMap<&str, Json> = BTreeMap::new();
    let loaded = Document::load(&name, text, &Limits::default());
    put_diagnostics(&mut actual, "loadDiags", &loaded.diagnostics);
    if let Some(document) = loaded.document {
        let root = Root { document: Arc::new(document), decrypter: Arc::new(Rot128) };
        let mut check = evaluator.check(root.clone()).await;
        put(&mut actual, ["checkDiags", "check"], &mut check);
        if let Some(value) = check.value() {
            actual.insert("checkJson", plain(&value, Reveal::Redacted));
        }
        let mut eval = evaluator.open(root.clone()).await;
        put(&mut actual, ["evalDiags", "eval"], &mut eval);
        if let Some(value) = eval.value() {
            actual.insert("evalJsonRedacted", plain(&value, Reveal::Redacted));
            actual.insert("evalJSONRevealed", plain(&value, Reveal::Revealed));
        }
        if overrides.rotate {
            let mut rotate = evaluator.rotate(root, &overrides.paths).await;
            put(&mut actual, ["rotateDiags", "rotate"], &mut rotate);
            let mut patches: Vec<(String, Json)> = rotate
                .rotations()
                .iter()
                .filter_map(|rotation| rotation.patch.as_ref())
                .map(|patch| (patch.path.to_document_path(), exported(&patch.replacement)))
                .collect();
            patches.sort_by(|a, b| a.0.cmp(&b.0));
            let patches: Vec<Json> = patches
                .into_iter()
                .map(|(path, value)| {
                    Json::Object(vec![
                        ("DocPath".into(), Json::String(path)),
                        ("Replacement".into(), value),
                    ])
                })
                .collect();
            if !patches.is_empty() {
                actual.insert("rotatePatches", Json::Array(patches));
            }
        }
    }
    let expected = std::fs::read_to_string(case.join("expected.json")).unwrap();
    compare(&Json::parse(&expected).expect("expected.json is JSON"), &actual)
}

fn put(actual: &mut BTreeMap<&str, Json>, names: [&'static str; 2], evaluation: &mut Evaluation) {
    put_diagnostics(actual, names[0], evaluation.diagnostics());
    if let Some(environment) = evaluation.environment() {
        let text = environment.to_json(Reveal::Revealed);
        actual.insert(names[1], Json::parse(&text).expect("our own JSON"));
    }
}

fn put_diagnostics(
    actual: &mut BTreeMap<&str, Json>,
    name: &'static str,
    diagnostics: &[Diagnostic],
) {
    let list: Vec<Json> = diagnostics
        .iter()
        .filter(|diagnostic| !diagnostic.extension)
        .map(|diagnostic| Json::parse(&diagnostic.to_compatible_json()).expect("our own JSON"))
        .collect();
    if !list.is_empty() {
        actual.insert(name, Json::Array(list));
    }
}

fn plain(value: &Value, reveal: Reveal) -> Json {
    Json::parse(&value.to_json(reveal)).expect("our own JSON")
}

fn exported(value: &Value) -> Json {
    let text = TracedValue::from(value.clone()).to_json(Reveal::Revealed);
    Json::parse(&text).expect("our own JSON")
}

fn compare(expected: &Json, actual: &BTreeMap<&str, Json>) -> Vec<String> {
    let mut differences = Vec::new();
    for section in SECTIONS {
        let (expected, actual) = (expected.get(section), actual.get(section));
        match (expected, actual) {
            (Some(expected), Some(actual))
                if section.ends_with("Diags") || section == "rotatePatches" =>
            {
                compare_diagnostics(section, expected, actual, &mut differences);
            }
            (Some(expected), Some(actual)) => {
                difference(section, expected, actual, &mut differences);
            }
            (None, None) => {}
            (Some(expected), None) => {
                differences.push(format!("{section}: missing, expected {}", short(expected)));
            }
            (None, Some(actual)) => {
                differences.push(format!("{section}: unexpected {}", short(actual)));
            }
        }
    }
    differences
}

/// Diagnostics and patches are compared as multisets.
fn compare_diagnostics(section: &str, expected: &Json, actual: &Json, out: &mut Vec<String>) {
    let texts = |json: &Json| match json {
        Json::Array(items) => items.iter().map(canonical).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    let (expected, mut actual) = (texts(expected), texts(actual));
    for text in expected {
        match actual.iter().position(|other| *other == text) {
            Some(index) => {
                actual.swap_remove(index);
            }
            None => out.push(format!("{section}: missing {text}")),
        }
    }
    out.extend(actual.iter().map(|text| format!("{section}: unexpected {text}")));
}

fn canonical(json: &Json) -> String {
    match json {
        Json::Object(members) => {
            let mut members: Vec<String> =
                members.iter().map(|(key, value)| format!("{key}:{}", canonical(value))).collect();
            members.sort();
            format!("{{{}}}", members.join(","))
        }
        Json::Array(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        scalar => scalar.to_text(),
    }
}

fn difference(path: &str, expected: &Json, actual: &Json, out: &mut Vec<String>) {
    match (expected, actual) {
        (Json::Object(expected), Json::Object(_)) => {
            for (key, value) in expected {
                let path = format!("{path}.{key}");
                match actual.get(key) {
                    Some(actual) => difference(&path, value, actual, out),
                    None => out.push(format!("{path}: missing, expected {}", short(value))),
                }
            }
            if let Json::Object(actual) = actual {
                for (key, value) in actual {
                    if !expected.iter().any(|(other, _)| other == key) {
                        out.push(format!("{path}.{key}: unexpected {}", short(value)));
                    }
                }
            }
        }
        (Json::Array(expected), Json::Array(actual)) if is_strings(expected) => {
            // Lists of names in schemas have no order in the reference.
            let sorted = |items: &[Json]| {
                let mut texts: Vec<String> = items.iter().map(canonical).collect();
                if path.ends_with("rotateOnly") {
                    texts.sort();
                }
                texts
            };
            if sorted(expected) != sorted(actual) {
                out.push(format!(
                    "{path}: expected {}, got {}",
                    short(&Json::Array(expected.clone())),
                    short(&Json::Array(actual.clone()))
                ));
            }
        }
        (Json::Array(expected), Json::Array(actual)) => {
            if expected.len() != actual.len() {
                out.push(format!("{path}: expected {}, got {}", expected.len(), actual.len()));
            }
            for (index, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                difference(&format!("{path}[{index}]"), expected, actual, out);
            }
        }
        (expected, actual) if canonical(expected) != canonical(actual) => {
            out.push(format!("{path}: expected {}, got {}", short(expected), short(actual)));
        }
        _ => {}
    }
}

fn is_strings(items: &[Json]) -> bool {
    !items.is_empty() && items.iter().all(|item| matches!(item, Json::String(_)))
}

fn short(json: &Json) -> String {
    let text = json.to_text();
    match text.char_indices().nth(160) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
