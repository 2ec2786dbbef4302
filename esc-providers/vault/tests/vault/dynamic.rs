//! Credentials that the server makes for a read.

use std::time::Duration;

use esc_core::provider::ErrorKind;
use esc_provider_vault::Vault;
use esc_test_servers::{FaultProxy, OpenBao, Postgres};
use serde_json::json;

use crate::common::{login, read, revealed, token_with, told};

/// Mounts the database engine with the role `app`; its users live five minutes, ten at most.
pub async fn database(bao: &OpenBao, postgres: &Postgres, mount: &str) {
    bao.write(&format!("sys/mounts/{mount}"), json!({ "type": "database" })).await;
    let url = format!(
        "postgresql://{{{{username}}}}:{{{{password}}}}@{}:{}/postgres?sslmode=disable",
        postgres.host(),
        postgres.port()
    );
    bao.write(
        &format!("{mount}/config/pg"),
        json!({
            "plugin_name": "postgresql-database-plugin", "allowed_roles": "*", "connection_url": url,
            "username": postgres.user(), "password": postgres.password(),
        }),
    )
    .await;
    let create =
        "CREATE ROLE \"{{name}}\" WITH LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}';";
    bao.write(
        &format!("{mount}/roles/app"),
        json!({ "db_name": "pg", "creation_statements": [create], "default_ttl": "5m", "max_ttl": "10m" }),
    )
    .await;
}

async fn users(postgres: &Postgres, pattern: &str) -> String {
    postgres
        .sql(&format!("SELECT count(*) FROM pg_roles WHERE rolname LIKE '{pattern}'"))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_made_once_renewed_and_gone_when_given_back() {
    let (Some(bao), Some(postgres)) = (OpenBao::shared().await, Postgres::shared().await) else {
        return;
    };
    database(bao, postgres, "db").await;
    let policy = r#"
        path "db/creds/app" { capabilities = ["read"] }
        path "sys/leases/renew" { capabilities = ["update"] }
        path "sys/leases/revoke" { capabilities = ["update"] }"#;
    let token = token_with(bao, "dynamic", policy).await;
    let inputs = json!({
        "login": login(bao.address(), &token),
        "read": {
            "user": { "path": "db/creds/app", "field": "username" },
            "pass": { "path": "db/creds/app", "field": "password" },
        },
    });
    let vault = Vault::default();
    let opened = read(&vault, inputs.clone()).await.unwrap();
    let output = revealed(&opened);
    let (user, pass) = (output["user"].as_str().unwrap(), output["pass"].as_str().unwrap());
    // Both are of one read, so they fit.
    assert_eq!(postgres.sql_as(user, pass, "SELECT 1").await.as_deref(), Ok("1"));
    assert_eq!(opened.leases.len(), 1);
    let lease = &opened.leases[0];
    assert!(lease.id.as_deref().unwrap().starts_with("db/creds/app/"));
    assert_eq!((lease.duration, lease.renewable), (Some(Duration::from_secs(300)), true));

    let renewed = lease.renew().await.unwrap().unwrap();
    assert_eq!(renewed.id, lease.id);
    assert!(renewed.duration.is_some_and(|d| d >= Duration::from_secs(299)));
    renewed.revoke().await.unwrap();
    assert_eq!(users(postgres, user).await, "0");
    assert!(postgres.sql_as(user, pass, "SELECT 1").await.is_err());
    renewed.revoke().await.unwrap();
    let error = renewed.renew().await.unwrap().unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound, "{error:?}");
    assert!(told(&error, &[&token, pass]).contains("open it anew"));

    // A second call makes a user of its own.
    let other = read(&vault, inputs).await.unwrap();
    assert_ne!(revealed(&other)["user"], user);

    // Giving back a lease whose token has ended is no error: the server has ended it.
    bao.write("auth/token/revoke", json!({ "token": token })).await;
    other.leases[0].revoke().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_fails_gives_back_what_it_was_given() {
    let (Some(bao), Some(postgres)) = (OpenBao::shared().await, Postgres::shared().await) else {
        return;
    };
    database(bao, postgres, "db-back").await;
    let proxy = FaultProxy::start(bao.address()).await;
    let inputs = json!({
        "login": login(&proxy.endpoint(), bao.root_token()),
        "read": { "a": { "path": "db-back/creds/app" }, "b": { "path": "db-back/creds/none" } },
    });
    let error = read(&Vault::default(), inputs).await.unwrap_err();
    assert!(error.message.contains("`read.b`"), "{error:?}");
    let status = |path: &str| {
        let found = proxy.requests().into_iter().find(|request| request.path == path);
        found.and_then(|request| request.status)
    };
    assert_eq!(status("/v1/db-back/creds/app"), Some(200));
    assert_eq!(status("/v1/sys/leases/revoke"), Some(204));
    let left = bao.request("LIST", "sys/leases/lookup/db-back/creds/app", None).await;
    assert_eq!(left.status, 404, "{}", left.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_of_static_roles_stay_until_they_are_rotated() {
    let (Some(bao), Some(postgres)) = (OpenBao::shared().await, Postgres::shared().await) else {
        return;
    };
    database(bao, postgres, "db-static").await;
    postgres.sql("CREATE ROLE fixed WITH LOGIN PASSWORD 'x'").await.unwrap();
    let role = json!({ "db_name": "pg", "username": "fixed", "rotation_period": "1h" });
    bao.write("db-static/static-roles/fixed", role).await;
    let inputs = json!({
        "login": login(bao.address(), bao.root_token()),
        "read": { "db": { "path": "db-static/static-creds/fixed" } },
    });
    let opened = read(&Vault::default(), inputs).await.unwrap();
    let lease = opened.leases.first().unwrap();
    assert!(
        lease
            .duration
            .is_some_and(|d| d > Duration::from_secs(3500) && d <= Duration::from_secs(3600))
    );
    assert!(!lease.is_revocable() && lease.renew().await.is_none());
    let pass = revealed(&opened)["db"]["password"].as_str().unwrap().to_owned();
    assert_eq!(postgres.sql_as("fixed", &pass, "SELECT 1").await.as_deref(), Ok("1"));
}
