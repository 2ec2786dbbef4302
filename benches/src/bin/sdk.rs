//! Measures what the SDK does with a real environment, and prints the table of `benches/README.md`.

use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use clap::Parser;
use esc_benches::counting;
use esc_benches::measure::{quantile, time};
use esc_core::provider::Registry;
use esc_core::source::{Definition, EnvironmentSource, SourceError};
use esc_providers::local::Files;
use esc_sdk::crypto::Key;
use esc_sdk::offline::OfflineCache;
use esc_sdk::{Client, DirectorySource, FromEnvironment, Secret, SystemClock};
use tokio::runtime::Runtime;

/// What is opened.
const ENVIRONMENT: &str = "shop/production";
/// What changes between two refreshes, as it stands in the document.
const REPLICAS: &str = "replicas: 6";

/// Opens the environment `shop/production` of the examples again and again, and prints what that costs.
#[derive(Parser)]
struct Arguments {
    /// How often each thing is done.
    #[arg(long, default_value_t = 2_000)]
    iterations: usize,
    /// Do everything once, to see whether it runs.
    #[arg(long)]
    smoke: bool,
}

/// What a program wants of it.
#[derive(FromEnvironment)]
struct Config {
    #[esc(path = "database.host")]
    host: String,
    #[esc(path = "database.port")]
    port: u16,
    #[esc(path = "database.password")]
    password: Secret<String>,
    #[esc(path = "service.replicas")]
    replicas: u64,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sdk: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    // One thread, so that it does all the work and sees all allocations.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let iterations = if arguments.smoke { 1 } else { arguments.iterations };
    let table = Table { runtime, iterations };
    println!("| | median | p99 | allocations | bytes | peak |");
    println!("|---|---|---|---|---|---|");
    table.openings()?;
    table.refreshes()?;
    table.offline()
}

struct Table {
    runtime: Runtime,
    iterations: usize,
}

impl Table {
    fn openings(&self) -> Result<(), Box<dyn Error>> {
        let client = client(Arc::default())?;
        let (client, name) = (&client, ENVIRONMENT);
        self.row("`open`", || async { Ok(client.open(name).await?) })?;
        self.row("`open_as`, 4 of its values", || async {
            let Config { host, port, password, replicas } = client.open_as(name).await?;
            Ok((host, port, password, replicas))
        })?;
        self.row("`get`, 1 of its values", || async {
            Ok(client.get::<Secret<String>>(name, "database.password").await?)
        })?;
        self.row("`check`", || async { Ok(client.check_type::<Config>(name).await?) })
    }

    /// A refresh that finds something new, until a program that waits for changes has been told.
    fn refreshes(&self) -> Result<(), Box<dyn Error>> {
        let replicas = Arc::<AtomicU64>::default();
        let client = client(replicas.clone())?;
        let hour = Duration::from_secs(3600);
        let watch = client.watch::<Config>(ENVIRONMENT).ttl(hour);
        let watch = self.runtime.block_on(watch.into_future())?;
        let changes = tokio::sync::Mutex::new(watch.changes());
        self.row("refresh of a watch", || async {
            replicas.fetch_add(1, Ordering::SeqCst);
            watch.refresh();
            let change = changes.lock().await.next().await.ok_or("the watch has ended")?;
            match watch.current().replicas == replicas.load(Ordering::SeqCst) {
                true => Ok(change),
                false => Err("the watch has changed, but not to what is there".into()),
            }
        })?;
        self.runtime.block_on(watch.stop());
        Ok(())
    }

    fn offline(&self) -> Result<(), Box<dyn Error>> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("offline");
        let cache = OfflineCache::new(path, Key::generate()?, "benchmark", Arc::new(SystemClock));
        let source = DirectorySource::new(environments())?.with_key(key()?);
        let client = Client::builder(source).providers(providers()?).offline(cache.clone()).build();
        self.runtime.block_on(client.open(ENVIRONMENT))?;
        let entry = self.runtime.block_on(cache.load(ENVIRONMENT))?;
        let entry = &entry.ok_or("nothing was stored when the environment was opened")?;
        let cache = &cache;
        self.row("store it offline", || async { Ok(cache.store(entry).await?) })?;
        self.row("load it from there", || async {
            Ok(cache.load(ENVIRONMENT).await?.ok_or("nothing is stored any more")?)
        })
    }

    /// Does something again and again, and prints what it costs.
    fn row<T, F>(&self, what: &str, work: impl Fn() -> F) -> Result<(), Box<dyn Error>>
    where
        F: Future<Output = Result<T, Box<dyn Error>>>,
    {
        let once = || self.runtime.block_on(work()).map(|result| drop(black_box(result)));
        once()?;
        let mut failure = Ok(());
        let times = time(self.iterations, Duration::from_secs(20), || {
            if let Err(error) = once() {
                failure = Err(error);
            }
        });
        failure?;
        let (result, seen) = counting::count(once);
        result?;
        let us = |percent| quantile(&times, percent) as f64 / 1e3;
        println!(
            "| {what} | {:.0} µs | {:.0} µs | {} | {:.0} kB | {:.0} kB |",
            us(50),
            us(99),
            seen.count,
            seen.bytes as f64 / 1e3,
            seen.peak as f64 / 1e3
        );
        Ok(())
    }
}

/// A client that remembers nothing.
fn client(replicas: Arc<AtomicU64>) -> Result<Client, Box<dyn Error>> {
    let directory = DirectorySource::new(environments())?.with_key(key()?);
    let source = Changing { directory, replicas };
    Ok(Client::builder(source).providers(providers()?).build())
}

/// The directory, with another number of replicas if there is to be one.
struct Changing {
    directory: DirectorySource,
    replicas: Arc<AtomicU64>,
}

#[async_trait]
impl EnvironmentSource for Changing {
    async fn load(&self, name: &str) -> Result<Definition, SourceError> {
        let mut definition = self.directory.load(name).await?;
        let replicas = self.replicas.load(Ordering::SeqCst);
        if replicas > 0 && name == ENVIRONMENT {
            let changed = definition.text.replace(REPLICAS, &format!("replicas: {replicas}"));
            definition.text = changed.into();
        }
        Ok(definition)
    }
}

fn providers() -> Result<Registry, Box<dyn Error>> {
    Ok(Registry::new().with_provider("file", Arc::new(Files::new(environments())?)))
}

fn key() -> Result<Key, Box<dyn Error>> {
    Ok(Key::from_file(&examples().join("demo.key"))?)
}

fn environments() -> PathBuf {
    examples().join("environments")
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}
