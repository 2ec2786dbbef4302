//! `aws-secrets`: secrets of Secrets Manager.
//!
//! Entries of all calls that arrive together are [put together](crate::batch) by account and [fetched](fetch) in few
//! requests.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{
    Capabilities, ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
};
use esc_core::schema::{Builder, Schema};
use esc_core::secret::Text;
use esc_core::value::Value;
use esc_provider_kit::Failure;
use esc_provider_kit::inputs::read;
use serde::Deserialize;
use smol_str::SmolStr;

use crate::SECRETS;
use crate::batch::{self, Answers, Batched};
use crate::connection::{Account, Connections};
use crate::failure::{Reason, Service};
use crate::inputs::{self, Login, check_region, login_schema, region_schema, shown};

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

type Texts = HashMap<Selector, Result<Text, Reason>>;

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
        let secret = |text| Value::string::<Text>(text).into_secret();
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

impl Selector {
    /// Whether it asks for no particular version.
    fn is_plain(&self) -> bool {
        self.version_id.is_none() && self.stage.is_none()
    }
}

#[async_trait]
impl Provider for AwsSecrets {
    fn schema(&self) -> ProviderSchema {
        let entry = Schema::object()
            .required_property(
                "secretId",
                Builder::string().min_length(1).max_length(2048).description("The name or ARN of the secret."),
            )
            .property(
                "versionId",
                Builder::string().description("The id of the version; 32 to 64 characters."),
            )
            .property(
                "versionStage",
                Builder::string()
                    .description("The staging label of the version, such as AWSPREVIOUS. Without it and `versionId`, the current version."),
            )
            .closed()
            .description("One secret.");
        ProviderSchema {
            description: Some("Fetches secrets from AWS Secrets Manager.".into()),
            inputs: Schema::object()
                .required_property("region", region_schema("The region of the secrets."))
                .required_property("login", login_schema("Credentials, as aws-login answers them."))
                .required_property(
                    "get",
                    Schema::object().additional(entry).min_properties(1).description(
                        "The secrets to fetch, each under the name it gets in the answer.",
                    ),
                )
                .closed()
                .build(),
            outputs: Schema::object()
                .additional(Builder::string().secret().description("The secret; bytes in base64."))
                .description("The secrets by name.")
                .build(),
        }
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
