//! What a document says, without how it is written: the thing edits are checked against.

use std::collections::HashMap;

use smol_str::SmolStr;

use super::error::EditError;
use crate::number::Number;
use crate::path::{PathElement, PropertyPath};
use crate::secret::Text;
use crate::syntax::{NodeId, NodeKind, SyntaxTree};

/// Plain data that can be written into a document. Objects keep their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Content {
    /// Nothing.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(Text),
    /// A list.
    List(Vec<Content>),
    /// An object.
    Object(Vec<(SmolStr, Content)>),
}

/// Deeper content is refused; every document that can be read is shallower.
const MAX_DEPTH: usize = 100;

impl Content {
    /// A string.
    pub fn string(text: impl Into<Text>) -> Content {
        Content::String(text.into())
    }

    /// `{fn::secret: text}`.
    pub fn secret(text: impl Into<Text>) -> Content {
        Content::Object(vec![("fn::secret".into(), Content::String(text.into().into_secret()))])
    }

    /// Whether this is a list or object with something in it.
    pub(super) fn is_filled(&self) -> bool {
        match self {
            Content::List(items) => !items.is_empty(),
            Content::Object(entries) => !entries.is_empty(),
            _ => false,
        }
    }

    /// Whether the nesting stays within what documents can have.
    pub(super) fn is_shallow(&self) -> bool {
        fn fits(content: &Content, left: usize) -> bool {
            match (content, left.checked_sub(1)) {
                (Content::List(items), Some(left)) => items.iter().all(|i| fits(i, left)),
                (Content::Object(entries), Some(left)) => {
                    entries.iter().all(|(_, v)| fits(v, left))
                }
                (_, left) => left.is_some(),
            }
        }
        fits(self, MAX_DEPTH)
    }

    /// What stands at a node. The depth is bounded by the decoder's limit.
    pub(super) fn of(tree: &SyntaxTree, id: NodeId) -> Content {
        Content::with(tree, id, &HashMap::new())
    }

    /// What stands at a node when some nodes are replaced.
    pub(super) fn with(
        tree: &SyntaxTree,
        id: NodeId,
        replaced: &HashMap<NodeId, Content>,
    ) -> Content {
        if let Some(content) = replaced.get(&id) {
            return content.clone();
        }
        let with = |id| Content::with(tree, id, replaced);
        match &tree.node(id).kind {
            NodeKind::Null => Content::Null,
            NodeKind::Bool(b) => Content::Bool(*b),
            NodeKind::Number(n) => Content::Number(n.clone()),
            NodeKind::String(s) => Content::String(Text::plain(s.clone())),
            NodeKind::Sequence(items) => Content::List(items.iter().map(|&i| with(i)).collect()),
            NodeKind::Mapping(entries) => Content::Object(
                entries.iter().map(|e| (e.key.text.clone(), with(e.value))).collect(),
            ),
        }
    }

    /// Sets what `path` leads to, creating what is missing on the way. Null counts as missing.
    pub(super) fn set(&mut self, path: &PropertyPath, value: Content) -> Result<(), EditError> {
        let elements = path.elements();
        let mut target = self;
        for (depth, element) in elements.iter().enumerate() {
            let here = || prefix(path, depth);
            target = match (target, element) {
                (target @ Content::Null, _) => {
                    *target = nest(path, depth, value)?;
                    return Ok(());
                }
                (Content::Object(entries), PathElement::Key(key)) => {
                    match position(entries.iter().map(|(k, _)| k), key, depth) {
                        Some(i) => {
                            entries.get_mut(i).map(|(_, v)| v).ok_or_else(|| unsafe_at(path))?
                        }
                        None => {
                            entries.push((key.clone(), nest(path, depth + 1, value)?));
                            return Ok(());
                        }
                    }
                }
                (Content::List(items), PathElement::Index(index)) => {
                    if *index == items.len() {
                        items.push(nest(path, depth + 1, value)?);
                        return Ok(());
                    }
                    let out_of_range = || EditError::OutOfRange { path: here() };
                    items.get_mut(*index).ok_or_else(out_of_range)?
                }
                (target, _) => return Err(mismatch(target, here())),
            };
        }
        *target = value;
        Ok(())
    }

    /// Removes what `path` leads to; false if there is nothing.
    pub(super) fn delete(&mut self, path: &PropertyPath) -> Result<bool, EditError> {
        let elements = path.elements();
        let mut target = self;
        for (depth, element) in elements.iter().enumerate() {
            let here = || prefix(path, depth);
            let last = depth + 1 == elements.len();
            target = match (target, element) {
                (Content::Null, _) => return Ok(false),
                (Content::Object(entries), PathElement::Key(key)) => {
                    let Some(i) = position(entries.iter().map(|(k, _)| k), key, depth) else {
                        return Ok(false);
                    };
                    if last {
                        entries.remove(i);
                        return Ok(true);
                    }
                    entries.get_mut(i).map(|(_, v)| v).ok_or_else(|| unsafe_at(path))?
                }
                (Content::List(items), PathElement::Index(index)) => {
                    if *index >= items.len() {
                        return Err(EditError::OutOfRange { path: here() });
                    }
                    if last {
                        items.remove(*index);
                        return Ok(true);
                    }
                    items.get_mut(*index).ok_or_else(|| unsafe_at(path))?
                }
                (target, _) => return Err(mismatch(target, here())),
            };
        }
        Err(EditError::DeleteRoot)
    }
}

/// Which of several equal keys counts: at the top of a document the last, elsewhere the first.
pub(super) fn position<'a>(
    mut keys: impl DoubleEndedIterator<Item = &'a SmolStr> + ExactSizeIterator,
    key: &str,
    depth: usize,
) -> Option<usize> {
    if depth == 0 { keys.rposition(|k| k == key) } else { keys.position(|k| k == key) }
}

/// The value wrapped in the collections that `path` names from its element number `from` on.
fn nest(path: &PropertyPath, from: usize, value: Content) -> Result<Content, EditError> {
    let elements = path.elements().iter().enumerate().skip(from);
    elements.rev().try_fold(value, |value, (i, element)| match element {
        PathElement::Key(key) => Ok(Content::Object(vec![(key.clone(), value)])),
        PathElement::Index(0) => Ok(Content::List(vec![value])),
        PathElement::Index(_) => Err(EditError::OutOfRange { path: prefix(path, i) }),
    })
}

/// The start of a path up to its element number `last`, printed.
fn prefix(path: &PropertyPath, last: usize) -> String {
    path.elements().iter().take(last + 1).cloned().collect::<PropertyPath>().to_string()
}

fn mismatch(target: &Content, path: String) -> EditError {
    match target {
        Content::List(_) => EditError::KeyInArray { path },
        Content::Object(_) => EditError::IndexInObject { path },
        _ => EditError::NotCollection { path },
    }
}

pub(super) fn unsafe_at(path: &PropertyPath) -> EditError {
    EditError::Unsafe { path: path.to_string() }
}

impl Content {
    /// The same content as it will be when it is read again: YAML normalises numbers.
    pub(super) fn into_read(self, path: &PropertyPath) -> Result<Content, EditError> {
        Ok(match self {
            Content::Number(n) => match crate::syntax::resolve_plain(n.as_str()) {
                NodeKind::Number(n) => Content::Number(n),
                _ => {
                    let (path, number) = (path.to_string(), n.to_string());
                    return Err(EditError::Number { path, number });
                }
            },
            Content::List(items) => Content::List(
                items.into_iter().map(|item| item.into_read(path)).collect::<Result<_, _>>()?,
            ),
            Content::Object(entries) => Content::Object(
                entries
                    .into_iter()
                    .map(|(key, value)| Ok((key, value.into_read(path)?)))
                    .collect::<Result<_, EditError>>()?,
            ),
            other => other,
        })
    }
}
