//! Completion of scalars: imports, providers, constants.

use esc_core::ast::{Builtin, ExprKind, Function};
use esc_core::path::PathElement;
use esc_core::schema::{SchemaRef, Type};
use esc_core::syntax::Style;
use esc_core::value::{Reveal, Value, ValueKind};

use super::completion::{Completion, CompletionKind, fits};
use super::place::{Marked, Word};
use crate::analysis::expected::resolved;
use crate::analysis::references::key_text;
use crate::analysis::{Analysis, text};

impl Analysis {
    pub(super) fn complete_scalar(&self, word: &Word, marked: &Marked) -> Vec<Completion> {
        let path = marked.document.syntax.property_path(marked.node);
        match path.elements() {
            [PathElement::Key(field), PathElement::Index(_)]
                if field.eq_ignore_ascii_case("imports") =>
            {
                self.environments(word, false)
            }
            [PathElement::Key(field), PathElement::Index(_), _, PathElement::Key(option)]
                if field.eq_ignore_ascii_case("imports")
                    && option.eq_ignore_ascii_case("merge") =>
            {
                self.constants(word, ["false".to_owned(), "true".to_owned()])
                    .into_iter()
                    .map(|completion| completion.with_documentation(text::MERGE))
                    .collect()
            }
            [PathElement::Key(field), ..] if field.eq_ignore_ascii_case("values") => {
                self.argument_scalars(word, marked)
            }
            _ => Vec::new(),
        }
    }

    fn argument_scalars(&self, word: &Word, marked: &Marked) -> Vec<Completion> {
        if let Some(function) = provider_place(marked) {
            let names = self.provider_names(function).iter();
            return names
                .filter(|name| fits(name, &word.typed))
                .map(|name| {
                    let edit = self.edit(word.start, word.end, name.as_str());
                    Completion::new(name.as_str(), CompletionKind::Provider, edit)
                        .with_documentation(self.provider_text(function, name))
                })
                .collect();
        }
        let mut all = match self.expected_in(marked, marked.node) {
            Some(schema) => self.constants(word, constants(&schema)),
            None => Vec::new(),
        };
        let tree = &marked.document.syntax;
        // Elsewhere a function can be written as a key.
        let after_key = tree.key_of(marked.node).is_some() && !self.may_be_key(word);
        let plain = tree.node(marked.node).style == Style::Plain;
        if after_key && plain && word.typed.starts_with("fn") {
            all.extend(self.functions_inline(word));
        }
        all
    }

    fn constants(&self, word: &Word, texts: impl IntoIterator<Item = String>) -> Vec<Completion> {
        let quoted = self
            .text
            .get(..word.start as usize)
            .is_some_and(|before| before.ends_with(['"', '\'']));
        texts
            .into_iter()
            .filter_map(|text| {
                let label = text.trim_matches('"').to_owned();
                fits(&label, &word.typed).then_some(())?;
                let written = if quoted { label.clone() } else { text };
                let edit = self.edit(word.start, word.end, written);
                Some(Completion::new(label, CompletionKind::Constant, edit))
            })
            .collect()
    }
}

/// The function whose object form has the marked node as its provider.
fn provider_place(marked: &Marked) -> Option<&'static str> {
    let tree = &marked.document.syntax;
    (tree.key_of(marked.node)?.text == "provider").then_some(())?;
    let argument = tree.node(marked.node).parent?.node;
    let call = marked.by_node.get(&tree.node(argument).parent?.node)?;
    let ExprKind::Call(call) = &marked.document.expr(*call).kind else { return None };
    let (Function::Open(open) | Function::Rotate(open, _)) = &call.function else { return None };
    open.provider_expr?;
    Some(Builtin::named(&call.name)?.0.name)
}

/// The scalars that a schema allows, as they are written; none if it allows too many to list.
fn constants(schema: &SchemaRef) -> Vec<String> {
    let mut all = Vec::new();
    let mut rest = vec![(resolved(schema), 0)];
    while let Some((schema, level)) = rest.pop() {
        all.extend(schema.const_value().and_then(written));
        all.extend(schema.enum_values().iter().filter_map(written));
        let free = schema.const_value().is_none() && schema.enum_values().is_empty();
        if free && schema.ty() == Some(Type::Boolean) {
            all.extend(["true".to_owned(), "false".to_owned()]);
        }
        if level < 4 && rest.len() < 64 {
            let alternatives = schema.any_of().iter().chain(schema.one_of()).rev();
            rest.extend(alternatives.map(|schema| (resolved(schema), level + 1)));
        }
    }
    all
}

fn written(value: &Value) -> Option<String> {
    match &value.kind {
        ValueKind::String(text) => Some(key_text(text.as_str())),
        ValueKind::Bool(_) | ValueKind::Number(_) | ValueKind::Null => {
            Some(value.to_json(Reveal::Redacted))
        }
        ValueKind::List(_) | ValueKind::Object(_) => None,
    }
}
