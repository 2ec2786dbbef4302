//! Addresses, organizations and tokens, checked before anything is sent.

use esc_core::secret::Secret;
use reqwest::Url;
use reqwest::header::HeaderValue;
use smol_str::SmolStr;

use super::names::is_segment;
use super::settings_error::SettingsError;

/// The header that carries the token; none if the token cannot be carried.
pub(super) fn authorization(token: &Secret<String>) -> Option<HeaderValue> {
    let token = token.expose();
    if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
        return None;
    }
    let mut value = HeaderValue::from_str(&format!("token {token}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

pub(super) fn checked_organization(name: &str) -> Result<SmolStr, SettingsError> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if is_segment(name) && name.bytes().all(allowed) {
        return Ok(name.into());
    }
    Err(SettingsError::Organization(name.chars().take(100).collect()))
}

/// The address below which `/api/…` is.
pub(super) fn base_url(text: &str) -> Result<Url, SettingsError> {
    // An address with a password in it is not quoted.
    let shown = || match text.contains('@') {
        true => "…".to_owned(),
        false => text.chars().take(200).collect(),
    };
    let error = || SettingsError::Url(shown());
    let mut url = Url::parse(text.trim()).map_err(|_| error())?;
    let strange = url.query().is_some() || url.fragment().is_some() || !url.username().is_empty();
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() || strange {
        return Err(error());
    }
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/api/esc").unwrap_or(path).to_owned();
    url.set_path(&path);
    Ok(url)
}

pub(super) fn is_this_machine(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::Api;
    use super::super::settings_error::DEFAULT_URL;
    use super::*;

    fn build(url: &str) -> Result<String, SettingsError> {
        let token = Secret::new("pul-hunter2".to_owned());
        let api = Api::builder("acme").url(url).access_token(token).build()?;
        assert!(!format!("{api:?}").contains("hunter2"));
        Ok(api.transport.base.to_string())
    }

    #[test]
    fn addresses_come_with_and_without_the_path_of_the_api() {
        for (given, base) in [
            (DEFAULT_URL, "https://api.pulumi.com/"),
            ("https://esc.example:8443/api/esc", "https://esc.example:8443/"),
            ("https://esc.example/prefix/api/esc/", "https://esc.example/prefix"),
            ("http://127.0.0.1:1/", "http://127.0.0.1:1/"),
            ("http://localhost", "http://localhost/"),
            ("http://[::1]:8", "http://[::1]:8/"),
        ] {
            assert_eq!(build(given).as_deref(), Ok(base), "{given}");
        }
    }

    #[test]
    fn other_addresses_are_refused() {
        for url in ["", "esc.example", "file:///x", "https://", "https://x/?a=1", "s3://bucket"] {
            assert!(matches!(build(url), Err(SettingsError::Url(_))), "{url}");
        }
        let error = build("https://me:hunter2@esc.example").unwrap_err();
        assert!(!error.to_string().contains("hunter2"));
        assert!(matches!(build("http://esc.example"), Err(SettingsError::PlainHttp(_))));
        assert!(matches!(build("http://127.0.0.1.evil.example"), Err(SettingsError::PlainHttp(_))));
    }
}
