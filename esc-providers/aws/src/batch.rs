//! Calls that read several things of an account, put together.
//!
//! All requests that arrive together are taken apart into selectors, which are sorted by account; each account's are
//! fetched once, however many requests name them; and the answers are put together again, each request's with its own
//! failures.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use esc_core::provider::{ErrorKind, OpenRequest, Output, ProviderError};
use esc_core::value::Value;
use esc_provider_kit::Failures;
use futures::future::join_all;
use smol_str::SmolStr;

use crate::connection::{Account, AccountKey, Connections};
use crate::failure::{Reason, Service};
use crate::inputs::{Login, shown};

/// What was read, by what was asked for.
pub(crate) type Answers<S> = HashMap<S, Result<Value, Reason>>;

/// A provider whose calls read several things of an account.
pub(crate) trait Batched: Sync {
    /// Its name in documents.
    const PROVIDER: &'static str;
    /// Who answers.
    const SERVICE: Service;
    /// The inputs of a call.
    type Inputs: Send + Sync;
    /// What tells one read from another.
    type Selector: Clone + Ord + Hash + Send + Sync;

    fn connections(&self) -> &Connections;

    /// The inputs, if they make sense.
    fn read(&self, request: &OpenRequest) -> Result<Self::Inputs, ProviderError>;

    /// Where, and with which credentials.
    fn account(inputs: &Self::Inputs) -> (&str, &Login);

    /// What the call asks for, in the order in which failures are told.
    fn entries(inputs: &Self::Inputs, request: &OpenRequest) -> Vec<Entry<Self::Selector>>;

    /// Reads all of these.
    fn fetch(
        &self,
        account: &Account,
        selectors: BTreeSet<Self::Selector>,
    ) -> impl Future<Output = Answers<Self::Selector>> + Send;

    /// What the call answers, of the values by name.
    fn output(values: BTreeMap<SmolStr, Value>) -> Value;
}

/// One thing that a call asks for.
pub(crate) struct Entry<S> {
    /// Under which name it is answered.
    pub(crate) name: SmolStr,
    /// The entry as errors name it.
    pub(crate) shown: String,
    pub(crate) selector: S,
}

/// Answers these requests, each account's reads together.
pub(crate) async fn open_many<P: Batched>(
    provider: &P,
    requests: &[OpenRequest],
) -> Vec<Result<Output, ProviderError>> {
    let calls: Vec<_> = requests.iter().map(|request| Call::new(provider, request)).collect();
    let answers = fetch(provider, calls.iter().flatten()).await;
    calls.into_iter().map(|call| call?.answer(&answers)).collect()
}

/// Answers one request.
pub(crate) async fn open<P: Batched>(
    provider: &P,
    request: &OpenRequest,
) -> Result<Output, ProviderError> {
    let call = Call::new(provider, request)?;
    let answers = fetch(provider, [&call]).await;
    call.answer(&answers)
}

/// That the service left something out of its answer.
pub(crate) fn no_answer(service: Service) -> Reason {
    let cause = format!("{} did not answer for it", service.name());
    Reason::new(ErrorKind::Unavailable, cause).with_advice("try again")
}

/// A request, understood.
struct Call<P: Batched> {
    inputs: P::Inputs,
    account: AccountKey,
    /// The region as errors may show it.
    place: String,
    entries: Vec<Entry<P::Selector>>,
}

impl<P: Batched> Call<P> {
    fn new(provider: &P, request: &OpenRequest) -> Result<Call<P>, ProviderError> {
        let inputs = provider.read(request)?;
        let (region, login) = P::account(&inputs);
        let account = provider.connections().account_key(region, login);
        let place = shown(&request.inputs, &["region"]);
        let entries = P::entries(&inputs, request);
        Ok(Call { inputs, account, place, entries })
    }

    fn answer(
        self,
        answers: &HashMap<AccountKey, Answers<P::Selector>>,
    ) -> Result<Output, ProviderError> {
        let answers = answers.get(&self.account);
        let mut failures = Failures::new(self.entries.len());
        let mut values = BTreeMap::new();
        for (place, Entry { name, shown, selector }) in self.entries.into_iter().enumerate() {
            let answer = answers.and_then(|answers| answers.get(&selector)).cloned();
            match answer.unwrap_or_else(|| Err(no_answer(P::SERVICE))) {
                Ok(value) => {
                    values.insert(name, value);
                }
                Err(reason) => failures.add(place, reason.failure(P::PROVIDER, shown, &self.place)),
            }
        }
        failures.into_result()?;
        Ok(P::output(values).into())
    }
}

/// Fetches what all these calls ask for, each account's once.
async fn fetch<'a, P: Batched + 'a>(
    provider: &P,
    calls: impl IntoIterator<Item = &'a Call<P>>,
) -> HashMap<AccountKey, Answers<P::Selector>> {
    let mut wanted: HashMap<AccountKey, (&P::Inputs, BTreeSet<P::Selector>)> = HashMap::new();
    for call in calls {
        let entry = wanted.entry(call.account).or_insert((&call.inputs, BTreeSet::new()));
        entry.1.extend(call.entries.iter().map(|entry| entry.selector.clone()));
    }
    let fetches = wanted.into_iter().map(async |(key, (inputs, selectors))| {
        let (region, login) = P::account(inputs);
        let account = provider.connections().account(region, login).await;
        (key, provider.fetch(&account, selectors).await)
    });
    join_all(fetches).await.into_iter().collect()
}
