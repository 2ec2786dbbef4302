//! Completion of functions and providers.

use esc_core::ast::{BUILTINS, Builtin};
use esc_core::position::Span;
use smol_str::SmolStr;

use super::completion::{Completion, CompletionKind, fits};
use super::place::Word;
use crate::analysis::{Analysis, Edit, provider};

impl Analysis {
    /// Functions where a key is written.
    pub(super) fn functions(&self, word: &Word) -> Vec<Completion> {
        if let Some((builtin, Some(_))) = Builtin::named(&word.typed) {
            return self.short_forms(word, builtin.name);
        }
        let mut all: Vec<Completion> =
            BUILTINS.iter().filter_map(|builtin| self.function(word, builtin)).collect();
        if !word.typed.is_empty() {
            all.extend(self.short_forms(word, "fn::open"));
            all.extend(self.short_forms(word, "fn::rotate"));
        }
        all
    }

    fn function(&self, word: &Word, builtin: &Builtin) -> Option<Completion> {
        let completion = self.key(word, builtin.name, CompletionKind::Function)?;
        let snippet = (!word.is_key).then(|| format!("{}: {}", builtin.name, builtin.snippet));
        Some(
            Completion { snippet, ..completion.with_detail(builtin.argument) }
                .with_documentation(builtin.documentation),
        )
    }

    /// `fn::open::PROVIDER` for every provider.
    fn short_forms(&self, word: &Word, function: &str) -> Vec<Completion> {
        let names = self.provider_names(function).iter();
        names
            .filter_map(|name| {
                let label = format!("{function}::{name}");
                let completion = self.key(word, &label, CompletionKind::Provider)?;
                Some(completion.with_documentation(self.provider_text(function, name)))
            })
            .collect()
    }

    pub(super) fn provider_names(&self, function: &str) -> &[SmolStr] {
        match function {
            "fn::rotate" => &self.catalog.rotators,
            _ => &self.catalog.providers,
        }
    }

    pub(super) fn provider_text(&self, function: &str, name: &str) -> String {
        self.interface(function, name)
            .map(|interface| provider::markdown(&interface))
            .unwrap_or_default()
    }

    /// Functions where a value is written behind its key: in braces.
    pub(super) fn functions_inline(&self, word: &Word) -> Vec<Completion> {
        let span = Span { start: word.start, end: word.end };
        let function = |builtin: &Builtin| {
            fits(builtin.name, &word.typed).then_some(())?;
            let edit = Edit { span, text: format!("{{{}: }}", builtin.name) };
            let completion = Completion::new(builtin.name, CompletionKind::Function, edit)
                .with_detail(builtin.argument)
                .with_documentation(builtin.documentation);
            let snippet = Some(format!("{{{}: {}}}", builtin.name, builtin.snippet));
            Some(Completion { snippet, ..completion })
        };
        BUILTINS.iter().filter_map(function).collect()
    }
}
