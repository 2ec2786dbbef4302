//! HTTP servers within the test's process.

use std::future::{Future, pending};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use axum::Router;
use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use tokio::sync::oneshot;

/// A server on a free port of 127.0.0.1, in a thread with a runtime of its own. It stops when it is dropped.
///
/// Each `#[tokio::test]` has a runtime that ends with the test, and a server in that would end with it. So this one can
/// be shared by the tests of a binary.
#[derive(Debug)]
pub struct HttpServer {
    address: SocketAddr,
    scheme: &'static str,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl HttpServer {
    /// Serves that over HTTP.
    pub fn start(app: Router) -> HttpServer {
        HttpServer::run("http", async move |listener| {
            let server = axum_server::from_tcp(listener).expect("a server");
            server.serve(app.into_make_service()).await.expect("a server that serves");
        })
    }

    /// Serves that over TLS.
    pub fn start_tls(app: Router, tls: Arc<ServerConfig>) -> HttpServer {
        HttpServer::run("https", async move |listener| {
            let config = RustlsConfig::from_config(tls);
            let server = axum_server::from_tcp_rustls(listener, config).expect("a server");
            server.serve(app.into_make_service()).await.expect("a server that serves");
        })
    }

    /// Serves with whatever takes a listener.
    pub(crate) fn run<F: Future<Output = ()>>(
        scheme: &'static str,
        serve: impl FnOnce(TcpListener) -> F + Send + 'static,
    ) -> HttpServer {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let work = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                tokio::select! {
                    () = serve(listener) => pending().await,
                    _ = stopped => {}
                }
            });
        };
        let thread = std::thread::Builder::new().name(format!("server {address}")).spawn(work);
        let thread = Some(thread.expect("a thread"));
        HttpServer { address, scheme, stop: Some(stop), thread }
    }

    /// The URL, `http://127.0.0.1:PORT`, or `https`.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
