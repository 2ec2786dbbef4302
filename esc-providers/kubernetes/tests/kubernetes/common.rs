//! What the tests share.

use std::sync::Arc;

use esc_core::json::Json;
use esc_core::provider::{CallSite, OpenRequest, Output, Provider, ProviderError};
use esc_core::value::{Reveal, Value};
use esc_provider_kit::Family;
use esc_provider_kubernetes::{Kubernetes, SECRETS, Settings};
use esc_test_servers::kubernetes::{FakeKubernetes, Rule};
use serde_json::json;

/// Must not be seen anywhere but in values.
pub const CANARY: &str = "canary-hunter2";

/// A namespace `app` with a few objects, and a token that may read them.
pub struct World {
    pub server: FakeKubernetes,
    pub token: String,
    pub providers: Kubernetes,
}

impl World {
    pub async fn new() -> World {
        World::with(Settings::default()).await
    }

    pub async fn with(settings: Settings) -> World {
        let server = FakeKubernetes::start().await;
        server.namespace("app");
        let queue = [("tier", "queue")];
        server.secret("app", "db", &[], &[("user", b"app"), ("password", CANARY.as_bytes())]);
        server.secret("app", "keys", &[], &[("bytes", &[0xff, 0, 1])]);
        server.secret("app", "q1", &queue, &[("password", b"canary-one")]);
        server.secret("app", "q2", &queue, &[("password", b"canary-two")]);
        server.config_map(
            "app",
            "features",
            &[],
            &[("flags.json", "{}")],
            &[("logo", &[0x89, b'P'])],
        );
        let rules = [
            Rule::new(&["get", "list"], &["secrets", "configmaps"]),
            Rule::new(&["create"], &["serviceaccounts/token"]).named(&["reader"]),
        ];
        let token = server.account("app", "reader", &rules);
        World { server, token, providers: Kubernetes::new(settings) }
    }

    /// The login of the account.
    pub fn login(&self) -> serde_json::Value {
        self.login_with(&self.token)
    }

    pub fn login_with(&self, token: &str) -> serde_json::Value {
        json!({
            "server": self.server.endpoint(), "caCertificate": self.server.ca_pem(), "token": token, "namespace": "app",
        })
    }

    pub fn provider(&self, name: &str) -> Arc<dyn Provider> {
        provider(&self.providers, name)
    }

    pub async fn open(
        &self,
        name: &str,
        inputs: serde_json::Value,
    ) -> Result<Output, ProviderError> {
        self.provider(name).open(request(inputs)).await
    }

    /// What a Secret by that `get` entry comes to.
    pub async fn get(&self, entry: serde_json::Value) -> Result<Output, ProviderError> {
        self.open(SECRETS, json!({ "login": self.login(), "get": { "it": entry } })).await
    }
}

pub fn provider(family: &impl Family, name: &str) -> Arc<dyn Provider> {
    family.providers().into_iter().find(|(known, _)| *known == name).unwrap().1
}

pub fn value(json: serde_json::Value) -> Value {
    Value::from_json(&Json::parse(&json.to_string()).unwrap())
}

pub fn request(inputs: serde_json::Value) -> OpenRequest {
    let site = CallSite { environment: "app/prod".into(), path: "call".into() };
    OpenRequest { inputs: value(inputs), context: Arc::default(), site }
}

/// A value with its secrets.
pub fn revealed(value: &Value) -> serde_json::Value {
    serde_json::from_str(&value.to_json(Reveal::Revealed)).unwrap()
}

/// A value as anybody may see it.
pub fn redacted(value: &Value) -> serde_json::Value {
    serde_json::from_str(&value.to_json(Reveal::Redacted)).unwrap()
}
