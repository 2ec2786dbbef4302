//! Servers and networks that fail, and what gets out.

use std::time::{Duration, Instant};

use esc_core::secret::Secret;
use esc_sdk::remote::{Api, ApiError, Remote};
use esc_test_servers::HttpServer;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use crate::look_alike::{Fault, LookAlike, TOKEN};
use crate::{api, builder, given, name, reference};

#[tokio::test]
async fn reads_are_repeated_and_changes_are_not() {
    let server = LookAlike::start().await;
    let api = api(&server);
    for status in [500, 502, 503, 408, 429] {
        server.answer(status, &[], "");
        server.answer(status, &[], "");
        assert!(api.list(None).await.is_ok(), "{status}");
        assert_eq!(server.requests().len(), 3);
    }
    server.answer(503, &[], "");
    assert!(api.check("values: {}\n", false).await.is_ok());
    assert_eq!(server.requests().len(), 2);

    for _ in 0..3 {
        server.answer(500, &[("x-pulumi-request-id", "r-1")], r#"{"code":500,"message":"oh"}"#);
    }
    let error = api.list(None).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot list the environments of `acme`: unavailable: the server answered 500: oh (request r-1)"
    );
    assert!(error.is_temporary());
    assert_eq!(server.requests().len(), 3);

    server.answer(503, &[], "");
    assert!(api.create(&name("p/e")).await.is_err());
    server.answer(503, &[], "");
    assert!(api.open(&reference("p/e"), None).await.is_err());
    server.answer(503, &[], "");
    assert!(api.delete(&name("p/e")).await.is_err());
    server.answer(503, &[], "");
    assert!(api.update(&name("p/e"), "", None).await.is_err());
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn servers_say_when_to_come_back() {
    let server = LookAlike::start().await;
    let api = api(&server);
    server.answer(429, &[("retry-after", "1")], "");
    let start = Instant::now();
    assert!(api.list(None).await.is_ok());
    assert!(start.elapsed() >= Duration::from_secs(1));
    server.requests();
    // Longer than the client is willing to wait: whoever called decides.
    server.answer(429, &[("retry-after", "30")], r#"{"code":429,"message":"slow down"}"#);
    let error = api.list(None).await.unwrap_err();
    assert!(matches!(error, ApiError::Throttled { .. }), "{error}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert_eq!(server.requests().len(), 1);
    server.answer(429, &[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")], "");
    assert!(api.list(None).await.is_ok());
}

#[tokio::test]
async fn statuses_become_errors_one_can_act_on() {
    let server = LookAlike::start().await;
    let api = api(&server);
    for (status, kind) in [
        (400, "invalid"),
        (401, "unauthenticated"),
        (403, "denied"),
        (404, "not found"),
        (409, "conflict"),
        (410, "not found"),
        (412, "conflict"),
        (413, "invalid"),
        (304, "unexpected answer"),
        (418, "invalid"),
    ] {
        let body = format!(r#"{{"code":{status},"message":"because"}}"#);
        server.answer(status, &[], body);
        let error = api.definition(&name("p/e")).await.unwrap_err();
        let expected = format!("cannot read `acme/p/e`: {kind}: because");
        if status == 304 {
            assert!(matches!(error, ApiError::Protocol { .. }), "{error}");
            continue;
        }
        assert_eq!(error.to_string(), expected);
        assert!(!error.is_temporary());
    }
}

#[tokio::test]
async fn messages_are_bounded_and_pages_are_not_shown() {
    let server = LookAlike::start().await;
    let api = api(&server);
    let read = async || api.definition(&name("p/e")).await.unwrap_err();
    server.answer(404, &[], "x".repeat(1 << 20));
    assert!(read().await.to_string().len() < 1200);
    server.answer(404, &[("content-type", "text/html")], "<html>lost</html>");
    assert_eq!(read().await.to_string(), "cannot read `acme/p/e`: not found");
    server.answer(404, &[], "  plain\ntext\u{1b}[2J ");
    assert_eq!(read().await.message(), "plain text [2J");
    server.fail(Fault::Answer(404, Vec::new(), vec![0xff, 0xfe]));
    assert_eq!(read().await.message(), "");
}

#[tokio::test]
async fn answers_that_are_none_are_told_without_being_quoted() {
    let server = LookAlike::start().await;
    let api = api(&server);
    given(&api, "p/e", "values: {s: {fn::secret: canary}}\n").await;
    let session = api.open(&reference("p/e"), None).await.unwrap();
    for body in [
        r#"{"properties":{"s":{"value":"canary"#,
        r#"{"properties":{"s":"canary"}}"#,
        r#"{"properties":["canary"]}"#,
        "canary",
        "",
        "[]",
        r#"{"properties":{}} canary"#,
    ] {
        server.answer(200, &[], body);
        let error = api.read(&reference("p/e"), &session).await.unwrap_err();
        assert!(matches!(error, ApiError::Protocol { .. }), "{body}: {error}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
    let deep = format!("{}1{}", r#"{"value":["#.repeat(100_000), "]}".repeat(100_000));
    server.answer(200, &[], deep);
    let path = "s".parse().unwrap();
    let error = api.read_property(&reference("p/e"), &session, &path).await.unwrap_err();
    assert!(matches!(error, ApiError::Protocol { .. }));
    server.answer(200, &[], r#"{"id":""}"#);
    assert!(api.open(&reference("p/e"), None).await.is_err());
    server.answer(200, &[], "{}");
    assert!(api.revisions(&name("p/e"), None, None).await.is_err());
}

#[tokio::test]
async fn answers_are_bounded() {
    let server = LookAlike::start().await;
    let api = builder(&server).max_bytes(100_000).build().unwrap();
    server.answer(200, &[], " ".repeat(100_001));
    let announced = api.list(None).await.unwrap_err();
    server.fail(Fault::Endless);
    let endless = api.list(None).await.unwrap_err();
    for error in [announced, endless] {
        assert_eq!(error.message(), "the answer is larger than 100000 bytes");
    }
    server.answer(200, &[], format!("{}{{\"environments\":[]}}", " ".repeat(99_000)));
    assert!(api.list(None).await.is_ok());
}

#[tokio::test]
async fn late_and_broken_answers_are_repeated_where_that_is_safe() {
    let server = LookAlike::start().await;
    let api = builder(&server).timeout(Duration::from_secs(1)).build().unwrap();
    server.fail(Fault::Late(Duration::from_secs(15)));
    server.fail(Fault::Broken);
    assert!(api.list(None).await.is_ok());
    assert_eq!(server.requests().len(), 3);
    server.fail(Fault::Late(Duration::from_secs(15)));
    let error = api.create(&name("p/e")).await.unwrap_err();
    assert_eq!(error.message(), "127.0.0.1 did not answer in time");
    for _ in 0..3 {
        server.fail(Fault::Broken);
    }
    let error = api.list(None).await.unwrap_err();
    assert_eq!(error.message(), "the answer of 127.0.0.1 broke off");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let token = Secret::new(TOKEN.to_owned());
    let api = Api::builder("acme").url(url).access_token(token);
    let retries = esc_sdk::remote::Retries { attempts: 1, ..Default::default() };
    let error = api.retries(retries).build().unwrap().list(None).await.unwrap_err();
    assert!(error.message().starts_with("cannot connect to 127.0.0.1: "), "{error}");
    assert!(error.is_temporary());
}

#[tokio::test]
async fn redirects_are_followed_within_the_server_only() {
    let server = LookAlike::start().await;
    let stranger = LookAlike::start().await;
    let api = api(&server);
    let here = "/api/esc/environments/acme";
    server.answer(301, &[("location", here)], "");
    server.answer(307, &[("location", &format!("{}{here}", server.url))], "");
    assert!(api.list(None).await.is_ok());
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|r| r.header("authorization").is_some()));

    for location in [format!("{}{here}", stranger.url), "https://evil.example/x?canary".to_owned()]
    {
        for status in [301, 302, 303, 307, 308] {
            server.answer(status, &[("location", &location)], "");
            let error = api.list(None).await.unwrap_err();
            assert!(error.message().ends_with("which is not followed"), "{error}");
            assert!(!format!("{error:?}").contains("canary"));
        }
    }
    assert!(stranger.requests().is_empty(), "the token stayed here");
    server.requests();

    server.answer(307, &[("location", here)], "");
    assert!(api.create(&name("p/e")).await.is_err());
    for _ in 0..4 {
        server.answer(302, &[("location", here)], "");
    }
    let error = api.list(None).await.unwrap_err();
    assert_eq!(error.message(), "the server redirects again and again");
    server.answer(302, &[], "");
    assert!(api.list(None).await.unwrap_err().message().contains("nowhere"));
}

#[tokio::test]
async fn tokens_and_secrets_are_in_no_message() {
    let server = LookAlike::start().await;
    let api = api(&server);
    given(&api, "p/e", "values: {s: {fn::secret: canary-1234}}\n").await;
    let body = format!(
        r#"{{"code":400,"message":"got {TOKEN} and canary-1234","diagnostics":[
            {{"summary":"what is canary-1234?","detail":"see {TOKEN}"}}]}}"#
    );
    let text = "values:\n  s:\n    fn::secret: canary-1234\n";
    server.answer(400, &[], &body);
    let updated = api.update(&name("p/e"), text, None).await.unwrap_err();
    server.answer(400, &[], &body);
    let checked = api.check(text, false).await.unwrap();
    let shown = format!("{updated} {updated:?} {:?} {api:?}", checked.diagnostics);
    assert_eq!(updated.message(), "got [secret] and [secret]");
    assert_eq!(checked.diagnostics[0].summary, "what is [secret]?");
    assert!(!shown.contains("canary"), "{shown}");
    assert!(!format!("{updated} {updated:?} {api:?}").contains(TOKEN));
    for status in [401, 403, 404, 409, 429, 500] {
        server.answer(status, &[], &body);
        let error = api.update(&name("p/e"), text, None).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary") && !shown.contains(TOKEN), "{shown}");
    }
    let opened = Remote::new(api.clone()).open("p/e").await.unwrap();
    let session = api.open(&reference("p/e"), None).await.unwrap();
    let environment = api.read(&reference("p/e"), &session).await.unwrap();
    let decrypted = api.decrypted(&name("p/e")).await.unwrap();
    let shown = format!("{opened:?} {environment:?} {decrypted:?} {:?}", builder(&server));
    assert!(!shown.contains("canary") && !shown.contains(TOKEN), "{shown}");
}

#[tokio::test]
async fn only_servers_that_the_given_roots_vouch_for_get_the_token() {
    let mine = tls("127.0.0.1");
    let other = tls("127.0.0.1");
    let list = async |server: &str, pem: &str| {
        let retries = esc_sdk::remote::Retries { attempts: 1, ..Default::default() };
        let api = Api::builder("acme").url(server).access_token(Secret::new(TOKEN.to_owned()));
        api.retries(retries).root_certificates(pem).build().unwrap().list(None).await
    };
    assert!(list(&mine.0.url(), &mine.1).await.is_ok());
    let error = list(&other.0.url(), &mine.1).await.unwrap_err();
    assert!(error.message().starts_with("cannot connect to 127.0.0.1: "), "{error}");
    let name = tls("elsewhere.example");
    assert!(list(&name.0.url(), &name.1).await.is_err());
}

/// A server with a certificate for that name, and the certificate.
fn tls(name: &str) -> (HttpServer, String) {
    let certified = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der());
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key.unwrap())
        .unwrap();
    let answer = async || r#"{"environments":[],"nextToken":""}"#;
    let app = axum::Router::new().fallback(answer);
    (HttpServer::start_tls(app, std::sync::Arc::new(config)), certified.cert.pem())
}

#[tokio::test]
async fn a_proxy_is_used_if_the_caller_sets_one() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    let seen = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut start = vec![0; 20];
        stream.read_exact(&mut start).await.unwrap();
        String::from_utf8(start).unwrap()
    });
    let server = LookAlike::start().await;
    let retries = esc_sdk::remote::Retries { attempts: 1, ..Default::default() };
    let api = builder(&server).retries(retries).proxy(proxy).build().unwrap();
    assert!(api.list(None).await.is_err());
    assert!(seen.await.unwrap().starts_with("GET http://127.0.0.1"));
    assert!(server.requests().is_empty());
}

/// Variables belong to the process, so another test runs in one of its own.
#[test]
fn proxies_that_variables_name_are_not_used() {
    let other = "opening::what_is_not_there_is_an_error_of_the_api";
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", other]);
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        child.env(name, "http://127.0.0.1:1");
    }
    let output = child.env_remove("no_proxy").env_remove("NO_PROXY").output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && shown.contains("1 passed"), "{shown}");
}
