//! What layers have in common: single calls and batches are the same to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{
    Capabilities, ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
};
use futures::future::join_all;
use smol_str::SmolStr;

use crate::Failure;

/// What a request comes to.
pub type Answer = Result<Output, ProviderError>;

/// What a layer does round the calls of one provider.
///
/// ```
/// use std::sync::Arc;
/// use esc_core::provider::{OpenRequest, Provider};
/// use esc_provider_kit::layers::{Answer, Around, Layer, Next, around};
///
/// /// Writes down how many requests there are.
/// struct Count;
///
/// impl Layer for Count {
///     fn wrap(&self, name: &str, inner: Arc<dyn Provider>) -> Arc<dyn Provider> {
///         around(name, inner, Count)
///     }
/// }
///
/// #[async_trait::async_trait]
/// impl Around for Count {
///     async fn call(&self, requests: Vec<OpenRequest>, next: &Arc<Next>) -> Vec<Answer> {
///         println!("{}: {}", next.name(), requests.len());
///         next.call(requests).await
///     }
/// }
/// ```
#[async_trait]
pub trait Around: Send + Sync {
    /// Answers the requests, in their order. A single call is a batch of one; there are several only if the provider
    /// has batches.
    async fn call(&self, requests: Vec<OpenRequest>, next: &Arc<Next>) -> Vec<Answer>;
}

/// The provider with that round its calls.
pub fn around(
    name: &str,
    inner: Arc<dyn Provider>,
    layer: impl Around + 'static,
) -> Arc<dyn Provider> {
    let capabilities = inner.capabilities();
    let next = Arc::new(Next { name: name.into(), capabilities, provider: inner });
    Arc::new(Wrapped { next, layer })
}

/// What a layer is wrapped round.
pub struct Next {
    name: SmolStr,
    capabilities: Capabilities,
    provider: Arc<dyn Provider>,
}

impl Next {
    /// The provider's name in documents.
    pub fn name(&self) -> &SmolStr {
        &self.name
    }

    /// What the provider can do.
    pub fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    /// The account of a request.
    pub fn account(&self, request: &OpenRequest) -> SmolStr {
        self.provider.account(request)
    }

    /// Asks the provider: as many answers as requests, in their order.
    pub async fn call(&self, mut requests: Vec<OpenRequest>) -> Vec<Answer> {
        let count = requests.len();
        let answers = match requests.pop() {
            None => Vec::new(),
            Some(only) if requests.is_empty() => vec![self.provider.open(only).await],
            Some(last) => {
                requests.push(last);
                self.provider.open_many(requests).await
            }
        };
        let mut gathered = Gather::new(count);
        for (index, answer) in answers.into_iter().enumerate() {
            gathered.put(index, answer);
        }
        gathered.finish(&self.name)
    }

    /// Asks for the requests of each account apart and all at once.
    pub(super) async fn by_account<F>(
        &self,
        requests: Vec<OpenRequest>,
        call: impl Fn(SmolStr, Vec<OpenRequest>) -> F,
    ) -> Vec<Answer>
    where
        F: Future<Output = Vec<Answer>>,
    {
        let mut gathered = Gather::new(requests.len());
        let mut accounts: BTreeMap<SmolStr, (Vec<usize>, Vec<OpenRequest>)> = BTreeMap::new();
        for (index, request) in requests.into_iter().enumerate() {
            let (indices, requests) = accounts.entry(self.account(&request)).or_default();
            indices.push(index);
            requests.push(request);
        }
        let (indices, calls): (Vec<_>, Vec<_>) = accounts
            .into_iter()
            .map(|(account, (indices, requests))| (indices, call(account, requests)))
            .unzip();
        for (indices, answers) in indices.into_iter().zip(join_all(calls).await) {
            for (index, answer) in indices.into_iter().zip(answers) {
                gathered.put(index, answer);
            }
        }
        gathered.finish(&self.name)
    }
}

/// Answers that come in any order.
pub(super) struct Gather(Vec<Option<Answer>>);

impl Gather {
    pub(super) fn new(count: usize) -> Gather {
        Gather(std::iter::repeat_with(|| None).take(count).collect())
    }

    pub(super) fn put(&mut self, index: usize, answer: Answer) {
        if let Some(slot) = self.0.get_mut(index) {
            *slot = Some(answer);
        }
    }

    /// The requests that failed, with their errors.
    pub(super) fn errors(&self) -> impl Iterator<Item = (usize, &ProviderError)> {
        self.0.iter().enumerate().filter_map(|(index, answer)| match answer {
            Some(Err(error)) => Some((index, error)),
            _ => None,
        })
    }

    /// All answers. What a provider has left out is its defect.
    pub(super) fn finish(self, name: &str) -> Vec<Answer> {
        let missing = || {
            let cause = "the provider did not answer every request of a batch";
            Err(Failure::new(name, ErrorKind::Internal)
                .cause(cause)
                .advice("report this to whoever wrote the provider")
                .into())
        };
        self.0.into_iter().map(|answer| answer.unwrap_or_else(missing)).collect()
    }
}

struct Wrapped<L> {
    next: Arc<Next>,
    layer: L,
}

#[async_trait]
impl<L: Around> Provider for Wrapped<L> {
    fn schema(&self) -> ProviderSchema {
        self.next.provider.schema()
    }

    fn capabilities(&self) -> Capabilities {
        self.next.capabilities
    }

    fn account(&self, request: &OpenRequest) -> SmolStr {
        self.next.account(request)
    }

    async fn open(&self, request: OpenRequest) -> Answer {
        let answers = self.layer.call(vec![request], &self.next).await;
        let mut gathered = Gather::new(1);
        answers.into_iter().for_each(|answer| gathered.put(0, answer));
        gathered.finish(&self.next.name).pop().unwrap_or_else(|| {
            Err(Failure::new(self.next.name.clone(), ErrorKind::Internal).into())
        })
    }

    async fn open_many(&self, requests: Vec<OpenRequest>) -> Vec<Answer> {
        let count = requests.len();
        let mut gathered = Gather::new(count);
        let answers = self.layer.call(requests, &self.next).await;
        for (index, answer) in answers.into_iter().enumerate() {
            gathered.put(index, answer);
        }
        gathered.finish(&self.next.name)
    }
}
