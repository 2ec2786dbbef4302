//! Watches on real servers, through the providers, in real time.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use esc_core::crypt::CryptError;
use esc_providers::identity::NoIdentity;
use esc_providers::{Standard, aws};
use esc_sdk::crypto::Randomness;
use esc_sdk::watch::{Status, Watch};
use esc_sdk::{Client, FromEnvironment, MemorySource, Secret};
use esc_test_servers::{Exchange, FaultProxy, Moto, OpenBao, Postgres};
use serde_json::json;
use tokio::time::{sleep, timeout};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client whose environment `shop/live` is that text.
fn client(standard: Standard, text: String) -> Client {
    let source = MemorySource::new().with("shop/live", text).unwrap();
    Client::builder(source).providers(standard.catalog().unwrap().registry()).build()
}

/// Nothing is remembered by the providers.
fn standard() -> Standard {
    Standard::new(Arc::new(NoIdentity)).cache(None)
}

/// Waits for a status.
async fn until<T>(watch: &Watch<T>, what: &str, holds: impl Fn(&Status) -> bool) -> Status {
    let start = Instant::now();
    loop {
        let status = watch.status();
        if holds(&status) {
            return status;
        }
        assert!(start.elapsed() < PATIENCE, "not in time: {what}; {status:?}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// No jitter, so that a test takes the same time each time: renewals come at two thirds of a lease.
struct Still;

impl Randomness for Still {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), CryptError> {
        buffer.fill(0);
        Ok(())
    }
}

#[derive(FromEnvironment)]
struct Database {
    #[esc(path = "db.user.username")]
    user: Secret<String>,
    #[esc(path = "db.user.password")]
    password: Secret<String>,
}

/// Mounts the database engine with the role `app`: its users live 10 s, 14 s at most.
async fn short_lived(bao: &OpenBao, postgres: &Postgres) {
    bao.write("sys/mounts/database", json!({ "type": "database" })).await;
    let url = format!(
        "postgresql://{{{{username}}}}:{{{{password}}}}@{}:{}/postgres?sslmode=disable",
        postgres.host(),
        postgres.port()
    );
    let config = json!({
        "plugin_name": "postgresql-database-plugin", "allowed_roles": "*", "connection_url": url,
        "username": postgres.user(), "password": postgres.password(),
    });
    bao.write("database/config/pg", config).await;
    let create =
        "CREATE ROLE \"{{name}}\" WITH LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}';";
    let role = json!({
        "db_name": "pg", "creation_statements": [create], "default_ttl": "10s", "max_ttl": "14s",
    });
    bao.write("database/roles/app", role).await;
}

async fn exists(postgres: &Postgres, user: &str) -> bool {
    let count = format!("SELECT count(*) FROM pg_roles WHERE rolname = '{user}'");
    postgres.sql(&count).await.unwrap() != "0"
}

/// The successful requests whose path starts so.
fn asked(proxy: &FaultProxy, path: &str) -> Vec<Exchange> {
    let good = |exchange: &Exchange| exchange.status.is_some_and(|status| status < 300);
    let mut all = proxy.requests();
    all.retain(|exchange| exchange.path.starts_with(path) && good(exchange));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_of_a_database_are_renewed_then_replaced_then_given_back() {
    let (Some(bao), Some(postgres)) = (OpenBao::shared().await, Postgres::shared().await) else {
        return;
    };
    short_lived(bao, postgres).await;
    let proxy = FaultProxy::start(bao.address()).await;
    let text = format!(
        "values:
  db:
    fn::open::vault-secrets:
      login: {{ address: '{}', token: {{ fn::secret: '{}' }} }}
      read: {{ user: {{ path: database/creds/app }} }}",
        proxy.endpoint(),
        bao.root_token(),
    );
    let grace = Duration::from_secs(1);
    let watcher = client(standard(), text).watch::<Database>("shop/live");
    let watcher = watcher.min_interval(Duration::from_millis(100)).randomness(Arc::new(Still));
    let watch = watcher.grace(grace).await.unwrap();
    let first = watch.current().user.expose().clone();

    // Whoever asks for the credentials gets such as work, at any time.
    let start = Instant::now();
    while watch.status().version == 0 {
        let current = watch.current();
        let (user, password) = (current.user.expose().clone(), current.password.expose().clone());
        drop(current);
        assert_eq!(postgres.sql_as(&user, &password, "SELECT 1").await.as_deref(), Ok("1"));
        assert!(start.elapsed() < PATIENCE, "{:?} {:?}", watch.status(), proxy.requests());
        sleep(Duration::from_millis(100)).await;
    }
    let renewed = asked(&proxy, "/v1/sys/leases/renew");
    let made = asked(&proxy, "/v1/database/creds/app");
    // Renewing kept them longer than the 10 s they were made for, and they did not come to the 14 s that are the end.
    let lasted = made[1].at - made[0].at;
    assert!(!renewed.is_empty() && renewed[0].at < made[1].at, "{renewed:?}");
    assert!((10..14).contains(&lasted.as_secs()), "{lasted:?}");
    assert!(watch.status().failure.is_none(), "{:?}", watch.status());

    let second = watch.current();
    let (user, password) = (second.user.expose().clone(), second.password.expose().clone());
    drop(second);
    assert_ne!(user, first);
    assert_eq!(postgres.sql_as(&user, &password, "SELECT 1").await.as_deref(), Ok("1"));

    // The old ones are released, once the grace is over.
    let start = Instant::now();
    while asked(&proxy, "/v1/sys/leases/revoke").is_empty() {
        assert!(start.elapsed() < PATIENCE, "{:?}", proxy.requests());
        sleep(Duration::from_millis(20)).await;
    }
    assert!(!exists(postgres, &first).await);
    let revoked = &asked(&proxy, "/v1/sys/leases/revoke")[0];
    assert!(revoked.at >= made[1].at + grace, "{revoked:?} {made:?}");

    let last = watch.current().user.expose().clone();
    assert!(exists(postgres, &last).await);
    watch.stop().await;
    let left = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'v-%'";
    assert_eq!(postgres.sql(left).await.as_deref(), Ok("0"));
}

#[derive(FromEnvironment)]
struct Payments {
    #[esc(path = "kv.app.key")]
    key: Secret<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_server_leaves_the_last_good_value_and_an_unsealed_one_is_followed_again() {
    let Some(bao) = OpenBao::start().await else { return };
    let key = |text: &str| bao.write("secret/data/app", json!({ "data": { "key": text } }));
    key("canary-first").await;
    let text = format!(
        "values:
  kv:
    fn::open::vault-secrets:
      login: {{ address: '{}', token: {{ fn::secret: '{}' }} }}
      kv: {{ app: {{ path: secret/app }} }}",
        bao.address(),
        bao.root_token(),
    );
    let watcher = client(standard(), text).watch::<Payments>("shop/live");
    let wait = Duration::from_millis(100);
    let watch = watcher.backoff(wait, wait).await.unwrap();
    let mut changes = watch.changes();
    assert_eq!(watch.current().key.expose(), "canary-first");

    key("canary-second").await;
    watch.refresh();
    let change = timeout(PATIENCE, changes.next()).await.unwrap().unwrap();
    assert_eq!(watch.current().key.expose(), "canary-second");
    let lines: Vec<String> = change.fields.iter().map(ToString::to_string).collect();
    assert_eq!((change.version, lines.as_slice()), (1, &["~ kv.app.key: [secret]".to_owned()][..]));
    assert!(!format!("{change:?}").contains("canary"), "{change:?}");

    bao.seal().await;
    watch.refresh();
    let status = until(&watch, "a failure", |status| status.failure.is_some()).await;
    let error = &status.failure.as_ref().unwrap().error;
    let told = format!("{error} {status:?}");
    assert!(error.is_unavailable() && told.contains("sealed"), "{told}");
    assert!(!told.contains("canary") && !told.contains(bao.root_token()), "{told}");
    assert_eq!((status.version, watch.current().key.expose().as_str()), (1, "canary-second"));

    // Nobody asks for a refresh here: it is tried again until it works.
    bao.unseal().await;
    let status = until(&watch, "recovery", |status| status.failure.is_none()).await;
    assert_eq!(status.version, 1);
    key("canary-third").await;
    watch.refresh();
    let change = timeout(PATIENCE, changes.next()).await.unwrap().unwrap();
    assert_eq!((change.version, watch.current().key.expose().as_str()), (2, "canary-third"));
    watch.stop().await;
}

const REGION: &str = "eu-west-1";

#[derive(FromEnvironment)]
struct Signing {
    #[esc(path = "secrets.key")]
    key: Secret<String>,
}

fn signing(moto: &Moto, standard: Standard, secret: &str) -> Client {
    let settings = aws::Settings::default().with_endpoint(moto.endpoint());
    let text = format!(
        "values:
  secrets:
    fn::open::aws-secrets:
      region: {REGION}
      login: {{ accessKeyId: AKIDLIVE, secretAccessKey: {{ fn::secret: live }} }}
      get: {{ key: {{ secretId: {secret} }} }}"
    );
    client(standard.aws(settings), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_secret_comes_with_the_next_refresh() {
    let Some(moto) = Moto::shared().await else { return };
    moto.put_secret(REGION, "live/key", "canary-first").await;
    let watch = signing(moto, standard(), "live/key").watch::<Signing>("shop/live").await.unwrap();
    assert_eq!(watch.current().key.expose(), "canary-first");
    let mut changes = watch.changes();
    moto.rotate_secret(REGION, "live/key", "canary-second").await;
    watch.refresh();
    let change = timeout(PATIENCE, changes.next()).await.unwrap().unwrap();
    assert_eq!(watch.current().key.expose(), "canary-second");
    assert_eq!(change.fields[0].to_string(), "~ secrets.key: [secret]");
    watch.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_secret_comes_once_providers_have_forgotten_the_old_one() {
    let Some(moto) = Moto::shared().await else { return };
    moto.put_secret(REGION, "live/remembered", "canary-first").await;
    let ttl = Duration::from_secs(3);
    let client = signing(moto, standard().cache(Some(ttl)), "live/remembered");
    let watcher = client.watch::<Signing>("shop/live").ttl(Duration::from_millis(200));
    let start = Instant::now();
    let watch = watcher.min_interval(Duration::from_millis(100)).await.unwrap();
    assert_eq!(watch.current().key.expose(), "canary-first");
    let mut changes = watch.changes();
    moto.rotate_secret(REGION, "live/remembered", "canary-second").await;
    timeout(PATIENCE, changes.next()).await.unwrap().unwrap();
    // It was asked for all the time, and answered from memory.
    assert!(start.elapsed() >= ttl, "{:?}", start.elapsed());
    assert_eq!(watch.current().key.expose(), "canary-second");
    watch.stop().await;
}
