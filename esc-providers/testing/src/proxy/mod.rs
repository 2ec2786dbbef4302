//! A reverse proxy that makes things go wrong.

mod rule;
mod socket;

use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::Response;
use futures::stream::{self, StreamExt};
use reqwest::redirect::Policy;

pub use rule::Rule;

use crate::serve::HttpServer;
use rule::Action;
use socket::{Reset, Sockets};

/// The largest request that is passed on.
const LIMIT: usize = 32 << 20;

/// An HTTP/1.1 reverse proxy in front of a server, which counts requests and has faults on demand.
///
/// ```no_run
/// use esc_test_servers::{FaultProxy, Rule};
///
/// # async fn test(upstream: &str) {
/// let proxy = FaultProxy::start(upstream).await;
/// proxy.push(Rule::aws_throttling().target("GetSecretValue").times(2));
/// // … a client of `proxy.endpoint()` bears two throttled requests …
/// assert_eq!(proxy.count("GetSecretValue"), 3);
/// # }
/// ```
///
/// For each request the rules are tried in the order in which they were pushed. Those of latency add up; the first of
/// another kind decides. The `Host` that a client names is passed on, and a TLS certificate of the server is not
/// checked.
#[derive(Debug)]
pub struct FaultProxy {
    server: HttpServer,
    state: Arc<Shared>,
}

/// A request that came by, and what came of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The method.
    pub method: String,
    /// The path, with the query.
    pub path: String,
    /// What is asked for: the last part of `X-Amz-Target`, or `Action` of a form, else empty.
    pub target: String,
    /// When it came, since the proxy was started.
    pub at: Duration,
    /// The status that was answered; none for a reset, and while there is no answer yet.
    pub status: Option<u16>,
    /// Whether a rule decided the answer.
    pub faulty: bool,
}

#[derive(Debug)]
struct Shared {
    upstream: String,
    client: reqwest::Client,
    started: Instant,
    rules: Mutex<Vec<Rule>>,
    log: Mutex<Vec<Exchange>>,
}

impl FaultProxy {
    /// Starts one in front of that URL, which has no path.
    pub async fn start(upstream: &str) -> FaultProxy {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .tls_danger_accept_invalid_certs(true)
            .http1_only()
            .build()
            .expect("a client");
        let state = Arc::new(Shared {
            upstream: upstream.trim_end_matches('/').to_owned(),
            client,
            started: Instant::now(),
            rules: Mutex::default(),
            log: Mutex::default(),
        });
        let app = Router::new().fallback(handle).with_state(state.clone());
        let app = app.into_make_service_with_connect_info::<Reset>();
        let server = HttpServer::run("http", async move |listener| {
            listener.set_nonblocking(true).expect("a listener");
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            axum::serve(Sockets(listener), app).await.expect("a server that serves");
        });
        FaultProxy { server, state }
    }

    /// The URL to give to clients, `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        self.server.url()
    }

    /// Adds a rule, after those that there are.
    pub fn push(&self, rule: Rule) {
        lock(&self.state.rules).push(rule);
    }

    /// Removes all rules.
    pub fn clear(&self) {
        lock(&self.state.rules).clear();
    }

    /// All requests so far, in the order in which they came.
    pub fn requests(&self) -> Vec<Exchange> {
        lock(&self.state.log).clone()
    }

    /// How many requests there were of that operation; of all, if it is empty.
    pub fn count(&self, target: &str) -> usize {
        let log = lock(&self.state.log);
        log.iter().filter(|e| target.is_empty() || e.target == target).count()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        lock(&self.state.log).clear();
    }
}

async fn handle(
    State(state): State<Arc<Shared>>,
    ConnectInfo(reset): ConnectInfo<Reset>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, LIMIT).await.unwrap_or_default();
    let path = parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
    let target = operation(&parts.headers, &body);
    let (delay, action) = state.decide(&path, &target);
    let index = {
        let mut log = lock(&state.log);
        log.push(Exchange {
            method: parts.method.to_string(),
            path: path.clone(),
            target,
            at: state.started.elapsed(),
            status: None,
            faulty: action.is_some(),
        });
        log.len() - 1
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let response = match action {
        Some(Action::Reset) => {
            reset.set();
            return Response::new(Body::empty());
        }
        Some(Action::Answer { status, headers, body }) => answer(status, &headers, body),
        other => {
            let mut response = state.forward(parts.method, &path, parts.headers, body).await;
            if let Some(Action::Truncate(bytes)) = other {
                response = truncated(response, bytes).await;
            }
            response
        }
    };
    // The log may have been forgotten meanwhile.
    if let Some(exchange) = lock(&state.log).get_mut(index) {
        exchange.status = Some(response.status().as_u16());
    }
    response
}

impl Shared {
    fn decide(&self, path: &str, target: &str) -> (Duration, Option<Action>) {
        let mut delay = Duration::ZERO;
        let mut rules = lock(&self.rules);
        for rule in rules.iter_mut() {
            if rule.takes(path, target) {
                match &rule.action {
                    Action::Delay(d) => delay += *d,
                    action => return (delay, Some(action.clone())),
                }
            }
        }
        (delay, None)
    }

    async fn forward(
        &self,
        method: axum::http::Method,
        path: &str,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Response {
        remove_hops(&mut headers);
        let url = format!("{}{path}", self.upstream);
        let sent = self.client.request(method, url).headers(headers).body(body).send().await;
        let received = match sent {
            Ok(response) => {
                let (status, headers) = (response.status(), response.headers().clone());
                response.bytes().await.map(|body| (status, headers, body))
            }
            Err(e) => Err(e),
        };
        match received {
            Ok((status, mut headers, body)) => {
                remove_hops(&mut headers);
                let mut response = Response::new(Body::from(body));
                *response.status_mut() = status;
                *response.headers_mut() = headers;
                response
            }
            Err(e) => answer(502, &[], format!("the proxy got no answer: {e}")),
        }
    }
}

fn answer(status: u16, headers: &[(String, String)], body: String) -> Response {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Body::from(body)).expect("an answer")
}

/// The body ends early, though `Content-Length` promised all of it.
async fn truncated(response: Response, bytes: usize) -> Response {
    let (mut parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
    let part = body.slice(..bytes.min(body.len()));
    // An error discards what was not sent yet, hence the pause.
    let cut = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(std::io::Error::other("the body is cut off"))
    };
    let body = stream::once(ready(Ok(part))).chain(stream::once(cut));
    Response::from_parts(parts, Body::from_stream(body))
}

/// What an AWS request asks for.
fn operation(headers: &HeaderMap, body: &[u8]) -> String {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("");
    let target = text(HeaderName::from_static("x-amz-target"));
    if !target.is_empty() {
        return target.rsplit('.').next().unwrap_or(target).to_owned();
    }
    if text(header::CONTENT_TYPE).starts_with("application/x-www-form-urlencoded") {
        let mut form = url::form_urlencoded::parse(body);
        return form.find(|(k, _)| k == "Action").map(|(_, v)| v.into_owned()).unwrap_or_default();
    }
    String::new()
}

// What belongs to one connection, and lengths, which are found anew.
fn remove_hops(headers: &mut HeaderMap) {
    for name in [
        header::CONNECTION,
        header::CONTENT_LENGTH,
        header::TE,
        header::TRAILER,
        header::TRANSFER_ENCODING,
        header::UPGRADE,
        HeaderName::from_static("keep-alive"),
    ] {
        headers.remove(name);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
