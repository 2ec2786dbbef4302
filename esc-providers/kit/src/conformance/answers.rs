//! What the provider answers.

use super::canaries::unmarked;
use super::exam::{Exam, shown};
use super::schemas;
use super::subject::Expected;

pub(super) async fn check(exam: &mut Exam<'_>) {
    let subject = exam.subject;
    let schema = subject.provider.schema();

    let mut against = Vec::new();
    for case in &subject.cases {
        let misfits = schemas::against(&schema.inputs, &case.inputs);
        against.extend(misfits.into_iter().map(|message| format!("{}: {message}", case.name)));
    }
    exam.close("the inputs of the cases fit the input schema", against);

    let mut unexpected = Vec::new();
    let mut misfits = Vec::new();
    let mut unsecret = Vec::new();
    if subject.cases.is_empty() {
        unexpected.push("there is no case: say what the provider answers".to_owned());
    }
    for case in &subject.cases {
        let name = &case.name;
        let opened = match exam.open(&case.inputs).await {
            Ok(opened) => opened,
            Err(error) => {
                unexpected.push(format!("{name}: {}: {error}", error.kind));
                exam.values.push(None);
                exam.leases.push(Vec::new());
                continue;
            }
        };
        let value = opened.value;
        match &case.expected {
            Expected::Equal(expected) if *expected != value => unexpected.push(format!(
                "{name}: {} instead of {}{}",
                shown(&value),
                shown(expected),
                if shown(&value) == shown(expected) {
                    ", which look alike but are not"
                } else {
                    ""
                }
            )),
            Expected::Such(such) if !such(&value) => {
                unexpected.push(format!("{name}: {} is not as expected", shown(&value)));
            }
            _ => {}
        }
        let against = schemas::against(&schema.outputs, &value);
        misfits.extend(against.into_iter().map(|message| format!("{name}: {message}")));
        let bare = unmarked(&value, &subject.canaries);
        unsecret.extend(bare.into_iter().map(|path| format!("{name}: {path}")));
        exam.values.push(Some(value));
        exam.leases.push(opened.leases);
    }
    exam.close("the answers are as expected", unexpected);
    exam.close("the answers fit the output schema", misfits);
    match subject.canaries.is_empty() {
        true => exam.skip("secrets are marked", "there are no canaries"),
        false => exam.close("secrets are marked", unsecret),
    }
}
