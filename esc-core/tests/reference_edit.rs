//! Editing, encryption and the normal form against the reference's data files.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail where it stands"
)]

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use esc_core::crypt::{CryptError, Decrypter, Encrypter};
use esc_core::edit::{Content, Editor, decrypt_secrets, encrypt_secrets};
use esc_core::path::PropertyPath;
use esc_core::secret::Secret;
use esc_core::syntax::{Limits, SyntaxTree, normal_form};

/// The reference's test cipher: it adds 128 to every byte and protects nothing.
struct Rot128;

#[async_trait]
impl Encrypter for Rot128 {
    async fn encrypt(&self, plaintext: &Secret<Vec<u8>>) -> Result<Vec<u8>, CryptError> {
        Ok(plaintext.expose().iter().map(|b| b.wrapping_add(128)).collect())
    }
}

#[async_trait]
impl Decrypter for Rot128 {
    async fn decrypt(&self, ciphertext: &[u8]) -> Result<Secret<Vec<u8>>, CryptError> {
        Ok(Secret::new(ciphertext.iter().map(|b| b.wrapping_add(128)).collect()))
    }
}

fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the test cipher does not wait"),
    }
}

/// The sub-folder of the reference data, if it is there.
fn reference(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("ESC_CONFORMANCE_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance"),
        PathBuf::from,
    );
    let path = root.join("reference").join(folder);
    if !path.is_dir() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths
}

fn normalised(text: &str, indent: usize) -> String {
    let decoded = SyntaxTree::decode("doc", text, &Limits::default());
    normal_form(&decoded.tree.expect("a tree"), indent)
}

#[test]
fn secrets_match_in_both_directions() {
    let Some(folder) = reference("crypt") else { return };
    let mut count = 0;
    for path in sorted(&folder) {
        let name = path.to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".plaintext.yaml") else { continue };
        let plain = fs::read_to_string(&name).unwrap();
        let cipher = fs::read_to_string(format!("{stem}.ciphertext.yaml")).unwrap();
        let encrypted = ready(encrypt_secrets("doc", &plain, &Rot128)).unwrap();
        assert_eq!(encrypted, cipher, "{name}");
        let decrypted = ready(decrypt_secrets("doc", &cipher, &Rot128)).unwrap();
        assert_eq!(decrypted, plain, "{name}");
        assert_eq!(normalised(&cipher, 2), cipher, "{name}");
        assert_eq!(normalised(&plain, 2), plain, "{name}");
        count += 1;
    }
    assert_eq!(count, 4);
}

#[test]
fn normal_form_matches() {
    let Some(folder) = reference("yaml-encoding/yaml") else { return };
    let cases = sorted(&folder);
    assert_eq!(cases.len(), 7);
    for case in cases {
        let text = fs::read_to_string(case.join("doc.yaml")).unwrap();
        let expected = fs::read_to_string(case.join("encoded.yaml")).unwrap();
        assert_eq!(normalised(&text, 2), expected, "{}", case.display());
    }
}

#[test]
fn edits_match() {
    let Some(folder) = reference("yaml-encoding/yaml-edit") else { return };
    let cases = sorted(&folder);
    assert_eq!(cases.len(), 7);
    for case in cases {
        let read = |file: &str| fs::read_to_string(case.join(file)).unwrap();
        let mut editor = Editor::new(&read("doc.yaml")).unwrap();
        let edits = Editor::new(&read("edits.yaml")).unwrap();
        let edits = edits.get(&PropertyPath::from_iter(["edits"]));
        let Some(Content::List(edits)) = edits else { panic!("no edits") };
        for edit in edits {
            let Content::Object(pairs) = edit else { panic!("not a pair") };
            for (path, value) in pairs {
                let path: PropertyPath = path.parse().unwrap();
                match value {
                    Content::Null => assert!(editor.delete(&path).unwrap()),
                    value => editor.set(&path, value).unwrap(),
                }
            }
        }
        let expected = read("expected.yaml");
        assert_eq!(normalised(editor.text(), 4), expected, "{}", case.display());
    }
}
