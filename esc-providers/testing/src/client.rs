//! The HTTP client of the helpers.

use std::time::Duration;

use reqwest::{Certificate, Client, Method};
use serde_json::Value;

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, null if it is empty, a string if it is not JSON.
    pub body: Value,
}

impl Answer {
    /// The body, if the status is one of success. Panics otherwise, and shows both.
    #[track_caller]
    pub fn expect(self, what: &str) -> Value {
        assert!((200..300).contains(&self.status), "{what}: {} {}", self.status, self.body);
        self.body
    }
}

/// A client that trusts that CA only, or needs no TLS.
///
/// It keeps no connections: tests that share a server have each a runtime of their own, and a connection belongs to
/// one.
pub(crate) fn client(ca_pem: Option<&str>) -> Client {
    let certificates =
        ca_pem.map(|pem| Certificate::from_pem(pem.as_bytes()).expect("a certificate"));
    Client::builder()
        .no_proxy()
        .tls_certs_only(certificates)
        .pool_max_idle_per_host(0)
        .timeout(Duration::from_secs(30))
        .build()
        .expect("a client")
}

/// Sends a request; panics if there is no answer.
pub(crate) async fn send(
    client: &Client,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: Option<Value>,
) -> Answer {
    let method_name = Method::from_bytes(method.as_bytes()).expect("a method");
    let mut request = client.request(method_name, url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    let failed = |e| panic!("{method} {url}: {e:?}");
    let response = request.send().await.unwrap_or_else(failed);
    let status = response.status().as_u16();
    let text = response.text().await.unwrap_or_else(|e| panic!("{method} {url}: {e:?}"));
    let body = match text.is_empty() {
        true => Value::Null,
        false => serde_json::from_str(&text).unwrap_or(Value::String(text)),
    };
    Answer { status, body }
}

/// Whether there is an answer of success.
pub(crate) async fn answers(client: &Client, url: &str) -> bool {
    client.get(url).send().await.is_ok_and(|r| r.status().is_success())
}
