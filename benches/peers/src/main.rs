//! What reading a value costs: here, and with AWS's caching client for Secrets Manager.
//!
//! Everything is measured in one run, with 1, 2, 4 and 16 threads, and while a writer puts another value in place every
//! 10 ms. Reads are from memory in all cases: how values get there is not measured, but the writer does it.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use esc_sdk::watch::Watch;
use esc_sdk::{Client, Secret, Snapshot};
use futures::executor::block_on;
use serde::Deserialize;
use tokio::runtime::Runtime;

mod aws;
mod load;
mod ours;
mod password;
mod report;

use password::password;

use aws::SECRET;
use aws_secretsmanager_caching::SecretsManagerCachingClient;
use load::Case;
use ours::{Config, ENVIRONMENT};
use report::Report;

/// Measures what reading a value costs, here and with others' libraries, and prints tables.
#[derive(Parser)]
struct Arguments {
    /// How often everything is measured; the best of each counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Milliseconds of each measurement.
    #[arg(long, default_value_t = 200)]
    milliseconds: u64,
    /// Only see whether everything runs: one short round.
    #[arg(long)]
    smoke: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("peers: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let (rounds, time) = match arguments.smoke {
        true => (1, Duration::from_millis(30)),
        false => (arguments.rounds.max(1), Duration::from_millis(arguments.milliseconds)),
    };
    let subject = Subject::new().map_err(|error| error.to_string())?;
    subject.check()?;
    let cases = subject.cases();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads: Vec<usize> = BTreeSet::from([1, 2, 4, 16, cores]).into_iter().collect();
    let mut report = Report::new(cores, threads.clone());
    // Rounds are outermost: what else the machine does meanwhile hits all cases alike.
    for _ in 0..rounds {
        for writing in [false, true] {
            for case in cases.iter().filter(|case| !writing || case.write.is_some()) {
                for &threads in &threads {
                    let figures = load::run(case, threads, time, writing)?;
                    report.add(case.name, threads, writing, figures);
                }
            }
        }
    }
    print!("{report}");
    Ok(())
}

/// What programs make of the JSON in a secret.
#[derive(Deserialize)]
struct Credentials {
    host: String,
    port: u16,
    password: String,
}

/// Everything that is read from.
struct Subject {
    runtime: Runtime,
    version: Arc<AtomicU64>,
    plain: Config,
    aws: SecretsManagerCachingClient,
    watch: Watch<Config>,
    client: Client,
    opened: Snapshot,
}

impl Subject {
    fn new() -> Result<Subject, Box<dyn std::error::Error>> {
        // One worker, which keeps the watch fresh. The readers have threads of their own.
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let version = Arc::<AtomicU64>::default();
        let aws = aws::client(&aws::serve(version.clone())?)?;
        let client = ours::client(version.clone());
        let hour = Duration::from_secs(3600);
        let watch =
            runtime.block_on(client.watch::<Config>(ENVIRONMENT).ttl(hour).into_future())?;
        let opened = runtime.block_on(client.open(ENVIRONMENT))?;
        let plain = opened.extract()?;
        let subject = Subject { runtime, version, plain, aws, watch, client, opened };
        subject.refresh_aws()?;
        Ok(subject)
    }

    /// Whether all read the same, before and after it changes.
    fn check(&self) -> Result<(), String> {
        for version in 0..2 {
            let expected = password(version);
            let found = [
                block_on(self.read_aws())?,
                self.read_watch()?,
                block_on(self.client.get::<Secret<String>>(ENVIRONMENT, "database.password"))
                    .map_err(|error| error.to_string())?
                    .expose()
                    .clone(),
            ];
            if found.iter().any(|found| *found != expected) {
                return Err(format!("version {version} is not what everybody reads"));
            }
            self.change();
            self.refresh_aws()?;
            self.refresh_watch()?;
            self.client.invalidate(ENVIRONMENT);
        }
        Ok(())
    }

    fn cases(&self) -> Vec<Case<'_>> {
        const PATH: &str = "database.password";
        let said = |error: esc_sdk::Error| error.to_string();
        vec![
            Case {
                name: report::FLOOR,
                read: Box::new(|times| {
                    for _ in 0..times {
                        black_box(black_box(&self.plain).port);
                    }
                    Ok(())
                }),
                write: None,
            },
            Case {
                name: report::FIELD,
                read: Box::new(|times| {
                    for _ in 0..times {
                        black_box(black_box(&self.watch).current().port);
                    }
                    Ok(())
                }),
                write: Some(self.changing(|| self.refresh_watch())),
            },
            Case {
                name: "`Watch::current()`, a `Secret<String>` exposed",
                read: Box::new(|times| {
                    for _ in 0..times {
                        black_box(
                            black_box(&self.watch).current().password.expose().as_str().as_bytes(),
                        );
                    }
                    Ok(())
                }),
                write: Some(self.changing(|| self.refresh_watch())),
            },
            Case {
                name: "`Snapshot::get::<Secret<String>>`",
                read: Box::new(move |times| {
                    for _ in 0..times {
                        black_box(self.opened.get::<Secret<String>>(PATH).map_err(said)?);
                    }
                    Ok(())
                }),
                write: None,
            },
            Case {
                name: "`Client::get::<Secret<String>>`, remembered",
                read: Box::new(move |times| {
                    block_on(async {
                        for _ in 0..times {
                            let value = self.client.get::<Secret<String>>(ENVIRONMENT, PATH);
                            black_box(value.await.map_err(said)?);
                        }
                        Ok(())
                    })
                }),
                write: Some(self.changing(|| {
                    self.client.invalidate(ENVIRONMENT);
                    Ok(())
                })),
            },
            Case {
                name: report::PEER,
                read: Box::new(|times| {
                    block_on(async {
                        for _ in 0..times {
                            let value = self.aws.get_secret_value(SECRET, None, None, false);
                            black_box(value.await.map_err(|error| error.to_string())?);
                        }
                        Ok(())
                    })
                }),
                write: Some(self.changing(|| self.refresh_aws())),
            },
            Case {
                name: "AWS's caching client, a hit, its JSON read into a struct",
                read: Box::new(|times| {
                    block_on(async {
                        for _ in 0..times {
                            let value = self.aws.get_secret_value(SECRET, None, None, false);
                            let value = value.await.map_err(|error| error.to_string())?;
                            black_box(credentials(value.secret_string.as_deref())?);
                        }
                        Ok(())
                    })
                }),
                write: Some(self.changing(|| self.refresh_aws())),
            },
        ]
    }

    /// A write: first there is another value, then it is put in place.
    fn changing<'a>(&'a self, put: impl Fn() -> Result<(), String> + Sync + 'a) -> load::Write<'a> {
        Box::new(move || {
            self.change();
            put()
        })
    }

    fn change(&self) {
        self.version.fetch_add(1, Ordering::SeqCst);
    }

    async fn read_aws(&self) -> Result<String, String> {
        let value = self.aws.get_secret_value(SECRET, None, None, false).await;
        let value = value.map_err(|error| error.to_string())?;
        let Credentials { host, port, password } = credentials(value.secret_string.as_deref())?;
        match (host.as_str(), port) {
            ("db.example", 5432) => Ok(password),
            _ => Err("the secret is another".to_owned()),
        }
    }

    fn read_watch(&self) -> Result<String, String> {
        let config = self.watch.current();
        match (config.host.as_str(), config.port) {
            ("db.example", 5432) => Ok(config.password.expose().clone()),
            _ => Err("the environment is another".to_owned()),
        }
    }

    /// Fetches the secret anew, past the cache and into it.
    fn refresh_aws(&self) -> Result<(), String> {
        let fetched = self.runtime.block_on(self.aws.get_secret_value(SECRET, None, None, true));
        fetched.map(drop).map_err(|error| error.to_string())
    }

    /// Has the watch open the environment anew, and waits until it has.
    fn refresh_watch(&self) -> Result<(), String> {
        let expected = password(self.version.load(Ordering::SeqCst));
        let started = Instant::now();
        self.watch.refresh();
        while *self.watch.current().password.expose() != expected {
            if started.elapsed() > Duration::from_secs(5) {
                return Err("the watch has not been refreshed within 5 s".to_owned());
            }
            thread::sleep(Duration::from_micros(200));
        }
        Ok(())
    }
}

fn credentials(text: Option<&str>) -> Result<Credentials, String> {
    serde_json::from_str(text.unwrap_or_default()).map_err(|error| error.to_string())
}
