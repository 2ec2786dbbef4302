//! An application whose environment draws from AWS, Vault and Kubernetes, on a machine that has none of them.
//!
//! [`Servers`] are started on loopback and seeded. The environment `brokers/shop` is opened with the
//! [standard catalog](esc_providers::Standard), as a production program would, and [`Shop`] does its work with it. All
//! that differs from production are addresses.

mod report;
mod servers;
mod shop;

use std::error::Error;
use std::path::{Path, PathBuf};

use esc_core::value::{Reveal, Value};
use esc_sdk::{Client, DirectorySource};

pub use report::{Difference, Report};
pub use servers::{Calls, Servers};
pub use shop::Shop;

/// The name of the application's environment.
pub const SHOP: &str = "brokers/shop";

/// Starts everything, opens the environment, lets the application work, and stops everything.
///
/// None without a network, that is with `ESC_TEST_OFFLINE=1`.
///
/// # Errors
///
/// The environment cannot be opened.
///
/// # Panics
///
/// A server cannot be started.
pub async fn run() -> Result<Option<Report>, Box<dyn Error>> {
    let Some(servers) = Servers::start().await? else { return Ok(None) };
    let source = DirectorySource::new(environments())?;
    let client = Client::builder(source)
        .providers(servers.catalog()?.registry())
        .context(servers.context()?)
        .build();
    // What the application needs, compared with the environment before any backend hears of us.
    client.check_type::<Shop>(SHOP).await?;
    let asked_by_check = servers.calls();

    let opened = client.open(SHOP).await?;
    let shop: Shop = opened.extract()?;
    let work = shop.work();
    let differences = differences(&client).await?;
    // Vault's token can be given back; AWS's credentials end by themselves.
    let mut given_back = 0;
    for (_, lease) in opened.leases() {
        if lease.is_revocable() {
            lease.revoke().await?;
            given_back += 1;
        }
    }
    Ok(Some(Report {
        calls: servers.calls(),
        calls_by_check: asked_by_check.iter().map(|calls| calls.count).sum(),
        environment: redacted(opened.value()),
        differences,
        work,
        leases: given_back,
    }))
}

/// The directory of the example environments.
pub fn environments() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("environments")
}

/// What the local environment says otherwise than production.
async fn differences(client: &Client) -> Result<Vec<Difference>, Box<dyn Error>> {
    let mut all = Vec::new();
    for path in ["backends.region", "backends.vault.address", "backends.cluster.server"] {
        all.push(Difference {
            path,
            local: client.get("brokers/local", path).await?,
            production: client.get("brokers/production", path).await?,
        });
    }
    Ok(all)
}

/// The application's part of an environment, as anybody may see it.
fn redacted(value: &Value) -> String {
    let shown = ["environmentVariables", "files"];
    let parts = shown.into_iter().filter_map(|key| Some((key, value.get(key)?.clone())));
    Value::object(parts).to_json_pretty(Reveal::Redacted)
}
