//! Servers that cannot be reached, each for another reason.

use std::io::Read as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread::JoinHandle;

use axum::Router;

use crate::ca::Ca;
use crate::serve::HttpServer;

/// Addresses at which there is no answer, for tests of what is said about that.
///
/// ```
/// use esc_test_servers::OutOfReach;
///
/// let nowhere = OutOfReach::start();
/// assert!(nowhere.refused("http").starts_with("http://127.0.0.1:"));
/// assert_eq!(nowhere.unresolvable("https"), "https://no-such-host.invalid");
/// ```
#[derive(Debug)]
pub struct OutOfReach {
    refused: SocketAddr,
    untrusted: HttpServer,
    silent: SocketAddr,
    /// Ends with the process: it waits for connections.
    _thread: JoinHandle<()>,
}

impl OutOfReach {
    /// Starts what there is to start.
    pub fn start() -> OutOfReach {
        let free = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        // Nobody listens at a port that was just given back.
        let refused = free().local_addr().expect("an address");
        let listener = free();
        let silent = listener.local_addr().expect("an address");
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                std::thread::spawn(move || {
                    let Ok(mut stream) = stream else { return };
                    let mut request = [0; 1024];
                    // Until the client gives up.
                    while matches!(stream.read(&mut request), Ok(n) if n > 0) {}
                });
            }
        });
        let untrusted = HttpServer::start_tls(Router::new(), Ca::new().server());
        OutOfReach { refused, untrusted, silent, _thread: thread }
    }

    /// Where nobody listens.
    pub fn refused(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.refused)
    }

    /// A host that has no address, whatever resolves names: RFC 6761 keeps `.invalid` free.
    pub fn unresolvable(&self, scheme: &str) -> String {
        format!("{scheme}://no-such-host.invalid")
    }

    /// A server whose certificate is of an authority that nobody knows.
    pub fn untrusted(&self) -> String {
        self.untrusted.url()
    }

    /// A server that takes connections and requests, and never answers.
    pub fn silent(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.silent)
    }
}
