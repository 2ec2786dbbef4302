//! What the tests are made with.

use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ssm::types::ParameterType;
use esc_core::context::ExecutionContext;
use esc_core::json::Json;
use esc_core::provider::{OpenRequest, Output, Provider, ProviderError};
use esc_core::value::{Reveal, Value};
use esc_provider_aws::{Aws, Settings};
use esc_provider_identity::{Algorithm, Issuer, KeySet, SigningKey};
use esc_test_servers::{FaultProxy, Moto};
use serde_json::json;

/// Texts that may be seen nowhere.
pub const SECRET_KEY: &str = "canary-secret-key-0b5e";
pub const SESSION_TOKEN: &str = "canary-session-token-7c1f";

pub const REGION: &str = "eu-west-1";

/// Moto, a proxy before it, and the providers that ask the proxy.
pub struct Bench {
    pub moto: &'static Moto,
    pub proxy: FaultProxy,
    pub aws: Aws,
    /// With what secrets and parameters are made.
    seed: Credentials,
}

impl Bench {
    pub async fn start() -> Option<Bench> {
        Bench::with(|settings| settings).await
    }

    pub async fn with(set: impl FnOnce(Settings) -> Settings) -> Option<Bench> {
        let moto = Moto::shared().await?;
        let proxy = FaultProxy::start(moto.endpoint()).await;
        let aws = Aws::new(set(settings(&proxy.endpoint())));
        let seed = Credentials::new("AKIDSEED", "seed", None, None, "seed");
        Some(Bench { moto, proxy, aws, seed })
    }

    /// Secrets and parameters are made with that login from now on: in its account.
    pub fn seed_with(&mut self, login: &Value) {
        let text = |name| login.get(name).and_then(Value::as_str).unwrap().to_owned();
        let token = Some(text("sessionToken"));
        self.seed =
            Credentials::new(text("accessKeyId"), text("secretAccessKey"), token, None, "seed");
    }

    fn config(&self) -> aws_types::SdkConfig {
        aws_config::SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(aws_config::Region::new(REGION))
            .endpoint_url(self.moto.endpoint())
            .credentials_provider(SharedCredentialsProvider::new(self.seed.clone()))
            .build()
    }

    pub fn secrets_manager(&self) -> aws_sdk_secretsmanager::Client {
        aws_sdk_secretsmanager::Client::new(&self.config())
    }

    pub fn ssm(&self) -> aws_sdk_ssm::Client {
        aws_sdk_ssm::Client::new(&self.config())
    }

    /// Makes a secret and answers its ARN.
    pub async fn secret(&self, name: &str, text: &str) -> String {
        let request = self.secrets_manager().create_secret().name(name).secret_string(text);
        request.send().await.unwrap().arn.unwrap()
    }

    pub async fn parameter(&self, name: &str, kind: ParameterType, text: &str) {
        let request = self.ssm().put_parameter().name(name).r#type(kind).value(text);
        request.overwrite(true).send().await.unwrap();
    }
}

/// Settings for tests: short pauses, no quotas.
pub fn settings(endpoint: &str) -> Settings {
    Settings::default()
        .with_endpoint(endpoint)
        .with_backoff(Duration::from_millis(1), Duration::from_millis(4))
        .with_attempt_timeout(Duration::from_secs(10))
        .with_identity(Arc::new(issuer()))
}

pub fn issuer() -> Issuer {
    let keys = KeySet::new(SigningKey::generate(Algorithm::Es256).unwrap());
    Issuer::builder("https://esc.example.com/oidc", "acme", keys).build().unwrap()
}

pub fn value(json: serde_json::Value) -> Value {
    Value::from_json(&Json::parse(&json.to_string()).unwrap())
}

pub fn shown(value: &Value) -> serde_json::Value {
    serde_json::from_str(&value.to_json(Reveal::Redacted)).unwrap()
}

pub fn revealed(value: &Value) -> serde_json::Value {
    serde_json::from_str(&value.to_json(Reveal::Revealed)).unwrap()
}

pub fn login() -> serde_json::Value {
    login_as("AKIDEXAMPLE")
}

pub fn login_as(key: &str) -> serde_json::Value {
    json!({ "accessKeyId": key, "secretAccessKey": SECRET_KEY, "sessionToken": SESSION_TOKEN })
}

/// The inputs of `aws-secrets` and `aws-parameter-store`.
pub fn get(entries: serde_json::Value) -> Value {
    value(json!({ "region": REGION, "login": login(), "get": entries }))
}

pub fn request(inputs: Value) -> OpenRequest {
    let context = ExecutionContext::default().with_root("app/dev").for_environment("app/dev");
    OpenRequest { inputs, context: Arc::new(context), site: Default::default() }
}

pub async fn open(provider: &impl Provider, inputs: Value) -> Result<Output, ProviderError> {
    provider.open(request(inputs)).await
}

/// An error in full, for its text and to look for leaks.
pub fn told(error: &ProviderError) -> String {
    let text = format!("{error} | {}", error.advice.as_deref().unwrap_or_default());
    for canary in [SECRET_KEY, SESSION_TOKEN, "eyJ", "canary"] {
        assert!(!text.contains(canary), "{text}");
    }
    text
}
