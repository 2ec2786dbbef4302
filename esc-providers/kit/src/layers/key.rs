//! What makes two calls equal.

use aws_lc_rs::hmac;
use esc_core::provider::OpenRequest;
use esc_core::value::{Value, ValueKind};

use super::Next;

/// The name of a call: calls of the same name get the same answer.
pub(super) type Key = [u8; 32];

/// Names calls by a keyed hash: whoever sees a key learns nothing of the inputs, not even by trying likely ones.
pub(super) struct Keys(hmac::Key);

impl Keys {
    /// With a random key. None if there is no randomness: then nothing can be shared.
    pub(super) fn random() -> Option<Keys> {
        let mut bytes = zeroize::Zeroizing::new([0; 32]);
        aws_lc_rs::rand::fill(bytes.as_mut_slice()).ok()?;
        Some(Keys(hmac::Key::new(hmac::HMAC_SHA256, bytes.as_slice())))
    }

    /// The name of that call of that provider.
    ///
    /// It is made of everything that the answer may depend on: the provider, the account, the inputs (and which of them
    /// are secret), and of the context if the provider says that it depends on it.
    pub(super) fn of(&self, next: &Next, request: &OpenRequest) -> Key {
        let mut encoder = Encoder(hmac::Context::with_key(&self.0));
        encoder.text(next.name());
        encoder.text(&next.account(request));
        encoder.value(&request.inputs);
        if next.capabilities().contextual {
            encoder.text(request.context.root_environment());
            encoder.text(request.context.current_environment());
            for (name, value) in request.context.values() {
                encoder.text(name);
                encoder.value(value);
            }
        }
        let mut key = [0; 32];
        let tag = encoder.0.sign();
        key.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        key
    }
}

/// Feeds values to the hash piece by piece, so that no copy of a secret is made. Every piece has a tag and a length:
/// different values never read the same.
struct Encoder(hmac::Context);

impl Encoder {
    fn head(&mut self, tag: u8, length: usize) {
        self.0.update(&[tag]);
        self.0.update(&(length as u64).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.head(b't', text.len());
        self.0.update(text.as_bytes());
    }

    fn value(&mut self, value: &Value) {
        self.head(u8::from(value.is_secret()), usize::from(value.unknown));
        match &value.kind {
            ValueKind::Null => self.head(b'0', 0),
            ValueKind::Bool(value) => self.head(b'b', usize::from(*value)),
            ValueKind::Number(number) => {
                self.head(b'n', 0);
                self.text(number.as_str());
            }
            ValueKind::String(text) => self.text(text.as_str()),
            ValueKind::List(items) => {
                self.head(b'l', items.len());
                items.iter().for_each(|item| self.value(item));
            }
            ValueKind::Object(properties) => {
                self.head(b'o', properties.len());
                for (name, property) in properties {
                    self.text(name);
                    self.value(property);
                }
            }
        }
    }
}
