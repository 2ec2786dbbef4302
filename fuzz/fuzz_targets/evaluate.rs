//! The whole evaluation, of the first document and with the others to import, in every mode.
#![no_main]

use std::sync::Arc;
use std::time::Duration;

use esc_core::ast::Document;
use esc_core::syntax::Limits;
use esc_core::value::Reveal;
use esc_eval::testing::{Memory, Rot128, context, registry};
use esc_eval::{Evaluator, Root};
use futures::executor::block_on;
use libfuzzer_sys::fuzz_target;

/// Stands between documents; the first is evaluated, the others are called `a`, `b` and so on.
const SEPARATOR: &str = "=====\n";

fuzz_target!(|text: &str| {
    let mut texts = text.split(SEPARATOR);
    let Some(first) = texts.next() else { return };
    let files = texts.take(26).enumerate();
    let files = files.map(|(i, text)| (char::from(b'a' + i as u8).to_string(), text));
    let source = Memory::new(files.chain([("env".to_owned(), first)]));

    let Some(document) = Document::load("env", first, &Limits::default()).document else { return };
    let root = Root { document: Arc::new(document), decrypter: Arc::new(Rot128) };
    let mut limits = esc_eval::Limits::default();
    // The fuzzer's own bounds are tighter than those for people.
    limits.max_string_bytes = 1 << 20;
    limits.max_values = 100_000;
    for compatible in [false, true] {
        let providers = Arc::new(registry(Duration::ZERO, None));
        let evaluator = Evaluator::new(Arc::new(source.clone()), providers)
            .with_context(context())
            .with_limits(limits.clone())
            .compatible(compatible);
        let evaluations = [
            block_on(evaluator.check(root.clone())),
            block_on(evaluator.open(root.clone())),
            block_on(evaluator.rotate(root.clone(), &[])),
        ];
        for mut evaluation in evaluations {
            let value = evaluation.value();
            if let Some(value) = &value {
                let _ = value.to_string_form(Reveal::Redacted);
            }
            evaluation.schema();
            if compatible {
                if let Some(environment) = evaluation.environment() {
                    environment.to_json(Reveal::Redacted);
                }
            }
        }
    }
});
