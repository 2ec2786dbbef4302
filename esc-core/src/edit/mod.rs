//! Edits of a document's text that leave everything else as it is.
//!
//! [`Editor`] changes values, [`encrypt_secrets`] and [`decrypt_secrets`] the form of secrets, [`apply_patches`] writes
//! back what rotation produced. All of them replace bytes between the tokens of the old text; comments, blank lines,
//! quoting, indentation and line endings elsewhere stay. After every change the new text is read again and compared
//! with what it was meant to say: a change that would damage the document is an error, and the text stays as it was.

mod change;
mod content;
mod error;
mod insert;
mod patch;
mod remove;
mod render;
mod secrets;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::path::{PathElement, PropertyPath};
use crate::syntax::page::Page;
use crate::syntax::{Limits, NodeId, NodeKind, Style, SyntaxTree};

pub use content::Content;
pub use error::{EditError, SecretsError};
pub use patch::{Patch, apply_patches};
pub use secrets::{decrypt_secrets, encrypt_secrets, reencrypt_secrets};

use change::{Change, Splice, splice};
use content::{position, unsafe_at};
use render::Layout;

/// A document being edited.
///
/// ```
/// use esc_core::edit::{Content, Editor};
///
/// let mut editor = Editor::new("values:\n  port: 80 # plain\n")?;
/// editor.set(&"values.port".parse()?, Content::Number(8080.into()))?;
/// editor.set(&"values.hosts[0]".parse()?, Content::string("a.example"))?;
/// assert_eq!(
///     editor.text(),
///     "values:\n  port: 8080 # plain\n  hosts:\n    - a.example\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Editor {
    text: Arc<str>,
    tree: SyntaxTree,
    content: Content,
}

impl Editor {
    /// Reads a document. One with errors cannot be edited.
    pub fn new(text: &str) -> Result<Editor, EditError> {
        let tree = read(text)?;
        let content = tree.root().map_or(Content::Null, |root| Content::of(&tree, root));
        Ok(Editor { text: text.into(), tree, content })
    }

    /// The text as it is now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text as it is now.
    pub fn into_text(self) -> String {
        self.text.as_ref().to_owned()
    }

    /// What stands at a path; none if nothing does.
    pub fn get(&self, path: &PropertyPath) -> Option<Content> {
        if path.is_empty() {
            return Some(self.content.clone());
        }
        match self.find(path)? {
            (id, []) => Some(Content::of(&self.tree, id)),
            _ => None,
        }
    }

    /// Sets the value at a path.
    ///
    /// What is missing on the way is created: objects for names, lists for the index 0. The index after the last item
    /// of a list appends. A null on the way counts as missing. Where a key occurs more than once, the one that counts
    /// for evaluation is changed: at the top of the document the last, elsewhere the first.
    pub fn set(&mut self, path: &PropertyPath, value: Content) -> Result<(), EditError> {
        if !value.is_shallow() {
            return Err(EditError::TooDeep { path: path.to_string() });
        }
        let value = value.into_read(path)?;
        let mut intended = self.content.clone();
        intended.set(path, value.clone())?;
        self.commit(path, intended, |change, editor| editor.splices_to_set(change, path, &value))
    }

    /// Sets a secret string: `fn::secret: text`. If there is a secret already, encrypted or not, its form is kept.
    pub fn set_secret(
        &mut self,
        path: &PropertyPath,
        text: impl Into<crate::secret::Text>,
    ) -> Result<(), EditError> {
        let inner = path.join("fn::secret");
        let is_secret = matches!(self.get(path), Some(Content::Object(entries)) if entries.len() == 1)
            && self.get(&inner).is_some();
        if is_secret {
            return self.set(&inner, Content::String(text.into().into_secret()));
        }
        self.set(path, Content::secret(text))
    }

    /// Adds an item to the list at a path, which is created if it is missing.
    pub fn append(&mut self, path: &PropertyPath, value: Content) -> Result<(), EditError> {
        let length = match self.get(path) {
            Some(Content::List(items)) => items.len(),
            _ => 0,
        };
        self.set(&path.join(length), value)
    }

    /// Removes the entry or item at a path, with the comments directly above it; false if there is nothing.
    ///
    /// The last one leaves an empty object or list.
    pub fn delete(&mut self, path: &PropertyPath) -> Result<bool, EditError> {
        let mut intended = self.content.clone();
        if !intended.delete(path)? {
            return Ok(false);
        }
        self.commit(path, intended, |change, editor| {
            let (parent, last) = path.split_last()?;
            let (id, []) = editor.find(&parent)? else { return None };
            let index = match (&editor.tree.node(id).kind, last) {
                (NodeKind::Mapping(entries), PathElement::Key(key)) => {
                    position(entries.iter().map(|e| &e.key.text), key, parent.len())?
                }
                (NodeKind::Sequence(_), PathElement::Index(index)) => *index,
                _ => return None,
            };
            Some(change.remove(id, index))
        })?;
        Ok(true)
    }

    /// Follows a path as far as there is something: the last node, and what is left of the path.
    fn find<'p>(&self, path: &'p PropertyPath) -> Option<(NodeId, &'p [PathElement])> {
        let mut at = self.tree.root()?;
        let mut rest = path.elements();
        let mut depth = 0;
        while let Some((element, inner)) = rest.split_first() {
            let next = match (&self.tree.node(at).kind, element) {
                (NodeKind::Mapping(entries), PathElement::Key(key)) => {
                    position(entries.iter().map(|e| &e.key.text), key, depth)
                        .and_then(|i| entries.get(i))
                        .map(|entry| entry.value)
                }
                (NodeKind::Sequence(items), PathElement::Index(i)) => items.get(*i).copied(),
                _ => None,
            };
            let Some(next) = next else { break };
            (at, rest, depth) = (next, inner, depth + 1);
        }
        Some((at, rest))
    }

    fn splices_to_set(
        &self,
        change: &Change<'_>,
        path: &PropertyPath,
        value: &Content,
    ) -> Option<Vec<Splice>> {
        let written = |&(id, _): &(NodeId, _)| {
            // An empty text is an empty object, which nothing stands for.
            let node = self.tree.node(id);
            node.parent.is_some() || node.span.start < node.span.end
        };
        let Some((id, rest)) = self.find(path).filter(written) else {
            let mut whole = Content::Null;
            whole.set(path, value.clone()).ok()?;
            return Some(change.write_root(&whole));
        };
        let Some((first, inner)) = rest.split_first() else {
            return Some(change.replace(id, value));
        };
        let wrapped = |elements: &[PathElement]| {
            let mut wrapped = Content::Null;
            let path: PropertyPath = elements.iter().cloned().collect();
            wrapped.set(&path, value.clone()).ok().map(|()| wrapped)
        };
        match (&self.tree.node(id).kind, first) {
            (NodeKind::Mapping(entries), PathElement::Key(key)) if !entries.is_empty() => {
                Some(change.insert_entry(id, key, &wrapped(inner)?))
            }
            (NodeKind::Sequence(items), _) if !items.is_empty() => {
                Some(change.insert_item(id, &wrapped(inner)?))
            }
            _ => Some(change.replace(id, &wrapped(rest)?)),
        }
    }

    /// Makes a change if it gives the intended document.
    fn commit(
        &mut self,
        path: &PropertyPath,
        intended: Content,
        splices: impl Fn(&Change<'_>, &Editor) -> Option<Vec<Splice>>,
    ) -> Result<(), EditError> {
        let attempt = |editor: &Editor, blocks: bool| {
            let text = editor.text.as_ref();
            let page = Page { text, tree: &editor.tree };
            let change = Change { page, layout: Layout { blocks, ..Layout::of(page) } };
            let new = splice(text, splices(&change, editor)?)?;
            // What was added at the end may need the line ending that the old text did not have.
            let ended = (!text.ends_with('\n')).then(|| format!("{new}{}", change.layout.newline));
            let texts = std::iter::once(new).chain(ended);
            texts.filter_map(|t| Editor::new(&t).ok()).find(|new| new.content == intended)
        };
        // Comments after a block scalar can become a part of it; then several lines are written in quotes.
        let done = attempt(self, true)
            .or_else(|| attempt(&Editor::new(&self.ended()?).ok()?, true))
            .or_else(|| attempt(self, false));
        *self = done.ok_or_else(|| unsafe_at(path))?;
        Ok(())
    }

    /// The same text with a line ending, if it ends within a block scalar: that says something else when another line
    /// follows, unless the scalar's header says that the line ending does not count.
    fn ended(&self) -> Option<String> {
        let at_end = |id: &NodeId| {
            let node = self.tree.node(*id);
            let is_block = matches!(node.style, Style::Literal | Style::Folded);
            is_block && node.span.end as usize == self.text.len()
        };
        let last = self.tree.nodes().map(|(id, _)| id).find(at_end)?;
        let (before, token) =
            self.text.split_at_checked(self.tree.node(last).span.start as usize)?;
        let body = token.trim_start_matches(['|', '>']);
        let indicator = token.strip_suffix(body)?;
        let body = body.replacen('+', "", usize::from(body.split('\n').next()?.contains('+')));
        let newline = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        (!self.text.ends_with('\n')).then(|| format!("{before}{indicator}-{body}{newline}"))
    }
}

/// Reads a document for editing.
fn read(text: &str) -> Result<SyntaxTree, EditError> {
    let decoded = SyntaxTree::decode("", text, &Limits::default());
    match decoded.tree {
        Some(tree) if !decoded.diagnostics.iter().any(|d| d.is_error()) => Ok(tree),
        _ => Err(EditError::Unreadable(decoded.diagnostics)),
    }
}
