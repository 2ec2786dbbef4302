//! AWS's caching client, and just enough of Secrets Manager to fill its cache.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_secretsmanager::config::Region;
use aws_sdk_secretsmanager::{Client, Config};
use aws_secretsmanager_caching::SecretsManagerCachingClient;

use crate::password::password;

/// The secret that there is.
pub const SECRET: &str = "shop/database";

/// A client whose cache never grows stale by itself.
pub fn client(endpoint: &str) -> Result<SecretsManagerCachingClient, String> {
    let config = Config::builder()
        .behavior_version_latest()
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "benchmark"))
        .endpoint_url(endpoint)
        .build();
    let (size, ttl) = (NonZeroUsize::MIN.saturating_add(999), Duration::from_secs(3600));
    SecretsManagerCachingClient::new(Client::from_conf(config), size, ttl, false)
        .map_err(|error| error.to_string())
}

/// Starts what answers `GetSecretValue`, and says where. It lives as long as the process.
pub fn serve(version: Arc<AtomicU64>) -> std::io::Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let version = version.clone();
            thread::spawn(move || answer_all(&stream, &version));
        }
    });
    Ok(endpoint)
}

/// Answers the requests of one connection until it is closed.
fn answer_all(stream: &TcpStream, version: &AtomicU64) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    loop {
        let (mut length, mut known, mut lines) = (0, false, 0);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() && lines > 0 {
                break;
            }
            lines += 1;
            match line.split_once(':') {
                Some(("content-length", value)) => length = value.trim().parse().unwrap_or(0),
                Some(("x-amz-target", value)) => {
                    known = value.trim() == "secretsmanager.getsecretvalue"
                }
                _ => {}
            }
        }
        std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink())?;
        let (status, body) = match known {
            true => ("200 OK", secret(version.load(Ordering::SeqCst))),
            false => ("400 Bad Request", r#"{"__type":"InvalidAction"}"#.to_owned()),
        };
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        (&*stream).write_all(answer.as_bytes())?;
    }
}

/// The answer to `GetSecretValue`.
fn secret(version: u64) -> String {
    let text = serde_json::json!({
        "host": "db.example", "port": 5432, "password": password(version),
    });
    let answer = serde_json::json!({
        "ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/database-AbCdEf",
        "Name": SECRET,
        "VersionId": format!("00000000-0000-4000-8000-{version:012}"),
        "SecretString": text.to_string(),
        "VersionStages": ["AWSCURRENT"],
        "CreatedDate": 1_700_000_000,
    });
    answer.to_string()
}
