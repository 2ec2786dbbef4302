//! The envelope that ciphertexts travel in.
//!
//! `escx`, the version as a big-endian 32-bit number (1), the ciphertext, and the CRC-32 (IEEE) of all that; the whole
//! in padded base64. The checksum finds damage, not forgery: authenticity is the cipher's job.

use crate::text::{decode_base64, encode_base64};

const MAGIC: &[u8; 4] = b"escx";
const VERSION: u32 = 1;

/// What must be there for an envelope to be looked at. This is 4 bytes more than magic, version and checksum need:
/// every existing reader counts a length field that is not written, so ciphertexts of less than 4 bytes can be encoded
/// but not decoded. Real ciphers add more than that.
const MINIMUM: usize = 16;

/// Why a text is not an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// It is too short.
    #[error("EOF")]
    Eof,
    /// It is not base64; the offset of the first bad byte.
    #[error("illegal base64 data at input byte {0}")]
    Base64(usize),
    /// It does not start with the magic bytes.
    #[error("invalid header")]
    Header,
    /// It was damaged.
    #[error("invalid checksum")]
    Checksum,
    /// It comes from a newer program.
    #[error("unsupported version")]
    Version,
}

/// Wraps a ciphertext.
pub fn encode(ciphertext: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(ciphertext.len() + 12);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_be_bytes());
    bytes.extend_from_slice(ciphertext);
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
    encode_base64(&bytes)
}

/// Unwraps a ciphertext.
pub fn decode(text: &str) -> Result<Vec<u8>, EnvelopeError> {
    let bytes = decode_base64(text).map_err(|error| EnvelopeError::Base64(error.offset))?;
    if bytes.len() < MINIMUM {
        return Err(EnvelopeError::Eof);
    }
    let (covered, checksum) = bytes.split_last_chunk::<4>().ok_or(EnvelopeError::Eof)?;
    let (magic, rest) = covered.split_first_chunk::<4>().ok_or(EnvelopeError::Eof)?;
    let (version, ciphertext) = rest.split_first_chunk::<4>().ok_or(EnvelopeError::Eof)?;
    if magic != MAGIC {
        return Err(EnvelopeError::Header);
    }
    if u32::from_be_bytes(*checksum) != crc32fast::hash(covered) {
        return Err(EnvelopeError::Checksum);
    }
    if u32::from_be_bytes(*version) != VERSION {
        return Err(EnvelopeError::Version);
    }
    Ok(ciphertext.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seal(bytes: &[u8]) -> String {
        encode_base64(bytes)
    }

    #[test]
    fn known_envelope() {
        let rotated: Vec<u8> = b"hunter2".iter().map(|b| b.wrapping_add(128)).collect();
        assert_eq!(encode(&rotated), "ZXNjeAAAAAHo9e705fKyKo30VQ==");
        assert_eq!(decode("ZXNjeAAAAAHo9e705fKyKo30VQ=="), Ok(rotated));
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let whole = decode_base64(&encode(&[0x5a; 52])).unwrap();
        assert_eq!(whole.len(), 64);
        for bit in 0..whole.len() * 8 {
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(&seal(&damaged)).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn every_truncation_and_extension_is_noticed() {
        let text = encode(&[0x5a; 52]);
        for end in 0..text.len() {
            assert!(decode(&text[..end]).is_err(), "{end}");
        }
        let whole = decode_base64(&text).unwrap();
        for end in 0..whole.len() {
            assert!(decode(&seal(&whole[..end])).is_err(), "{end}");
        }
        for byte in 0..=255 {
            let mut longer = whole.clone();
            longer.push(byte);
            assert!(decode(&seal(&longer)).is_err(), "{byte}");
        }
        assert!(decode(&format!("{text}A")).is_err());
    }

    #[test]
    fn errors_have_the_known_texts() {
        let message = |text: &str| decode(text).unwrap_err().to_string();
        assert_eq!(message(""), "EOF");
        assert_eq!(message(&encode(b"abc")), "EOF");
        assert_eq!(message("aGk"), "illegal base64 data at input byte 0");
        assert_eq!(message("aGk=="), "illegal base64 data at input byte 4");
        assert_eq!(message("_-8="), "illegal base64 data at input byte 0");
        assert_eq!(message(&seal(&[0; 20])), "invalid header");
        let mut bytes = b"escx\0\0\0\x01cipher\0\0\0\0".to_vec();
        assert_eq!(message(&seal(&bytes)), "invalid checksum");
        bytes[7] = 2;
        let end = bytes.len() - 4;
        let checksum = crc32fast::hash(&bytes[..end]).to_be_bytes();
        bytes[end..].copy_from_slice(&checksum);
        assert_eq!(message(&seal(&bytes)), "unsupported version");
    }

    #[test]
    fn line_breaks_are_skipped() {
        let text = encode(b"cipher");
        assert_eq!(decode(&format!("{}\r\n{}\n", &text[..5], &text[5..])), Ok(b"cipher".to_vec()));
    }

    proptest! {
        #[test]
        fn wrapping_and_unwrapping_are_inverse(bytes in prop::collection::vec(any::<u8>(), 4..200)) {
            prop_assert_eq!(decode(&encode(&bytes)), Ok(bytes));
        }

        #[test]
        fn unwrapping_never_panics(text in "[A-Za-z0-9+/=\n_]{0,40}") {
            let _ = decode(&text);
        }
    }
}
