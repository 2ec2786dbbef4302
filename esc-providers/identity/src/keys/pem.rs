//! Keys in PEM. The bytes in between are wiped.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::KeyError;

/// Bytes that are wiped.
type Bytes = Zeroizing<Vec<u8>>;

/// What a PEM text holds.
pub(super) enum Der {
    /// PKCS #8, RSA or elliptic curve.
    Pkcs8(Bytes),
    /// PKCS #1: RSA.
    Pkcs1(Bytes),
    /// SEC 1: elliptic curve.
    Sec1(Bytes),
}

/// Says what the bytes are.
type Make = fn(Bytes) -> Der;

/// The labels of private keys. `EC PARAMETERS` and certificates may stand beside the key; they are passed over.
const LABELS: [(&str, Make); 3] =
    [("PRIVATE KEY", Der::Pkcs8), ("RSA PRIVATE KEY", Der::Pkcs1), ("EC PRIVATE KEY", Der::Sec1)];

/// The first private key of a text.
pub(super) fn read(text: &str) -> Result<Der, KeyError> {
    for (label, make) in LABELS {
        let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
        let Some((_, rest)) = text.split_once(&begin) else { continue };
        let (body, _) = rest.split_once(&end).ok_or(KeyError::NotPem)?;
        // Room enough that it never grows: what it would leave behind is not wiped.
        let mut packed = Zeroizing::new(String::with_capacity(body.len()));
        packed.extend(body.chars().filter(|c| !c.is_ascii_whitespace()));
        let mut der = Bytes::new(Vec::with_capacity(packed.len()));
        STANDARD.decode_vec(packed.as_bytes(), &mut der).map_err(|_| KeyError::NotPem)?;
        return Ok(make(der));
    }
    Err(KeyError::NotPem)
}

/// Writes what goes under that label.
pub(super) fn write(label: &str, der: &[u8]) -> String {
    let packed = Zeroizing::new(STANDARD.encode(der));
    let mut text = String::with_capacity(packed.len() + packed.len() / 64 + 128);
    text.push_str(&format!("-----BEGIN {label}-----\n"));
    let mut rest = packed.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(64).unwrap_or((rest, ""));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}
