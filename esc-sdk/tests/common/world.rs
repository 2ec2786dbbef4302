//! A source and a provider that count, take their time, fail and hang, as they are told.

#![allow(dead_code, reason = "each test uses its part")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use esc_core::crypt::{CryptError, Decrypter};
use esc_core::provider::{
    ErrorKind, Lease, LeaseKeeper, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
    Registry,
};
use esc_core::schema::{Builder as Properties, Schema};
use esc_core::secret::Secret;
use esc_core::source::{Definition, EnvironmentSource, SourceError, SourceErrorKind};
use esc_core::value::Value;
use esc_sdk::{Client, ClientBuilder, Clock};
use tokio::time::Instant;

/// What every password of the world holds.
pub const CANARY: &str = "hunter2-canary";

/// How a part of the world is.
#[derive(Clone, Copy, Debug, Default)]
pub enum Mode<K> {
    #[default]
    Works,
    Fails(K),
    Hangs,
}

/// Clones are the same world.
#[derive(Clone, Default)]
pub struct World(Arc<State>);

#[derive(Default)]
struct State {
    texts: Mutex<BTreeMap<String, String>>,
    sources: Mutex<BTreeMap<String, Mode<SourceErrorKind>>>,
    providers: Mutex<BTreeMap<String, Mode<ErrorKind>>>,
    /// How long a call takes, and how long its lease lasts.
    delay: Mutex<Duration>,
    lease: Mutex<Option<Duration>>,
    loads: AtomicUsize,
    calls: AtomicUsize,
    opened_at: Mutex<Vec<Instant>>,
    revoked: Mutex<Vec<String>>,
}

impl World {
    pub fn new(environments: &[(&str, &str)]) -> World {
        let world = World::default();
        environments.iter().for_each(|(name, text)| world.define(name, text));
        world
    }

    /// A client of it, to be configured further.
    pub fn client(&self) -> ClientBuilder {
        let provider = |name: &str| Arc::new(Backend { name: name.into(), world: self.clone() });
        let registry = Registry::new()
            .with_provider("vault", provider("vault"))
            .with_provider("other", provider("other"));
        Client::builder(self.clone()).providers(registry)
    }

    pub fn define(&self, name: &str, text: &str) {
        lock(&self.0.texts).insert(name.to_owned(), text.to_owned());
    }

    pub fn source(&self, name: &str, mode: Mode<SourceErrorKind>) {
        lock(&self.0.sources).insert(name.to_owned(), mode);
    }

    pub fn provider(&self, name: &str, mode: Mode<ErrorKind>) {
        lock(&self.0.providers).insert(name.to_owned(), mode);
    }

    /// Everything works.
    pub fn mend(&self) {
        lock(&self.0.sources).clear();
        lock(&self.0.providers).clear();
    }

    pub fn slow(&self, delay: Duration) {
        *lock(&self.0.delay) = delay;
    }

    pub fn lease(&self, duration: Duration) {
        *lock(&self.0.lease) = Some(duration);
    }

    /// How often definitions were loaded, and how often providers were called.
    pub fn counts(&self) -> (usize, usize) {
        (self.0.loads.load(Ordering::SeqCst), self.0.calls.load(Ordering::SeqCst))
    }

    /// When providers were called.
    pub fn called_at(&self) -> Vec<Instant> {
        lock(&self.0.opened_at).clone()
    }

    /// The leases that were released.
    pub fn revoked(&self) -> Vec<String> {
        lock(&self.0.revoked).clone()
    }
}

#[async_trait]
impl EnvironmentSource for World {
    async fn load(&self, name: &str) -> Result<Definition, SourceError> {
        self.0.loads.fetch_add(1, Ordering::SeqCst);
        let mode = lock(&self.0.sources).get(name).copied().unwrap_or_default();
        match mode {
            Mode::Works => {}
            Mode::Fails(kind) => {
                return Err(SourceError::new(kind, format!("`{name}` cannot be had")));
            }
            Mode::Hangs => std::future::pending().await,
        }
        let text = lock(&self.0.texts).get(name).cloned();
        let none = || SourceError::new(SourceErrorKind::NotFound, format!("no `{name}`"));
        let text = text.ok_or_else(none)?;
        Ok(Definition::new(text, Arc::new(Plain)))
    }
}

/// Passwords with the number of the call in them.
struct Backend {
    name: String,
    world: World,
}

#[async_trait]
impl Provider for Backend {
    fn schema(&self) -> ProviderSchema {
        let outputs = Schema::object()
            .required_property("user", Properties::string())
            .required_property("password", Properties::string().secret());
        ProviderSchema {
            description: None,
            inputs: Schema::always(),
            outputs: outputs.closed().build(),
        }
    }

    async fn open(&self, _: OpenRequest) -> Result<Output, ProviderError> {
        let state = &self.world.0;
        let call = state.calls.fetch_add(1, Ordering::SeqCst) + 1;
        lock(&state.opened_at).push(Instant::now());
        let delay = *lock(&state.delay);
        tokio::time::sleep(delay).await;
        let mode = lock(&state.providers).get(&self.name).copied().unwrap_or_default();
        match mode {
            Mode::Works => {}
            Mode::Fails(kind) => return Err(ProviderError::new(kind, "no answer")),
            Mode::Hangs => std::future::pending().await,
        }
        let opened = Output::from(Value::object([
            ("user", Value::string(format!("user-{call}").as_str())),
            ("password", Value::string(format!("{CANARY}-{call}").as_str()).into_secret()),
        ]));
        let lease = *lock(&state.lease);
        Ok(match lease {
            Some(duration) => opened.with_lease(
                Lease::of(duration)
                    .with_id(format!("lease-{call}"))
                    .with_keeper(Arc::new(Keeper { world: self.world.clone() })),
            ),
            None => opened,
        })
    }
}

/// Releases, which takes as long as a call.
struct Keeper {
    world: World,
}

#[async_trait]
impl LeaseKeeper for Keeper {
    async fn renew(&self, lease: &Lease) -> Result<Lease, ProviderError> {
        Ok(lease.clone())
    }

    async fn revoke(&self, lease: &Lease) -> Result<(), ProviderError> {
        let delay = *lock(&self.world.0.delay);
        tokio::time::sleep(delay).await;
        let id = lease.id.clone().unwrap_or_default();
        lock(&self.world.0.revoked).push(id.to_string());
        Ok(())
    }
}

/// "Decrypts" what is there: the world's ciphertexts are plain.
struct Plain;

#[async_trait]
impl Decrypter for Plain {
    async fn decrypt(&self, ciphertext: &[u8]) -> Result<Secret<Vec<u8>>, CryptError> {
        Ok(Secret::new(ciphertext.to_vec()))
    }
}

/// The time of day by tokio's clock, which tests stop.
pub struct Simulated(Instant);

impl Simulated {
    pub fn start() -> Arc<Simulated> {
        Arc::new(Simulated(Instant::now()))
    }
}

impl Clock for Simulated {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000) + self.0.elapsed()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}
