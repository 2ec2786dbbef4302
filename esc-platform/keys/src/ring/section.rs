//! A named key of a ring: how it is matched, opened and authenticated.

use std::sync::Arc;

use esc_core::crypt::CryptError;
use esc_core::secret::Secret;
use esc_core::text::{decode_base64, encode_base64};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::error::RingError;
use crate::key::{Key, KeyId};
use crate::random::Randomness;
use crate::recipient::{Address, Purpose, RecipientError, Unwrapper};
use crate::seal::{self, Context, push};

const MAC: &str = "esc ring mac 1";
const SEAL: &str = "esc ring seal 1";

/// A named key of a ring, as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Section {
    /// Its name.
    pub name: String,
    /// The patterns of the environments it encrypts for.
    pub environments: Vec<String>,
    /// Who may use it.
    pub recipients: Vec<Entry>,
    /// Its data keys, the one that encrypts first.
    pub data: Vec<Data>,
    /// Authenticates all of it.
    pub(super) mac: Bytes,
}

/// A recipient of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Entry {
    /// What people call it.
    pub name: String,
    /// The kind of its address.
    pub kind: String,
    /// Which one of that kind.
    pub to: String,
    /// The ring key, wrapped for it.
    pub(super) wrapped: Bytes,
}

/// A data key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Data {
    /// Its id, with which every ciphertext under it begins.
    #[serde(with = "id_text")]
    pub id: KeyId,
    /// When it was made.
    pub created: Timestamp,
    /// The key, sealed under the ring key.
    pub(super) sealed: Bytes,
}

/// A key of a ring, unwrapped: the ring key, and the data keys in the order of the file.
pub(super) struct Opened {
    pub ring: Key,
    pub data: Vec<Key>,
}

impl Entry {
    /// Its address.
    pub fn address(&self) -> Address {
        Address::new(self.kind.as_str(), self.to.as_str())
    }
}

impl Section {
    /// Whether one of its patterns matches the environment.
    pub fn is_for(&self, environment: &str) -> bool {
        self.environments.iter().any(|pattern| matches(pattern, environment))
    }

    /// Unwraps the key, of which `sections` is the ring, with the first unwrapper that succeeds, and verifies that the section is authentic.
    pub(super) async fn open(
        &self,
        sections: &[Section],
        unwrappers: &[Arc<dyn Unwrapper>],
    ) -> Result<Opened, RingError> {
        let ring = self.unwrap(unwrappers).await?;
        let not_authentic = |_| RingError::NotAuthentic { name: self.name.clone() };
        seal::verify_mac(&ring, MAC, &self.message(sections), &self.mac.0)
            .map_err(not_authentic)?;
        let open = |data: &Data| {
            let created = data.created.to_string();
            let id = data.id;
            let fields = [self.name.as_bytes(), id.as_bytes(), created.as_bytes()];
            let context = Context { purpose: SEAL, fields: &fields };
            let key = seal::open_key(&ring, &context, &data.sealed.0)?;
            if key.id() == id { Ok(key) } else { Err(CryptError::NotAuthentic) }
        };
        let data = self.data.iter().map(open).collect::<Result<_, _>>().map_err(not_authentic)?;
        Ok(Opened { ring, data })
    }

    async fn unwrap(&self, unwrappers: &[Arc<dyn Unwrapper>]) -> Result<Key, RingError> {
        let purpose = Purpose { key_name: &self.name };
        let mut failures = Vec::new();
        for unwrapper in unwrappers {
            for entry in &self.recipients {
                let address = entry.address();
                if !unwrapper.accepts(&address) {
                    continue;
                }
                let unwrapped = unwrapper.unwrap(&address, &entry.wrapped.0, &purpose).await;
                let key = unwrapped.and_then(|bytes| {
                    Key::from_slice(bytes.expose()).ok_or(RecipientError::NotAuthentic)
                });
                match key {
                    Ok(key) => return Ok(key),
                    Err(error) => failures.push((entry.name.clone(), error)),
                }
            }
        }
        let recipients = self.recipients.iter().map(|e| (e.name.clone(), e.address())).collect();
        Err(RingError::Locked { name: self.name.clone(), recipients, failures })
    }

    /// Seals a data key for this section.
    pub(super) fn seal_data(
        name: &str,
        ring: &Key,
        data: &Key,
        created: Timestamp,
        randomness: &dyn Randomness,
    ) -> Result<Data, RingError> {
        let (id, text) = (data.id(), created.to_string());
        let fields = [name.as_bytes(), id.as_bytes(), text.as_bytes()];
        let context = Context { purpose: SEAL, fields: &fields };
        let sealed =
            seal::seal(ring, &context, data.bytes(), randomness).map_err(RingError::Crypt)?;
        Ok(Data { id, created, sealed: Bytes(sealed) })
    }

    /// What the MAC of this section is over `sections`, of which it is one.
    pub(super) fn mac(&self, ring: &Key, sections: &[Section]) -> Result<Bytes, RingError> {
        seal::mac(ring, MAC, &self.message(sections)).map(Bytes).map_err(RingError::Crypt)
    }

    /// What the MAC is over: names and patterns of the whole ring, then all of this section. Lists begin with their
    /// length, texts with theirs, so that no two rings have the same message.
    fn message(&self, sections: &[Section]) -> Vec<u8> {
        let mut message = Vec::new();
        let count = |message: &mut Vec<u8>, n: usize| {
            message.extend_from_slice(&(n as u64).to_be_bytes());
        };
        count(&mut message, sections.len());
        for section in sections {
            push(&mut message, section.name.as_bytes());
            count(&mut message, section.environments.len());
            section.environments.iter().for_each(|p| push(&mut message, p.as_bytes()));
        }
        push(&mut message, self.name.as_bytes());
        count(&mut message, self.recipients.len());
        for Entry { name, kind, to, wrapped } in &self.recipients {
            for field in [name.as_bytes(), kind.as_bytes(), to.as_bytes(), &wrapped.0] {
                push(&mut message, field);
            }
        }
        count(&mut message, self.data.len());
        for Data { id, created, sealed } in &self.data {
            for field in [id.as_bytes().as_slice(), created.to_string().as_bytes(), &sealed.0] {
                push(&mut message, field);
            }
        }
        message
    }

    /// Wraps `ring` for a recipient.
    pub(super) async fn wrap(
        key_name: &str,
        name: &str,
        recipient: &dyn crate::Recipient,
        ring: &Key,
    ) -> Result<Entry, RingError> {
        let key = Secret::new(ring.bytes().to_vec());
        let wrapped = recipient.wrap(&key, &Purpose { key_name }).await.map_err(|cause| {
            RingError::Wrap { name: key_name.to_owned(), recipient: name.to_owned(), cause }
        })?;
        let Address { kind, to } = recipient.address();
        Ok(Entry { name: name.to_owned(), kind, to, wrapped: Bytes(wrapped) })
    }
}

fn matches(pattern: &str, environment: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    match (pattern.split_once('/'), environment.split_once('/')) {
        (Some((p, n)), Some((project, name))) => wildcard(p, project) && wildcard(n, name),
        _ => pattern == environment,
    }
}

/// Whether the text is the pattern's, where `*` stands for any characters.
fn wildcard(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    // The shortest match for each part leaves the most for those that follow.
    let left = middle
        .iter()
        .try_fold(rest, |rest, part| rest.find(part).and_then(|at| rest.get(at + part.len()..)));
    left.is_some_and(|left| left.ends_with(last))
}

/// Bytes that are base64 in the file.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode_base64(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(deserializer)?;
        decode_base64(&text).map(Bytes).map_err(|e| {
            de::Error::custom(format_args!("not base64, from character {} on", e.offset))
        })
    }
}

mod id_text {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use crate::key::KeyId;

    pub fn serialize<S: Serializer>(id: &KeyId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(id)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<KeyId, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
