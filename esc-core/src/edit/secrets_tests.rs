//! Secrets by example.

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;

use super::*;
use crate::crypt::CryptError;

/// A cipher for tests that reverses the bytes and protects nothing. It counts its calls.
#[derive(Default)]
struct TestOnly(AtomicUsize);

#[async_trait]
impl Encrypter for TestOnly {
    async fn encrypt(&self, plaintext: &Secret<Vec<u8>>) -> Result<Vec<u8>, CryptError> {
        Ok(plaintext.expose().iter().rev().copied().collect())
    }

    async fn encrypt_many(&self, all: Vec<Secret<Vec<u8>>>) -> Vec<Result<Vec<u8>, CryptError>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        all.iter().map(|p| Ok(p.expose().iter().rev().copied().collect())).collect()
    }
}

#[async_trait]
impl Decrypter for TestOnly {
    async fn decrypt(&self, ciphertext: &[u8]) -> Result<Secret<Vec<u8>>, CryptError> {
        if ciphertext == b"refused" {
            return Err(CryptError::NotAuthentic);
        }
        Ok(Secret::new(ciphertext.iter().rev().copied().collect()))
    }
}

fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the test cipher does not wait"),
    }
}

fn sealed(text: &str) -> String {
    envelope::encode(&text.bytes().rev().collect::<Vec<_>>())
}

#[track_caller]
fn both_ways(plain: &str, cipher: &str) {
    let encrypted = ready(encrypt_secrets("doc", plain, &TestOnly::default())).unwrap();
    assert_eq!(encrypted, cipher);
    let decrypted = ready(decrypt_secrets("doc", cipher, &TestOnly::default())).unwrap();
    assert_eq!(decrypted, plain);
}

#[test]
fn only_the_secret_changes() {
    let s = sealed("secret");
    both_ways(
        "# top\n\nvalues:\n    a:   # about a\n        # head\n        fn::secret: secret # line\n\n    b: [1,2]\n",
        &format!(
            "# top\n\nvalues:\n    a:   # about a\n        # head\n        fn::secret:\n            ciphertext: {s} # line\n\n    b: [1,2]\n"
        ),
    );
    both_ways(
        "values:\r\n  - fn::secret: 'secret'\r\n",
        &format!("values:\r\n  - fn::secret:\r\n      ciphertext: '{s}'\r\n"),
    );
    both_ways(
        "values: {a: {\"fn::secret\":  secret }}",
        &format!("values: {{a: {{\"fn::secret\":  {{ciphertext: {s}}} }}}}"),
    );
    both_ways(
        "values:\n  a:\n    fn::secret: # one\n      # two\n      secret # three\n",
        &format!(
            "values:\n  a:\n    fn::secret: # one\n      # two\n      ciphertext: {s} # three\n"
        ),
    );
    let s = sealed("line one\n  line two\n");
    both_ways(
        "values:\n  a:\n    fn::secret: | # key\n      line one\n        line two\n  b: 1\n",
        &format!("values:\n  a:\n    fn::secret:\n      ciphertext: {s} # key\n  b: 1\n"),
    );
    let s = sealed("12345");
    both_ways(
        "values:\n  a:\n    fn::secret: '12345'\n",
        &format!("values:\n  a:\n    fn::secret:\n      ciphertext: '{s}'\n"),
    );
}

#[test]
fn one_call_for_all_secrets_of_a_document() {
    let crypter = TestOnly::default();
    let text =
        "x:\n  fn::secret: outside\nvalues:\n  a: {fn::secret: inside}\n  n: {fn::secret: 12}\n";
    let encrypted = ready(encrypt_secrets("doc", text, &crypter)).unwrap();
    assert_eq!(crypter.0.load(Ordering::Relaxed), 1);
    assert_eq!(encrypted.matches("ciphertext").count(), 2);
    let decrypted = ready(decrypt_secrets("doc", &encrypted, &crypter)).unwrap();
    assert_eq!(decrypted.matches("ciphertext").count(), 1, "only under values");
    let none = ready(encrypt_secrets("doc", "a: 1\n\n\n# c", &crypter)).unwrap();
    assert_eq!(none, "a: 1\n\n\n# c");
    assert_eq!(crypter.0.load(Ordering::Relaxed), 1);
}

#[test]
fn what_cannot_be_decrypted_is_named() {
    let message = |text: &str| {
        ready(decrypt_secrets("doc", text, &TestOnly::default())).unwrap_err().to_string()
    };
    let refused = envelope::encode(b"refused");
    assert_eq!(
        message(&format!("values: {{a: {{fn::secret: {{ciphertext: {refused}}}}}}}")),
        "values.a: decrypting: the ciphertext is not authentic"
    );
    assert_eq!(
        message("values: {a: {fn::secret: {ciphertext: aGk=}}}"),
        "values.a: invalid ciphertext: EOF"
    );
    let bytes = envelope::encode(&[0xff; 8]);
    assert_eq!(
        message(&format!("values: {{a: {{fn::secret: {{ciphertext: {bytes}}}}}}}")),
        "values.a: the decrypted secret is not UTF-8 text"
    );
    assert!(message("fn::secret: {ciphertext: x}").contains("as a whole"));
    assert!(message("a: [").contains("cannot be read"));
}

/// Encrypts as [`TestOnly`] does, behind a byte that says that it is the new key.
struct NewKey;

#[async_trait]
impl Encrypter for NewKey {
    async fn encrypt(&self, plaintext: &Secret<Vec<u8>>) -> Result<Vec<u8>, CryptError> {
        Ok(b"N".iter().chain(plaintext.expose().iter().rev()).copied().collect())
    }
}

fn resealed(text: &str) -> String {
    envelope::encode(&b"N".iter().copied().chain(text.bytes().rev()).collect::<Vec<_>>())
}

fn reencrypt(text: &str) -> Result<(String, usize), SecretsError> {
    let current = |ciphertext: &[u8]| ciphertext.first() == Some(&b'N');
    ready(reencrypt_secrets("doc", text, &TestOnly::default(), &NewKey, &current))
}

#[test]
fn reencrypting_touches_only_ciphertexts_under_other_keys() {
    let document = |a: &str, b: &str| {
        format!(
            "# head\nimports: [x]\nvalues:\n  a: # why\n    fn::secret:\n        ciphertext: '{a}' # line\n\n  \
             b: {{ fn::secret: {{ciphertext: \"{b}\"}} }}\n  c: {{fn::secret: plain}}\n  d:\n    fn::secret:\n      \
             ciphertext: &e {a}\n  f: {{fn::secret: {{ciphertext: nonsense}}}}\nother:\n  - fn::secret:\n      \
             ciphertext: {b}\n"
        )
    };
    let old = document(&sealed("first"), &sealed("second"));
    let (new, count) = reencrypt(&old).unwrap();
    assert_eq!(new, document(&resealed("first"), &resealed("second")));
    assert_eq!(count, 4);
    assert_eq!(reencrypt(&new).unwrap(), (new, 0));
}

#[test]
fn reencrypting_a_block_keeps_its_place() {
    let old = format!(
        "values:\n  a:\n    fn::secret:\n      ciphertext: |-\n        {}\n  b: 1\n",
        sealed("text")
    );
    let new =
        format!("values:\n  a:\n    fn::secret:\n      ciphertext: {}\n  b: 1\n", resealed("text"));
    assert_eq!(reencrypt(&old).unwrap(), (new, 1));
}

#[test]
fn a_secret_that_does_not_decrypt_changes_nothing() {
    let document = format!(
        "values:\n  a: {{fn::secret: {{ciphertext: {}}}}}\n  b: {{fn::secret: {{ciphertext: {}}}}}\n",
        sealed("text"),
        envelope::encode(b"refused")
    );
    assert!(matches!(reencrypt(&document), Err(SecretsError::Decrypt { .. })));
}
