//! Reading objects: equal reads once, several at the same time, lists page by page.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use esc_core::provider::ErrorKind;
use esc_core::secret::Secret;
use futures::future::BoxFuture;
use futures::{StreamExt, stream};
use serde::Deserialize;
use smol_str::SmolStr;

use super::Kind;
use crate::connection::{ConnectionKey, Connections, Question};
use crate::credentials::Login;
use crate::failure::{Problem, Remedy};

/// How often a list that the server forgot is begun.
const LIST_ATTEMPTS: usize = 3;

/// What is to be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Reading {
    pub(super) namespace: String,
    pub(super) what: What,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum What {
    Named(String),
    Labelled(String),
}

impl Reading {
    pub(super) fn named(namespace: &str, name: String) -> Reading {
        Reading { namespace: namespace.to_owned(), what: What::Named(name) }
    }

    pub(super) fn labelled(namespace: &str, labels: String) -> Reading {
        Reading { namespace: namespace.to_owned(), what: What::Labelled(labels) }
    }
}

/// An object, as far as it is wanted.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Object {
    metadata: Named,
    pub(super) data: Option<BTreeMap<SmolStr, Secret<String>>>,
    pub(super) binary_data: Option<BTreeMap<SmolStr, Secret<String>>>,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: SmolStr,
}

impl Object {
    pub(super) fn name(&self) -> &SmolStr {
        &self.metadata.name
    }
}

#[derive(Deserialize)]
struct Page {
    metadata: PageMetadata,
    items: Vec<Object>,
}

#[derive(Deserialize)]
struct PageMetadata {
    #[serde(rename = "continue")]
    after: Option<String>,
}

type Read = Result<Arc<Vec<Object>>, Problem>;

/// What came of all that was to be read.
pub(super) struct Readings(HashMap<(ConnectionKey, Reading), Read>);

impl Readings {
    /// Reads everything that is wanted.
    pub(super) async fn of(
        connections: &Connections,
        kind: Kind,
        wanted: Vec<(&Login, &Reading)>,
    ) -> Readings {
        let mut unique = HashMap::new();
        for (login, reading) in wanted {
            // Without a key nothing is read, and `get` says why.
            if let Ok(key) = connections.key(login) {
                unique.entry((key, reading.clone())).or_insert(login);
            }
        }
        // Boxed, since the compiler cannot see that such futures are `Send` whatever they borrow.
        let mut reads: Vec<BoxFuture<'_, _>> = Vec::with_capacity(unique.len());
        for (key, login) in unique {
            reads.push(Box::pin(async move {
                let read = read(connections, kind, login, &key.1).await;
                (key, read.map(Arc::new))
            }));
        }
        let concurrency = connections.settings.concurrency;
        Readings(stream::iter(reads).buffer_unordered(concurrency).collect().await)
    }

    pub(super) fn get(&self, connections: &Connections, login: &Login, reading: &Reading) -> Read {
        let key = (connections.key(login)?, reading.clone());
        self.0.get(&key).cloned().unwrap_or_else(|| {
            Err(Problem::new(ErrorKind::Internal, "it was not read", "report this defect"))
        })
    }
}

async fn read(
    connections: &Connections,
    kind: Kind,
    login: &Login,
    Reading { namespace, what }: &Reading,
) -> Result<Vec<Object>, Problem> {
    let (resource, namespace) = (kind.resource(), namespace.clone());
    match what {
        What::Named(name) => {
            let question = Question::Get { resource, namespace, name: name.clone() };
            Ok(vec![parse(&connections.ask(login, &question).await?)?])
        }
        What::Labelled(labels) => {
            let mut attempt = 1;
            loop {
                match list(connections, resource, login, &namespace, labels).await {
                    Err(problem)
                        if problem.remedy == Remedy::StartOver && attempt < LIST_ATTEMPTS =>
                    {
                        attempt += 1
                    }
                    answer => return answer,
                }
            }
        }
    }
}

async fn list(
    connections: &Connections,
    resource: &'static str,
    login: &Login,
    namespace: &str,
    labels: &str,
) -> Result<Vec<Object>, Problem> {
    let limit = connections.settings.max_objects;
    let mut objects = Vec::new();
    let mut after = None;
    loop {
        let (namespace, labels) = (namespace.to_owned(), labels.to_owned());
        let question = Question::List { resource, namespace, labels, after };
        let page: Page = parse(&connections.ask(login, &question).await?)?;
        let empty = page.items.is_empty();
        objects.extend(page.items);
        if objects.len() > limit {
            return Err(Problem::new(
                ErrorKind::Invalid,
                format!("the labels select more than {limit} objects"),
                "select fewer, or allow more",
            ));
        }
        after = page.metadata.after.filter(|token| !token.is_empty());
        // A server that promises more without giving any would keep us here for ever.
        if after.is_none() || empty {
            return Ok(objects);
        }
    }
}

/// Reads an answer. What is wrong with it stays unsaid, since that may quote it.
fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|_| Problem::not_kubernetes())
}
