//! Completion of functions and providers.

use esc_core::position::Span;
use smol_str::SmolStr;

use super::completion::{Completion, CompletionKind, fits};
use super::place::Word;
use crate::analysis::{Analysis, Edit, function, provider};

impl Analysis {
    /// Functions where a key is written.
    pub(super) fn functions(&self, word: &Word) -> Vec<Completion> {
        if let Some((function, _)) = function::provider_in(&word.typed) {
            return self.short_forms(word, function);
        }
        let mut all: Vec<Completion> =
            function::ALL.iter().filter_map(|info| self.function(word, info)).collect();
        if !word.typed.is_empty() {
            all.extend(self.short_forms(word, "fn::open"));
            all.extend(self.short_forms(word, "fn::rotate"));
        }
        all
    }

    fn function(&self, word: &Word, info: &function::Info) -> Option<Completion> {
        let completion = self.key(word, info.name, CompletionKind::Function)?;
        let snippet = (!word.is_key).then(|| format!("{}: {}", info.name, info.snippet));
        Some(
            Completion { snippet, ..completion.with_detail(info.argument) }
                .with_documentation(info.text),
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
        let function = |info: &function::Info| {
            fits(info.name, &word.typed).then_some(())?;
            let edit = Edit { span, text: format!("{{{}: }}", info.name) };
            let completion = Completion::new(info.name, CompletionKind::Function, edit)
                .with_detail(info.argument)
                .with_documentation(info.text);
            let snippet = Some(format!("{{{}: {}}}", info.name, info.snippet));
            Some(Completion { snippet, ..completion })
        };
        function::ALL.iter().filter_map(function).collect()
    }
}
