//! `fn::open::kubernetes-secrets` and `fn::open::kubernetes-configmaps`: objects by name and by label.
//!
//! A call, or a batch of calls, goes in three steps: what has to be read ([`read`]: equal reads once), reading it, and
//! making values of it ([`render`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::provider::{
    Capabilities, ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
};
use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::value::Value;
use esc_provider_kit::{Failure, Failures, inputs};
use serde::Deserialize;
use smol_str::SmolStr;

use crate::connection::Connections;
use crate::credentials::{self, Login};
use crate::failure::Problem;

mod kind;
mod read;
mod render;

pub(crate) use kind::Kind;

use read::{Reading, Readings};

/// The provider of objects of one kind.
pub(crate) struct Objects {
    pub(crate) kind: Kind,
    pub(crate) connections: Arc<Connections>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inputs {
    login: Login,
    namespace: Option<String>,
    #[serde(default)]
    get: BTreeMap<SmolStr, Get>,
    #[serde(default)]
    list: BTreeMap<SmolStr, List>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Get {
    name: String,
    key: Option<String>,
    binary: Option<Binary>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    labels: String,
    key: Option<String>,
    binary: Option<Binary>,
}

/// What bytes become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Binary {
    Base64,
}

#[async_trait]
impl Provider for Objects {
    fn schema(&self) -> ProviderSchema {
        let noun = self.kind.noun();
        let key = |text: &str| Builder::string().min_length(1).description(text);
        let binary = Builder::string()
            .enumeration([Value::string("base64")])
            .description("`base64`: every value comes in base64, for bytes that are no text.")
            .build();
        let get = Schema::object()
            .description("One object.")
            .required_property(
                "name",
                credentials::name_schema(&format!("The name of the {noun}.")),
            )
            .property(
                "key",
                key("The key whose value is wanted; without it all of them, as an object."),
            )
            .property("binary", binary.clone())
            .closed()
            .build();
        let labels = Builder::string()
            .min_length(1)
            .description("A label selector, as in `app=web,tier in (front,back)`.");
        let list = Schema::object()
            .description("All objects with certain labels.")
            .required_property("labels", labels)
            .property(
                "key",
                key("The key whose value is wanted of each; without it all of them, as an object."),
            )
            .property("binary", binary)
            .closed()
            .build();
        let entries = |schema: SchemaRef, text: &str| {
            Schema::object().additional(schema).description(text).min_properties(1)
        };
        let inputs = Schema::object()
            .required_property(
                "login",
                credentials::schema("How to reach the cluster, from `kubernetes-login`."),
            )
            .property(
                "namespace",
                credentials::namespace_schema("The namespace; without it the login's."),
            )
            .property(
                "get",
                entries(
                    get,
                    "Objects by name, each under a name of the document's choice. Needs the \
                         verb `get` on these names only.",
                ),
            )
            .property(
                "list",
                entries(
                    list,
                    "Objects by label, each group under a name of the document's choice. Needs \
                         the verb `list`, which lets the login read every object of the namespace.",
                ),
            )
            .closed()
            .build();
        ProviderSchema {
            description: Some(format!("Reads {noun}s of a Kubernetes cluster.")),
            inputs,
            outputs: self.outputs(),
        }
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default().with_batch().with_idempotent()
    }

    fn account(&self, request: &OpenRequest) -> SmolStr {
        credentials::account(&request.inputs)
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        let mut answers = self.open_many(vec![request]).await;
        answers
            .pop()
            .unwrap_or_else(|| Err(ProviderError::new(ErrorKind::Internal, "a request was lost")))
    }

    async fn open_many(&self, requests: Vec<OpenRequest>) -> Vec<Result<Output, ProviderError>> {
        let calls: Vec<_> = requests.iter().map(|request| self.prepare(request)).collect();
        let mut wanted = Vec::new();
        for call in calls.iter().flatten() {
            wanted.extend(call.parts.iter().map(|part| (&call.login, &part.reading)));
        }
        let readings = Readings::of(&self.connections, self.kind, wanted).await;
        calls.into_iter().map(|call| self.answer(&call?, &readings)).collect()
    }
}

/// A call, understood.
struct Call {
    login: Login,
    parts: Vec<Part>,
}

/// What becomes one property of the answer.
struct Part {
    name: SmolStr,
    /// Where the document asks for it, as in `get.db`.
    path: String,
    reading: Reading,
    key: Option<String>,
    binary: bool,
}

impl Objects {
    fn outputs(&self) -> SchemaRef {
        let leaf = |text: &str| {
            let leaf = Builder::string().description(text);
            if self.kind == Kind::Secrets { leaf.secret().build() } else { leaf.build() }
        };
        let object = Schema::object().additional(leaf("The value of a key.")).build();
        let one = || Schema::either([leaf("The value of the key."), object.clone()]);
        let group = Schema::object().additional(one()).build();
        Schema::object()
            .description(
                "For each name of `get` a value or an object of values; for each of `list` an \
                 object of these.",
            )
            .additional(Schema::either([leaf("The value of the key."), object.clone(), group]))
            .build()
    }

    fn prepare(&self, request: &OpenRequest) -> Result<Call, ProviderError> {
        let provider = self.kind.provider();
        let Inputs { login, namespace, get, list } = inputs::read(provider, request)?;
        let invalid = |cause: String, advice: &str| -> ProviderError {
            let failure = Failure::new(provider, ErrorKind::Invalid).reference("the inputs");
            failure.cause(cause).advice(advice).into()
        };
        if get.is_empty() && list.is_empty() {
            let advice = "say what to read in `get` (by name) or `list` (by label)";
            return Err(invalid("nothing is asked for".into(), advice));
        }
        if let Some(name) = get.keys().find(|name| list.contains_key(*name)) {
            let cause = format!("`{name}` is in `get` and in `list`");
            return Err(invalid(cause, "give one of them another name"));
        }
        let namespace = login.namespace_or(namespace.as_deref());
        let names = get.values().map(|get| &get.name).chain([&namespace]);
        for name in names {
            if !credentials::is_name(name) {
                let cause = format!("`{name}` cannot be the name of anything in Kubernetes");
                return Err(invalid(cause, "names are of lower-case letters, digits, `-` and `.`"));
            }
        }
        let mut parts = Vec::with_capacity(get.len() + list.len());
        for (name, Get { name: object, key, binary }) in get {
            let path = format!("get.{name}");
            let reading = Reading::named(&namespace, object);
            parts.push(Part { name, path, reading, key, binary: binary.is_some() });
        }
        for (name, List { labels, key, binary }) in list {
            let path = format!("list.{name}");
            let reading = Reading::labelled(&namespace, labels);
            parts.push(Part { name, path, reading, key, binary: binary.is_some() });
        }
        Ok(Call { login, parts })
    }

    fn answer(&self, call: &Call, readings: &Readings) -> Result<Output, ProviderError> {
        let mut failures = Failures::new(call.parts.len());
        let mut properties = Vec::with_capacity(call.parts.len());
        for (index, part) in call.parts.iter().enumerate() {
            match self.value(call, part, readings) {
                Ok(value) => properties.push((part.name.clone(), value)),
                Err(problem) => failures.add(index, self.failure(call, part, &problem)),
            }
        }
        failures.into_result()?;
        Ok(Value::object(properties).into())
    }

    fn failure(&self, call: &Call, part: &Part, problem: &Problem) -> Failure {
        let noun = self.kind.noun();
        let reference = match &part.reading.what {
            read::What::Named(name) => format!("the {noun} `{name}` (`{}`)", part.path),
            read::What::Labelled(labels) => {
                format!("the {noun}s with the labels `{labels}` (`{}`)", part.path)
            }
        };
        let place = format!("`{}` of {}", part.reading.namespace, call.login.server);
        problem.told(self.kind.provider(), &reference, &place)
    }

    fn value(&self, call: &Call, part: &Part, readings: &Readings) -> Result<Value, Problem> {
        let objects = readings.get(&self.connections, &call.login, &part.reading)?;
        let render = |object| render::value(self.kind, object, part.key.as_deref(), part.binary);
        match &part.reading.what {
            read::What::Named(_) => match objects.first() {
                Some(object) => render(object),
                None => Err(Problem::not_kubernetes()),
            },
            read::What::Labelled(_) => {
                let each =
                    objects.iter().map(|object| Ok((object.name().clone(), render(object)?)));
                Ok(Value::object(each.collect::<Result<Vec<_>, Problem>>()?))
            }
        }
    }
}
