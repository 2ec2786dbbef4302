//! `aws-parameter-store`: parameters of the Systems Manager's Parameter Store.
//!
//! Entries of all calls that arrive together are [put together](crate::batch) by account; parameters are
//! [fetched](fetch) in few requests, and [paths](path) page by page.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{
    Capabilities, ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
};
use esc_core::value::Value;
use esc_provider_kit::Failure;
use esc_provider_kit::inputs::read;
use futures::future::join;
use futures::stream::{self, StreamExt as _};
use serde::Deserialize;
use smol_str::SmolStr;

use crate::PARAMETER_STORE;
use crate::batch::{self, Answers, Batched};
use crate::connection::{Account, Connections};
use crate::failure::Service;
use crate::inputs::{self, Login, check_region, shown};

mod answer;
mod fetch;
mod path;
mod selector;

pub(crate) use selector::{ParameterSelector, PathSelector};

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
pub(crate) struct Inputs {
    region: String,
    login: Login,
    #[serde(default)]
    get: BTreeMap<SmolStr, Entry>,
    #[serde(default)]
    get_by_path: BTreeMap<SmolStr, PathEntry>,
}

#[derive(Deserialize)]
pub(crate) struct Entry {
    name: String,
    #[serde(default)]
    decrypt: bool,
}

#[derive(Deserialize)]
pub(crate) struct PathEntry {
    path: String,
    recursive: Option<bool>,
    #[serde(default)]
    decrypt: bool,
}

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Selector {
    Parameter(ParameterSelector),
    Path(PathSelector),
}

impl AwsParameterStore {
    pub(crate) fn new(connections: Arc<Connections>) -> AwsParameterStore {
        AwsParameterStore { connections }
    }
}

impl Batched for AwsParameterStore {
    const PROVIDER: &'static str = PARAMETER_STORE;
    const SERVICE: Service = Service::Ssm;
    type Inputs = Inputs;
    type Selector = Selector;

    fn connections(&self) -> &Connections {
        &self.connections
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

    fn account(inputs: &Inputs) -> (&str, &Login) {
        (&inputs.region, &inputs.login)
    }

    fn entries(inputs: &Inputs, request: &OpenRequest) -> Vec<batch::Entry<Selector>> {
        let single = inputs.get.iter().map(|(name, entry)| {
            let asked = shown(&request.inputs, &["get", name, "name"]);
            let shown = format!("get.{name}: the parameter `{asked}`");
            batch::Entry { name: name.clone(), shown, selector: entry.selector() }
        });
        let by_path = inputs.get_by_path.iter().map(|(name, entry)| {
            let asked = shown(&request.inputs, &["getByPath", name, "path"]);
            let shown = format!("getByPath.{name}: the path `{asked}`");
            batch::Entry { name: name.clone(), shown, selector: entry.selector() }
        });
        single.chain(by_path).collect()
    }

    async fn fetch(&self, account: &Account, selectors: BTreeSet<Selector>) -> Answers<Selector> {
        let (mut parameters, mut paths) = (BTreeSet::new(), BTreeSet::new());
        for selector in selectors {
            match selector {
                Selector::Parameter(parameter) => parameters.insert(parameter),
                Selector::Path(path) => paths.insert(path),
            };
        }
        let paths = stream::iter(paths)
            .map(async |selector| {
                let answer = path::read(&self.connections, account, &selector).await;
                (Selector::Path(selector), answer)
            })
            .buffer_unordered(self.connections.settings.requests_at_a_time)
            .collect::<Vec<_>>();
        let parameters = fetch::all(&self.connections, account, parameters);
        let (parameters, paths) = join(parameters, paths).await;
        let parameters = parameters.into_iter().map(|(s, answer)| (Selector::Parameter(s), answer));
        parameters.chain(paths).collect()
    }

    fn output(values: BTreeMap<SmolStr, Value>) -> Value {
        Value::object(values)
    }
}

impl Entry {
    fn selector(&self) -> Selector {
        Selector::Parameter(ParameterSelector { decrypt: self.decrypt, name: self.name.clone() })
    }
}

impl PathEntry {
    fn selector(&self) -> Selector {
        Selector::Path(PathSelector {
            path: self.path.clone(),
            recursive: self.recursive.unwrap_or(true),
            decrypt: self.decrypt,
        })
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

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        batch::open(self, &request).await
    }

    async fn open_many(&self, requests: Vec<OpenRequest>) -> Vec<Result<Output, ProviderError>> {
        batch::open_many(self, &requests).await
    }
}
