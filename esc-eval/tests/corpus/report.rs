//! All that comes out of a case, as text.

use std::sync::Arc;
use std::time::Duration;

use esc_core::ast::Document;
use esc_core::crypt::Decrypter;
use esc_core::diagnostic::{Diagnostic, Renderer};
use esc_core::json::{Json, Writer};
use esc_core::value::{Reveal, TracedValue};
use esc_eval::testing::{Memory, Rot128, context};
use esc_eval::{Evaluation, Evaluator, Root, RotationStatus};

use crate::case::Case;
use crate::common::providers::{Broken, registry};

/// What came out.
pub struct Report {
    /// For people to read and for the golden file.
    pub text: String,
    /// Everything that was found, for the question whether the corpus is complete.
    pub diagnostics: Vec<Diagnostic>,
}

/// Runs a case.
pub async fn report(case: &Case) -> Report {
    let mut report = Report { text: String::new(), diagnostics: Vec::new() };
    let text = case.documents.get(&case.root).cloned().unwrap_or_default();
    let loaded = Document::load(&case.root, text, &case.limits.document);
    report.found(case, "load", &loaded.diagnostics);
    let Some(document) = loaded.document else { return report };
    let decrypter: Arc<dyn Decrypter> =
        if case.broken_decrypter { Arc::new(Broken) } else { Arc::new(Rot128) };
    let root = Root { document: Arc::new(document), decrypter };
    let evaluator = evaluator(case);
    for (i, mode) in case.modes.iter().enumerate() {
        let mut evaluation = match mode.as_str() {
            "check" => evaluator.check(root.clone()).await,
            "open" if case.paths.is_empty() => evaluator.open(root.clone()).await,
            "open" => evaluator.open_paths(root.clone(), &case.paths).await,
            "rotate" => evaluator.rotate(root.clone(), &case.rotate).await,
            _ => panic!("unknown mode {mode}"),
        };
        report.evaluation(case, mode, &mut evaluation);
        if i + 1 == case.modes.len() {
            report.schema_and_export(case, &mut evaluation);
        }
    }
    report
}

fn evaluator(case: &Case) -> Evaluator {
    let evaluator =
        Evaluator::new(Arc::new(Memory::new(case.documents.clone())), Arc::new(registry()))
            .with_context(context())
            .with_limits(case.limits.clone())
            .compatible(case.compatible)
            .show_secrets(case.show_secrets);
    match case.deadline {
        true => evaluator.with_deadline(Duration::from_secs(10), tokio::time::sleep),
        false => evaluator,
    }
}

impl Report {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn section(&mut self, title: &str, content: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.line(&format!("## {title}"));
        self.line(content.trim_end_matches('\n'));
    }

    fn found(&mut self, case: &Case, stage: &str, diagnostics: &[Diagnostic]) {
        self.diagnostics.extend_from_slice(diagnostics);
        if diagnostics.is_empty() {
            return;
        }
        let rendered = Renderer::new().render_all(diagnostics, &case.documents);
        self.section(&format!("{stage}: diagnostics"), &rendered);
        let json: Vec<String> = diagnostics.iter().map(Diagnostic::to_compatible_json).collect();
        self.section(&format!("{stage}: diagnostics, compatible JSON"), &json.join("\n"));
    }

    fn evaluation(&mut self, case: &Case, mode: &str, evaluation: &mut Evaluation) {
        self.found(case, mode, evaluation.diagnostics());
        if !case.paths.is_empty() {
            for path in &case.paths {
                let value = evaluation.value_at(path).map(|v| v.to_json(Reveal::Redacted));
                self.section(&format!("{mode}: {path}"), &value.unwrap_or("none".into()));
            }
            return;
        }
        let Some(value) = evaluation.value() else {
            self.section(&format!("{mode}: no environment"), "");
            return;
        };
        let json = |reveal| by_property(&value.to_json(reveal));
        self.section(&format!("{mode}: values, redacted"), &json(Reveal::Redacted));
        if case.revealed && mode != "check" {
            self.section(&format!("{mode}: values, revealed"), &json(Reveal::Revealed));
        }
        let mut rotations = String::new();
        for rotation in evaluation.rotations() {
            let status = match rotation.status {
                RotationStatus::Succeeded => "succeeded",
                RotationStatus::Failed => "failed",
                RotationStatus::NotEvaluated => "not evaluated",
            };
            rotations.push_str(&format!("{}: {status}\n", rotation.path));
            if let Some(diagnostic) = &rotation.diagnostic {
                rotations.push_str(&format!("  {diagnostic}\n"));
                self.diagnostics.push(diagnostic.clone());
            }
            if let Some(patch) = &rotation.patch {
                let new = TracedValue::from(patch.replacement.clone()).to_json(Reveal::Redacted);
                let path = patch.path.to_document_path();
                rotations.push_str(&format!("  patch {path}: {new}\n"));
            }
        }
        if !rotations.is_empty() {
            self.section(&format!("{mode}: rotations"), &rotations);
        }
    }

    fn schema_and_export(&mut self, case: &Case, evaluation: &mut Evaluation) {
        if let Some(schema) = evaluation.schema() {
            self.section("schema", &schema.to_json_text());
        }
        if !case.export {
            return;
        }
        if let Some(environment) = evaluation.environment() {
            let text = environment.to_json(Reveal::Redacted);
            self.section("environment", &pretty(&text));
        }
    }
}

fn pretty(json: &str) -> String {
    let mut writer = Writer::pretty();
    writer.json(&Json::parse(json).expect("our own JSON"));
    writer.finish()
}

/// One line for each property.
fn by_property(json: &str) -> String {
    match Json::parse(json).expect("our own JSON") {
        Json::Object(members) => {
            let line = |(key, value): &(_, Json)| format!("{key}: {}", value.to_text());
            members.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        other => other.to_text(),
    }
}
