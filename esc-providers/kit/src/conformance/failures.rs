//! How the provider fails.

use super::exam::Exam;
use super::subject::Subject;

pub(super) async fn check(exam: &mut Exam<'_>) {
    let subject = exam.subject;
    let (mut kinds, mut nameless, mut helpless) = (Vec::new(), Vec::new(), Vec::new());
    for kind in Subject::REQUIRED {
        let shown = subject.failing.iter().any(|failing| failing.kind == kind);
        let left_out = subject.without.iter().any(|(other, _)| *other == kind);
        if !shown && !left_out {
            kinds.push(format!(
                "{kind}: nothing shows it; say how to bring it about, or why it cannot be"
            ));
        }
    }
    for failing in &subject.failing {
        let provider = failing.provider.as_ref().unwrap_or(&subject.provider).clone();
        let request = exam.request(&failing.inputs);
        let kind = failing.kind;
        let error = match exam.ask(&provider, request).await {
            Err(error) => error,
            Ok(_) => {
                kinds.push(format!("{kind}: the call succeeds"));
                continue;
            }
        };
        if error.kind != kind {
            kinds.push(format!("{kind}: it is `{}`: {error}", error.kind));
        }
        let names = [Some(subject.name.as_str()), failing.reference.as_deref()];
        for name in names.into_iter().flatten().filter(|name| !error.message.contains(name)) {
            nameless.push(format!("{kind}: `{name}` is not in the message: {error}"));
        }
        if error.advice.as_deref().unwrap_or_default().trim().is_empty() {
            helpless.push(format!("{kind}: there is no advice to: {error}"));
        }
    }
    exam.close("failures have their kinds", kinds);
    exam.close("failures name the provider and what was asked for", nameless);
    exam.close("failures say what to do", helpless);
}
