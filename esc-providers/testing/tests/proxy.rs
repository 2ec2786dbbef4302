//! The faults of the proxy, as a client sees them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::any;
use esc_test_servers::{FaultProxy, HttpServer, Rule};
use reqwest::{Client, Response};

async fn setting() -> (HttpServer, FaultProxy, Client) {
    let echo = |request: axum::extract::Request| async move {
        let host = request.headers()["host"].to_str().unwrap().to_owned();
        format!("{} {} host {host}", request.method(), request.uri())
    };
    let server = HttpServer::start(Router::new().fallback(any(echo)));
    let proxy = FaultProxy::start(&server.url()).await;
    let client = Client::builder().no_proxy().build().unwrap();
    (server, proxy, client)
}

async fn call(client: &Client, proxy: &FaultProxy, target: &str) -> Response {
    let url = format!("{}/v1/x?y=1", proxy.endpoint());
    client.post(url).header("x-amz-target", format!("service.{target}")).send().await.unwrap()
}

#[tokio::test]
async fn what_no_rule_befalls_is_passed_on() {
    let (_server, proxy, client) = setting().await;
    let text = call(&client, &proxy, "Get").await.text().await.unwrap();
    let host = proxy.endpoint().replace("http://", "");
    assert_eq!(text, format!("POST /v1/x?y=1 host {host}"));
    let seen = &proxy.requests()[0];
    assert_eq!((seen.target.as_str(), seen.status, seen.faulty), ("Get", Some(200), false));
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/v1/x?y=1"));
}

#[tokio::test]
async fn throttling_befalls_its_target_so_many_times() {
    let (_server, proxy, client) = setting().await;
    proxy.push(Rule::aws_throttling().target("Get").after(1).times(2));
    let mut seen = vec![];
    for target in ["Get", "Put", "Get", "BatchGet", "Get", "Get"] {
        seen.push(call(&client, &proxy, target).await.status().as_u16());
    }
    assert_eq!(seen, [200, 200, 400, 200, 400, 200]);
    assert_eq!((proxy.count("Get"), proxy.count("Put"), proxy.count("")), (4, 1, 6));

    proxy.push(Rule::aws_throttling());
    let response = call(&client, &proxy, "Get").await;
    assert_eq!(response.headers()["x-amzn-errortype"], "ThrottlingException");
    let body: serde_json::Value = response.json().await.unwrap();
    assert_eq!(body["__type"], "ThrottlingException");
    proxy.clear();
    proxy.forget();
    assert_eq!(call(&client, &proxy, "Get").await.status(), 200);
    assert_eq!(proxy.count(""), 1);
}

#[tokio::test]
async fn the_operation_of_a_form_is_its_action() {
    let (_server, proxy, client) = setting().await;
    proxy.push(Rule::aws_query_error(400, "Throttling", "Rate exceeded").target("AssumeRole"));
    let form = [("Action", "AssumeRole"), ("Version", "2011-06-15")];
    let response = client.post(proxy.endpoint()).form(&form).send().await.unwrap();
    assert_eq!(response.status(), 400);
    assert!(response.text().await.unwrap().contains("<Code>Throttling</Code>"));
    assert_eq!(proxy.count("AssumeRole"), 1);
}

#[tokio::test]
async fn vaults_faults_befall_their_path() {
    let (_server, proxy, client) = setting().await;
    proxy.push(Rule::vault_throttling(Some(Duration::from_secs(2))).path("/v1/").times(1));
    proxy.push(Rule::vault_sealed().path("/v1/"));
    let first = call(&client, &proxy, "").await;
    assert_eq!(
        (first.status().as_u16(), &first.headers()["retry-after"]),
        (429, &"2".parse().unwrap())
    );
    let second = call(&client, &proxy, "").await;
    assert_eq!(second.status(), 503);
    assert_eq!(second.text().await.unwrap(), r#"{"errors":["Vault is sealed"]}"#);
    let other = client.get(format!("{}/v2", proxy.endpoint())).send().await.unwrap();
    assert_eq!(other.status(), 200);
}

#[tokio::test]
async fn latencies_add_up_and_come_before_the_fault() {
    let (_server, proxy, client) = setting().await;
    proxy.push(Rule::latency(Duration::from_millis(60)).times(1));
    proxy.push(Rule::latency(Duration::from_millis(60)).times(1));
    proxy.push(Rule::status(500, "").times(1));
    let start = Instant::now();
    assert_eq!(call(&client, &proxy, "").await.status(), 500);
    assert!(start.elapsed() >= Duration::from_millis(120));
    assert_eq!(call(&client, &proxy, "").await.status(), 200);
}

#[tokio::test]
async fn a_reset_connection_is_reset() {
    let (_server, proxy, client) = setting().await;
    proxy.push(Rule::reset().times(1));
    let url = proxy.endpoint();
    let failed = client.get(&url).send().await.unwrap_err();
    let mut causes = std::iter::successors(std::error::Error::source(&failed), |e| e.source());
    let reset = |e: &std::io::Error| e.kind() == std::io::ErrorKind::ConnectionReset;
    assert!(causes.any(|e| e.downcast_ref().is_some_and(reset)), "{failed:?}");
    assert_eq!(proxy.requests()[0].status, None);
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_truncated_body_is_an_error_for_its_reader() {
    let (_server, proxy, client) = setting().await;
    proxy.push(Rule::truncate(3).times(1));
    let response = client.get(proxy.endpoint()).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.content_length().unwrap() > 3);
    assert!(response.bytes().await.is_err());
}
