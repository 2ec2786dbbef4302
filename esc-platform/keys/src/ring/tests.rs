#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

use esc_core::crypt::{Decrypter, Encrypter};
use esc_core::secret::Secret;

use esc_core::crypt::CryptError;

use super::*;
use crate::recipient::{Address, KeyFile, Recipient, RecipientError};
use crate::{Key, SystemRandomness};

fn key(n: u8) -> KeyFile {
    KeyFile::new(Key::from_bytes([n; 32]))
}

fn now() -> jiff::Timestamp {
    "2026-11-28T12:00:00Z".parse().unwrap()
}

fn random() -> SystemRandomness {
    SystemRandomness::default()
}

/// Knows the key files of everybody.
struct Everybody;

impl Wrapping for Everybody {
    fn recipient(&self, _: &str, address: &Address) -> Result<Box<dyn Recipient>, RecipientError> {
        let mut keys = (0..=255).map(key);
        let found = keys.find(|key| Recipient::address(key) == *address);
        Ok(Box::new(found.ok_or_else(|| RecipientError::Other("a stranger".into()))?))
    }
}

async fn ring_of(recipients: &[(&str, u8)]) -> RingFile {
    let keys: Vec<(&str, KeyFile)> = recipients.iter().map(|(name, n)| (*name, key(*n))).collect();
    let named = keys.iter().map(|(name, key)| (*name, key as &dyn Recipient));
    RingFile::create("default", named, now(), &random()).await.unwrap()
}

async fn encrypt(ring: &KeyRing, environment: &str) -> Vec<u8> {
    let secret = Secret::new(b"hunter2".to_vec());
    ring.crypter(environment).encrypt(&secret).await.unwrap()
}

async fn decrypt(ring: &KeyRing, environment: &str, ciphertext: &[u8]) -> Result<(), CryptError> {
    let plaintext = ring.crypter(environment).decrypt(ciphertext).await?;
    assert_eq!(plaintext.expose(), b"hunter2");
    Ok(())
}

#[tokio::test]
async fn every_recipient_opens_what_another_encrypted_and_nobody_else_does() {
    let file = ring_of(&[("ada", 1), ("bob", 2)]).await;
    let file = RingFile::parse(&file.to_text().unwrap()).unwrap();
    let (ada, bob) = (
        KeyRing::new(file.clone()).with_unwrapper(key(1)),
        KeyRing::new(file.clone()).with_unwrapper(key(2)),
    );
    let ciphertext = encrypt(&ada, "shop/dev").await;
    assert_eq!(decrypt(&bob, "shop/dev", &ciphertext).await, Ok(()));
    assert_eq!(decrypt(&bob, "shop/prod", &ciphertext).await, Err(CryptError::OtherEnvironment));
    let eve = KeyRing::new(file).with_unwrapper(key(3));
    let error = decrypt(&eve, "shop/dev", &ciphertext).await.unwrap_err().to_string();
    assert!(error.contains("`default` is locked") && error.contains("ada (key-file"), "{error}");
}

#[tokio::test]
async fn adding_a_person_touches_only_their_entry() {
    let file = ring_of(&[("ada", 1)]).await;
    let ring = KeyRing::new(file.clone()).with_unwrapper(key(1));
    let ciphertext = encrypt(&ring, "shop/dev").await;
    let added = Change::new(&ring, &random()).add("default", "bob", &key(2)).await.unwrap();
    assert_eq!(added.keys()[0].data, file.keys()[0].data);
    assert_eq!(added.keys()[0].recipients[0], file.keys()[0].recipients[0]);
    let bob = KeyRing::new(added).with_unwrapper(key(2));
    assert_eq!(decrypt(&bob, "shop/dev", &ciphertext).await, Ok(()));

    let again = Change::new(&bob, &random()).add("default", "robert", &key(2)).await;
    assert!(matches!(again, Err(RingError::Duplicate { recipient, .. }) if recipient == "bob"));
}

#[tokio::test]
async fn who_was_removed_reads_the_past_and_not_the_future() {
    let ring = KeyRing::new(ring_of(&[("ada", 1), ("bob", 2)]).await).with_unwrapper(key(1));
    let old = encrypt(&ring, "shop/dev").await;
    let random = random();
    let removal =
        Change::new(&ring, &random).remove("default", "bob", &Everybody, now()).await.unwrap();
    let ada = KeyRing::new(removal.file.clone()).with_unwrapper(key(1));
    let new = encrypt(&ada, "shop/dev").await;
    assert_eq!(decrypt(&ada, "shop/dev", &old).await, Ok(()));
    assert_eq!(decrypt(&ada, "shop/dev", &new).await, Ok(()));
    assert!(!ada.crypter("shop/dev").is_current(&old).unwrap());
    assert!(ada.crypter("shop/dev").is_current(&new).unwrap());

    let bob = KeyRing::new(removal.file).with_unwrapper(key(2));
    assert!(bob.unlock("default").await.is_err());
    // With the ring of before, too, the new ciphertext is under a key that it does not have.
    let error = decrypt(&ring, "shop/dev", &new).await.unwrap_err().to_string();
    assert!(error.contains(&removal.data.to_string()), "{error}");
    assert_eq!(removal.known.len(), 1);

    let last = Change::new(&ada, &random).remove("default", "ada", &Everybody, now()).await;
    assert!(matches!(last, Err(RingError::LastRecipient { .. })));
    let stranger = Change::new(&ada, &random).remove("default", "eve", &Everybody, now()).await;
    assert!(matches!(stranger, Err(RingError::NoSuchRecipient { .. })));
}

#[tokio::test]
async fn environments_get_the_first_key_that_is_for_them() {
    let ring = KeyRing::new(ring_of(&[("ada", 1)]).await).with_unwrapper(key(1));
    let random = random();
    let patterns = vec!["*/prod*".to_owned(), "vault/*".to_owned()];
    let operator = key(9);
    let recipients = [("op", &operator as &dyn Recipient)];
    let file = Change::new(&ring, &random).add_key("production", patterns, recipients, now()).await;
    let file = file.unwrap();
    let names = |environment| file.key_for(environment).unwrap().name.clone();
    assert_eq!(names("shop/production"), "production");
    assert_eq!(names("shop/prod"), "production");
    assert_eq!(names("vault/dev"), "production");
    assert_eq!(names("shop/dev"), "default");
    assert_eq!(names("shop/reprod"), "default");

    // Whoever has one of the keys uses that one, and is told of the other.
    let ada = KeyRing::new(file.clone()).with_unwrapper(key(1));
    assert_eq!(decrypt(&ada, "shop/dev", &encrypt(&ada, "shop/dev").await).await, Ok(()));
    let refused = ada.crypter("shop/prod").encrypt(&Secret::new(vec![1])).await.unwrap_err();
    assert!(refused.to_string().contains("op (key-file"), "{refused}");
}

#[tokio::test]
async fn a_change_without_the_key_is_noticed() {
    let ring = KeyRing::new(ring_of(&[("ada", 1), ("bob", 2)]).await).with_unwrapper(key(1));
    let random = random();
    let operator = key(9);
    let recipients = [("op", &operator as &dyn Recipient)];
    let patterns = vec!["shop/prod".to_owned()];
    let file = Change::new(&ring, &random).add_key("production", patterns, recipients, now()).await;
    let file = file.unwrap();
    let unlocks = async |file: RingFile, name: &str| {
        let ring = KeyRing::new(file).with_unwrapper(key(1)).with_unwrapper(key(9));
        ring.unlock(name).await
    };
    for name in ["default", "production"] {
        assert!(unlocks(file.clone(), name).await.is_ok());
    }
    type Tampering = Box<dyn Fn(&mut Vec<Section>)>;
    let changes: Vec<(&str, Tampering)> = vec![
        ("a recipient is gone", Box::new(|s| drop(s[1].recipients.pop()))),
        ("a recipient has another name", Box::new(|s| s[1].recipients[0].name = "eve".into())),
        (
            "a wrapped key is another's",
            Box::new(|s| {
                s[1].recipients[1].wrapped = s[1].recipients[0].wrapped.clone();
            }),
        ),
        ("a data key is older", Box::new(|s| s[1].data[0].created = jiff::Timestamp::UNIX_EPOCH)),
        ("another key takes the environments", Box::new(|s| s[0].environments = vec!["*".into()])),
        ("the keys are in another order", Box::new(|s| s.reverse())),
        ("a key is gone", Box::new(|s| drop(s.remove(0)))),
    ];
    for (what, change) in changes {
        let mut sections = file.keys().to_vec();
        change(&mut sections);
        let changed = RingFile::from_sections(sections).unwrap();
        let result = unlocks(changed, "default").await;
        assert!(matches!(result, Err(RingError::NotAuthentic { .. })), "{what}: {result:?}");
    }
}

#[tokio::test]
async fn too_many_encryptions_demand_a_new_key() {
    let ring = KeyRing::new(ring_of(&[("ada", 1)]).await).with_unwrapper(key(1)).with_limit(64);
    for _ in 0..64 {
        encrypt(&ring, "a/b").await;
    }
    let error = ring.crypter("a/b").encrypt(&Secret::new(Vec::new())).await.unwrap_err();
    assert!(error.to_string().contains("esc key rotate"), "{error}");
}

#[tokio::test]
async fn a_key_from_before_the_ring_goes_on_decrypting() {
    let old = Key::from_bytes([7; 32]);
    let crypter = crate::KeyCrypter::new(&old, "a/b").unwrap();
    let ciphertext = crypter.encrypt(&Secret::new(b"hunter2".to_vec())).await.unwrap();
    let ring = KeyRing::new(ring_of(&[("ada", 1)]).await).with_unwrapper(key(1));
    assert!(decrypt(&ring, "a/b", &ciphertext).await.is_err());
    assert_eq!(decrypt(&ring.with_key(old.clone()), "a/b", &ciphertext).await, Ok(()));
    // Or it becomes the ring's first data key.
    let ada = key(1);
    let recipients = [("ada", &ada as &dyn Recipient)];
    let file = RingFile::create_with("default", recipients, old, now(), &random()).await.unwrap();
    let ring = KeyRing::new(file).with_unwrapper(ada);
    assert_eq!(decrypt(&ring, "a/b", &ciphertext).await, Ok(()));
    assert!(ring.crypter("a/b").is_current(&ciphertext).unwrap());
}

#[tokio::test]
async fn texts_that_are_no_rings_are_refused() {
    let text = ring_of(&[("ada", 1)]).await.to_text().unwrap();
    let parse = |text: &str| RingFile::parse(text).unwrap_err().to_string();
    assert!(parse(&text.replace("version: 1", "version: 2")).contains("version 2"));
    assert!(parse(&text.replace("name: ada", "nome: ada")).contains("nome"));
    assert!(parse(&text.replace("name: default", "name: a/b")).contains("a/b"));
    assert!(parse(&text.replace("wrapped: ", "wrapped: '!'\n    x: ")).contains("cannot be read"));
    assert!(parse("").contains("cannot be read"));
    assert!(parse(&"#".repeat(2 << 20)).contains("larger"));
}
