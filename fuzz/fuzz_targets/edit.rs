//! Edits of any document that can be read: each fails or does exactly what it says; encryption is undone by decryption.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use esc_core::edit::{Content, Editor, decrypt_secrets, encrypt_secrets};
use esc_core::path::{PathElement, PropertyPath};
use esc_eval::testing::Rot128;
use futures::executor::block_on;
use libfuzzer_sys::fuzz_target;

/// An edit.
#[derive(Arbitrary, Debug)]
enum Edit {
    Set(Path, Piece),
    Append(Path, Piece),
    Delete(Path),
}

/// A path; small indices and short names, so that some hit.
#[derive(Arbitrary, Debug)]
struct Path(Vec<Step>);

#[derive(Arbitrary, Debug)]
enum Step {
    Values,
    Letter(u8),
    Index(u8),
    Any(String),
}

/// Content.
#[derive(Arbitrary, Debug)]
enum Piece {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<Piece>),
    Object(Vec<(String, Piece)>),
}

fuzz_target!(|bytes: &[u8]| {
    // What follows a zero byte are the edits, so that the corpus is readable.
    let split = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    let (text, edits) = bytes.split_at(split);
    let Ok(text) = std::str::from_utf8(text) else { return };
    encrypt_and_decrypt(text);
    let Ok(mut editor) = Editor::new(text) else { return };
    let mut input = Unstructured::new(edits.get(1..).unwrap_or_default());
    for _ in 0..8 {
        if input.is_empty() {
            break;
        }
        let Ok(edit) = input.arbitrary() else { break };
        apply(&mut editor, edit);
    }
});

fn apply(editor: &mut Editor, edit: Edit) {
    let before = editor.text().to_owned();
    let failed = match edit {
        Edit::Set(path, value) => {
            let (path, value) = (path.path(), value.content());
            let result = editor.set(&path, value.clone());
            if result.is_ok() {
                assert_eq!(editor.get(&path), Some(value), "{path} in {:?}", editor.text());
            }
            result.is_err()
        }
        Edit::Append(path, value) => editor.append(&path.path(), value.content()).is_err(),
        Edit::Delete(path) => {
            let path = path.path();
            let result = editor.delete(&path);
            // Of keys that occur twice, and of elements, there may still be one of that name.
            if matches!(result, Ok(true)) {
                assert_ne!(editor.text(), before, "what was deleted is gone: {path}");
            }
            result.is_err()
        }
    };
    if failed {
        assert_eq!(editor.text(), before, "an edit that fails changes nothing");
    }
    Editor::new(editor.text()).expect("what was edited can be edited again");
}

fn encrypt_and_decrypt(text: &str) {
    let _ = block_on(decrypt_secrets("env", text, &Rot128));
    let Ok(encrypted) = block_on(encrypt_secrets("env", text, &Rot128)) else { return };
    let Ok(decrypted) = block_on(decrypt_secrets("env", &encrypted, &Rot128)) else { return };
    if let Ok(again) = block_on(encrypt_secrets("env", &decrypted, &Rot128)) {
        let twice = block_on(decrypt_secrets("env", &again, &Rot128));
        assert_eq!(twice.ok().as_deref(), Some(decrypted.as_str()), "decryption is stable");
    }
}

impl Path {
    fn path(&self) -> PropertyPath {
        let step = |step: &Step| match step {
            Step::Values => PathElement::from("values"),
            Step::Letter(n) => PathElement::Key(char::from(b'a' + n % 4).to_string().into()),
            Step::Index(n) => PathElement::Index(usize::from(n % 4)),
            Step::Any(text) => PathElement::Key(text.as_str().into()),
        };
        self.0.iter().take(6).map(step).collect()
    }
}

impl Piece {
    fn content(&self) -> Content {
        match self {
            Piece::Null => Content::Null,
            Piece::Bool(b) => Content::Bool(*b),
            Piece::Number(n) => Content::Number((*n).into()),
            Piece::Text(text) => Content::string(text.as_str()),
            Piece::List(items) => Content::List(items.iter().map(Piece::content).collect()),
            Piece::Object(entries) => {
                let mut object: Vec<(_, Content)> = Vec::new();
                for (key, value) in entries {
                    if object.iter().all(|(other, _)| other != key.as_str()) {
                        object.push((key.as_str().into(), value.content()));
                    }
                }
                Content::Object(object)
            }
        }
    }
}
