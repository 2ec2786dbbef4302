//! Keys: read, written, named, and never shown.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use esc_core::secret::Secret;
use esc_provider_identity::{Algorithm, KeyError, KeySet, PublicKey, SigningKey};
use jsonwebtoken::DecodingKey;
use serde_json::json;

#[test]
fn keys_survive_being_written_and_read() {
    for algorithm in [Algorithm::Rs256, Algorithm::Es256] {
        let key = SigningKey::generate(algorithm).unwrap();
        let pem = key.to_pem().unwrap();
        let again = SigningKey::from_pem(&pem).unwrap();
        assert_eq!((again.algorithm(), again.id()), (algorithm, key.id()));
        let public = PublicKey::from_jwk(&key.public_key().to_jwk()).unwrap();
        assert_eq!(public, key.public_key());
        // Somebody else reads the public half.
        let public = public.to_pem().unwrap();
        let read = match algorithm {
            Algorithm::Rs256 => DecodingKey::from_rsa_pem(public.as_bytes()),
            Algorithm::Es256 => DecodingKey::from_ec_pem(public.as_bytes()),
        };
        assert!(read.is_ok(), "{public}");
        for line in pem.expose().lines() {
            assert!(line.len() <= 64);
        }
    }
}

#[test]
fn older_forms_of_keys_are_read() {
    // PKCS #8 wraps the older form: what begins behind its header, up to the end.
    for (algorithm, header, label) in
        [(Algorithm::Rs256, 26, "RSA PRIVATE KEY"), (Algorithm::Es256, 29, "EC PRIVATE KEY")]
    {
        let key = SigningKey::generate(algorithm).unwrap();
        let pem = key.to_pem().unwrap();
        let body: String = pem.expose().lines().filter(|line| !line.starts_with('-')).collect();
        let old = STANDARD.encode(&STANDARD.decode(body).unwrap()[header..]);
        let old = format!(
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n\
             -----BEGIN {label}-----\n{old}\n-----END {label}-----\n"
        );
        let again = SigningKey::from_pem(&Secret::new(old)).unwrap();
        assert_eq!(again.id(), key.id());
    }
}

/// The key and the thumbprint are the example of RFC 7638, section 3.1.
#[test]
fn the_id_is_the_thumbprint_of_rfc_7638() {
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCi\
             FV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zg\
             dAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-k\
             EgU8awapJzKnqDKgw";
    let jwk = json!({ "kty": "RSA", "e": "AQAB", "n": n, "kid": "2011-04-29" });
    let key = PublicKey::from_jwk(&jwk).unwrap();
    assert_eq!(key.id(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    assert_eq!(key.to_jwk()["n"], n);
}

#[test]
fn what_is_not_a_key_is_refused() {
    let read = |text: &str| SigningKey::from_pem(&Secret::new(text.into())).map(|_| ());
    assert_eq!(read(""), Err(KeyError::NotPem));
    assert_eq!(read("-----BEGIN PRIVATE KEY-----\nAAAA"), Err(KeyError::NotPem));
    let pem =
        |body: &str| format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----");
    assert_eq!(read(&pem("?")), Err(KeyError::NotPem));
    assert_eq!(read(&pem("AAAA")), Err(KeyError::Unsupported));
    for jwk in [
        json!(null),
        json!({ "kty": "oct", "k": "AAAA" }),
        json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB" }),
        json!({ "kty": "EC", "crv": "P-384", "x": "AA", "y": "AA" }),
        json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" }),
    ] {
        assert_eq!(PublicKey::from_jwk(&jwk), Err(KeyError::NotJwk), "{jwk}");
    }
}

#[test]
fn nothing_shows_the_private_half() {
    for algorithm in [Algorithm::Rs256, Algorithm::Es256] {
        let key = SigningKey::generate(algorithm).unwrap();
        let keys = KeySet::new(key.clone());
        let pem = key.to_pem().unwrap();
        let shown = format!("{key:?} {keys:#?} {pem:?} {}", keys.jwks());
        // The second line of the PEM is in the middle of the key.
        for line in pem.expose().lines().filter(|line| !line.starts_with('-')) {
            assert!(!shown.contains(line));
        }
        for private in ["\"d\"", "\"p\"", "\"q\"", "PRIVATE"] {
            assert!(!shown.contains(private), "{private}");
        }
        assert!(shown.contains(key.id()));
    }
}
