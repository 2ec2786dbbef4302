//! The programs of this directory do what they say.
//!
//! `cargo test --workspace` builds them. For this test alone: `cargo build --workspace --examples` first.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use esc_core::ast::Document;
use esc_core::source::EnvironmentSource as _;
use esc_core::value::Reveal;
use esc_eval::{Evaluator, Root};
use esc_providers::Catalog;
use esc_providers::local::{Files, Local};
use esc_sdk::DirectorySource;
use esc_sdk::crypto::Key;

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program of that name.
fn example(name: &str) -> Command {
    let me = std::env::current_exe().unwrap();
    let target: PathBuf = me.parent().and_then(Path::parent).unwrap().join("examples");
    let program = target.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "build the examples: cargo build --workspace --examples");
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command
}

/// What a program prints that is to succeed.
#[track_caller]
fn output(command: &mut Command) -> String {
    let done = command.output().unwrap();
    let words = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{:?}: {words}", done.status);
    assert_eq!(words, "");
    let text = String::from_utf8(done.stdout).unwrap();
    for secret in ["horse", "staple", "password-of"] {
        assert!(!text.contains(secret), "{text}");
    }
    text
}

#[track_caller]
fn has_lines(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.lines().any(|l| l == *line), "no line `{line}` in:\n{text}");
    }
}

/// A program that is ended if the test ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn quickstart() {
    let text = output(&mut example("quickstart"));
    has_lines(
        &text,
        &[
            "the database is at db.eu-central-1.internal:5432",
            "its password is [secret]",
            "zones: a, b, c",
        ],
    );
}

#[test]
fn front_end() {
    let done = example("front_end").arg("shop/production").output().unwrap();
    let text = String::from_utf8(done.stdout).unwrap();
    has_lines(
        &text,
        &["kind: Secret", "   name: shop-production", "   STAGE: \"cHJvZHVjdGlvbg==\""],
    );
    let done = example("front_end").arg("shop/none").output().unwrap();
    assert!(!done.status.success() && done.stdout.is_empty());
}

#[test]
fn typed() {
    let text = output(&mut example("typed"));
    has_lines(
        &text,
        &[
            "    listen: 127.0.0.1:8080,",
            "        password: [secret],",
            "    proxy: None,",
            "    max_requests: 100,",
            "the password has 13 characters",
        ],
    );
    let (_, mismatches) = text.split_once("characters\n").unwrap();
    assert_eq!(
        mismatches,
        "\
`shop/broken` does not fit `Config`:
  `database.host` is missing; did you mean `database.hots`? (the object is defined at shop/broken:6:5)
  `logLevel`: expected one of `info`, `debug`, found another string (defined at shop/broken:4:13)
  `replicas[0].weight`: expected a whole number from 0 to 255, found a string (defined at shop/broken:8:40)
"
    );
}

#[test]
fn blocking() {
    let text = output(example("blocking").args(["shop/production", "region.zones"]));
    assert_eq!(text, "[\"a\",\"b\",\"c\"]\n");
    assert_eq!(
        output(example("blocking").args(["shop/production", "database.password"])),
        "\"[secret]\"\n"
    );
    let done = example("blocking").args(["shop/production", "region.zone"]).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert_eq!(example("blocking").output().unwrap().status.code(), Some(2));
}

#[test]
fn custom_provider() {
    let text = output(&mut example("custom_provider"));
    let lines = [
        r#"{"db":{"address":"10.0.0.5","password":"[secret]"}}"#,
        "error[open-failed]: inventory: the machine `web-1`: not found",
        "  = help: enter the machine into the inventory, or check `machine`",
    ];
    has_lines(&text, &lines);
}

#[test]
fn watch() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("shop")).unwrap();
    let file = directory.path().join("shop/dev.yaml");
    let write = |greeting: &str, token: &str| {
        let text = format!(
            "values:\n  environmentVariables:\n    GREETING: {greeting}\n    TOKEN: {{fn::secret: {token}}}\n"
        );
        // Beside and into place, so that no half of it is ever read.
        let new = directory.path().join("new");
        std::fs::write(&new, text).unwrap();
        std::fs::rename(new, &file).unwrap();
    };
    write("hello", "password-of-yesterday");
    let mut command = example("watch");
    command.args(["--changes", "2"]).arg(directory.path());
    command.args(["shop/dev", "sh", "-c", "echo \"started $GREETING\"; exec sleep 60"]);
    let mut program = Running(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(program.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(lines.next().unwrap(), "started hello");
    write("good morning", "password-of-yesterday");
    assert_eq!(
        lines.next().unwrap(),
        "~ environmentVariables.GREETING: \"hello\" -> \"good morning\""
    );
    assert_eq!(lines.next().unwrap(), "started good morning");
    write("good morning", "password-of-today");
    assert_eq!(lines.next().unwrap(), "~ environmentVariables.TOKEN: [secret]");
    assert_eq!(lines.next(), None);
    assert!(program.0.wait().unwrap().success());
}

#[test]
fn web() {
    let mut command = example("web");
    command.args(["127.0.0.1:0", "--once"]).stdout(Stdio::piped());
    let mut program = Running(command.spawn().unwrap());
    let mut lines = BufReader::new(program.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let line = lines.next().unwrap();
    let address = line.strip_prefix("listening on http://").unwrap();
    let mut connection = TcpStream::connect(address).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(connection, "GET /config HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    has_lines(&answer, &["    database: \"db.eu-central-1.internal\",", "    password: [secret],"]);
    assert_eq!(lines.next().unwrap(), "stopped");
    assert!(program.0.wait().unwrap().success());
}

#[test]
fn remote_says_how() {
    assert!(output(&mut example("remote")).starts_with("usage: remote URL"));
}

/// A server that opens one environment and knows one token.
async fn serve(listener: tokio::net::TcpListener, answer: String) {
    let handle = move |request: Request| {
        let answer = answer.clone();
        async move {
            let token = request.headers().get("authorization").map(|v| v.as_bytes().to_vec());
            let target = format!("{} {}", request.method(), request.uri().path());
            match (token.as_deref(), target.as_str()) {
                (
                    Some(b"token password-of-server"),
                    "POST /api/esc/environments/acme/shop/staging/open",
                ) => (StatusCode::OK, "{\"id\": \"s-1\"}".to_owned()),
                (
                    Some(b"token password-of-server"),
                    "GET /api/esc/environments/acme/shop/staging/open/s-1",
                ) => (StatusCode::OK, answer),
                _ => {
                    (StatusCode::NOT_FOUND, format!("{{\"code\": 404, \"message\": \"{target}\"}}"))
                }
            }
        }
    };
    axum::serve(listener, axum::Router::new().fallback(handle)).await.unwrap();
}

#[tokio::test]
async fn remote() {
    let environments = here().join("environments");
    let key = Key::from_file(&here().join("demo.key")).unwrap();
    let source = DirectorySource::new(&environments).unwrap().with_key(key);
    let definition = source.load("shop/staging").await.unwrap();
    let document = Document::load("shop/staging", definition.text, &Default::default());
    let root =
        Root { document: Arc::new(document.document.unwrap()), decrypter: definition.decrypter };
    let local = Local::new().with_files(Files::new(&environments).unwrap());
    let providers = Catalog::new().family(&local).registry();
    let mut opened = Evaluator::new(Arc::new(source), Arc::new(providers)).open(root).await;
    let answer = opened.environment().unwrap().to_json(Reveal::Revealed);

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(serve(listener, answer));
    let token = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(token.path(), "password-of-server\n").unwrap();
    let mut command = example("remote");
    command.args([url.as_str(), "acme", "shop/staging"]).arg(token.path());
    let text = tokio::task::spawn_blocking(move || output(&mut command)).await.unwrap();
    assert!(text.contains("db.staging.internal"), "{text}");
    assert!(text.contains("environments that took part: shop/staging, "), "{text}");
    server.abort();
}
