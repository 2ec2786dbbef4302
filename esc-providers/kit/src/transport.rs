//! Why a backend could not be reached, of what a transport knows.
//!
//! HTTP clients wrap their errors many times over, and say "error sending request" where the fourth cause below is that
//! a certificate has expired. [`classify`] looks through all of them and tells the one that helps. What the causes say
//! themselves is not repeated, since it may quote addresses with passwords.

use std::error::Error;
use std::fmt;
use std::io;

use rustls::{AlertDescription, CertificateError, InvalidMessage};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transport {
    /// The name of the host has no address.
    NameNotResolved,
    /// Nobody listens at the port.
    Refused,
    /// There is no way to the host.
    NoRoute,
    /// The connection ended before the answer did.
    Closed,
    /// There was no answer, or no connection, in time.
    TimedOut,
    /// The server's certificate is not accepted.
    Certificate(Certificate),
    /// The server does not accept the certificate of the client, or asks for one.
    ClientCertificate,
    /// What answers does not speak TLS.
    NotTls,
    /// Another failure of TLS: no version or cipher in common, or an alert.
    Tls,
    /// Something else that the system has a name for.
    System(io::ErrorKind),
    /// The transport does not say.
    Unknown,
}

/// What is wrong with a server's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Certificate {
    /// It is signed by an authority that is not trusted here, or by itself.
    UnknownIssuer,
    /// It has expired.
    Expired,
    /// It is not valid yet.
    NotValidYet,
    /// It is for other names.
    WrongName,
    /// It was revoked.
    Revoked,
    /// It is malformed, or not for servers.
    Malformed,
}

/// Why there is no answer, by the error of an HTTP client and all that caused it.
///
/// ```
/// use std::io;
/// use esc_provider_kit::transport::{Transport, classify};
///
/// let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
/// let wrapped = io::Error::other(refused);
/// assert_eq!(classify(&wrapped), Transport::Refused);
/// assert_eq!(classify(&wrapped).to_string(), "connection refused");
/// ```
pub fn classify(error: &(dyn Error + 'static)) -> Transport {
    let mut found = Transport::Unknown;
    for cause in causes(error) {
        let told = of_tls(cause).or_else(|| of_system(cause)).or_else(|| of_text(cause));
        match told {
            // What lies deeper is more exact than that something went wrong.
            Some(vague @ (Transport::System(_) | Transport::Closed))
                if found == Transport::Unknown =>
            {
                found = vague;
            }
            None | Some(Transport::System(_) | Transport::Closed) => {}
            Some(exact) => return exact,
        }
    }
    found
}

/// Host and port of a URL: what may be told of an address that has credentials or a query in it.
///
/// ```
/// use esc_provider_kit::transport::endpoint;
///
/// assert_eq!(endpoint("https://user:pass@vault.internal/v1/x?token=y"), "vault.internal:443");
/// assert_eq!(endpoint("http://[::1]:8200"), "[::1]:8200");
/// ```
pub fn endpoint(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let has_port = host.rsplit(']').next().is_some_and(|end| end.contains(':'));
    match (has_port, scheme) {
        (true, _) => host.to_owned(),
        (false, "http") => format!("{host}:80"),
        (false, _) => format!("{host}:443"),
    }
}

impl Transport {
    /// Whether it is about the server's certificate, or about TLS at all.
    pub fn is_tls(&self) -> bool {
        matches!(
            self,
            Transport::Certificate(_)
                | Transport::ClientCertificate
                | Transport::NotTls
                | Transport::Tls
        )
    }

    /// What to do about it, whichever backend it is.
    pub fn advice(&self) -> &'static str {
        match self {
            Transport::NameNotResolved => {
                "check the host name, and whether this machine can resolve it: DNS, VPN"
            }
            Transport::Refused => "check the port, and whether the server runs",
            Transport::NoRoute => "check the network of this machine: VPN, routes, firewall",
            Transport::TimedOut => {
                "check the address and the way to it (proxy, firewall, VPN), or allow more time"
            }
            Transport::Certificate(Certificate::UnknownIssuer) => {
                "trust the certificate authority that signed it, or check whether a proxy intercepts TLS"
            }
            Transport::Certificate(Certificate::Expired | Certificate::NotValidYet) => {
                "renew the certificate of the server, or check the clock of this machine"
            }
            Transport::Certificate(Certificate::WrongName) => {
                "use a host name that the certificate has"
            }
            Transport::Certificate(_) => "replace the certificate of the server",
            Transport::ClientCertificate => {
                "check the client's certificate and key: the certificate may have expired"
            }
            Transport::NotTls => {
                "check the port, and whether the address begins with http or https"
            }
            Transport::Tls => "check the TLS versions and ciphers that the server allows",
            Transport::Closed => "try again; if it goes on, see the server's log",
            Transport::System(_) | Transport::Unknown => {
                "check the address and the way to it: proxy, firewall, VPN"
            }
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Transport::NameNotResolved => "the host name could not be resolved",
            Transport::Refused => "connection refused",
            Transport::NoRoute => "network unreachable",
            Transport::Closed => "connection closed before the response was complete",
            Transport::TimedOut => "timed out",
            Transport::Certificate(certificate) => return write!(f, "TLS: {certificate}"),
            Transport::ClientCertificate => "TLS: the server requires a valid client certificate",
            Transport::NotTls => "TLS: the server does not speak TLS",
            Transport::Tls => "TLS: the handshake failed",
            Transport::System(kind) => return write!(f, "{kind}"),
            Transport::Unknown => "connection failed",
        })
    }
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Certificate::UnknownIssuer => {
                "the server's certificate is signed by an unknown authority"
            }
            Certificate::Expired => "the server's certificate has expired",
            Certificate::NotValidYet => "the server's certificate is not valid yet",
            Certificate::WrongName => "the server's certificate is for another name",
            Certificate::Revoked => "the server's certificate was revoked",
            Certificate::Malformed => "the server's certificate is not valid",
        })
    }
}

/// An error and what caused it, the outermost first. I/O errors do not count what they wrap among their sources.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error: &&'e (dyn Error + 'static)| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

fn of_tls(error: &(dyn Error + 'static)) -> Option<Transport> {
    use rustls::Error as Tls;
    let certificate = |of| Some(Transport::Certificate(of));
    match error.downcast_ref::<Tls>()? {
        Tls::InvalidCertificate(error) => certificate(match error {
            CertificateError::UnknownIssuer => Certificate::UnknownIssuer,
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                Certificate::Expired
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Certificate::NotValidYet
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Certificate::WrongName
            }
            CertificateError::Revoked => Certificate::Revoked,
            // A chain that ends at another certificate of the same name.
            CertificateError::BadSignature => Certificate::UnknownIssuer,
            _ => Certificate::Malformed,
        }),
        Tls::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied,
        ) => Some(Transport::ClientCertificate),
        Tls::InvalidMessage(InvalidMessage::InvalidContentType) => Some(Transport::NotTls),
        _ => Some(Transport::Tls),
    }
}

fn of_system(error: &(dyn Error + 'static)) -> Option<Transport> {
    use io::ErrorKind::*;
    let error = error.downcast_ref::<io::Error>()?;
    match error.kind() {
        ConnectionRefused => Some(Transport::Refused),
        HostUnreachable | NetworkUnreachable | NetworkDown | AddrNotAvailable => {
            Some(Transport::NoRoute)
        }
        TimedOut => Some(Transport::TimedOut),
        ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof | NotConnected => {
            Some(Transport::Closed)
        }
        // What has no name in `std` yet, and what only wraps something else.
        kind if error.get_ref().is_some() || kind.to_string().contains("uncategorized") => None,
        Other => None,
        kind => Some(Transport::System(kind)),
    }
}

/// Clients tell some things only by text: that a name cannot be resolved, which is no kind of I/O error, and their own
/// timeouts, which are no I/O at all.
fn of_text(error: &(dyn Error + 'static)) -> Option<Transport> {
    let text = error.to_string();
    let says = |any: &[&str]| any.iter().any(|part| text.contains(part));
    if says(&["dns error", "failed to lookup address", "nodename nor servname", "No such host"]) {
        return Some(Transport::NameNotResolved);
    }
    if says(&["timed out", "timeout", "deadline has elapsed"]) {
        return Some(Transport::TimedOut);
    }
    let closed = ["connection closed", "channel closed", "broken pipe", "unexpected end of file"];
    says(&closed).then_some(Transport::Closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As clients wrap things: in I/O errors, and in errors with a source.
    #[derive(Debug)]
    struct Wrapped(&'static str, Option<Box<dyn Error + Send + Sync>>);

    impl fmt::Display for Wrapped {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Wrapped {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|error| error as &(dyn Error + 'static))
        }
    }

    fn wrapped(inner: impl Error + Send + Sync + 'static) -> Wrapped {
        let inner = io::Error::other(Wrapped("client error (Connect)", Some(Box::new(inner))));
        Wrapped("error sending request for url (https://user:canary@host/)", Some(Box::new(inner)))
    }

    #[test]
    fn the_cause_is_found_below_whatever_wraps_it() {
        use rustls::Error as Tls;
        let io = |kind: io::ErrorKind| wrapped(io::Error::from(kind));
        let tls = |error: Tls| wrapped(io::Error::new(io::ErrorKind::InvalidData, error));
        let cases = [
            (io(io::ErrorKind::ConnectionRefused), Transport::Refused),
            (io(io::ErrorKind::NetworkUnreachable), Transport::NoRoute),
            (io(io::ErrorKind::TimedOut), Transport::TimedOut),
            (io(io::ErrorKind::ConnectionReset), Transport::Closed),
            (
                io(io::ErrorKind::PermissionDenied),
                Transport::System(io::ErrorKind::PermissionDenied),
            ),
            (wrapped(Wrapped("dns error", None)), Transport::NameNotResolved),
            (wrapped(Wrapped("operation timed out", None)), Transport::TimedOut),
            (
                wrapped(Wrapped("connection closed before message completed", None)),
                Transport::Closed,
            ),
            (
                tls(Tls::InvalidCertificate(CertificateError::UnknownIssuer)),
                Transport::Certificate(Certificate::UnknownIssuer),
            ),
            (
                tls(Tls::InvalidCertificate(CertificateError::Expired)),
                Transport::Certificate(Certificate::Expired),
            ),
            (
                tls(Tls::InvalidCertificate(CertificateError::NotValidForName)),
                Transport::Certificate(Certificate::WrongName),
            ),
            (tls(Tls::InvalidMessage(InvalidMessage::InvalidContentType)), Transport::NotTls),
            (
                tls(Tls::AlertReceived(AlertDescription::CertificateRequired)),
                Transport::ClientCertificate,
            ),
            (tls(Tls::DecryptError), Transport::Tls),
            (wrapped(Wrapped("novelty", None)), Transport::Unknown),
        ];
        for (error, expected) in cases {
            let told = classify(&error);
            assert_eq!(told, expected, "{error:?}");
            assert!(!told.to_string().contains("canary") && !told.advice().is_empty());
        }
    }

    #[test]
    fn endpoints_hold_no_credentials() {
        for (url, expected) in [
            ("https://vault.internal:8200/v1", "vault.internal:8200"),
            ("http://127.0.0.1:5000?x=y", "127.0.0.1:5000"),
            ("http://host", "host:80"),
            ("https://a:b@c:d@host/x", "host:443"),
            ("https://[2001:db8::1]/", "[2001:db8::1]:443"),
            ("host", "host:443"),
            ("", ":443"),
        ] {
            assert_eq!(endpoint(url), expected);
        }
    }
}
