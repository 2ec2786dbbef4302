//! Making rings and changing them.

use jiff::Timestamp;

use super::error::RingError;
use super::file::RingFile;
use super::keyring::KeyRing;
use super::section::{Bytes, Data, Entry, Opened, Section};
use crate::key::{Key, KeyId};
use crate::random::Randomness;
use crate::recipient::Recipient;

/// Who is to receive a key, and what people call them.
type Named<'a> = (&'a str, &'a dyn Recipient);

impl RingFile {
    /// A ring with one key, for every environment.
    ///
    /// # Errors
    ///
    /// The key cannot be wrapped for a recipient, there is none, or the name is not one.
    pub async fn create<'a>(
        name: &str,
        recipients: impl IntoIterator<Item = Named<'a>>,
        now: Timestamp,
        randomness: &dyn Randomness,
    ) -> Result<RingFile, RingError> {
        let data = generate(randomness)?;
        RingFile::create_with(name, recipients, data, now, randomness).await
    }

    /// The same, with a data key that is in use already, so that what it has encrypted stays readable.
    pub async fn create_with<'a>(
        name: &str,
        recipients: impl IntoIterator<Item = Named<'a>>,
        data: Key,
        now: Timestamp,
        randomness: &dyn Randomness,
    ) -> Result<RingFile, RingError> {
        let every = vec!["*".to_owned()];
        let (section, ring) = section(name, every, recipients, data, now, randomness).await?;
        authenticated(vec![section], &[ring])
    }
}

/// What removing a recipient came to.
#[derive(Debug)]
#[non_exhaustive]
pub struct Removal {
    /// The new ring.
    pub file: RingFile,
    /// The data keys that the recipient knew. What is encrypted under them has to be replaced at its source.
    pub known: Vec<KeyId>,
    /// The data key that encrypts from now on.
    pub data: KeyId,
}

/// Changes a ring. Every method returns a new file and leaves the ring as it is.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use esc_keys::ring::Change;
/// use esc_keys::{Key, KeyFile, KeyRing, Recipient, RingFile, SystemRandomness};
///
/// let (ada, bob) = (KeyFile::new(Key::generate()?), KeyFile::new(Key::generate()?));
/// let (now, randomness) = ("2026-11-28T12:00:00Z".parse()?, SystemRandomness::default());
///
/// let file = RingFile::create("default", [("ada", &ada as &dyn Recipient)], now, &randomness).await?;
/// let ring = KeyRing::new(file).with_unwrapper(ada.clone());
/// let file = Change::new(&ring, &randomness).add("default", "bob", &bob).await?;
///
/// let as_bob = KeyRing::new(file).with_unwrapper(bob);
/// assert!(as_bob.unlock("default").await.is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
pub struct Change<'a> {
    ring: &'a KeyRing,
    randomness: &'a dyn Randomness,
}

impl<'a> Change<'a> {
    /// Changes of that ring.
    pub fn new(ring: &'a KeyRing, randomness: &'a dyn Randomness) -> Change<'a> {
        Change { ring, randomness }
    }

    /// Adds a recipient to a key: wraps one small key, and leaves the data keys as they are.
    ///
    /// # Errors
    ///
    /// The key is locked, has that recipient already, or cannot be wrapped for it.
    pub async fn add(
        &self,
        key: &str,
        name: &str,
        recipient: &dyn Recipient,
    ) -> Result<RingFile, RingError> {
        let (mut section, opened) = self.unlocked(key).await?;
        let address = recipient.address();
        let same = |e: &&Entry| e.name == name || e.address() == address;
        if let Some(entry) = section.recipients.iter().find(same) {
            let (name, recipient) = (key.to_owned(), entry.name.clone());
            return Err(RingError::Duplicate { name, recipient });
        }
        section.recipients.push(Section::wrap(key, name, recipient, &opened.ring).await?);
        self.replace(section, &opened.ring)
    }

    /// Removes a recipient from a key: a new ring key for those who stay, and a new data key for what is encrypted from
    /// now on.
    ///
    /// The recipient keeps what they already had: the old data keys, and through them every secret of the past. These
    /// secrets have to be rotated.
    ///
    /// `staying` wraps for the recipients that remain. It is asked for each by name and address.
    ///
    /// # Errors
    ///
    /// The key is locked, has no such recipient or only that one, or cannot be wrapped for one who stays.
    pub async fn remove(
        &self,
        key: &str,
        name: &str,
        staying: &dyn Wrapping,
        now: Timestamp,
    ) -> Result<Removal, RingError> {
        let (mut section, opened) = self.unlocked(key).await?;
        let before = section.recipients.len();
        section.recipients.retain(|entry| entry.name != name);
        if section.recipients.len() == before {
            return Err(RingError::NoSuchRecipient {
                name: key.to_owned(),
                recipient: name.to_owned(),
                recipients: section.recipients.iter().map(|e| e.name.clone()).collect(),
            });
        }
        if section.recipients.is_empty() {
            return Err(RingError::LastRecipient {
                name: key.to_owned(),
                recipient: name.to_owned(),
            });
        }
        let known = section.data.iter().map(|data| data.id).collect();
        let (file, data) = self.renew(section, opened, staying, now).await?;
        Ok(Removal { file, known, data })
    }

    /// Makes a new ring key, and a new data key that encrypts from now on. The old data keys still decrypt.
    ///
    /// # Errors
    ///
    /// As for [`remove`](Self::remove).
    pub async fn rotate(
        &self,
        key: &str,
        staying: &dyn Wrapping,
        now: Timestamp,
    ) -> Result<RingFile, RingError> {
        let (section, opened) = self.unlocked(key).await?;
        self.renew(section, opened, staying, now).await.map(|(file, _)| file)
    }

    /// Adds a key for the environments of those patterns, in front of the other keys.
    ///
    /// # Errors
    ///
    /// A key of the ring is locked (all have to be, since each vouches for the patterns of all), or there is one of that
    /// name.
    pub async fn add_key(
        &self,
        name: &str,
        environments: Vec<String>,
        recipients: impl IntoIterator<Item = Named<'a>>,
        now: Timestamp,
    ) -> Result<RingFile, RingError> {
        let data = generate(self.randomness)?;
        let made = section(name, environments, recipients, data, now, self.randomness).await?;
        let (mut sections, mut rings) = (vec![made.0], vec![made.1]);
        for section in self.ring.file().keys() {
            rings.push(self.ring.opened(section).await?.ring.clone());
            sections.push(section.clone());
        }
        authenticated(sections, &rings)
    }

    async fn renew(
        &self,
        mut section: Section,
        opened: &Opened,
        staying: &dyn Wrapping,
        now: Timestamp,
    ) -> Result<(RingFile, KeyId), RingError> {
        let (ring, newest) = (generate(self.randomness)?, generate(self.randomness)?);
        let name = section.name.clone();
        for entry in &mut section.recipients {
            let recipient = staying.recipient(&entry.name, &entry.address()).map_err(|cause| {
                RingError::Wrap { name: name.clone(), recipient: entry.name.clone(), cause }
            })?;
            *entry = Section::wrap(&name, &entry.name, &*recipient, &ring).await?;
        }
        let created = section.data.iter().map(|data| data.created);
        let keys = [(&newest, now)].into_iter().chain(opened.data.iter().zip(created));
        section.data = keys
            .map(|(key, created)| Section::seal_data(&name, &ring, key, created, self.randomness))
            .collect::<Result<Vec<Data>, _>>()?;
        Ok((self.replace(section, &ring)?, newest.id()))
    }

    async fn unlocked(&self, key: &str) -> Result<(Section, &'a Opened), RingError> {
        let section = self.ring.file().section(key)?;
        Ok((section.clone(), self.ring.opened(section).await?))
    }

    /// The ring with that section instead of the one of the same name. Names and patterns have not changed, so the MACs
    /// of the others still fit.
    fn replace(&self, mut section: Section, ring: &Key) -> Result<RingFile, RingError> {
        let mut sections = self.ring.file().keys().to_vec();
        section.mac = section.mac(ring, &sections)?;
        for old in &mut sections {
            if old.name == section.name {
                *old = section.clone();
            }
        }
        Ok(RingFile::from_sections(sections)?)
    }
}

/// Makes the recipients of a ring again from their addresses, so that a new key can be wrapped for them.
///
/// Most kinds need no more than the address: it is a public key, or the name of a key in a service. A passphrase has to
/// be asked for.
pub trait Wrapping: Send + Sync {
    /// The recipient of that name and address.
    ///
    /// # Errors
    ///
    /// The kind is not known, or what it takes is not at hand.
    fn recipient(
        &self,
        name: &str,
        address: &crate::recipient::Address,
    ) -> Result<Box<dyn Recipient>, crate::RecipientError>;
}

fn generate(randomness: &dyn Randomness) -> Result<Key, RingError> {
    let mut bytes = zeroize::Zeroizing::new([0; 32]);
    randomness.fill(bytes.as_mut_slice()).map_err(RingError::Crypt)?;
    Ok(Key::from_bytes(*bytes))
}

/// A new section, not yet authenticated, and its ring key.
async fn section<'a>(
    name: &str,
    environments: Vec<String>,
    recipients: impl IntoIterator<Item = Named<'a>>,
    data: Key,
    now: Timestamp,
    randomness: &dyn Randomness,
) -> Result<(Section, Key), RingError> {
    let ring = generate(randomness)?;
    let mut entries = Vec::new();
    for (recipient_name, recipient) in recipients {
        entries.push(Section::wrap(name, recipient_name, recipient, &ring).await?);
    }
    let data = vec![Section::seal_data(name, &ring, &data, now, randomness)?];
    let (name, mac) = (name.to_owned(), Bytes::default());
    Ok((Section { name, environments, recipients: entries, data, mac }, ring))
}

/// The ring of those sections, each with a new MAC under its ring key.
fn authenticated(mut sections: Vec<Section>, rings: &[Key]) -> Result<RingFile, RingError> {
    let macs: Vec<Bytes> = sections
        .iter()
        .zip(rings)
        .map(|(section, ring)| section.mac(ring, &sections))
        .collect::<Result<_, _>>()?;
    sections.iter_mut().zip(macs).for_each(|(section, mac)| section.mac = mac);
    Ok(RingFile::from_sections(sections)?)
}
