//! Environments in memory and providers that count.

#![allow(dead_code, reason = "each test uses its part")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use esc_core::crypt::{CryptError, Decrypter};
use esc_core::provider::{
    Lease, OpenRequest, Output, Provider, ProviderError, ProviderSchema, Registry,
};
use esc_core::schema::{Builder, Schema};
use esc_core::secret::Secret;
use esc_core::source::{Definition, EnvironmentSource, SourceError, SourceErrorKind};
use esc_core::value::Value;
use esc_sdk::Client;

/// Environments by name.
pub struct Memory(BTreeMap<String, String>);

struct NoSecrets;

#[async_trait::async_trait]
impl Decrypter for NoSecrets {
    async fn decrypt(&self, _: &[u8]) -> Result<Secret<Vec<u8>>, CryptError> {
        Err(CryptError::WrongKey)
    }
}

#[async_trait::async_trait]
impl EnvironmentSource for Memory {
    async fn load(&self, name: &str) -> Result<Definition, SourceError> {
        match self.0.get(name) {
            Some(text) => Ok(Definition::new(text.as_str(), Arc::new(NoSecrets))),
            None => Err(SourceError::new(SourceErrorKind::NotFound, format!("no `{name}`"))),
        }
    }
}

/// Returns credentials, leased, and counts how often it is asked.
#[derive(Default)]
pub struct Vault {
    pub opened: AtomicUsize,
}

impl Vault {
    pub fn opened(&self) -> usize {
        self.opened.load(Ordering::SeqCst)
    }
}

#[async_trait::async_trait]
impl Provider for Vault {
    fn schema(&self) -> ProviderSchema {
        let level = Builder::string().enumeration(["read", "write"].map(Value::string));
        let outputs = Schema::object()
            .required_property("user", Builder::string().description("Who logs in."))
            .required_property("password", Builder::string().secret())
            .required_property("port", Builder::number().multiple_of(1))
            .property("level", level);
        ProviderSchema {
            description: None,
            inputs: Schema::always(),
            outputs: outputs.closed().build(),
        }
    }

    async fn open(&self, _: OpenRequest) -> Result<Output, ProviderError> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        let port: esc_core::number::Number = 5432.into();
        let value = Value::object([
            ("user", Value::string("app")),
            ("password", Value::string("hunter2").into_secret()),
            ("port", Value::new(esc_core::value::ValueKind::Number(port))),
        ]);
        let lease = Lease::of(Duration::from_secs(3600)).with_id("lease-1").with_renewable(true);
        Ok(Output::from(value).with_lease(lease))
    }
}

/// A client of these environments, with the providers `vault` and `other`.
pub fn client(environments: &[(&str, &str)]) -> (Client, Arc<Vault>, Arc<Vault>) {
    let (vault, other) = (Arc::new(Vault::default()), Arc::new(Vault::default()));
    let registry =
        Registry::new().with_provider("vault", vault.clone()).with_provider("other", other.clone());
    let texts = environments.iter().map(|(name, text)| (name.to_string(), text.to_string()));
    let client = Client::builder(Memory(texts.collect())).providers(registry).build();
    (client, vault, other)
}

/// Compares a text with the golden file of that name.
pub fn golden(name: &str, text: &str) {
    let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("ESC_UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&path).unwrap(), "{name}");
}

/// Runs a future to its end.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME
        .get_or_init(|| tokio::runtime::Builder::new_multi_thread().build().unwrap())
        .block_on(future)
}
