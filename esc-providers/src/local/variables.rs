//! `fn::open::env`: variables that the embedder offers.

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use esc_core::provider::{
    Capabilities, ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
};
use esc_core::schema::{Builder, Schema};
use esc_core::secret::{Secret, Text};
use esc_core::value::Value;
use esc_provider_kit::{Failure, inputs};
use serde::Deserialize;

use super::ENV;

/// Answers variables by name, of those it was given.
///
/// ```yaml
/// values:
///   token:
///     fn::open::env: { name: CI_TOKEN }
///   branch:
///     fn::open::env: { name: CI_BRANCH, default: main, secret: false }
/// ```
///
/// The answer is a string, secret unless `secret: false` is given.
#[derive(Clone, Default)]
pub struct Variables(BTreeMap<String, Text>);

impl Variables {
    /// Offers these variables and no others.
    pub fn new<N: Into<String>, V: Into<String>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Variables {
        let variables = variables.into_iter();
        Variables(variables.map(|(n, v)| (n.into(), Text::secret(v.into()))).collect())
    }
}

#[async_trait]
impl Provider for Variables {
    fn schema(&self) -> ProviderSchema {
        let name = Builder::string().min_length(1).description("The name of the variable.");
        let default = Builder::string().description("The answer if there is no such variable.");
        let secret = Builder::boolean()
            .description("Whether the value is secret. It is unless this is false.");
        ProviderSchema {
            description: Some(
                "Answers a variable of the process that opens the environment.".into(),
            ),
            inputs: Schema::object()
                .required_property("name", name.build())
                .property("default", default.build())
                .property("secret", secret.build())
                .closed()
                .build(),
            outputs: Schema::string(),
        }
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default().with_idempotent()
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        let Inputs { name, default, secret } = inputs::read(ENV, &request)?;
        let value = match (self.0.get(&name), &default) {
            (Some(value), _) => value.as_str(),
            (None, Some(default)) => default.expose(),
            (None, None) => {
                return Err(Failure::new(ENV, ErrorKind::NotFound)
                    .reference(format_args!("the variable `{name}`"))
                    .cause("it is not set, or whoever opens the environment does not allow it")
                    .advice("set and allow the variable, or give a `default`")
                    .into());
            }
        };
        Ok(match secret {
            Some(false) => Value::string(value),
            _ => Value::string(Text::secret(value.to_owned())).into_secret(),
        }
        .into())
    }
}

#[derive(Deserialize)]
struct Inputs {
    name: String,
    default: Option<Secret<String>>,
    secret: Option<bool>,
}

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Variables").field(&self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use esc_core::json::Json;
    use esc_core::value::Reveal;

    async fn open(inputs: &str) -> Result<Value, ProviderError> {
        let variables = Variables::new([("TOKEN", "hunter2"), ("EMPTY", "")]);
        let request = OpenRequest {
            inputs: Value::from_json(&Json::parse(inputs).unwrap()),
            context: Arc::default(),
            site: Default::default(),
        };
        variables.open(request).await.map(|opened| opened.value)
    }

    #[tokio::test]
    async fn values_are_secret_unless_told_otherwise() {
        let value = open(r#"{"name":"TOKEN"}"#).await.unwrap();
        assert_eq!(value.to_json(Reveal::Redacted), "\"[secret]\"");
        assert_eq!(value.as_str(), Some("hunter2"));
        let plain = open(r#"{"name":"TOKEN","secret":false}"#).await.unwrap();
        assert_eq!(plain.to_json(Reveal::Redacted), "\"hunter2\"");
        assert_eq!(open(r#"{"name":"EMPTY","default":"x"}"#).await.unwrap().as_str(), Some(""));
        assert_eq!(open(r#"{"name":"NONE","default":"x"}"#).await.unwrap().as_str(), Some("x"));
    }

    #[tokio::test]
    async fn failures_have_kinds() {
        let kind = |inputs: &'static str| async move { open(inputs).await.unwrap_err().kind };
        assert_eq!(kind(r#"{"name":"HOME"}"#).await, ErrorKind::NotFound);
        assert_eq!(kind(r#"{}"#).await, ErrorKind::Invalid);
        assert_eq!(kind(r#"{"name":"TOKEN","secret":1}"#).await, ErrorKind::Invalid);
    }

    #[test]
    fn debug_shows_names_only() {
        let shown = format!("{:?}", Variables::new([("TOKEN", "hunter2")]));
        assert_eq!(shown, "Variables([\"TOKEN\"])");
    }
}
