//! Conversions to the types of the crate `secrecy` and back. Each copies the secret; what it came from is wiped.

use secrecy::{ExposeSecret, SecretBox, SecretString};
use zeroize::Zeroize;

use super::Secret;

impl From<Secret<String>> for SecretString {
    fn from(secret: Secret<String>) -> SecretString {
        SecretString::from(secret.expose().as_str())
    }
}

impl From<SecretString> for Secret<String> {
    fn from(secret: SecretString) -> Secret<String> {
        Secret::new(secret.expose_secret().to_owned())
    }
}

impl<T: Zeroize + Clone> From<Secret<T>> for SecretBox<T> {
    fn from(secret: Secret<T>) -> SecretBox<T> {
        SecretBox::new(Box::new(secret.expose().clone()))
    }
}

impl<T: Zeroize + Clone> From<SecretBox<T>> for Secret<T> {
    fn from(secret: SecretBox<T>) -> Secret<T> {
        Secret::new(secret.expose_secret().clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_there_and_come_back() {
        let text = SecretString::from(Secret::new("hunter2".to_owned()));
        assert_eq!(text.expose_secret(), "hunter2");
        assert_eq!(Secret::<String>::from(text).expose(), "hunter2");

        let bytes = SecretBox::from(Secret::new(vec![1u8, 2]));
        assert_eq!(bytes.expose_secret(), &[1, 2]);
        assert_eq!(Secret::<Vec<u8>>::from(bytes).expose(), &[1, 2]);
    }
}
