//! Access keys.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use super::ACCOUNT;
use super::wire::Refusal;

/// The keys that there are.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// Whether requests must carry one of them.
    pub checked: bool,
    keys: HashMap<String, Key>,
    issued: u32,
}

#[derive(Clone, Debug)]
struct Key {
    token: Option<String>,
    ends: Option<SystemTime>,
    arn: String,
}

/// Whom a request is from.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub arn: String,
    /// Whether it holds the key of a session.
    pub session: bool,
}

/// What STS gives out.
pub(super) struct Issued {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: String,
    pub ends: SystemTime,
}

impl Keys {
    pub fn add(&mut self, id: &str) {
        let arn = format!("arn:aws:iam::{ACCOUNT}:user/test");
        self.keys.insert(id.to_owned(), Key { token: None, ends: None, arn });
    }

    pub fn expire(&mut self, id: &str) {
        if !self.keys.contains_key(id) {
            self.add(id);
        }
        if let Some(key) = self.keys.get_mut(id) {
            key.ends = Some(SystemTime::UNIX_EPOCH);
        }
    }

    /// Gives out the key of a session.
    pub fn issue(&mut self, arn: String, duration: Duration) -> Issued {
        self.issued += 1;
        let number = self.issued;
        let issued = Issued {
            access_key_id: format!("ASIAFAKE{number:012}"),
            secret_access_key: format!("fake/secret+key/{number:024}"),
            session_token: format!("FakeSessionToken/{number:048}=="),
            ends: SystemTime::now() + duration,
        };
        let token = Some(issued.session_token.clone());
        let key = Key { token, ends: Some(issued.ends), arn };
        self.keys.insert(issued.access_key_id.clone(), key);
        issued
    }

    /// Who sends a request with these headers. `json` is whether the service speaks JSON: STS has codes of its own.
    pub fn caller(
        &self,
        authorization: &str,
        token: Option<&str>,
        json: bool,
    ) -> Result<Caller, Refusal> {
        let refuse = |code: &str, code_of_sts: &str, message: &str| match json {
            true => Refusal::new(400, code, message),
            false => Refusal::new(403, code_of_sts, message),
        };
        let id = authorization
            .strip_prefix("AWS4-HMAC-SHA256 ")
            .and_then(|rest| rest.split_once("Credential="))
            .and_then(|(_, rest)| rest.split_once('/'))
            .map(|(id, _)| id);
        let known = id.and_then(|id| self.keys.get(id));
        if let (false, None) = (self.checked, known) {
            let arn = format!("arn:aws:iam::{ACCOUNT}:user/anybody");
            return Ok(Caller { arn, session: token.is_some() });
        }
        let missing = "MissingAuthenticationToken";
        if id.is_none() {
            return Err(refuse(
                "MissingAuthenticationTokenException",
                missing,
                "Missing Authentication Token",
            ));
        }
        match known {
            Some(key) if key.token.as_deref() == token || !self.checked => {
                if key.ends.is_some_and(|ends| ends <= SystemTime::now()) {
                    let message = "The security token included in the request is expired";
                    return Err(refuse("ExpiredTokenException", "ExpiredToken", message));
                }
                Ok(Caller { arn: key.arn.clone(), session: key.token.is_some() })
            }
            _ => {
                let message = "The security token included in the request is invalid.";
                Err(refuse("UnrecognizedClientException", "InvalidClientTokenId", message))
            }
        }
    }
}
