//! A world in which everything takes its time: sources, providers, rotators and decrypters with latencies drawn from a
//! seed, and a record of what was asked of them.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use esc_core::ast::Document;
use esc_core::crypt::{CryptError, Decrypter};
use esc_core::provider::{
    Capabilities, OpenRequest, Output, Provider, ProviderError, ProviderSchema, Providers,
    Registry, RotateRequest, Rotator, RotatorSchema,
};
use esc_core::secret::Secret;
use esc_core::source::{Definition, EnvironmentSource, SourceError};
use esc_core::syntax::Limits;
use esc_core::value::{Reveal, Value};
use esc_eval::testing::{Memory, Rot128, context};
use esc_eval::{Evaluation, Evaluator, Root};

/// What was asked, in order of arrival.
#[derive(Clone, Default)]
pub struct Record(Arc<Mutex<Vec<String>>>);

impl Record {
    fn note(&self, what: String) {
        self.0.lock().expect("nobody panics with the record").push(what);
    }

    /// Everything, so far.
    pub fn all(&self) -> Vec<String> {
        self.0.lock().expect("nobody panics with the record").clone()
    }

    /// What starts with this word.
    pub fn of(&self, word: &str) -> Vec<String> {
        self.all().into_iter().filter(|entry| entry.starts_with(word)).collect()
    }
}

/// How long things take.
#[derive(Clone, Copy, Debug)]
pub enum Latency {
    /// No time.
    None,
    /// Up to so many milliseconds, drawn from a seed.
    Seeded(u64, u64),
}

impl Latency {
    async fn pass(self, what: &str) {
        let Latency::Seeded(seed, most) = self else { return };
        let mut hasher = DefaultHasher::new();
        (seed, what).hash(&mut hasher);
        match hasher.finish() % (most + 1) {
            0 => {}
            1 => tokio::task::yield_now().await,
            ms => tokio::time::sleep(Duration::from_millis(ms)).await,
        }
    }
}

/// Environments and providers.
#[derive(Clone)]
pub struct World {
    /// Documents by name; the root is `env`.
    pub files: BTreeMap<String, String>,
    /// The root's name.
    pub root: String,
    /// How long things take.
    pub latency: Latency,
    /// Whether the reference's quirks are reproduced.
    pub compatible: bool,
    /// What was asked.
    pub record: Record,
}

impl World {
    /// A world of these documents in which nothing takes time.
    pub fn new<K: Into<String>, V: Into<String>>(files: impl IntoIterator<Item = (K, V)>) -> World {
        World {
            files: files.into_iter().map(|(k, v)| (k.into(), v.into())).collect(),
            root: "env".to_owned(),
            latency: Latency::None,
            compatible: false,
            record: Record::default(),
        }
    }

    /// The same documents with other latencies and a record of its own.
    pub fn with_latency(&self, latency: Latency) -> World {
        World { latency, record: Record::default(), ..self.clone() }
    }

    /// The root document; none if it cannot be read.
    pub fn document(&self) -> Option<Root> {
        let text = self.files.get(&self.root).cloned().unwrap_or_default();
        let document = Document::load(&self.root, text, &Limits::default()).document?;
        let decrypter = Arc::new(Slow { latency: self.latency, record: self.record.clone() });
        Some(Root { document: Arc::new(document), decrypter })
    }

    /// An evaluator for this world.
    pub fn evaluator(&self) -> Evaluator {
        let source = SlowSource { memory: Memory::new(self.files.clone()), world: self.clone() };
        let providers =
            SlowProviders { registry: super::providers::registry(), world: self.clone() };
        Evaluator::new(Arc::new(source), Arc::new(providers))
            .with_context(context())
            .compatible(self.compatible)
    }
}

/// Everything that comes out of an evaluation, as text.
pub fn outcome(evaluation: &mut Evaluation) -> String {
    let mut out = String::new();
    for diagnostic in evaluation.diagnostics() {
        out.push_str(&format!("{}\n", diagnostic.to_json()));
    }
    for rotation in evaluation.rotations() {
        out.push_str(&format!("{rotation:?}\n"));
    }
    if let Some(value) = evaluation.value() {
        out.push_str(&format!("{}\n", value.to_json(Reveal::Revealed)));
        out.push_str(&format!("{}\n", value.to_json(Reveal::Redacted)));
    }
    if let Some(schema) = evaluation.schema() {
        out.push_str(&format!("{}\n", schema.to_json_text()));
    }
    if let Some(environment) = evaluation.environment() {
        out.push_str(&environment.to_json(Reveal::Revealed));
    }
    out
}

struct SlowSource {
    memory: Memory,
    world: World,
}

#[async_trait]
impl EnvironmentSource for SlowSource {
    async fn load(&self, name: &str) -> Result<Definition, SourceError> {
        self.world.record.note(format!("load {name}"));
        self.world.latency.pass(&format!("load {name}")).await;
        let definition = self.memory.load(name).await?;
        let decrypter =
            Arc::new(Slow { latency: self.world.latency, record: self.world.record.clone() });
        Ok(Definition { decrypter, ..definition })
    }
}

/// A decrypter that takes its time.
struct Slow {
    latency: Latency,
    record: Record,
}

#[async_trait]
impl Decrypter for Slow {
    async fn decrypt(&self, ciphertext: &[u8]) -> Result<Secret<Vec<u8>>, CryptError> {
        self.record.note(format!("decrypt {ciphertext:?}"));
        self.latency.pass(&format!("decrypt {ciphertext:?}")).await;
        Rot128.decrypt(ciphertext).await
    }
}

struct SlowProviders {
    registry: Registry,
    world: World,
}

#[async_trait]
impl Providers for SlowProviders {
    async fn provider(&self, name: &str) -> Result<Arc<dyn Provider>, ProviderError> {
        self.world.record.note(format!("provider {name}"));
        self.world.latency.pass(&format!("provider {name}")).await;
        let inner = self.registry.provider(name).await?;
        Ok(Arc::new(SlowProvider { name: name.to_owned(), inner, world: self.world.clone() }))
    }

    async fn rotator(&self, name: &str) -> Result<Arc<dyn Rotator>, ProviderError> {
        self.world.record.note(format!("rotator {name}"));
        self.world.latency.pass(&format!("rotator {name}")).await;
        let inner = self.registry.rotator(name).await?;
        Ok(Arc::new(SlowRotator { inner, world: self.world.clone() }))
    }
}

struct SlowProvider {
    name: String,
    inner: Arc<dyn Provider>,
    world: World,
}

#[async_trait]
impl Provider for SlowProvider {
    fn schema(&self) -> ProviderSchema {
        self.world.record.note(format!("schema {}", self.name));
        self.inner.schema()
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        let what = format!("open {} {}", request.site.environment, request.site.path);
        self.world.record.note(what.clone());
        self.world.latency.pass(&what).await;
        self.inner.open(request).await
    }
}

struct SlowRotator {
    inner: Arc<dyn Rotator>,
    world: World,
}

#[async_trait]
impl Rotator for SlowRotator {
    fn schema(&self) -> RotatorSchema {
        self.inner.schema()
    }

    async fn open(&self, request: RotateRequest) -> Result<Output, ProviderError> {
        let what = format!("open {} {}", request.site.environment, request.site.path);
        self.world.record.note(what.clone());
        self.world.latency.pass(&what).await;
        self.inner.open(request).await
    }

    async fn rotate(&self, request: RotateRequest) -> Result<Value, ProviderError> {
        let what = format!("rotate {} {}", request.site.environment, request.site.path);
        self.world.record.note(what.clone());
        self.world.latency.pass(&what).await;
        self.inner.rotate(request).await
    }
}
