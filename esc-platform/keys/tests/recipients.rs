//! Passphrases, keys of age and of SSH as recipients of a ring.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

use std::process::Command;
use std::sync::Arc;

use esc_core::secret::Secret;
use esc_keys::age::{self, AgeError, AgeIdentities, AgeRecipient};
use esc_keys::passphrase::{Cost, Passphrase, PassphraseRecipient};
use esc_keys::recipient::{Address, Purpose};
use esc_keys::{
    KeyRing, Recipient, RecipientError, RingError, RingFile, SystemRandomness, Unwrapper,
};

const PURPOSE: Purpose<'static> = Purpose { key_name: "default" };

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

/// Cheap, so that tests are fast.
fn passphrase(text: &str) -> PassphraseRecipient {
    let cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };
    PassphraseRecipient::with(secret(text), cost, Arc::new(SystemRandomness::default())).unwrap()
}

async fn opens(
    recipient: &dyn Recipient,
    unwrapper: impl Unwrapper + 'static,
) -> Result<(), RingError> {
    let now = "2026-11-28T12:00:00Z".parse().unwrap();
    let random = SystemRandomness::default();
    let file = RingFile::create("default", [("somebody", recipient)], now, &random).await.unwrap();
    let file = RingFile::parse(&file.to_text().unwrap()).unwrap();
    KeyRing::new(file).with_unwrapper(unwrapper).unlock("default").await
}

fn failure(result: Result<(), RingError>) -> RecipientError {
    match result {
        Err(RingError::Locked { failures, .. }) => failures[0].1.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_passphrase_opens_and_another_does_not() {
    let recipient = passphrase("correct horse");
    assert!(opens(&recipient, Passphrase::new(secret("correct horse"))).await.is_ok());
    let error = failure(opens(&recipient, Passphrase::new(secret("wrong horse"))).await);
    assert_eq!(error.to_string(), "denied: this is not the passphrase");
    assert!(!format!("{recipient:?}").contains("horse"));
}

#[tokio::test]
async fn equal_passphrases_wrap_differently() {
    let key = Secret::new(vec![7; 32]);
    let (one, two) = (passphrase("same"), passphrase("same"));
    assert_ne!(one.address(), two.address());
    assert_ne!(one.wrap(&key, &PURPOSE).await.unwrap(), two.wrap(&key, &PURPOSE).await.unwrap());
}

#[tokio::test]
async fn a_ring_cannot_make_a_passphrase_cost_too_much() {
    let salt = "AAAAAAAAAAAAAAAAAAAAAA==";
    for to in [
        format!("m=4294967295,t=3,p=1,salt={salt}"),
        format!("m=65536,t=4000000000,p=1,salt={salt}"),
        format!("m=65536,t=3,p=1000,salt={salt}"),
        "m=64,t=1,p=1".to_owned(),
        "m=64,t=1,p=1,salt=AA==".to_owned(),
        "m=64,t=1,p=0,salt=AAAAAAAAAAAAAAAAAAAAAA==".to_owned(),
        String::new(),
    ] {
        let address = Address::new("passphrase", to.as_str());
        let result = Passphrase::new(secret("x")).unwrap(&address, &[0; 60], &PURPOSE).await;
        assert!(matches!(result, Err(RecipientError::Malformed(_))), "{to}: {result:?}");
    }
}

#[tokio::test]
async fn an_age_key_opens_what_was_wrapped_for_it() {
    let (text, recipient) = age::generate();
    let identities = AgeIdentities::parse(&text).unwrap();
    let parsed: AgeRecipient = recipient.address().to.parse().unwrap();
    assert_eq!(parsed.address(), recipient.address());
    assert!(opens(&parsed, identities.clone()).await.is_ok());
    let (other, _) = age::generate();
    let other = AgeIdentities::parse(&other).unwrap();
    assert!(matches!(
        opens(&recipient, other).await,
        Err(RingError::Locked { failures, .. }) if failures.is_empty()
    ));
    assert!(!format!("{identities:?}").contains("SECRET"));
}

#[tokio::test]
async fn a_wrapped_key_that_was_changed_does_not_unwrap() {
    let (text, recipient) = age::generate();
    let identities = AgeIdentities::parse(&text).unwrap();
    let wrapped = recipient.wrap(&Secret::new(vec![7; 32]), &PURPOSE).await.unwrap();
    let address = recipient.address();
    for at in [0, 30, wrapped.len() / 2, wrapped.len() - 1] {
        let mut changed = wrapped.clone();
        changed[at] ^= 1;
        let result = identities.unwrap(&address, &changed, &PURPOSE).await;
        assert!(matches!(result, Err(RecipientError::NotAuthentic)), "{at}: {result:?}");
    }
}

#[test]
fn texts_that_are_no_keys_are_refused_without_quoting_private_ones() {
    let parse = |text: &str| text.parse::<AgeRecipient>().unwrap_err();
    assert!(parse("bob").to_string().contains("`bob` is not a public key"));
    let (private, _) = age::generate();
    assert!(!parse(private.expose()).to_string().contains("AGE-SECRET"));
    let ecdsa = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA==";
    assert!(matches!(parse(ecdsa), AgeError::Unsupported(_) | AgeError::Recipient(_)));
    let none = AgeIdentities::parse(&secret("# nothing here\nhunter2\n")).unwrap_err();
    assert_eq!(none, AgeError::Identity);
}

/// Keys made by the real `ssh-keygen`, as people have them.
#[tokio::test]
async fn existing_ssh_keys_are_recipients() {
    let dir = tempfile::tempdir().unwrap();
    let keygen = |name: &str, kind: &[&str], passphrase: &str| {
        let path = dir.path().join(name);
        let status = Command::new("ssh-keygen")
            .args(["-q", "-N", passphrase, "-C", "ada@example", "-f"])
            .arg(&path)
            .args(kind)
            .status();
        match status {
            Ok(status) => assert!(status.success()),
            Err(_) => return None,
        }
        let private = Secret::new(std::fs::read_to_string(&path).unwrap());
        let public = std::fs::read_to_string(path.with_extension("pub")).unwrap();
        Some((AgeIdentities::parse(&private).unwrap(), public.parse::<AgeRecipient>().unwrap()))
    };
    let kinds: [(&str, &[&str]); 2] =
        [("ed25519", &["-t", "ed25519"]), ("rsa", &["-t", "rsa", "-b", "2048"])];
    for (name, kind) in kinds {
        let Some((identities, recipient)) = keygen(name, kind, "") else {
            eprintln!("skipped: there is no ssh-keygen here");
            return;
        };
        assert!(recipient.address().to.starts_with("ssh-"), "{recipient:?}");
        assert!(!recipient.address().to.contains("ada"), "{recipient:?}");
        assert!(opens(&recipient, identities).await.is_ok(), "{name}");
    }
    let (locked, recipient) = keygen("locked", &["-t", "ed25519"], "open sesame").unwrap();
    assert!(locked.needs_passphrase());
    let error = failure(opens(&recipient, locked.clone()).await).to_string();
    assert!(error.contains("protected by a passphrase"), "{error}");
    let wrong = locked.clone().with_passphrase(&secret("close sesame"));
    assert!(failure(opens(&recipient, wrong).await).to_string().contains("not the passphrase"));
    let right = locked.with_passphrase(&secret("open sesame"));
    assert!(opens(&recipient, right).await.is_ok());
}
