//! Envelopes: no text panics; what decodes encodes to the same; what is encoded decodes, but for the very short.
#![no_main]

use esc_core::envelope::{decode, encode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Ok(ciphertext) = decode(text) {
            assert_eq!(decode(&encode(&ciphertext)).as_ref(), Ok(&ciphertext));
        }
    }
    if bytes.len() >= 4 {
        assert_eq!(decode(&encode(bytes)).as_deref(), Ok(bytes));
    }
});
