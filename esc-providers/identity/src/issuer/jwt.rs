//! JSON Web Tokens (RFC 7519), signed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use esc_core::value::{Reveal, Value};

use crate::keys::{KeyError, SigningKey};

/// Signs the claims, an object.
pub(super) fn sign(key: &SigningKey, claims: &Value) -> Result<String, KeyError> {
    // Neither an id nor the name of an algorithm has anything to escape.
    let header =
        format!(r#"{{"alg":"{}","kid":"{}","typ":"JWT"}}"#, key.algorithm().as_str(), key.id());
    let claims = claims.to_json(Reveal::Revealed);
    // Room enough that it never grows: what it would leave behind is not wiped.
    let mut token = String::with_capacity((header.len() + claims.len() + 512) * 4 / 3 + 1024);
    URL_SAFE_NO_PAD.encode_string(header, &mut token);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut token);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}
