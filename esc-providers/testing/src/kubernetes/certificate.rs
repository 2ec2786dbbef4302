//! A private certificate authority, a certificate of it for the loopback address, and one for the administrator.

use std::sync::Arc;

use axum_server::tls_rustls::RustlsConfig;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

/// What a server needs to serve TLS, and its clients to believe it.
pub(super) struct Certificate {
    pub(super) ca_pem: String,
    chain_pem: String,
    key_pem: String,
    pub(super) client_pem: String,
    pub(super) client_key_pem: String,
}

impl Certificate {
    #[expect(clippy::expect_used, reason = "the parameters are constants")]
    pub(super) fn new() -> Certificate {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Self::make().expect("a certificate for the fake API server")
    }

    fn make() -> Result<Certificate, rcgen::Error> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(DnType::CommonName, "fake Kubernetes CA");
        let ca_key = KeyPair::generate()?;
        let ca_pem = params.self_signed(&ca_key)?.pem();
        let issuer = Issuer::new(params, ca_key);

        let sign = |name: &str, hosts: &[&str]| {
            let key = KeyPair::generate()?;
            let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
            let mut params = CertificateParams::new(hosts)?;
            params.distinguished_name.push(DnType::CommonName, name);
            let certificate = params.signed_by(&key, &issuer)?;
            Ok::<_, rcgen::Error>((certificate.pem(), key.serialize_pem()))
        };
        let (chain_pem, key_pem) = sign("kube-apiserver", &["127.0.0.1", "localhost"])?;
        let (client_pem, client_key_pem) = sign("kubernetes-admin", &[])?;
        Ok(Certificate { ca_pem, chain_pem, key_pem, client_pem, client_key_pem })
    }

    /// The server's side of TLS; with clients that must have a certificate of the authority, or that need none.
    pub(super) fn server(
        &self,
        ask_clients: bool,
    ) -> Result<RustlsConfig, Box<dyn std::error::Error>> {
        let builder = if ask_clients {
            let mut roots = RootCertStore::empty();
            roots.add(CertificateDer::from_pem_slice(self.ca_pem.as_bytes())?)?;
            let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build()?;
            ServerConfig::builder().with_client_cert_verifier(verifier)
        } else {
            ServerConfig::builder().with_no_client_auth()
        };
        let chain = vec![CertificateDer::from_pem_slice(self.chain_pem.as_bytes())?];
        let key = PrivateKeyDer::from_pem_slice(self.key_pem.as_bytes())?;
        let mut config = builder.with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(RustlsConfig::from_config(Arc::new(config)))
    }
}
