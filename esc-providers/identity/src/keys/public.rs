//! Public keys, as JSON Web Keys.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::signature::RsaPublicKeyComponents;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};
use smol_str::SmolStr;

use super::{Algorithm, KeyError, pem};

/// The public half of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    id: SmolStr,
    numbers: Numbers,
}

/// What the key consists of, in base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Numbers {
    Rsa { n: String, e: String },
    P256 { x: String, y: String },
}

/// What comes before the coordinates in the X.509 form of a key on the curve P-256.
const P256_HEADER: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];

/// The length of a coordinate on the curve P-256, in bytes.
const COORDINATE: usize = 32;

impl PublicKey {
    /// Reads a JSON Web Key, for instance one of a set that was published before. A `kid` in it is not used.
    ///
    /// # Errors
    ///
    /// [`KeyError::NotJwk`]: it is not an RSA key of 2048 bits or more, or a key on the curve P-256.
    pub fn from_jwk(jwk: &Json) -> Result<PublicKey, KeyError> {
        let text = |name: &str| jwk.get(name).and_then(Json::as_str).ok_or(KeyError::NotJwk);
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).map_err(|_| KeyError::NotJwk);
        match text("kty")? {
            "RSA" => {
                let (n, e) = (bytes("n")?, bytes("e")?);
                let fits = n.len() >= 256 && n.first() != Some(&0) && !e.is_empty();
                if fits { Ok(PublicKey::rsa(&n, &e)) } else { Err(KeyError::NotJwk) }
            }
            "EC" if text("crv")? == "P-256" => {
                let (x, y) = (bytes("x")?, bytes("y")?);
                let fits = x.len() == COORDINATE && y.len() == COORDINATE;
                if fits { Ok(PublicKey::p256(&x, &y)) } else { Err(KeyError::NotJwk) }
            }
            _ => Err(KeyError::NotJwk),
        }
    }

    /// The RSA key of this modulus and exponent: big-endian, without leading zeros.
    pub(super) fn rsa(modulus: &[u8], exponent: &[u8]) -> PublicKey {
        let (n, e) = (URL_SAFE_NO_PAD.encode(modulus), URL_SAFE_NO_PAD.encode(exponent));
        let id = thumbprint(&format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#));
        PublicKey { id, numbers: Numbers::Rsa { n, e } }
    }

    /// The key of this point of the curve: 32 bytes each.
    pub(super) fn p256(x: &[u8], y: &[u8]) -> PublicKey {
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let id = thumbprint(&format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
        PublicKey { id, numbers: Numbers::P256 { x, y } }
    }

    /// The key of this point in the uncompressed form: 4, then both coordinates.
    pub(super) fn p256_point(point: &[u8]) -> Option<PublicKey> {
        let coordinates = point.strip_prefix(&[4])?;
        let (x, y) = coordinates.split_at_checked(COORDINATE)?;
        (y.len() == COORDINATE).then(|| PublicKey::p256(x, y))
    }

    /// The key's id (`kid`): its thumbprint after RFC 7638.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it verifies.
    pub fn algorithm(&self) -> Algorithm {
        match self.numbers {
            Numbers::Rsa { .. } => Algorithm::Rs256,
            Numbers::P256 { .. } => Algorithm::Es256,
        }
    }

    /// The key as a JSON Web Key.
    pub fn to_jwk(&self) -> Json {
        let (id, alg) = (self.id.as_str(), self.algorithm().as_str());
        match &self.numbers {
            Numbers::Rsa { n, e } => {
                json!({ "kty": "RSA", "use": "sig", "alg": alg, "kid": id, "n": n, "e": e })
            }
            Numbers::P256 { x, y } => json!({
                "kty": "EC", "crv": "P-256", "use": "sig", "alg": alg, "kid": id, "x": x, "y": y
            }),
        }
    }

    /// The key in PEM (`PUBLIC KEY`), for backends that are configured with it: Vault's `jwt_validation_pubkeys`.
    ///
    /// # Errors
    ///
    /// [`KeyError::Library`]: the cryptographic library does not take the numbers for a key.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::Library);
        let der = match &self.numbers {
            Numbers::Rsa { n, e } => {
                let key = RsaPublicKeyComponents { n: bytes(n)?, e: bytes(e)? };
                key.as_der().map_err(|_| KeyError::Library)?.as_ref().to_vec()
            }
            Numbers::P256 { x, y } => [P256_HEADER.to_vec(), bytes(x)?, bytes(y)?].concat(),
        };
        Ok(pem::write("PUBLIC KEY", &der))
    }
}

/// The id of a key: its thumbprint after RFC 7638, so that it is the same wherever the key is loaded.
fn thumbprint(members: &str) -> SmolStr {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, members.as_bytes());
    URL_SAFE_NO_PAD.encode(digest).into()
}
