//! Keys and where they come from.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use aws_lc_rs::{digest, hkdf};
use esc_core::crypt::CryptError;
use esc_core::text::{decode_base64, encode_base64};
use zeroize::Zeroizing;

use crate::random::{Randomness, SystemRandomness};

/// Marks a key that is published on purpose, so that nobody takes it for a secret.
const DEMO: &str = "esc-demo-key:";

/// Identifies a key without revealing it: every ciphertext starts with the id of its key.
///
/// Its text is 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; KeyId::LEN]);

impl KeyId {
    /// How many bytes an id has.
    pub const LEN: usize = 8;

    /// An id of these bytes.
    pub fn from_bytes(bytes: [u8; KeyId::LEN]) -> KeyId {
        KeyId(bytes)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; KeyId::LEN] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

impl FromStr for KeyId {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<KeyId, KeyError> {
        let bytes = decode_hex(text).and_then(|bytes| bytes.as_slice().try_into().ok());
        bytes.map(KeyId).ok_or(KeyError::MalformedId)
    }
}

/// No key file is longer. The rest would be comments.
const MAX_FILE: u64 = 64 << 10;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The text is not a key.
    #[error("a key is 32 bytes in base64 (44 characters) or hexadecimal (64 characters)")]
    Malformed,
    /// The text is not the id of a key.
    #[error("the id of a key is 16 hexadecimal digits")]
    MalformedId,
    /// The file cannot be read.
    #[error("cannot read the key file `{}`: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// The file holds something else.
    #[error("the key file `{}` does not hold a key: {cause}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with what it holds.
        cause: Box<KeyError>,
    },
    /// Others than the owner may read or write the file.
    #[error(
        "the key file `{}` is open to other users (mode {mode:04o}); close it with `chmod 600`",
        path.display()
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// There is no randomness to make a key of.
    #[error("cannot make a key: {0}")]
    Randomness(CryptError),
}

/// A key of 32 bytes: wiped when dropped, never shown.
///
/// Its text is base64 or hexadecimal. In front of it may stand lines that start with `#`, and `esc-demo-key:` if the
/// key is published on purpose.
#[derive(Clone)]
pub struct Key {
    bytes: Zeroizing<[u8; 32]>,
    demo: bool,
}

impl Key {
    /// A key of these bytes. They must come from a source of randomness, not from a password.
    pub fn from_bytes(bytes: [u8; 32]) -> Key {
        Key { bytes: Zeroizing::new(bytes), demo: false }
    }

    /// A key of these 32 bytes; none if they are fewer or more.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Key> {
        let mut key = Zeroizing::new([0; 32]);
        if bytes.len() != key.len() {
            return None;
        }
        key.copy_from_slice(bytes);
        Some(Key { bytes: key, demo: false })
    }

    /// A new key.
    pub fn generate() -> Result<Key, KeyError> {
        Key::generate_with(&SystemRandomness::default())
    }

    /// A new key from this source of randomness.
    pub fn generate_with(randomness: &dyn Randomness) -> Result<Key, KeyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        randomness.fill(bytes.as_mut_slice()).map_err(KeyError::Randomness)?;
        Ok(Key { bytes, demo: false })
    }

    /// Reads a key from its text.
    pub fn from_text(text: &str) -> Result<Key, KeyError> {
        let mut lines =
            text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        let (Some(line), None) = (lines.next(), lines.next()) else {
            return Err(KeyError::Malformed);
        };
        let (line, demo) = match line.strip_prefix(DEMO) {
            Some(rest) => (rest.trim_start(), true),
            None => (line, false),
        };
        let decoded = Zeroizing::new(match line.len() {
            64 => decode_hex(line).ok_or(KeyError::Malformed)?,
            44 => decode_base64(line).map_err(|_| KeyError::Malformed)?,
            _ => return Err(KeyError::Malformed),
        });
        let key = Key::from_slice(&decoded).ok_or(KeyError::Malformed)?;
        Ok(Key { demo, ..key })
    }

    /// Reads a key from a file that only its owner may access. Published keys may be open to all.
    pub fn from_file(path: &Path) -> Result<Key, KeyError> {
        let failed = |cause| KeyError::File { path: path.to_owned(), cause };
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() || metadata.len() > MAX_FILE {
            let cause = io::Error::new(io::ErrorKind::InvalidInput, "not a small file");
            return Err(failed(cause));
        }
        let mut text = Zeroizing::new(String::with_capacity(MAX_FILE as usize));
        file.take(MAX_FILE).read_to_string(&mut text).map_err(failed)?;
        let key = Key::from_text(&text)
            .map_err(|e| KeyError::Content { path: path.to_owned(), cause: Box::new(e) })?;
        match exposed(&metadata) {
            Some(mode) if !key.demo => Err(KeyError::Exposed { path: path.to_owned(), mode }),
            _ => Ok(key),
        }
    }

    /// The key's text, in base64, for a file or a variable.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(encode_base64(self.bytes.as_slice()))
    }

    /// Whether the key says that it is published on purpose.
    pub fn is_demo(&self) -> bool {
        self.demo
    }

    /// Identifies the key without revealing it.
    pub fn id(&self) -> KeyId {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(b"esc key id");
        context.update(self.bytes.as_slice());
        let mut id = [0; KeyId::LEN];
        id.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
        KeyId(id)
    }

    /// The bytes, for wrapping.
    #[cfg(feature = "ring")]
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// A key for one purpose.
    pub(crate) fn derive(&self, purpose: &str) -> Result<Zeroizing<[u8; 32]>, CryptError> {
        let failed = |_| CryptError::Other("key derivation failed".into());
        let mut derived = Zeroizing::new([0; 32]);
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"esc key 1");
        salt.extract(self.bytes.as_slice())
            .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
            .map_err(failed)?
            .fill(derived.as_mut_slice())
            .map_err(failed)?;
        Ok(derived)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

fn decode_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()));
    let digits: Zeroizing<Vec<u8>> = Zeroizing::new(digits.collect::<Option<_>>()?);
    let pairs = digits.chunks(2).map(|pair| Some(pair.first()? << 4 | pair.get(1)?));
    pairs.collect()
}

#[cfg(unix)]
fn exposed(metadata: &std::fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o7777;
    (mode & 0o077 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn exposed(_: &std::fs::Metadata) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_from_base64_and_hexadecimal() {
        let key = Key::from_bytes([7; 32]);
        let text = key.to_text();
        assert_eq!(Key::from_text(&text).unwrap().id(), key.id());
        assert_eq!(Key::from_text(&"07".repeat(32)).unwrap().id(), key.id());
        let commented = format!("# mine\n\n  {}\n", text.as_str());
        assert_eq!(Key::from_text(&commented).unwrap().id(), key.id());
        assert!(Key::from_text(&format!("esc-demo-key: {}", text.as_str())).unwrap().is_demo());
        assert!(!key.is_demo());
    }

    #[test]
    fn other_texts_are_refused_without_being_quoted() {
        for text in ["", "#", "hunter2", &"0g".repeat(32), &"A".repeat(44), "a\nb", &"é".repeat(22)]
        {
            let error = Key::from_text(text).unwrap_err();
            assert!(matches!(error, KeyError::Malformed), "{text}");
            assert!(!error.to_string().contains("hunter2"));
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Key::generate().unwrap()), "[secret]");
    }

    #[cfg(unix)]
    #[test]
    fn key_files_must_be_private_unless_published() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        let mode = |m| std::fs::set_permissions(&path, PermissionsExt::from_mode(m)).unwrap();
        let text = Key::from_bytes([7; 32]).to_text();
        std::fs::write(&path, text.as_bytes()).unwrap();
        mode(0o600);
        assert!(Key::from_file(&path).is_ok());
        for open in [0o640, 0o604, 0o620] {
            mode(open);
            assert!(matches!(Key::from_file(&path), Err(KeyError::Exposed { .. })));
        }
        std::fs::write(&path, format!("esc-demo-key: {}", text.as_str())).unwrap();
        assert!(Key::from_file(&path).unwrap().is_demo());
        std::fs::write(&path, "nonsense").unwrap();
        assert!(matches!(Key::from_file(&path), Err(KeyError::Content { .. })));
        let missing = Key::from_file(&dir.path().join("none")).unwrap_err();
        assert!(missing.to_string().contains("cannot read the key file"));
        assert!(Key::from_file(dir.path()).is_err());
    }
}
