//! A server that looks like the hosted service: the routes that clients use, over a store in memory.
//!
//! It evaluates with this workspace's evaluator and encrypts with its own key. It records all requests, and can be told
//! to answer the next ones wrongly.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::routes::{self, Reply};
use crate::store::Store;

/// The token that may do everything.
pub const TOKEN: &str = "pul-0123456789abcdef";
/// A token that may read, but neither open nor change.
pub const READER: &str = "pul-reader-0123456789";
/// The identity token that is exchanged for an access token.
pub const IDENTITY: &str = "eyJhbGciOiJub25lIn0.canary-identity.x";

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub method: Method,
    /// Path and query, not decoded.
    pub target: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Recorded {
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
}

/// A wrong answer to the next request.
pub enum Fault {
    /// This instead of an answer.
    Answer(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// The right answer, but late.
    Late(Duration),
    /// A body that ends before the length that was announced.
    Broken,
    /// Bytes without end and without an announced length.
    Endless,
}

#[derive(Default)]
pub struct Shared {
    pub store: Mutex<Store>,
    requests: Mutex<Vec<Recorded>>,
    faults: Mutex<VecDeque<Fault>>,
    /// The access tokens that were given for identity tokens; those that were taken back are no longer here.
    pub exchanged: Mutex<Vec<String>>,
    pub exchanges: Mutex<u32>,
}

impl Shared {
    pub fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap()
    }
}

/// A running server. It stops when dropped.
pub struct LookAlike {
    pub url: String,
    pub shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Drop for LookAlike {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl LookAlike {
    pub async fn start() -> LookAlike {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared::default());
        let app = axum::Router::new().fallback(handle).with_state(shared.clone());
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        LookAlike { url, shared, task }
    }

    /// The requests since the last time.
    pub fn requests(&self) -> Vec<Recorded> {
        std::mem::take(&mut *self.shared.requests.lock().unwrap())
    }

    pub fn fail(&self, fault: Fault) {
        self.shared.faults.lock().unwrap().push_back(fault);
    }

    pub fn answer(&self, status: u16, headers: &[(&'static str, &str)], body: impl ToString) {
        let headers = headers.iter().map(|(k, v)| (*k, v.to_string())).collect();
        self.fail(Fault::Answer(status, headers, body.to_string().into_bytes()));
    }
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 16 << 20).await.unwrap();
    let recorded = Recorded {
        method: parts.method,
        target: parts.uri.path_and_query().unwrap().to_string(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    };
    shared.requests.lock().unwrap().push(recorded.clone());
    let fault = shared.faults.lock().unwrap().pop_front();
    match fault {
        None => {}
        Some(Fault::Late(by)) => tokio::time::sleep(by).await,
        Some(Fault::Answer(status, headers, body)) => {
            let response = Response::builder().status(status);
            let response = headers.into_iter().fold(response, |r, (k, v)| r.header(k, v));
            return response.body(Body::from(body)).unwrap();
        }
        Some(Fault::Broken) => {
            let start = futures::stream::iter([Ok(Bytes::from_static(b"{\"environments\":"))]);
            // Later, so that the start is on its way.
            let end = futures::stream::once(async {
                tokio::time::sleep(Duration::from_millis(50)).await;
                Err(std::io::Error::other("broken"))
            });
            let part = Body::from_stream(futures::StreamExt::chain(start, end));
            return Response::builder().header("content-length", 1000).body(part).unwrap();
        }
        Some(Fault::Endless) => {
            let piece = || Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 64 << 10]));
            let pieces = futures::stream::iter((0..1000).map(move |_| piece()));
            return Response::new(Body::from_stream(pieces));
        }
    }
    let reply = match routes::unauthorized(&shared, &recorded) {
        Some(reply) => reply,
        None => routes::answer(&shared, &recorded).await,
    };
    respond(reply)
}

fn respond(reply: Reply) -> Response {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(*name, value);
    }
    response.body(Body::from(reply.body)).unwrap()
}

/// An error as the service tells it.
pub fn error(status: StatusCode, message: &str) -> Reply {
    Reply::json(status, json!({"code": status.as_u16(), "message": message}))
}
