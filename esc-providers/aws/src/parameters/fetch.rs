//! Reading parameters of one account in few requests.

use std::collections::{BTreeSet, HashMap};

use esc_core::provider::ErrorKind;
use futures::stream::{self, StreamExt as _};

use super::ParameterSelector as Selector;
use super::answer::{base, fits, value};
use crate::batch::{self, no_answer};
use crate::connection::{Account, Api, Connections};
use crate::failure::{Reason, Service, no_parameter};

/// How many parameters `GetParameters` takes.
const BATCH: usize = 10;

type Answers = batch::Answers<Selector>;

/// Reads all of these.
pub(super) async fn all(
    connections: &Connections,
    account: &Account,
    selectors: BTreeSet<Selector>,
) -> Answers {
    let (decrypted, encrypted): (Vec<_>, Vec<_>) = selectors.into_iter().partition(|s| s.decrypt);
    let batches: Vec<_> = batches(decrypted).into_iter().chain(batches(encrypted)).collect();
    let parts: Vec<Answers> = stream::iter(batches)
        .map(|batch| batch_or_each(connections, account, batch))
        .buffer_unordered(connections.settings.requests_at_a_time)
        .collect()
        .await;
    parts.into_iter().flatten().collect()
}

/// Puts as many together as a request takes, but never two versions of one parameter: not all answers tell them apart.
fn batches(selectors: Vec<Selector>) -> Vec<Vec<Selector>> {
    let mut open: Vec<(BTreeSet<String>, Vec<Selector>)> = Vec::new();
    let mut full = Vec::new();
    for selector in selectors {
        let name = base(&selector.name).to_owned();
        let free = open.iter().position(|(names, _)| !names.contains(&name));
        let index = free.unwrap_or_else(|| {
            open.push(Default::default());
            open.len() - 1
        });
        let Some((names, batch)) = open.get_mut(index) else { continue };
        names.insert(name);
        batch.push(selector);
        if batch.len() == BATCH {
            full.push(open.swap_remove(index).1);
        }
    }
    full.extend(open.into_iter().map(|(_, batch)| batch));
    full
}

/// Reads a batch; if it is refused for what one of its parameters is, each by itself.
async fn batch_or_each(
    connections: &Connections,
    account: &Account,
    batch: Vec<Selector>,
) -> Answers {
    let reason = match read(connections, account, &batch).await {
        Ok(answers) => return answers,
        Err(reason) => reason,
    };
    let of_one = matches!(
        reason.kind,
        ErrorKind::Invalid | ErrorKind::Denied | ErrorKind::NotFound | ErrorKind::Conflict
    );
    if batch.len() < 2 || !of_one {
        return batch.into_iter().map(|selector| (selector, Err(reason.clone()))).collect();
    }
    let each = stream::iter(batch).map(async |selector| {
        let batch = [selector];
        let answers = read(connections, account, &batch).await;
        let [selector] = batch;
        answers.unwrap_or_else(|reason| HashMap::from([(selector, Err(reason))]))
    });
    let each: Vec<Answers> =
        each.buffer_unordered(connections.settings.requests_at_a_time).collect().await;
    each.into_iter().flatten().collect()
}

/// One `GetParameters`. All selectors want the same of decryption.
async fn read(
    connections: &Connections,
    account: &Account,
    batch: &[Selector],
) -> Result<Answers, Reason> {
    let decrypt = batch.iter().any(|selector| selector.decrypt);
    let names = batch.iter().map(|selector| selector.name.clone()).collect();
    let client = account.ssm(connections);
    let request = client.get_parameters().set_names(Some(names)).with_decryption(decrypt).send();
    let answer = connections.send(account, Api::Parameters, request).await?;
    let missing: BTreeSet<String> =
        answer.invalid_parameters.unwrap_or_default().into_iter().collect();
    let found = answer.parameters.unwrap_or_default();
    let answers = batch.iter().map(|selector| {
        let answer = match found.iter().find(|parameter| fits(parameter, &selector.name)) {
            Some(parameter) => {
                let text = parameter.value().unwrap_or_default().to_owned();
                Ok(value(parameter.r#type(), text))
            }
            None if missing.contains(&selector.name) => Err(no_parameter()),
            None => Err(no_answer(Service::Ssm)),
        };
        (selector.clone(), answer)
    });
    Ok(answers.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_full_and_have_no_two_versions_of_a_parameter() {
        let arn = "arn:aws:ssm:eu-west-1:111122223333:parameter/p0";
        let mut names: Vec<String> = (0..22).map(|n| format!("/p{n}")).collect();
        names.extend(["/p0:1".to_owned(), "/p0:stable".to_owned(), arn.to_owned()]);
        let selectors = names.iter().map(|name| Selector { decrypt: false, name: name.clone() });
        let batches = batches(selectors.collect());
        let mut sizes: Vec<usize> = batches.iter().map(Vec::len).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [1, 1, 3, 10, 10]);
        for batch in batches {
            let bases: BTreeSet<&str> = batch.iter().map(|s| base(&s.name)).collect();
            assert_eq!(bases.len(), batch.len());
        }
    }
}
