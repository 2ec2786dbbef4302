//! Completion of keys: fields, options, inputs, functions, names to override.

use esc_core::ast::{AccessorKind, ExprKind};
use esc_core::path::PathElement;
use esc_core::schema::SchemaRef;
use esc_core::syntax::NodeId;

use super::completion::{Completion, CompletionKind, fits};
use super::place::{Marked, Word};
use crate::analysis::expected::{enclosing, expected, properties};
use crate::analysis::references::key_text;
use crate::analysis::summary::type_name;
use crate::analysis::{Analysis, text};
use crate::ids::EnvId;

impl Analysis {
    pub(super) fn complete_key(&self, word: &Word, marked: &Marked) -> Vec<Completion> {
        let tree = &marked.document.syntax;
        let Some(mapping) = tree.node(marked.node).parent.map(|parent| parent.node) else {
            return Vec::new();
        };
        let path = tree.property_path(marked.node);
        let (field, inner) = match path.elements() {
            [_] => return self.fields(word, marked, mapping),
            [PathElement::Key(field), inner @ ..] => (field.to_ascii_lowercase(), inner),
            _ => return Vec::new(),
        };
        match (field.as_str(), inner) {
            ("imports", [PathElement::Index(_), _]) => self.environments(word, true),
            ("imports", [PathElement::Index(_), PathElement::Key(_), _]) => {
                let merge = self.key(word, "merge", CompletionKind::Field);
                merge.map(|c| c.with_documentation(text::MERGE)).into_iter().collect()
            }
            ("values", inner) => self.value_keys(word, marked, mapping, inner),
            _ => Vec::new(),
        }
    }

    fn fields(&self, word: &Word, marked: &Marked, mapping: NodeId) -> Vec<Completion> {
        let present = present(marked, mapping);
        let missing = text::FIELDS.iter().filter(|(name, _)| !present.contains(name));
        missing
            .filter_map(|(name, text)| {
                Some(self.key(word, name, CompletionKind::Field)?.with_documentation(*text))
            })
            .collect()
    }

    fn value_keys(
        &self,
        word: &Word,
        marked: &Marked,
        mapping: NodeId,
        path: &[PathElement],
    ) -> Vec<Completion> {
        let mut all = Vec::new();
        let present = present(marked, mapping);
        if let Some(schema) = self.expected_in(marked, mapping) {
            all.extend(self.inputs(word, &schema, &present));
        } else {
            all.extend(self.overridable(word, path, &present));
        }
        // A call is the only key of its object, and there are none at the top.
        let alone = present.is_empty() && path.len() > 1;
        if alone && (word.typed.is_empty() || word.typed.starts_with('f')) {
            all.extend(self.functions(word));
        }
        all
    }

    /// What a node of the marked document has to look like.
    pub(super) fn expected_in(&self, marked: &Marked, node: NodeId) -> Option<SchemaRef> {
        let enclosing = enclosing(&marked.document, &marked.by_node, node)?;
        expected(&enclosing, |function, name| self.interface(function, name))
    }

    /// Inputs that are not there yet, the required ones first.
    fn inputs(&self, word: &Word, schema: &SchemaRef, present: &[&str]) -> Vec<Completion> {
        let mut missing = properties(schema);
        missing.retain(|(name, ..)| !present.contains(&name.as_str()));
        missing.sort_by_key(|(_, _, required)| !required);
        missing
            .into_iter()
            .filter_map(|(name, schema, required)| {
                let mark = if required { " (required)" } else { "" };
                let completion = self.key(word, &name, CompletionKind::Input)?;
                Some(
                    completion
                        .with_detail(format!("{}{mark}", type_name(&schema)))
                        .with_documentation(text::described(&schema)),
                )
            })
            .collect()
    }

    /// Names that imports define and this document does not.
    fn overridable(&self, word: &Word, path: &[PathElement], present: &[&str]) -> Vec<Completion> {
        let Some((_, parents)) = path.split_last() else { return Vec::new() };
        let members = self.ask(|view| {
            let mut base = view.env(EnvId::ROOT).base?;
            for element in parents {
                let PathElement::Key(key) = element else { return None };
                base = view.member(base, &AccessorKind::Name(key.clone()))?;
            }
            let members = view.members(base).into_iter();
            Some(members.map(|(name, v)| (name, view.friendly_type(v, 0))).collect::<Vec<_>>())
        });
        let members = members.unwrap_or_default().into_iter();
        members
            .filter(|(name, _)| !present.contains(&name.as_str()))
            .filter_map(|(name, ty)| {
                Some(self.key(word, &name, CompletionKind::Value)?.with_detail(ty))
            })
            .collect()
    }

    /// A key; the colon is added where there is none yet.
    pub(super) fn key(&self, word: &Word, name: &str, kind: CompletionKind) -> Option<Completion> {
        fits(name, &word.typed).then_some(())?;
        let written = if name.starts_with("fn::") { name.to_owned() } else { key_text(name) };
        let text = if word.is_key { written } else { format!("{written}: ") };
        Some(Completion::new(name, kind, self.edit(word.start, word.end, text)))
    }

    /// Environments of the catalog that are not imported yet.
    pub(super) fn environments(&self, word: &Word, as_key: bool) -> Vec<Completion> {
        let fresh = self.catalog.environments.iter().filter(|name| {
            let name = name.as_str();
            name != self.document.name
                && !self.document.imports.iter().any(|i| i.name == name && name != word.typed)
        });
        let edit = |name: &str| {
            let text = if as_key && !word.is_key { format!("{name}: ") } else { name.to_owned() };
            self.edit(word.start, word.end, text)
        };
        // A key for an import is only wanted where there is one already.
        let wanted = !as_key || word.is_key;
        fresh
            .filter(|name| wanted && fits(name, &word.typed))
            .map(|name| Completion::new(name.as_str(), CompletionKind::Environment, edit(name)))
            .collect()
    }
}

/// The keys beside the marked one.
fn present(marked: &Marked, mapping: NodeId) -> Vec<&str> {
    let entries = marked.document.syntax.entries(mapping).iter();
    let others = entries.filter(|entry| entry.value != marked.node);
    let mut keys: Vec<&str> = others.map(|entry| entry.key.text.as_str()).collect();
    // The keys that stand for a call are none of the object's.
    if let Some(expr) = marked.by_node.get(&mapping)
        && let ExprKind::Call(_) = marked.document.expr(*expr).kind
    {
        keys.clear();
    }
    keys
}
