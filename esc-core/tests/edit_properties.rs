//! Edits of random documents: nothing panics, what was not touched stays, what was asked for is there.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail where it stands"
)]

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use esc_core::crypt::{CryptError, Decrypter, Encrypter};
use esc_core::edit::{Content, EditError, Editor, decrypt_secrets, encrypt_secrets};
use esc_core::path::{PathElement, PropertyPath};
use esc_core::secret::Secret;
use esc_core::syntax::{Limits, NodeId, NodeKind, SyntaxTree, normal_form};
use proptest::prelude::*;

mod edit_documents;

use edit_documents::{SCALARS, root};

/// A cipher for tests that adds 128 to every byte, after four bytes of salt, and protects nothing.
struct TestOnly;

#[async_trait]
impl Encrypter for TestOnly {
    async fn encrypt(&self, plaintext: &Secret<Vec<u8>>) -> Result<Vec<u8>, CryptError> {
        let rotated = plaintext.expose().iter().map(|b| b.wrapping_add(128));
        Ok(b"salt".iter().copied().chain(rotated).collect())
    }
}

#[async_trait]
impl Decrypter for TestOnly {
    async fn decrypt(&self, ciphertext: &[u8]) -> Result<Secret<Vec<u8>>, CryptError> {
        Ok(Secret::new(ciphertext.iter().skip(4).map(|b| b.wrapping_add(128)).collect()))
    }
}

fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the test cipher does not wait"),
    }
}

fn path() -> impl Strategy<Value = PropertyPath> {
    let key = prop::sample::select(&["values", "a", "b", "d e", "0", "fn::open", "new"][..]);
    let element = prop_oneof![
        3 => key.prop_map(PathElement::from),
        1 => (0usize..3).prop_map(PathElement::from),
    ];
    prop::collection::vec(element, 1..5).prop_map(PropertyPath::from_iter)
}

/// A path that leads to something in the document, chosen by numbers, with perhaps something new at its end.
fn existing(text: &str, choices: &[usize], new: bool) -> PropertyPath {
    let tree = decode(text);
    let mut path = PropertyPath::new();
    let mut at = tree.root();
    for choice in choices {
        let Some(id) = at else { break };
        at = match &tree.node(id).kind {
            NodeKind::Mapping(entries) if !entries.is_empty() => {
                let entry = &entries[choice % entries.len()];
                path.push(entry.key.text.clone());
                Some(entry.value)
            }
            NodeKind::Sequence(items) if !items.is_empty() => {
                path.push(choice % items.len());
                Some(items[choice % items.len()])
            }
            _ => None,
        };
    }
    match at.map(|id| &tree.node(id).kind) {
        Some(NodeKind::Mapping(_) | NodeKind::Null) if new => path.push("new"),
        Some(NodeKind::Sequence(items)) if new => path.push(items.len()),
        _ => {}
    }
    path
}

fn content() -> impl Strategy<Value = Content> {
    let text = prop_oneof![
        prop::sample::select(SCALARS).prop_map(Content::string),
        "[ -~é🎉\n]{0,12}".prop_map(|s| Content::string(s.as_str())),
        ".{0,6}".prop_map(|s| Content::string(s.as_str())),
        "(a|b| |\n|\t|:|#|-){0,8}".prop_map(|s| Content::string(s.as_str())),
    ];
    let leaf = prop_oneof![
        Just(Content::Null),
        any::<bool>().prop_map(Content::Bool),
        any::<i64>().prop_map(|n| Content::Number(n.into())),
        text,
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Content::List),
            prop::collection::btree_map("[a-c:# ]{0,3}", inner, 0..3).prop_map(|map| {
                Content::Object(map.into_iter().map(|(k, v)| (k.into(), v)).collect())
            }),
        ]
    })
}

fn decode(text: &str) -> SyntaxTree {
    let decoded = SyntaxTree::decode("doc", text, &Limits::default());
    assert!(decoded.diagnostics.is_empty(), "{:?}\n{text}", decoded.diagnostics);
    decoded.tree.unwrap()
}

/// The bytes that a change at a path may touch: the entry or item it leads to, as far as it leads.
fn touched(text: &str, path: &PropertyPath) -> std::ops::Range<usize> {
    let tree = decode(text);
    let mut at: NodeId = tree.root().unwrap();
    let mut range = 0..text.len();
    for element in path.elements() {
        let next = match (&tree.node(at).kind, element) {
            (NodeKind::Mapping(entries), PathElement::Key(key)) => entries
                .iter()
                .find(|e| e.key.text == *key)
                .map(|e| (e.value, e.key.span.start as usize)),
            (NodeKind::Sequence(items), PathElement::Index(i)) => {
                let start = |id| tree.node(id).span.start as usize;
                items.get(*i).map(|&id| (id, text[..start(id)].rfind('-').unwrap_or(start(id))))
            }
            _ => None,
        };
        let Some((id, start)) = next else { break };
        at = id;
        let end = (tree.node(at).span.end as usize).max(start);
        // Blank lines after a block scalar may belong to it.
        let blank = text[end..].len() - text[end..].trim_start().len();
        range = start..end + blank;
    }
    range
}

fn is_subsequence(old: &[&str], new: &str) -> bool {
    let mut lines = new.lines();
    old.iter().all(|old| lines.any(|new| new == *old))
}

fn outside<'a>(text: &'a str, touched: &std::ops::Range<usize>) -> Vec<&'a str> {
    let mut at = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if end <= touched.start || at >= touched.end.max(touched.start + 1) {
            lines.push(line.trim_end_matches(['\r', '\n']));
        }
        at = end;
    }
    lines
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn setting_changes_one_place(
        text in root(),
        choices in prop::collection::vec(0usize..8, 0..5),
        new in any::<bool>(),
        value in content(),
    ) {
        let path = existing(&text, &choices, new);
        let mut editor = Editor::new(&text).unwrap();
        let result = editor.set(&path, value.clone());
        prop_assert!(result.is_ok(), "{:?} at {path}:\n{text}", result);
        prop_assert_eq!(editor.get(&path), Some(value));
        let kept = outside(&text, &touched(&text, &path));
        prop_assert!(is_subsequence(&kept, editor.text()), "{path}:\n{text}\n=>\n{}", editor.text());
        if text.contains("\r\n") {
            prop_assert_eq!(editor.text().matches('\n').count(), editor.text().matches("\r\n").count());
        }
    }

    #[test]
    fn setting_and_deleting_restores(text in root(), choices in prop::collection::vec(0usize..8, 0..4), value in content()) {
        let before = Editor::new(&text).unwrap();
        let mut parent = existing(&text, &choices, false);
        while !matches!(before.get(&parent), Some(Content::Object(e)) if !e.is_empty()) {
            parent = parent.split_last().unwrap().0;
        }
        let path = parent.join("new");
        let mut editor = before.clone();
        editor.set(&path, value).unwrap();
        prop_assert!(editor.delete(&path).unwrap());
        prop_assert_eq!(editor.get(&PropertyPath::new()), before.get(&PropertyPath::new()));
    }

    #[test]
    fn deleting_keeps_the_rest(text in root(), choices in prop::collection::vec(0usize..8, 1..5)) {
        let path = existing(&text, &choices, false);
        let mut editor = Editor::new(&text).unwrap();
        let (parent, _) = path.split_last().unwrap();
        let deleted = editor.delete(&path);
        prop_assert!(deleted.is_ok(), "{:?} at {path}:\n{text}", deleted);
        let mut kept = outside(&text, &touched(&text, &parent));
        // A comment after what was removed may have stood within it.
        kept.retain(|line| line.trim() != "# foot");
        prop_assert!(is_subsequence(&kept, editor.text()), "{path}:\n{text}\n=>\n{}", editor.text());
    }

    #[test]
    fn any_sequence_of_edits_is_safe(
        text in root(),
        edits in prop::collection::vec((path(), content(), 0u8..4), 1..6),
    ) {
        let mut editor = Editor::new(&text).unwrap();
        for (path, value, kind) in edits {
            let before = editor.text().to_owned();
            let result = match kind {
                0 => editor.delete(&path).map(|_| ()),
                1 => editor.append(&path, value),
                2 => editor.set_secret(&path, "s3cret"),
                _ => editor.set(&path, value),
            };
            match result {
                Ok(()) => drop(decode(editor.text())),
                Err(error) => {
                    prop_assert!(!matches!(error, EditError::Unsafe { .. }), "{error}\n{before}");
                    prop_assert_eq!(editor.text(), &before);
                }
            }
        }
    }

    #[test]
    fn decrypting_restores_what_was_encrypted(text in root()) {
        let encrypted = ready(encrypt_secrets("doc", &text, &TestOnly)).unwrap();
        let decrypted = ready(decrypt_secrets("doc", &encrypted, &TestOnly)).unwrap();
        // Only what is under `values` is decrypted.
        let outside = Editor::new(&text).unwrap();
        let all = match outside.get(&PropertyPath::new()) {
            Some(Content::Object(entries)) => entries.len() == 1,
            _ => false,
        };
        if all {
            prop_assert_eq!(&decrypted, &text);
        }
        prop_assert!(!encrypted.contains("hunter2"));
    }

    #[test]
    fn the_normal_form_says_the_same(text in root(), indent in 2usize..5) {
        let normal = normal_form(&decode(&text), indent);
        let before = Editor::new(&text).unwrap().get(&PropertyPath::new());
        let after = Editor::new(&normal).unwrap().get(&PropertyPath::new());
        prop_assert_eq!(before, after, "{}\n=>\n{}", text, normal);
    }

    #[test]
    fn no_text_makes_the_editor_panic(text in "[a:\\-\\[\\]{}#'\" ,&!*|>?\n]{0,24}", path in path()) {
        if let Ok(mut editor) = Editor::new(&text) {
            let _ = editor.set(&path, Content::string("x"));
            let _ = editor.delete(&path);
        }
        let _ = ready(encrypt_secrets("doc", &text, &TestOnly));
        let _ = ready(decrypt_secrets("doc", &text, &TestOnly));
    }
}
