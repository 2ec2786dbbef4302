//! What anybody may see.

use super::canaries::occurs;
use super::exam::Exam;

pub(super) fn check(exam: &mut Exam<'_>) {
    let name = "nothing secret is told";
    if exam.subject.canaries.is_empty() {
        return exam.skip(name, "there are no canaries");
    }
    let mut seen = std::mem::take(&mut exam.seen);
    seen.push(("what `tracing` sees".to_owned(), exam.recorder.text()));
    let canaries = &exam.subject.canaries;
    let leaks = |text: &str| canaries.iter().any(|canary| occurs(canary, text));
    let mut against: Vec<String> = seen
        .into_iter()
        .filter(|(_, text)| leaks(text))
        .map(|(what, text)| format!("{what} has a canary in it: {text}"))
        .collect();
    against.dedup();
    exam.close(name, against);
}
