//! Requests by path, for what `vaultrs` has no type for.

use esc_core::json::Writer;
use rustify::Endpoint;
use rustify::enums::{RequestMethod, RequestType, ResponseType};
use rustify::errors::ClientError;

/// A request to a path below `/v1`.
///
/// `vaultrs` has none for reading any path and for leases, and those for a token's own renewal and revocation have a tab
/// in their path.
pub(crate) struct Logical {
    path: String,
    method: RequestMethod,
    query: Option<String>,
    body: Option<Vec<u8>>,
}

impl Logical {
    /// Reads.
    pub fn get(path: impl Into<String>) -> Logical {
        Logical { path: path.into(), method: RequestMethod::GET, query: None, body: None }
    }

    /// Writes an object of these strings.
    pub fn post(path: impl Into<String>, members: &[(&str, &str)]) -> Logical {
        let mut writer = Writer::compact();
        writer.begin_object();
        for (key, value) in members {
            writer.key(key);
            writer.string(value);
        }
        writer.end_object();
        let body = Some(writer.finish().into_bytes());
        Logical { path: path.into(), method: RequestMethod::POST, query: None, body }
    }

    /// The same, of one version.
    pub fn with_version(mut self, version: Option<u64>) -> Logical {
        self.query = version.map(|version| format!("version={version}"));
        self
    }
}

impl Endpoint for Logical {
    type Response = ();
    const REQUEST_BODY_TYPE: RequestType = RequestType::JSON;
    const RESPONSE_BODY_TYPE: ResponseType = ResponseType::JSON;

    fn path(&self) -> String {
        self.path.clone()
    }

    fn method(&self) -> RequestMethod {
        self.method.clone()
    }

    fn query(&self) -> Result<Option<String>, ClientError> {
        Ok(self.query.clone())
    }

    fn body(&self) -> Result<Option<Vec<u8>>, ClientError> {
        Ok(self.body.clone())
    }
}
