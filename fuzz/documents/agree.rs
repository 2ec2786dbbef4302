//! What the compatible face and the default one must agree on.
//!
//! Whatever the documents are, in checking, opening and rotating:
//!
//! * nothing panics, and the same documents give the same results when they are evaluated again;
//! * both faces have an environment, or neither has;
//! * nothing that the default face shows without being asked to reveal contains what is encrypted in the documents;
//! * in the default face, the exported environment has the values that the evaluation has;
//! * an evaluation whose time is over at once ends, and says so if there was anything to wait for;
//! * what the compatible face redacts the default one does not show.
//!
//! Where the faces are not meant to differ ([`Features`]):
//!
//! * the default face finds an error wherever the compatible one does;
//! * where neither finds one, all values are equal.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use esc_core::ast::{Document, ExprKind, Function, Pure};
use esc_core::syntax::Limits;
use esc_core::value::{Reveal, Value, ValueKind};
use esc_eval::testing::{Memory, Rot128, context, registry};
use esc_eval::{Evaluation, Evaluator, Root};

use super::{CANARIES, Documents};

/// The errors that the default face does not have: it looks through unions and references of schemas.
const LOOKED_THROUGH: &str = "receiver must be an array or an object";

/// What the faces do not agree on; none if they agree. Documents that cannot be read give none.
pub fn disagreement(documents: &Documents) -> Option<String> {
    ["check", "open", "rotate"].iter().find_map(|mode| {
        let found = Case::new(documents)?.disagreement(mode)?;
        Some(format!("{mode}: {found}"))
    })
}

struct Case {
    source: Memory,
    root: Root,
    features: Features,
}

/// What a face came to.
struct Outcome {
    value: Option<Value>,
    errors: Vec<String>,
    /// All that is shown without revealing anything.
    shown: String,
    /// The revealed values and their schema.
    revealed: String,
    /// The exported environment has other values.
    exports_others: bool,
}

impl Case {
    fn new(documents: &Documents) -> Option<Case> {
        let (name, text) = documents.first()?;
        let document = Document::load(name, text.as_str(), &Limits::default()).document?;
        let source = Memory::new(documents.iter().map(|(name, text)| (name.clone(), text.clone())));
        let root = Root { document: Arc::new(document), decrypter: Arc::new(Rot128) };
        Some(Case { source, root, features: Features::of(documents) })
    }

    fn evaluator(&self, compatible: bool) -> Evaluator {
        let mut limits = esc_eval::Limits::default();
        // Random documents are small, and what they blow up shall be found out soon.
        limits.max_string_bytes = 1 << 20;
        limits.max_values = 100_000;
        Evaluator::new(Arc::new(self.source.clone()), Arc::new(registry(Duration::ZERO, None)))
            .with_context(context())
            .with_limits(limits)
            .compatible(compatible)
    }

    fn evaluation(&self, evaluator: &Evaluator, mode: &str) -> Evaluation {
        let root = self.root.clone();
        match mode {
            "check" => finished(evaluator.check(root)),
            "open" => finished(evaluator.open(root)),
            _ => finished(evaluator.rotate(root, &[])),
        }
    }

    fn outcome(&self, compatible: bool, mode: &str) -> Outcome {
        Outcome::of(&mut self.evaluation(&self.evaluator(compatible), mode))
    }

    fn disagreement(&self, mode: &str) -> Option<String> {
        let (reference, ours) = (self.outcome(true, mode), self.outcome(false, mode));
        for (compatible, first) in [(true, &reference), (false, &ours)] {
            let again = self.outcome(compatible, mode);
            if (&again.shown, &again.revealed) != (&first.shown, &first.revealed) {
                return Some(format!(
                    "evaluated again (compatible: {compatible}), the results differ"
                ));
            }
        }
        // The reference's export is merged once more, in its own steps, which may show other values where an environment
        // comes to itself; what it has to show stands in the conformance data.
        if ours.exports_others {
            return Some("the exported environment has other values".to_owned());
        }
        if reference.value.is_some() != ours.value.is_some() {
            return Some("one face has an environment, the other has none".to_owned());
        }
        if let Some(canary) = CANARIES.iter().find(|canary| ours.shown.contains(**canary)) {
            let at = ours.shown.find(canary).unwrap_or_default();
            let from = ours.shown.floor_char_boundary(at.saturating_sub(200));
            return Some(format!("a secret is shown: {}", &ours.shown[from..at + canary.len()]));
        }
        if let (Some(theirs), Some(own)) = (&reference.value, &ours.value) {
            let mut path = String::new();
            if !self.features.marks_wholes && !hides_what(theirs, own, &mut path) {
                return Some(format!("redacted by the compatible face alone: {path}"));
            }
        }
        let serious = reference.errors.iter().find(|error| !error.contains(LOOKED_THROUGH));
        if let (Some(error), true, false) =
            (serious, ours.errors.is_empty(), self.features.loses_inherited)
        {
            return Some(format!("an error of the compatible face alone: {error}"));
        }
        let clean = reference.errors.is_empty() && ours.errors.is_empty();
        if clean && !self.features.loses_inherited {
            let plain =
                |outcome: &Outcome| outcome.value.as_ref().map(|v| v.to_json(Reveal::Revealed));
            let (theirs, own) = (plain(&reference), plain(&ours));
            if theirs != own {
                return Some(format!("values differ:\n{theirs:?}\n{own:?}"));
            }
        }
        self.late(mode)
    }

    /// Evaluates with a deadline that has passed already.
    fn late(&self, mode: &str) -> Option<String> {
        for compatible in [true, false] {
            let evaluator = self.evaluator(compatible).with_deadline(Duration::ZERO, |_| async {});
            let late = Outcome::of(&mut self.evaluation(&evaluator, mode));
            let told = late.errors.iter().any(|error| error.contains("deadline"));
            let whole = self.outcome(compatible, mode);
            if !told && late.revealed != whole.revealed {
                return Some("out of time, and not a word about it".to_owned());
            }
        }
        None
    }
}

impl Outcome {
    fn of(evaluation: &mut Evaluation) -> Outcome {
        let mut shown = String::new();
        let mut errors = Vec::new();
        for diagnostic in evaluation.diagnostics() {
            let text = format!("{} {diagnostic:?}\n", diagnostic.to_json());
            if diagnostic.is_error() {
                errors.push(text.clone());
            }
            shown.push_str(&text);
        }
        shown.push_str(&format!("{:?}\n", evaluation.rotations()));
        let value = evaluation.value();
        let mut revealed = String::new();
        if let Some(value) = &value {
            shown.push_str(&value.to_json(Reveal::Redacted));
            shown.push_str(&format!("{value:?}\n"));
            revealed.push_str(&value.to_json(Reveal::Revealed));
        }
        if let Some(schema) = evaluation.schema() {
            shown.push_str(&schema.to_json_text());
        }
        let mut exports_others = false;
        if let Some(environment) = evaluation.environment() {
            let exported = environment.value().to_json(Reveal::Revealed);
            exports_others =
                value.as_ref().is_some_and(|v| v.to_json(Reveal::Revealed) != exported);
            shown.push_str(&environment.to_json(Reveal::Redacted));
            revealed.push_str(&environment.to_json(Reveal::Revealed));
        }
        Outcome { value, errors, shown, revealed, exports_others }
    }
}

/// The result of a future that waits for nobody else.
fn finished<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..100_000 {
        if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
            return result;
        }
    }
    panic!("an evaluation waits, though all that it asks for is there at once")
}

/// What of the documents the faces are meant to see differently.
#[derive(Default)]
struct Features {
    /// Functions that, for the reference, lose what an object inherits, and there is something to inherit from.
    loses_inherited: bool,
    /// Functions that, for the reference, mark a whole as secret or unknown because of its parts.
    marks_wholes: bool,
}

impl Features {
    fn of(documents: &Documents) -> Features {
        let mut features = Features::default();
        let mut imports = false;
        for (name, text) in documents {
            let Some(document) = Document::load(name, text.as_str(), &Limits::default()).document
            else {
                continue;
            };
            imports |= !document.imports.is_empty();
            for expr in &document.exprs {
                match &expr.kind {
                    ExprKind::Call(call) => match call.function {
                        Function::Pure(Pure::Final, _) | Function::Validate { .. } => {
                            (features.loses_inherited, features.marks_wholes) = (true, true);
                        }
                        Function::Pure(Pure::ToString, _) => features.loses_inherited = true,
                        // A malformed state is evaluated by the reference alone.
                        Function::Rotate(..) => features.loses_inherited = true,
                        _ => {}
                    },
                    ExprKind::Interpolate(_) => features.loses_inherited |= imports,
                    _ => {}
                }
            }
        }
        features
    }
}

/// Whether everything that is secret in `theirs` is secret, or within something secret, in `own`.
fn hides_what(theirs: &Value, own: &Value, path: &mut String) -> bool {
    if own.secret {
        return true;
    }
    if theirs.secret {
        return false;
    }
    match (&theirs.kind, &own.kind) {
        (ValueKind::List(theirs), ValueKind::List(own)) => {
            theirs.iter().zip(own).enumerate().all(|(index, (theirs, own))| {
                let len = path.len();
                path.push_str(&format!("[{index}]"));
                let hides = hides_what(theirs, own, path);
                path.truncate(if hides { len } else { path.len() });
                hides
            })
        }
        (ValueKind::Object(theirs), ValueKind::Object(own)) => {
            theirs.iter().all(|(key, theirs)| {
                let Some(own) = own.get(key) else { return true };
                let len = path.len();
                path.push_str(&format!(".{key}"));
                let hides = hides_what(theirs, own, path);
                path.truncate(if hides { len } else { path.len() });
                hides
            })
        }
        _ => true,
    }
}
