//! `aws-secrets`: secrets of Secrets Manager.
//!
//! All requests that arrive together are taken apart into [selectors](Selector), which are sorted by account; each
//! account's are [fetched](fetch) once, however many requests name them; and the answers are put together again.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{
    Capabilities, ErrorKind, OpenRequest, Opened, Provider, ProviderError, ProviderSchema,
};
use esc_core::schema::{Builder, Schema};
use esc_core::secret::Text;
use esc_core::value::Value;
use esc_provider_kit::Failure;
use esc_provider_kit::inputs::read;
use futures::future::join_all;
use serde::Deserialize;
use smol_str::SmolStr;

use crate::SECRETS;
use crate::connection::{AccountKey, Connections};
use crate::failure::Reason;
use crate::inputs::{self, Login, check_region, shown};
use crate::report::Report;

mod answer;
mod fetch;

/// Fetches secrets from AWS Secrets Manager: the provider `aws-secrets`.
///
/// ```yaml
#[doc = include_str!("../../examples/aws-secrets.yaml")]
/// ```
///
/// A secret comes as a string. One that holds JSON stays text until `fn::fromJSON` reads it. One that holds bytes comes
/// in base64 (standard alphabet, padded), for `fn::fromBase64`.
///
/// Everything is secret. If some entries cannot be had, the error names each of them.
///
/// # Requests
///
/// Entries that ask for the current version go 20 at a time through `BatchGetSecretValue`, together with those of
/// other calls with the same login and region that are ready at the same time; a secret that several ask for is
/// fetched once. Entries with a `versionId` or another `versionStage`, and an entry that is alone, go through
/// `GetSecretValue`. If the login may not read in batches, secrets are read one by one, and batches are not tried again
/// for a quarter of an hour.
#[derive(Clone, Debug)]
pub struct AwsSecrets {
    connections: Arc<Connections>,
}

#[derive(Deserialize)]
struct Inputs {
    region: String,
    login: Login,
    get: BTreeMap<SmolStr, Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    secret_id: String,
    version_id: Option<String>,
    version_stage: Option<String>,
}

/// What one read is told: which secret, and which version of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Selector {
    secret: String,
    version_id: Option<String>,
    stage: Option<String>,
}

type Answers = HashMap<Selector, Result<Text, Reason>>;

impl AwsSecrets {
    pub(crate) fn new(connections: Arc<Connections>) -> AwsSecrets {
        AwsSecrets { connections }
    }

    fn read(&self, request: &OpenRequest) -> Result<Inputs, ProviderError> {
        let inputs: Inputs = read(SECRETS, request)?;
        check_region(SECRETS, &inputs.region)?;
        if inputs.get.is_empty() {
            return Err(Failure::new(SECRETS, ErrorKind::Invalid)
                .reference("`get`")
                .cause("it names no secret")
                .advice("name at least one secret")
                .into());
        }
        Ok(inputs)
    }

    /// Fetches what all these inputs ask for, each account's once.
    async fn fetch(&self, all: &[&Inputs]) -> HashMap<AccountKey, Answers> {
        let mut wanted: HashMap<AccountKey, (&Inputs, BTreeSet<Selector>)> = HashMap::new();
        for &inputs in all {
            let key = self.connections.account_key(&inputs.region, &inputs.login);
            let (_, selectors) = wanted.entry(key).or_insert((inputs, BTreeSet::new()));
            selectors.extend(inputs.get.values().map(Entry::selector));
        }
        let fetches = wanted.into_iter().map(async |(key, (inputs, selectors))| {
            let account = self.connections.account(&inputs.region, &inputs.login).await;
            (key, fetch::all(&self.connections, &account, selectors).await)
        });
        join_all(fetches).await.into_iter().collect()
    }

    /// The answer to one request.
    fn compose(
        &self,
        request: &OpenRequest,
        inputs: &Inputs,
        answers: &HashMap<AccountKey, Answers>,
    ) -> Result<Opened, ProviderError> {
        let key = self.connections.account_key(&inputs.region, &inputs.login);
        let answers = answers.get(&key);
        let mut report = Report::new(SECRETS, inputs.get.len());
        let mut values = BTreeMap::new();
        for (name, entry) in &inputs.get {
            let answer = answers.and_then(|answers| answers.get(&entry.selector()));
            match answer {
                Some(Ok(text)) => {
                    values.insert(name.clone(), Value::string(text.clone()).into_secret());
                }
                Some(Err(reason)) => report.add(entry.shown(&request.inputs, name), reason.clone()),
                None => report.add(entry.shown(&request.inputs, name), fetch::no_answer()),
            }
        }
        report.result(&shown(&request.inputs, &["region"]))?;
        Ok(Value::object(values).into_secret().into())
    }
}

impl Entry {
    fn selector(&self) -> Selector {
        // The current version is what one gets without asking.
        let current =
            self.version_id.is_none() && self.version_stage.as_deref() == Some("AWSCURRENT");
        Selector {
            secret: self.secret_id.clone(),
            version_id: self.version_id.clone(),
            stage: self.version_stage.clone().filter(|_| !current),
        }
    }

    /// The entry as errors name it.
    fn shown(&self, inputs: &Value, name: &str) -> String {
        let secret = shown(inputs, &["get", name, "secretId"]);
        format!("get.{name}: the secret `{secret}`")
    }
}

impl Selector {
    /// Whether it asks for no particular version.
    fn is_plain(&self) -> bool {
        self.version_id.is_none() && self.stage.is_none()
    }
}

#[async_trait]
impl Provider for AwsSecrets {
    fn schema(&self) -> ProviderSchema {
        esc_provider_schemas::aws::SECRETS.schema().clone()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default().with_batch().with_idempotent().with_versions()
    }

    fn account(&self, request: &OpenRequest) -> SmolStr {
        inputs::account(request)
    }

    async fn open(&self, request: OpenRequest) -> Result<Opened, ProviderError> {
        let inputs = self.read(&request)?;
        let answers = self.fetch(&[&inputs]).await;
        self.compose(&request, &inputs, &answers)
    }

    async fn open_many(&self, requests: Vec<OpenRequest>) -> Vec<Result<Opened, ProviderError>> {
        let inputs: Vec<_> = requests.iter().map(|request| self.read(request)).collect();
        let good: Vec<&Inputs> = inputs.iter().flatten().collect();
        let answers = self.fetch(&good).await;
        let each = requests.iter().zip(&inputs);
        each.map(|(request, inputs)| match inputs {
            Ok(inputs) => self.compose(request, inputs, &answers),
            Err(error) => Err(error.clone()),
        })
        .collect()
    }
}
