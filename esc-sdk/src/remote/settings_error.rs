//! Why there is no client of the API.

/// Where the hosted service is.
pub const DEFAULT_URL: &str = "https://api.pulumi.com";

/// Why there is no client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The address is no address of a server.
    #[error("`{0}` is not the address of a server, such as {DEFAULT_URL}")]
    Url(String),
    /// Anybody on the way could read the access token.
    #[error("`{0}` is not encrypted; use https, or allow it with `allow_plain_http`")]
    PlainHttp(String),
    /// The organization has no name that can be used in a path.
    #[error("`{0}` is not the name of an organization")]
    Organization(String),
    /// There are no credentials.
    #[error("there is no access token; set one, or a way to exchange one")]
    NoCredentials,
    /// The access token cannot be sent. It is not quoted.
    #[error("the access token is empty or contains characters that cannot be sent")]
    Token,
    /// The certificates are none.
    #[error("the root certificates are not PEM certificates")]
    Certificates,
    /// Anything else that the HTTP client refuses.
    #[error("the HTTP client cannot be made: {0}")]
    Http(String),
}
