//! A private certificate authority.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{RootCertStore, ServerConfig};

/// A certificate authority that nobody trusts but who is told to.
///
/// ```
/// use esc_test_servers::{Ca, HttpServer};
///
/// let ca = Ca::new();
/// let server = HttpServer::start_tls(axum::Router::new(), ca.server());
/// assert!(server.url().starts_with("https://127.0.0.1:"));
/// assert!(ca.pem().starts_with("-----BEGIN CERTIFICATE-----"));
/// ```
pub struct Ca {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate and its key.
pub struct Leaf {
    /// The certificate, PEM.
    pub certificate_pem: String,
    /// The private key, PKCS #8, PEM.
    pub key_pem: String,
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Default for Ca {
    fn default() -> Ca {
        Ca::new()
    }
}

impl Ca {
    /// Makes one, with new keys.
    pub fn new() -> Ca {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "CA of tests");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key");
        Ca { issuer: CertifiedIssuer::self_signed(params, key).expect("a certificate") }
    }

    /// The authority's certificate, PEM: what clients must trust.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// How a server on 127.0.0.1 or localhost proves what it is. It asks for no certificate of clients.
    pub fn server(&self) -> Arc<ServerConfig> {
        self.configure(WebPkiClientVerifier::no_client_auth())
    }

    /// The same for a server that talks only to clients with a certificate of this authority.
    pub fn server_for_clients(&self) -> Arc<ServerConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).expect("a certificate");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        self.configure(verifier.build().expect("a verifier"))
    }

    fn configure(&self, clients: Arc<dyn ClientCertVerifier>) -> Arc<ServerConfig> {
        let leaf = self.leaf("server", &["localhost", "127.0.0.1"]);
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(leaf.key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_client_cert_verifier(clients)
            .with_single_cert(vec![leaf.certificate.der().clone()], key)
            .expect("a certificate and its key");
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Arc::new(config)
    }

    /// Issues a certificate for servers and clients, with that common name, for these host names and IP addresses.
    pub fn leaf(&self, common_name: &str, names: &[&str]) -> Leaf {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names).expect("names");
        params.distinguished_name.push(DnType::CommonName, common_name);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        Leaf { certificate_pem: certificate.pem(), key_pem: key.serialize_pem(), certificate, key }
    }
}
