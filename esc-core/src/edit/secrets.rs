//! Encrypting and decrypting the secrets of a document in place.

use std::collections::HashMap;

use super::change::{Change, Splice, splice};
use super::content::Content;
use super::error::{EditError, SecretsError};
use super::render::Layout;
use crate::crypt::{Decrypter, Encrypter};
use crate::envelope;
use crate::secret::{Secret, Text};
use crate::syntax::page::Page;
use crate::syntax::{Entry, Limits, NodeId, Style, SyntaxTree};

const SECRET: &str = "fn::secret";
const CIPHERTEXT: &str = "ciphertext";

/// Encrypts every `fn::secret: text` of a document, wherever it is, and changes nothing else.
///
/// The raw scalar is encrypted, before interpolation escapes. Malformed secrets are left for the evaluator to report.
/// All secrets are encrypted with one call. The quotes of a quoted secret stay around its ciphertext, so that
/// decrypting brings them back.
pub async fn encrypt_secrets(
    name: &str,
    text: &str,
    encrypter: &dyn Encrypter,
) -> Result<String, SecretsError> {
    let tree = read(name, text)?;
    let calls: Vec<Call> = tree.nodes().filter_map(|(id, _)| plaintext_call(&tree, id)).collect();
    if calls.is_empty() {
        return Ok(text.to_owned());
    }
    let plaintext =
        |call: &Call| Secret::new(tree.text(call.scalar).unwrap_or_default().as_bytes().to_vec());
    let results = encrypter.encrypt_many(calls.iter().map(plaintext).collect()).await;
    check_count(calls.len(), results.len())?;
    let mut rewrite = Rewrite::new(&tree, text);
    for (call, result) in calls.iter().zip(results) {
        let ciphertext =
            result.map_err(|cause| SecretsError::Encrypt { path: tree.path(call.call), cause })?;
        let envelope = envelope::encode(&ciphertext);
        rewrite.encrypt(call, &envelope);
    }
    Ok(rewrite.finish()?)
}

/// Decrypts every `fn::secret: {ciphertext: …}` under `values`, and changes nothing else.
///
/// All secrets are decrypted with one call. Text of several lines becomes a literal block.
pub async fn decrypt_secrets(
    name: &str,
    text: &str,
    decrypter: &dyn Decrypter,
) -> Result<String, SecretsError> {
    let tree = read(name, text)?;
    if tree.root().is_some_and(|root| ciphertext_call(&tree, root).is_some()) {
        return Err(SecretsError::Root);
    }
    let calls = tree.nodes().filter(|&(id, _)| is_under_values(&tree, id));
    let calls: Vec<Call> = calls.filter_map(|(id, _)| ciphertext_call(&tree, id)).collect();
    if calls.is_empty() {
        return Ok(text.to_owned());
    }
    let mut ciphertexts = Vec::with_capacity(calls.len());
    for call in &calls {
        let ciphertext = envelope::decode(tree.text(call.scalar).unwrap_or_default());
        ciphertexts.push(
            ciphertext
                .map_err(|cause| SecretsError::Ciphertext { path: tree.path(call.call), cause })?,
        );
    }
    let results = decrypter.decrypt_many(ciphertexts).await;
    check_count(calls.len(), results.len())?;
    let mut rewrite = Rewrite::new(&tree, text);
    for (call, result) in calls.iter().zip(results) {
        let path = || tree.path(call.call);
        let plaintext = result.map_err(|cause| SecretsError::Decrypt { path: path(), cause })?;
        let plaintext = std::str::from_utf8(plaintext.expose())
            .map_err(|_| SecretsError::NotText { path: path() })?;
        rewrite.decrypt(call, Text::secret(plaintext.to_owned()));
    }
    Ok(rewrite.finish()?)
}

/// Encrypts every ciphertext of a document again, but those that are `current`, and changes nothing else.
///
/// `current` is given ciphertexts without their envelope. Returns the new text and how many secrets were encrypted again.
/// Malformed ciphertexts are left for the evaluator to report, since nothing can be lost by leaving them.
///
/// # Errors
///
/// The document cannot be read, or a secret cannot be decrypted or encrypted. Then nothing is changed.
pub async fn reencrypt_secrets(
    name: &str,
    text: &str,
    decrypter: &dyn Decrypter,
    encrypter: &dyn Encrypter,
    current: &(dyn Fn(&[u8]) -> bool + Sync),
) -> Result<(String, usize), SecretsError> {
    let tree = read(name, text)?;
    let (mut calls, mut ciphertexts) = (Vec::new(), Vec::new());
    for call in tree.nodes().filter_map(|(id, _)| ciphertext_call(&tree, id)) {
        match envelope::decode(tree.text(call.scalar).unwrap_or_default()) {
            Ok(ciphertext) if !current(&ciphertext) => {
                calls.push(call);
                ciphertexts.push(ciphertext);
            }
            _ => {}
        }
    }
    if calls.is_empty() {
        return Ok((text.to_owned(), 0));
    }
    let results = decrypter.decrypt_many(ciphertexts).await;
    check_count(calls.len(), results.len())?;
    let mut plaintexts = Vec::with_capacity(calls.len());
    for (call, result) in calls.iter().zip(results) {
        let failed = |cause| SecretsError::Decrypt { path: tree.path(call.call), cause };
        plaintexts.push(result.map_err(failed)?);
    }
    let results = encrypter.encrypt_many(plaintexts).await;
    check_count(calls.len(), results.len())?;
    let mut rewrite = Rewrite::new(&tree, text);
    for (call, result) in calls.iter().zip(results) {
        let failed = |cause| SecretsError::Encrypt { path: tree.path(call.call), cause };
        rewrite.reencrypt(call, &envelope::encode(&result.map_err(failed)?));
    }
    Ok((rewrite.finish()?, calls.len()))
}

/// A secret call: the object, the value of `fn::secret` and the string, which is that value or within it.
struct Call {
    call: NodeId,
    argument: NodeId,
    scalar: NodeId,
}

fn plaintext_call(tree: &SyntaxTree, id: NodeId) -> Option<Call> {
    let argument = only_entry(tree, id, SECRET)?.value;
    tree.text(argument)?;
    Some(Call { call: id, argument, scalar: argument })
}

fn ciphertext_call(tree: &SyntaxTree, id: NodeId) -> Option<Call> {
    let argument = only_entry(tree, id, SECRET)?.value;
    let scalar = only_entry(tree, argument, CIPHERTEXT)?.value;
    tree.text(scalar)?;
    Some(Call { call: id, argument, scalar })
}

fn only_entry<'t>(tree: &'t SyntaxTree, id: NodeId, key: &str) -> Option<&'t Entry> {
    match tree.entries(id) {
        [entry] if entry.key.text == key => Some(entry),
        _ => None,
    }
}

fn is_under_values(tree: &SyntaxTree, id: NodeId) -> bool {
    let mut at = id;
    while let Some(parent) = tree.node(at).parent {
        if tree.node(parent.node).parent.is_none() {
            return tree.key_of(at).is_some_and(|key| key.text == "values");
        }
        at = parent.node;
    }
    false
}

/// The changes to all secrets of a document.
struct Rewrite<'a> {
    change: Change<'a>,
    splices: Vec<Splice>,
    intended: HashMap<NodeId, Content>,
}

impl<'a> Rewrite<'a> {
    fn new(tree: &'a SyntaxTree, text: &'a str) -> Rewrite<'a> {
        let page = Page { text, tree };
        let change = Change { page, layout: Layout { guard: false, ..Layout::of(page) } };
        Rewrite { change, splices: Vec::new(), intended: HashMap::new() }
    }

    fn encrypt(&mut self, call: &Call, envelope: &str) {
        let page = self.change.page;
        let node = page.tree.node(call.scalar);
        let quoted = quoted_like(node.style, envelope);
        let slot = page.slot(call.scalar);
        let entry = format!("{CIPHERTEXT}: {quoted}{}", page.header_comment(call.scalar));
        let splice = if page.tree.node(call.call).style == Style::Flow {
            let lead = if slot.start == slot.after { " " } else { "" };
            Splice::new(slot.start, slot.end, format!("{lead}{{{CIPHERTEXT}: {quoted}}}"))
        } else if page.slice(slot.after, slot.start).contains('\n') {
            Splice::new(slot.start, slot.end, entry)
        } else {
            let key = page.tree.key_of(call.argument).map_or(0, |key| key.span.start as usize);
            let line = self.change.layout.line(page.column(key) + self.change.layout.step);
            Splice::new(slot.after, slot.end, format!("{line}{entry}"))
        };
        self.splices.push(splice);
        let object = Content::Object(vec![(CIPHERTEXT.into(), Content::string(envelope))]);
        self.intended.insert(call.argument, object);
    }

    fn reencrypt(&mut self, call: &Call, envelope: &str) {
        let page = self.change.page;
        let quoted = quoted_like(page.tree.node(call.scalar).style, envelope);
        let slot = page.slot(call.scalar);
        self.splices.push(Splice::new(slot.inner, slot.end, quoted));
        self.intended.insert(call.scalar, Content::string(envelope));
    }

    fn decrypt(&mut self, call: &Call, plaintext: Text) {
        let page = self.change.page;
        let style = page.tree.node(call.scalar).style;
        let value = Content::String(plaintext);
        let outer = page.slot(call.argument);
        let inner = page.slot(call.scalar);
        let splice = if page.tree.node(call.call).style == Style::Flow {
            Splice::new(outer.start, outer.end, self.change.layout.flow(&value, style))
        } else {
            let (indent, step) = self.change.leaf_indent(call.argument);
            let leaf = self.change.layout.leaf(&value, style, indent, step);
            let comment = page.header_comment(call.scalar);
            if page.tree.node(call.argument).style == Style::Flow {
                self.change.leaf(outer.start, outer.end, &leaf, "")
            } else if page.slice(outer.after, outer.inner).contains('#') {
                self.change.leaf(outer.inner, inner.end, &leaf, comment)
            } else {
                self.change.leaf(outer.after, inner.end, &format!(" {leaf}"), comment)
            }
        };
        self.splices.push(splice);
        self.intended.insert(call.argument, value);
    }

    /// The new text, if it says what was intended.
    fn finish(self) -> Result<String, EditError> {
        let page = self.change.page;
        let first = self.intended.keys().min().map(|&id| page.tree.path(id));
        let failed = || EditError::Unsafe { path: first.clone().unwrap_or_default() };
        let root = page.tree.root().ok_or_else(failed)?;
        let intended = Content::with(page.tree, root, &self.intended);
        let text = splice(page.text, self.splices).ok_or_else(failed)?;
        let tree = super::read(&text).map_err(|_| failed())?;
        let read = tree.root().map(|root| Content::of(&tree, root));
        if read.as_ref() == Some(&intended) { Ok(text) } else { Err(failed()) }
    }
}

/// The envelope with the quotes that its place has.
fn quoted_like(style: Style, envelope: &str) -> String {
    match style {
        Style::SingleQuoted => format!("'{envelope}'"),
        Style::DoubleQuoted => format!("\"{envelope}\""),
        _ => envelope.to_owned(),
    }
}

fn read(name: &str, text: &str) -> Result<SyntaxTree, EditError> {
    let decoded = SyntaxTree::decode(name, text, &Limits::default());
    match decoded.tree {
        Some(tree) if !decoded.diagnostics.iter().any(|d| d.is_error()) => Ok(tree),
        _ => Err(EditError::Unreadable(decoded.diagnostics)),
    }
}

fn check_count(wanted: usize, got: usize) -> Result<(), SecretsError> {
    if wanted == got { Ok(()) } else { Err(SecretsError::Results { wanted, got }) }
}

#[cfg(test)]
#[path = "secrets_tests.rs"]
mod tests;
