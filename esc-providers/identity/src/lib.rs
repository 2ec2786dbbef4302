//! Tokens that say who opens an environment, and the providers that deal in them.

use url::{Host, Url};

pub mod issuer;
pub mod keys;

pub use issuer::{
    Document, EnvironmentIds, Issuer, IssuerBuilder, IssuerError, Minted, Standalone, Version,
};
pub use keys::{Algorithm, KeyError, KeySet, PublicKey, SigningKey};

/// Whether a URL leads to this machine, where nobody listens on the way.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
