//! The real servers really serve, and end.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use esc_test_servers::{Moto, OpenBao, Postgres, offline, skipped};
use serde_json::{Value, json};

async fn aws(endpoint: &str, target: &str, body: Value) -> (u16, Value) {
    let service = if target.starts_with("AmazonSSM.") { "ssm" } else { "secretsmanager" };
    let response = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .post(endpoint)
        .header("x-amz-target", target)
        .header("content-type", "application/x-amz-json-1.1")
        .header(
            "authorization",
            format!(
                "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/{service}/aws4_request, \
                 SignedHeaders=host, Signature=00"
            ),
        )
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn moto_keeps_a_secret() {
    let Some(moto) = Moto::shared().await else { return };
    let create =
        json!({ "Name": "a", "SecretString": "hidden", "ClientRequestToken": "1".repeat(32) });
    let (status, body) = aws(moto.endpoint(), "secretsmanager.CreateSecret", create).await;
    assert_eq!(status, 200, "{body}");
    let get = json!({ "SecretId": "a" });
    let (_, body) = aws(moto.endpoint(), "secretsmanager.GetSecretValue", get).await;
    assert_eq!(body["SecretString"], "hidden");
}

#[tokio::test]
async fn moto_forgets_when_reset() {
    let Some(moto) = Moto::start().await else { return };
    let put = json!({ "Name": "/p", "Value": "v", "Type": "String" });
    assert_eq!(aws(moto.endpoint(), "AmazonSSM.PutParameter", put).await.0, 200);
    let get = json!({ "Name": "/p" });
    assert_eq!(aws(moto.endpoint(), "AmazonSSM.GetParameter", get.clone()).await.0, 200);
    moto.reset().await;
    assert_eq!(aws(moto.endpoint(), "AmazonSSM.GetParameter", get).await.0, 400);
}

#[tokio::test]
async fn openbao_keeps_a_secret() {
    let Some(bao) = OpenBao::shared().await else { return };
    bao.write("secret/data/app", json!({ "data": { "k": "v" } })).await;
    let read = bao.request("GET", "secret/data/app", None).await.expect("read");
    assert_eq!(read["data"]["data"]["k"], "v");
    let listed = bao.request("LIST", "secret/metadata", None).await.expect("list");
    assert_eq!(listed["data"]["keys"], json!(["app"]));
    assert_eq!(bao.request_as("nonsense", "GET", "secret/data/app", None).await.status, 403);
}

#[tokio::test]
async fn openbao_has_a_private_ca_and_can_be_sealed() {
    let Some(bao) = OpenBao::builder().tls().start().await else { return };
    assert!(bao.address().starts_with("https://127.0.0.1:"));
    assert_eq!(fs::read_to_string(bao.ca_file().unwrap()).unwrap(), bao.ca_pem().unwrap());
    bao.write("secret/data/app", json!({ "data": { "k": "v" } })).await;
    // Without the CA there is no trust.
    let stranger = reqwest::Client::builder().no_proxy().build().unwrap();
    assert!(stranger.get(bao.address()).send().await.unwrap_err().is_connect());
    bao.seal().await;
    let sealed = bao.request("GET", "secret/data/app", None).await;
    assert_eq!((sealed.status, &sealed.body["errors"][0]), (503, &json!("Vault is sealed")));
    bao.unseal().await;
    assert_eq!(bao.request("GET", "secret/data/app", None).await.status, 200);
}

#[tokio::test]
async fn openbao_makes_users_in_postgres() {
    let Some(bao) = OpenBao::start().await else { return };
    let Some(postgres) = Postgres::shared().await else { return };
    assert!(
        postgres.sql_as("postgres", "wrong", "SELECT 1").await.unwrap_err().contains("password")
    );
    assert_eq!(postgres.sql("SELECT 1 + 1").await.unwrap(), "2");
    bao.write("sys/mounts/database", json!({ "type": "database" })).await;
    let address = format!("{}:{}", postgres.host(), postgres.port());
    let config = json!({
        "plugin_name": "postgresql-database-plugin",
        "allowed_roles": "*",
        "connection_url": format!("postgresql://{{{{username}}}}:{{{{password}}}}@{address}/postgres?sslmode=disable"),
        "username": postgres.user(),
        "password": postgres.password(),
    });
    bao.write("database/config/pg", config).await;
    let create =
        "CREATE ROLE \"{{name}}\" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'";
    let role = json!({ "db_name": "pg", "creation_statements": [create], "default_ttl": "1h" });
    bao.write("database/roles/reader", role).await;
    let read = bao.request("GET", "database/creds/reader", None).await.expect("credentials");
    let text = |name: &str| read["data"][name].as_str().unwrap().to_owned();
    let (user, password) = (text("username"), text("password"));
    assert_eq!(postgres.sql_as(&user, &password, "SELECT current_user").await.unwrap(), user);
}

/// Not a test of its own: what the next one starts, kills and looks after.
#[tokio::test]
async fn holder() {
    let Some(file) = std::env::var_os("ESC_TEST_HOLDER") else { return };
    let (Some(moto), Some(bao), Some(postgres)) =
        (Moto::shared().await, OpenBao::shared().await, Postgres::shared().await)
    else {
        return;
    };
    let port = |url: &str| url.rsplit(':').next().unwrap().to_owned();
    let ports = [port(moto.endpoint()), port(bao.address()), postgres.port().to_string()];
    let file = Path::new(&file);
    fs::write(file.with_extension("part"), ports.join("\n")).unwrap();
    fs::rename(file.with_extension("part"), file).unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
}

#[test]
fn a_killed_test_leaves_neither_servers_nor_directories() {
    if offline() {
        return skipped("the servers");
    }
    let directory = tempfile::tempdir().unwrap();
    // Servers that run as nobody have their directories there too.
    let everybody = <fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o777);
    fs::set_permissions(directory.path(), everybody).unwrap();
    let file = directory.path().join("ports");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "holder", "--nocapture"])
        .env("ESC_TEST_HOLDER", &file)
        .env("TMPDIR", directory.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    eventually("the servers start", Duration::from_secs(300), || {
        assert_eq!(child.try_wait().unwrap(), None, "the other process failed");
        file.exists()
    });
    let listens = |port: &str| std::net::TcpStream::connect(format!("127.0.0.1:{port}")).is_ok();
    let ports = fs::read_to_string(&file).unwrap();
    let ports: Vec<&str> = ports.lines().collect();
    assert_eq!(ports.len(), 3);
    assert!(ports.iter().all(|port| listens(port)));
    child.kill().unwrap();
    child.wait().unwrap();
    eventually("the servers end", Duration::from_secs(15), || {
        !ports.iter().any(|port| listens(port))
    });
    let left =
        || fs::read_dir(directory.path()).unwrap().flatten().filter(|e| e.path().is_dir()).count();
    eventually("their directories are removed", Duration::from_secs(15), || left() == 0);
}

fn eventually(what: &str, within: Duration, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + within;
    while !holds() {
        assert!(Instant::now() < deadline, "not within {within:?}: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
