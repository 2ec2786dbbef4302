//! `aws-parameter-store`: parameters of the Systems Manager's Parameter Store.
//!
//! As in `aws-secrets`, requests that arrive together are taken apart, each account's parameters are [fetched](fetch)
//! once, and the answers are put together again. [Paths](path) are read page by page.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{
    Capabilities, ErrorKind, OpenRequest, Opened, Provider, ProviderError, ProviderSchema,
};
use esc_core::value::Value;
use esc_provider_kit::Failure;
use esc_provider_kit::inputs::read;
use futures::future::{join, join_all};
use futures::stream::{self, StreamExt as _};
use serde::Deserialize;
use smol_str::SmolStr;

use crate::PARAMETER_STORE;
use crate::connection::{Account, AccountKey, Connections};
use crate::failure::Reason;
use crate::inputs::{self, Login, check_region, shown};
use crate::report::Report;

mod answer;
mod fetch;
mod path;

/// Fetches parameters from AWS Systems Manager Parameter Store: the provider `aws-parameter-store`.
///
/// ```yaml
#[doc = include_str!("../../examples/aws-parameter-store.yaml")]
/// ```
///
/// A `String` or `SecureString` comes as a string, a `StringList` as a list of strings. A `SecureString` is secret,
/// whether or not it is decrypted; without `decrypt: true` it comes encrypted.
///
/// # By path
///
/// `getByPath` answers all parameters below a path, as objects nested by what stands between the slashes: `/app/db/host`
/// below `/app` is `db.host`. If a parameter is at the same time a path to others, as `/app/db` is here, its own value
/// stands beside theirs under the empty name: `db[""]`. A path without parameters is an error: for AWS it does not
/// exist.
///
/// # Requests
///
/// Parameters go 10 at a time through `GetParameters`, encrypted and decrypted ones apart, together with those of other
/// calls with the same login and region that are ready at the same time; a parameter that several ask for is fetched
/// once. AWS refuses ten parameters for what is wrong with one of them; then each is asked for by itself.
#[derive(Clone, Debug)]
pub struct AwsParameterStore {
    connections: Arc<Connections>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inputs {
    region: String,
    login: Login,
    #[serde(default)]
    get: BTreeMap<SmolStr, Entry>,
    #[serde(default)]
    get_by_path: BTreeMap<SmolStr, PathEntry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    #[serde(default)]
    decrypt: bool,
}

#[derive(Deserialize)]
struct PathEntry {
    path: String,
    recursive: Option<bool>,
    #[serde(default)]
    decrypt: bool,
}

/// One parameter to read, perhaps with a version or label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Selector {
    decrypt: bool,
    name: String,
}

/// One path to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct PathSelector {
    path: String,
    recursive: bool,
    decrypt: bool,
}

/// What is wanted of one account.
#[derive(Default)]
struct Wanted {
    parameters: BTreeSet<Selector>,
    paths: BTreeSet<PathSelector>,
}

/// What an account answered.
struct Answers {
    parameters: HashMap<Selector, Result<Value, Reason>>,
    paths: HashMap<PathSelector, Result<Value, Reason>>,
}

impl AwsParameterStore {
    pub(crate) fn new(connections: Arc<Connections>) -> AwsParameterStore {
        AwsParameterStore { connections }
    }

    fn read(&self, request: &OpenRequest) -> Result<Inputs, ProviderError> {
        let inputs: Inputs = read(PARAMETER_STORE, request)?;
        check_region(PARAMETER_STORE, &inputs.region)?;
        let invalid = |reference: &str, cause: &str, advice: &str| {
            Failure::new(PARAMETER_STORE, ErrorKind::Invalid)
                .reference(reference)
                .cause(cause)
                .advice(advice)
        };
        if inputs.get.is_empty() && inputs.get_by_path.is_empty() {
            let cause = "they name no parameter";
            return Err(invalid("`get` and `getByPath`", cause, "name at least one").into());
        }
        if let Some(name) = inputs.get.keys().find(|name| inputs.get_by_path.contains_key(*name)) {
            let reference = format!("get.{name}, getByPath.{name}");
            let cause = "both would have the same name in the answer";
            return Err(invalid(&reference, cause, "give one of them another name").into());
        }
        Ok(inputs)
    }

    /// Fetches what all these inputs ask for, each account's once.
    async fn fetch(&self, all: &[&Inputs]) -> HashMap<AccountKey, Answers> {
        let mut accounts: HashMap<AccountKey, (&Inputs, Wanted)> = HashMap::new();
        for &inputs in all {
            let key = self.connections.account_key(&inputs.region, &inputs.login);
            let (_, wanted) = accounts.entry(key).or_insert((inputs, Wanted::default()));
            wanted.parameters.extend(inputs.get.values().map(Entry::selector));
            wanted.paths.extend(inputs.get_by_path.values().map(PathEntry::selector));
        }
        let fetches = accounts.into_iter().map(async |(key, (inputs, wanted))| {
            let account = self.connections.account(&inputs.region, &inputs.login).await;
            (key, self.fetch_of(&account, wanted).await)
        });
        join_all(fetches).await.into_iter().collect()
    }

    async fn fetch_of(&self, account: &Account, wanted: Wanted) -> Answers {
        let paths = stream::iter(wanted.paths)
            .map(async |selector| {
                let answer = path::read(&self.connections, account, &selector).await;
                (selector, answer)
            })
            .buffer_unordered(self.connections.settings.requests_at_a_time)
            .collect();
        let parameters = fetch::all(&self.connections, account, wanted.parameters);
        let (parameters, paths) = join(parameters, paths).await;
        Answers { parameters, paths }
    }

    /// The answer to one request.
    fn compose(
        &self,
        request: &OpenRequest,
        inputs: &Inputs,
        answers: &HashMap<AccountKey, Answers>,
    ) -> Result<Opened, ProviderError> {
        let answers = answers.get(&self.connections.account_key(&inputs.region, &inputs.login));
        let mut report = Report::new(PARAMETER_STORE, inputs.get.len() + inputs.get_by_path.len());
        let mut values = BTreeMap::new();
        let single = inputs.get.iter().map(|(name, entry)| {
            let answer = answers.and_then(|a| a.parameters.get(&entry.selector()));
            let asked = shown(&request.inputs, &["get", name, "name"]);
            (name, answer, format!("get.{name}: the parameter `{asked}`"))
        });
        let by_path = inputs.get_by_path.iter().map(|(name, entry)| {
            let answer = answers.and_then(|a| a.paths.get(&entry.selector()));
            let asked = shown(&request.inputs, &["getByPath", name, "path"]);
            (name, answer, format!("getByPath.{name}: the path `{asked}`"))
        });
        for (name, answer, shown) in single.chain(by_path) {
            match answer {
                Some(Ok(value)) => {
                    values.insert(name.clone(), value.clone());
                }
                Some(Err(reason)) => report.add(shown, reason.clone()),
                None => report.add(shown, fetch::no_answer()),
            }
        }
        report.result(&shown(&request.inputs, &["region"]))?;
        Ok(Value::object(values).into())
    }
}

impl Entry {
    fn selector(&self) -> Selector {
        Selector { decrypt: self.decrypt, name: self.name.clone() }
    }
}

impl PathEntry {
    fn selector(&self) -> PathSelector {
        PathSelector {
            path: self.path.clone(),
            recursive: self.recursive.unwrap_or(true),
            decrypt: self.decrypt,
        }
    }
}

#[async_trait]
impl Provider for AwsParameterStore {
    fn schema(&self) -> ProviderSchema {
        esc_provider_schemas::aws::PARAMETER_STORE.schema().clone()
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
