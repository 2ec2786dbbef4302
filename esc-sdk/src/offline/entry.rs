//! What is stored for an environment.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use esc_core::schema::{Schema, SchemaRef};
use esc_core::value::Value;
use serde::{Deserialize, Serialize};

use super::wire;

/// The form of what is stored; entries of another form are not read.
const FORM: u32 = 1;

/// What an environment opened to, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The name it was opened by.
    pub environment: String,
    /// All values.
    pub value: Value,
    /// What they look like.
    pub schema: Option<SchemaRef>,
    /// The names of the environments that took part, this one first.
    pub environments: Vec<String>,
    /// The definitions that took part, by the names of their environments; equal definitions have equal revisions. Empty
    /// if they are not known.
    pub revisions: BTreeMap<String, String>,
    /// When it was opened.
    pub opened_at: SystemTime,
    /// How long values were valid, by call.
    pub leases: Vec<StoredLease>,
}

/// How long the values of a call were valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredLease {
    /// The environment that contains the call.
    pub environment: String,
    /// The document path of the call.
    pub path: String,
    /// How long the value was valid, in seconds from when the environment was opened.
    pub seconds: u64,
}

impl Entry {
    /// The calls whose values are no longer valid at that time.
    pub fn ended(&self, now: SystemTime) -> impl Iterator<Item = &StoredLease> {
        let age = now.duration_since(self.opened_at).unwrap_or_default();
        self.leases.iter().filter(move |lease| Duration::from_secs(lease.seconds) <= age)
    }

    /// The entry as bytes, secrets and all. The caller encrypts and wipes them.
    pub(super) fn encode(&self) -> Vec<u8> {
        let header = Header {
            form: FORM,
            environment: self.environment.clone(),
            schema: self.schema.as_ref().map(|schema| schema.to_json_text()),
            environments: self.environments.clone(),
            revisions: self.revisions.clone(),
            opened_at: self
                .opened_at
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_millis() as u64),
            leases: self.leases.clone(),
        };
        // Strings and numbers always serialise.
        let header = serde_json::to_vec(&header).unwrap_or_default();
        let mut bytes = Vec::with_capacity(8 + header.len() + wire::size(&self.value));
        bytes.extend_from_slice(&(header.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&header);
        wire::put(&self.value, &mut bytes);
        bytes
    }

    /// Reads what [`encode`](Self::encode) wrote; none if it is something else.
    pub(super) fn decode(bytes: &[u8]) -> Option<Entry> {
        let (length, rest) = bytes.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (header, mut values) = rest.split_at_checked(length)?;
        let header: Header = serde_json::from_slice(header).ok()?;
        if header.form != FORM {
            return None;
        }
        let value = wire::take(&mut values).filter(|_| values.is_empty())?;
        Some(Entry {
            environment: header.environment,
            value,
            schema: header.schema.map(|text| Schema::parse(&text)).transpose().ok()?,
            environments: header.environments,
            revisions: header.revisions,
            opened_at: UNIX_EPOCH.checked_add(Duration::from_millis(header.opened_at))?,
            leases: header.leases,
        })
    }
}

/// What is stored before the values.
#[derive(Serialize, Deserialize)]
struct Header {
    form: u32,
    environment: String,
    schema: Option<String>,
    environments: Vec<String>,
    revisions: BTreeMap<String, String>,
    /// Milliseconds since the start of 1970.
    opened_at: u64,
    leases: Vec<StoredLease>,
}
