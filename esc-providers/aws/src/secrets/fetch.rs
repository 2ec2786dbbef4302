//! Reading secrets of one account in few requests.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_secretsmanager::types::ApiErrorType;
use esc_core::provider::ErrorKind;
use esc_core::secret::Text;
use futures::future::join;
use futures::stream::{self, StreamExt as _};

use super::answer::{Found, Index, text};
use super::{Selector, Texts};
use crate::connection::{Account, Api, Connections};
use crate::failure::{Reason, Service};

/// How many secrets `BatchGetSecretValue` takes.
const BATCH: usize = 20;

/// Reads all of these.
pub(super) async fn all(
    connections: &Connections,
    account: &Account,
    selectors: BTreeSet<Selector>,
) -> Texts {
    let fetch = Fetch { connections, account };
    let (plain, versioned): (Vec<_>, Vec<_>) = selectors.into_iter().partition(Selector::is_plain);
    let (mut answers, others) = join(fetch.plain(plain), fetch.singly(versioned)).await;
    answers.extend(others);
    answers
}

struct Fetch<'a> {
    connections: &'a Connections,
    account: &'a Account,
}

/// What came of a batch as a whole.
enum Batch {
    Answered(Texts),
    /// The batch was refused for what one of its secrets is, or for being one: each must be asked for by itself.
    Refused,
}

impl Fetch<'_> {
    /// Reads current versions.
    async fn plain(&self, selectors: Vec<Selector>) -> Texts {
        if selectors.len() < 2 || self.account.batches_denied() {
            return self.singly(selectors).await;
        }
        let at_a_time = self.connections.settings.requests_at_a_time;
        let batches: Vec<Vec<Selector>> = selectors.chunks(BATCH).map(<[_]>::to_vec).collect();
        let parts: Vec<Texts> = stream::iter(batches)
            .map(|batch| self.batch(batch))
            .buffer_unordered(at_a_time)
            .collect()
            .await;
        parts.into_iter().flatten().collect()
    }

    async fn batch(&self, batch: Vec<Selector>) -> Texts {
        let mut answers = match self.batch_request(&batch).await {
            Batch::Answered(answers) => answers,
            Batch::Refused => Texts::new(),
        };
        // Whatever the batch did not tell.
        let left = batch.into_iter().filter(|selector| !answers.contains_key(selector)).collect();
        answers.extend(self.singly(left).await);
        answers
    }

    async fn batch_request(&self, batch: &[Selector]) -> Batch {
        let ids = batch.iter().map(|selector| selector.secret.clone()).collect();
        let client = self.account.secrets_manager(self.connections);
        let request = client.batch_get_secret_value().set_secret_id_list(Some(ids)).send();
        match self.connections.send(self.account, Api::BatchGetSecretValue, request).await {
            Ok(answer) => {
                let found =
                    answer.secret_values.unwrap_or_default().into_iter().map(|entry| Found {
                        arn: entry.arn,
                        name: entry.name,
                        text: text(entry.secret_string, entry.secret_binary),
                    });
                let index = Index::new(found);
                let errors = errors(answer.errors.unwrap_or_default());
                let told = |selector: &Selector| {
                    let id = selector.secret.as_str();
                    index.get(id).cloned().or_else(|| errors.get(id).cloned().map(Err))
                };
                let answers = batch.iter().filter_map(|s| Some((s.clone(), told(s)?)));
                Batch::Answered(answers.collect())
            }
            Err(reason) => match reason.kind {
                ErrorKind::Denied => {
                    self.account.deny_batches();
                    Batch::Refused
                }
                ErrorKind::Invalid | ErrorKind::NotFound => Batch::Refused,
                _ => Batch::Answered(
                    batch.iter().map(|s| (s.clone(), Err(reason.clone()))).collect(),
                ),
            },
        }
    }

    /// Reads each by a request of its own.
    async fn singly(&self, selectors: Vec<Selector>) -> Texts {
        let at_a_time = self.connections.settings.requests_at_a_time;
        stream::iter(selectors)
            .map(async |selector| {
                let answer = self.single(&selector).await;
                (selector, answer)
            })
            .buffer_unordered(at_a_time)
            .collect()
            .await
    }

    async fn single(&self, selector: &Selector) -> Result<Text, Reason> {
        let Selector { secret, version_id, stage } = selector.clone();
        let client = self.account.secrets_manager(self.connections);
        let request = client
            .get_secret_value()
            .secret_id(secret)
            .set_version_id(version_id)
            .set_version_stage(stage)
            .send();
        let answer = self.connections.send(self.account, Api::GetSecretValue, request).await?;
        text(answer.secret_string, answer.secret_binary)
    }
}

/// The failures that a batch tells, by the id that was asked for.
fn errors(errors: Vec<ApiErrorType>) -> HashMap<String, Reason> {
    let reason = |error: &ApiErrorType| {
        let message = error.message().unwrap_or_default();
        Reason::of_code(Service::SecretsManager, error.error_code(), message, None)
    };
    errors
        .into_iter()
        .filter_map(|error| Some((error.secret_id.clone()?, reason(&error))))
        .collect()
}
