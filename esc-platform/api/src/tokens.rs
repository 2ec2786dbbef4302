//! Access tokens: exchanged for others (RFC 8693), made, listed.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::read::or_default;
use crate::sensitive::Sensitive;

/// Asks for an access token in exchange for an identity token, or for a refresh token.
///
/// Clients send it as JSON or as a form.
#[doc = example!("token-request")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRequest {
    /// [`EXCHANGE`](TokenRequest::EXCHANGE), or `refresh_token`.
    pub grant_type: String,
    /// For which organization: `urn:pulumi:org:` and its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// What the subject token is: [`ID_TOKEN`](TokenRequest::ID_TOKEN).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_token_type: Option<String>,
    /// The identity token, a JWT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_token: Option<Sensitive>,
    /// Which token: [`ACCESS_TOKEN`](TokenRequest::ACCESS_TOKEN) and `organization`, `team`, `personal` or `runner`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested_token_type: Option<String>,
    /// Nothing or `admin` for organizations, `team:<name>`, `user:<login>`, `runner:<id>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The life of the access token, in seconds; none is the server's default. Forms have it as text.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "seconds")]
    pub expiration: Option<u64>,
    /// The refresh token, if that is what is exchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Sensitive>,
}

impl TokenRequest {
    /// The grant type of an exchange of tokens.
    pub const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
    /// The type of identity tokens.
    pub const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
    /// How the types of access tokens begin.
    pub const ACCESS_TOKEN: &str = "urn:pulumi:token-type:access_token:";
}

/// An access token.
#[doc = example!("token-response")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: Sensitive,
    /// What it is.
    #[serde(default, deserialize_with = "or_default")]
    pub issued_token_type: String,
    /// How it is sent: `token`.
    #[serde(default, deserialize_with = "or_default")]
    pub token_type: String,
    /// Its life in seconds, more than 0.
    #[serde(deserialize_with = "life")]
    pub expires_in: u64,
    /// What it is good for.
    #[serde(default, deserialize_with = "or_default")]
    pub scope: String,
    /// What can be exchanged for the next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Sensitive>,
}

/// A page of access tokens, without the tokens themselves.
#[doc = example!("access-tokens")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessTokens {
    /// What is on the page.
    pub tokens: Vec<AccessToken>,
    /// What to ask for the next page with; none on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<String>,
}

/// An access token, without the token itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessToken {
    /// The server's identifier of it.
    pub id: String,
    /// Its name; empty for those of users.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// What it is for.
    #[serde(default, deserialize_with = "or_default")]
    pub description: String,
    /// When it was made.
    #[serde(default, deserialize_with = "or_default")]
    pub created: String,
    /// When it was used last, in seconds since 1970; 0 is never.
    #[serde(default, deserialize_with = "or_default")]
    pub last_used: i64,
    /// When it ends, in seconds since 1970; 0 is never.
    #[serde(default, deserialize_with = "or_default")]
    pub expires: i64,
    /// Whether it may administer the organization.
    #[serde(default, deserialize_with = "or_default")]
    pub admin: bool,
    /// Who made it.
    #[serde(default, deserialize_with = "or_default")]
    pub created_by: String,
    /// What it may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<TokenRole>,
    /// `personal`, `refresh`, `organization` or `team`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// What a token may do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenRole {
    /// The role's identifier.
    pub id: String,
    /// The role's name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// Which of the built-in roles it is; empty for others.
    #[serde(default, deserialize_with = "or_default")]
    pub default_identifier: String,
}

/// The access token to make.
#[doc = example!("create-access-token")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateAccessToken {
    /// Its name, for those of organizations and teams: up to 40 characters, and unique.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for.
    #[serde(default, deserialize_with = "or_default")]
    pub description: String,
    /// When it ends, in seconds since 1970, at most two years ahead; 0 is never.
    #[serde(default, deserialize_with = "or_default")]
    pub expires: i64,
    /// Whether it may administer the organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin: Option<bool>,
    /// The role that says what it may do.
    #[serde(rename = "roleID", skip_serializing_if = "Option::is_none")]
    pub role_id: Option<String>,
}

/// An access token that was made.
#[doc = example!("created-access-token")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedAccessToken {
    /// The server's identifier of it.
    pub id: String,
    /// The token itself, which is shown only here.
    pub token_value: Sensitive,
}

/// A number of seconds, as a number or as its decimal text; whole ones count. An empty text is none.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    deserializer.deserialize_any(Seconds)
}

/// The same where it must be there.
fn life<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    seconds(deserializer)?.ok_or_else(|| D::Error::custom("the life of the token is missing"))
}

struct Seconds;

impl Visitor<'_> for Seconds {
    type Value = Option<u64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of seconds")
    }

    fn visit_unit<E: Error>(self) -> Result<Option<u64>, E> {
        Ok(None)
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Option<u64>, E> {
        Ok(Some(seconds))
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Option<u64>, E> {
        u64::try_from(seconds).map(Some).map_err(|_| E::custom("a number of seconds is negative"))
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Option<u64>, E> {
        if seconds.is_nan() || seconds < 0.0 {
            return Err(E::custom("a number of seconds is negative"));
        }
        // What is too large for the type is as good as its largest number.
        Ok(Some(seconds as u64))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<u64>, E> {
        match text {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| E::custom("not a number of seconds")),
        }
    }
}
