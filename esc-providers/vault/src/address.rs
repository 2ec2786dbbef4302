//! Where a server is.

use url::Url;

/// The address of a server: scheme, host and port, nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Address(String);

impl Address {
    /// Reads an address; the error says what is wrong with it without quoting it.
    pub fn parse(text: &str) -> Result<Address, &'static str> {
        let url = Url::parse(text).map_err(|_| "is not a URL")?;
        match url.scheme() {
            "https" | "http" => {}
            _ => return Err("begins with neither https:// nor http://"),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("contains a user or a password");
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err("has something after the host and port");
        }
        Ok(Address::of(&url))
    }

    /// The address of a URL of `http` or `https`.
    pub fn of(url: &Url) -> Address {
        Address(url.origin().ascii_serialization())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_encrypted(&self) -> bool {
        self.0.starts_with("https:")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_normal() {
        let parsed = |text| Address::parse(text).map(|a| a.as_str().to_owned());
        assert_eq!(parsed("https://Vault.Internal:443/"), Ok("https://vault.internal".into()));
        assert_eq!(parsed("http://[::1]:8200"), Ok("http://[::1]:8200".into()));
        for bad in [
            "vault:8200",
            "ftp://vault",
            "https://",
            "https://vault/ui",
            "https://vault?x",
            "https://vault#x",
            "https://user@vault",
            "https://:hunter2@vault",
        ] {
            assert!(parsed(bad).is_err_and(|e| !e.contains("hunter2")), "{bad}");
        }
    }
}
