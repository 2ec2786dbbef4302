//! `aws-secrets`: secrets of Secrets Manager.
//!
//! Entries of all calls that arrive together are [put together](crate::batch) by account and [fetched](fetch) in few
//! requests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{
    Capabilities, ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
};
use esc_core::secret::Text;
use esc_core::value::Value;
use esc_provider_kit::Failure;
use esc_provider_kit::inputs::read;
use serde::Deserialize;
use smol_str::SmolStr;

use crate::SECRETS;
use crate::batch::{self, Answers, Batched};
use crate::connection::{Account, Connections};
use crate::failure::Service;
use crate::inputs::{self, Login, check_region, shown};

mod answer;
mod fetch;
mod selector;

pub(crate) use selector::Selector;

use selector::Texts;

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
pub(crate) struct Inputs {
    region: String,
    login: Login,
    get: BTreeMap<SmolStr, Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    secret_id: String,
    version_id: Option<String>,
    version_stage: Option<String>,
}

impl AwsSecrets {
    pub(crate) fn new(connections: Arc<Connections>) -> AwsSecrets {
        AwsSecrets { connections }
    }
}

impl Batched for AwsSecrets {
    const PROVIDER: &'static str = SECRETS;
    const SERVICE: Service = Service::SecretsManager;
    type Inputs = Inputs;
    type Selector = Selector;

    fn connections(&self) -> &Connections {
        &self.connections
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

    fn account(inputs: &Inputs) -> (&str, &Login) {
        (&inputs.region, &inputs.login)
    }

    fn entries(inputs: &Inputs, request: &OpenRequest) -> Vec<batch::Entry<Selector>> {
        let entry = |(name, entry): (&SmolStr, &Entry)| {
            let secret = shown(&request.inputs, &["get", name, "secretId"]);
            let shown = format!("get.{name}: the secret `{secret}`");
            batch::Entry { name: name.clone(), shown, selector: entry.selector() }
        };
        inputs.get.iter().map(entry).collect()
    }

    async fn fetch(&self, account: &Account, selectors: BTreeSet<Selector>) -> Answers<Selector> {
        let texts = fetch::all(&self.connections, account, selectors).await;
        let secret = |text: Text| Value::string(text).into_secret();
        texts.into_iter().map(|(selector, text)| (selector, text.map(secret))).collect()
    }

    fn output(values: BTreeMap<SmolStr, Value>) -> Value {
        Value::object(values).into_secret()
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

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        batch::open(self, &request).await
    }

    async fn open_many(&self, requests: Vec<OpenRequest>) -> Vec<Result<Output, ProviderError>> {
        batch::open_many(self, &requests).await
    }
}
