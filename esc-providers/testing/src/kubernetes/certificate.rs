//! A private certificate authority and a certificate of it for the loopback address.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

/// What a server needs to serve TLS, and its clients to believe it.
pub(super) struct Certificate {
    pub(super) ca_pem: String,
    pub(super) chain_pem: String,
    pub(super) key_pem: String,
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

        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(["127.0.0.1", "localhost"].map(String::from))?;
        params.distinguished_name.push(DnType::CommonName, "kube-apiserver");
        let certificate = params.signed_by(&key, &issuer)?;
        Ok(Certificate { ca_pem, chain_pem: certificate.pem(), key_pem: key.serialize_pem() })
    }
}
