//! What is encrypted comes back, and nothing else does.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

use std::sync::Arc;

use esc_core::crypt::{CryptError, Decrypter, Encrypter};
use esc_core::secret::Secret;
use esc_core::text::{decode_base64, encode_base64};
use esc_keys::{Key, KeyCrypter, Randomness};

/// Returns the same bytes again and again.
struct Fixed(u8);

impl Randomness for Fixed {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), CryptError> {
        buffer.fill(self.0);
        Ok(())
    }
}

struct Broken;

impl Randomness for Broken {
    fn fill(&self, _: &mut [u8]) -> Result<(), CryptError> {
        Err(CryptError::Other("no randomness".into()))
    }
}

fn crypter(key: u8, identity: &str) -> KeyCrypter {
    KeyCrypter::new(&Key::from_bytes([key; 32]), identity).unwrap()
}

async fn encrypt(crypter: &KeyCrypter, plaintext: &[u8]) -> Vec<u8> {
    crypter.encrypt(&Secret::new(plaintext.to_vec())).await.unwrap()
}

#[tokio::test]
async fn all_sizes_come_back() {
    let crypter = crypter(1, "shop/production");
    for size in [0, 1, 15, 16, 17, 31, 32, 33, 255, 4096, 65_537, 1 << 20] {
        let plaintext: Vec<u8> = (0..size).map(|i| (i * 7) as u8).collect();
        let ciphertext = encrypt(&crypter, &plaintext).await;
        assert_eq!(ciphertext.len(), size + 45);
        assert_eq!(crypter.decrypt(&ciphertext).await.unwrap().expose(), &plaintext, "{size}");
    }
}

#[tokio::test]
async fn every_encryption_is_another() {
    let crypter = crypter(1, "shop/production");
    assert_ne!(encrypt(&crypter, b"x").await, encrypt(&crypter, b"x").await);
}

#[tokio::test]
async fn every_flipped_bit_is_noticed() {
    let crypter = crypter(1, "a/b");
    let ciphertext = encrypt(&crypter, b"hunter2").await;
    for bit in 0..ciphertext.len() * 8 {
        let mut changed = ciphertext.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let error = crypter.decrypt(&changed).await.unwrap_err();
        let expected = match bit / 8 {
            0 => CryptError::NotAuthentic,
            1..9 => CryptError::WrongKey,
            9..17 => CryptError::OtherEnvironment,
            _ => CryptError::NotAuthentic,
        };
        assert_eq!(error, expected, "bit {bit}");
    }
}

#[tokio::test]
async fn every_truncation_and_extension_is_noticed() {
    let crypter = crypter(1, "a/b");
    let mut ciphertext = encrypt(&crypter, b"hunter2").await;
    for length in 0..ciphertext.len() {
        assert_eq!(
            crypter.decrypt(&ciphertext[..length]).await,
            Err(CryptError::NotAuthentic),
            "{length}"
        );
    }
    ciphertext.push(0);
    assert_eq!(crypter.decrypt(&ciphertext).await, Err(CryptError::NotAuthentic));
}

#[tokio::test]
async fn other_keys_and_environments_are_told_apart() {
    let ciphertext = encrypt(&crypter(1, "shop/production"), b"hunter2").await;
    let decrypt = async |key, identity| crypter(key, identity).decrypt(&ciphertext).await.map(drop);
    assert_eq!(decrypt(1, "shop/production").await, Ok(()));
    assert_eq!(decrypt(2, "shop/production").await, Err(CryptError::WrongKey));
    for other in ["shop/staging", "shop/productio", "shop/productionx", ""] {
        assert_eq!(decrypt(1, other).await, Err(CryptError::OtherEnvironment), "{other}");
    }
}

#[tokio::test]
async fn an_owner_that_is_forged_does_not_help() {
    // Somebody moves a ciphertext and takes the owner of one that belongs there.
    let stolen = encrypt(&crypter(1, "shop/production"), b"hunter2").await;
    let native = encrypt(&crypter(1, "shop/staging"), b"x").await;
    let mut forged = stolen.clone();
    forged[9..17].copy_from_slice(&native[9..17]);
    let error = crypter(1, "shop/staging").decrypt(&forged).await.unwrap_err();
    assert_eq!(error, CryptError::NotAuthentic);
}

#[tokio::test]
async fn without_randomness_nothing_is_encrypted() {
    let key = Key::from_bytes([1; 32]);
    let crypter = KeyCrypter::with_randomness(&key, "a/b", Arc::new(Broken)).unwrap();
    assert!(crypter.encrypt(&Secret::new(Vec::new())).await.is_err());
    assert!(Key::generate_with(&Broken).is_err());
}

/// Ciphertexts of this format must stay readable for ever, and broken ones refused in the same words.
#[tokio::test]
async fn vectors() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/cipher.json");
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(path, make_vectors().await).unwrap();
    }
    let vectors: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let vectors = vectors.as_array().unwrap();
    assert!(vectors.len() >= 20);
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().unwrap();
        let key = Key::from_text(text("key")).unwrap();
        let crypter = KeyCrypter::new(&key, text("environment")).unwrap();
        let result = crypter.decrypt(&decode_base64(text("ciphertext")).unwrap()).await;
        match result {
            Ok(plaintext) => {
                assert_eq!(encode_base64(plaintext.expose()), text("plaintext"), "{vector}");
                let nonce = u8::try_from(vector["nonce"].as_u64().unwrap()).unwrap();
                let fixed =
                    KeyCrypter::with_randomness(&key, text("environment"), Arc::new(Fixed(nonce)));
                let again = encrypt(&fixed.unwrap(), plaintext.expose()).await;
                assert_eq!(encode_base64(&again), text("ciphertext"), "{vector}");
            }
            Err(error) => assert_eq!(error.to_string(), text("error"), "{vector}"),
        }
    }
}

async fn make_vectors() -> String {
    let mut vectors = Vec::new();
    let key = |n: u8| Key::from_bytes([n; 32]);
    let seal = async |k: u8, environment: &str, nonce: u8, plaintext: &[u8]| {
        let fixed = KeyCrypter::with_randomness(&key(k), environment, Arc::new(Fixed(nonce)));
        encrypt(&fixed.unwrap(), plaintext).await
    };
    let plaintexts: [&[u8]; 12] = [
        b"",
        b"x",
        b"hunter2",
        b"0123456789abcdef",
        b"0123456789abcdefg",
        "пароль 世界".as_bytes(),
        b"\0\xff\xfe",
        b"line\nbreak\n",
        b"${not.interpolated}",
        &[0; 64],
        &[255; 33],
        b"a longer secret, with spaces and 'quotes' \"",
    ];
    let names = ["shop/production", "default/dev", "a/b"];
    for (i, plaintext) in plaintexts.iter().enumerate() {
        let (k, name, nonce) = (i as u8 % 3 + 1, names[i % 3], i as u8);
        let ciphertext = seal(k, name, nonce, plaintext).await;
        vectors.push(serde_json::json!({
            "key": key(k).to_text().as_str(), "environment": name, "nonce": nonce,
            "plaintext": encode_base64(plaintext), "ciphertext": encode_base64(&ciphertext),
        }));
    }
    let good = seal(1, "shop/production", 9, b"hunter2").await;
    let with = |f: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        f(&mut bytes);
        bytes
    };
    let bad: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("version 0", with(&|b| b[0] = 0)),
        ("version 2", with(&|b| b[0] = 2)),
        ("key id", with(&|b| b[1] ^= 1)),
        ("owner", with(&|b| b[16] ^= 128)),
        ("nonce", with(&|b| b[17] ^= 1)),
        ("text", with(&|b| b[29] ^= 1)),
        ("tag", with(&|b| *b.last_mut().unwrap() ^= 1)),
        ("head only", with(&|b| b.truncate(17))),
        ("no tag", with(&|b| b.truncate(29))),
        ("one byte less", with(&|b| b.truncate(b.len() - 1))),
        ("one byte more", with(&|b| b.push(0))),
        ("other environment", seal(1, "shop/staging", 9, b"hunter2").await),
        ("other key", seal(2, "shop/production", 9, b"hunter2").await),
    ];
    let crypter = crypter(1, "shop/production");
    for (what, ciphertext) in bad {
        let error = crypter.decrypt(&ciphertext).await.unwrap_err();
        vectors.push(serde_json::json!({
            "comment": what, "key": key(1).to_text().as_str(), "environment": "shop/production",
            "ciphertext": encode_base64(&ciphertext), "error": error.to_string(),
        }));
    }
    format!("{}\n", serde_json::to_string_pretty(&vectors).unwrap())
}
