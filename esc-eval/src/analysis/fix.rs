//! Quick fixes: what a diagnostic proposes, as an edit.

use esc_core::diagnostic::Diagnostic;
use esc_core::position::Span;

use super::references::is_bare;
use super::{Analysis, Edit};

/// A change that may put a diagnostic right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, to be shown.
    pub title: String,
    /// The changes.
    pub edits: Vec<Edit>,
}

impl Analysis {
    /// What may put a diagnostic of this document right.
    pub fn fixes(&self, diagnostic: &Diagnostic) -> Vec<Fix> {
        let Some(subject) = &diagnostic.subject else { return Vec::new() };
        if subject.environment != self.document.name {
            return Vec::new();
        }
        let Some(span) = subject.span else { return Vec::new() };
        let texts = [Some(diagnostic.summary.as_str()), diagnostic.help.as_deref()];
        let meant = texts.into_iter().flatten().find_map(did_you_mean);
        let edit = meant.and_then(|name| self.replace_name(span, &name));
        let fix = |edit: Edit| Fix {
            title: format!("Change to `{}`", edit.text.trim_start_matches('.')),
            edits: vec![edit],
        };
        edit.map(fix).into_iter().collect()
    }

    /// Puts a name in the place of another, written the same way.
    fn replace_name(&self, span: Span, name: &str) -> Option<Edit> {
        let old = self.slice(span);
        if old.is_empty() || old.contains('\n') || !is_sound(name) {
            return None;
        }
        let text = if let Some(subscript) = old.strip_prefix('[') {
            let quote = if subscript.starts_with("\\\"") { "\\\"" } else { "\"" };
            format!("[{quote}{name}{quote}]")
        } else if old.starts_with('.') {
            if is_bare(name) { format!(".{name}") } else { format!("[\"{name}\"]") }
        } else if let Some(quote) = old.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            format!("{quote}{name}{quote}")
        } else {
            name.to_owned()
        };
        (text != old).then_some(Edit { span, text })
    }
}

/// Whether a name can stand in quotes of any kind as it is.
fn is_sound(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_control() || matches!(c, '"' | '\'' | '\\'))
}

/// The name that a message proposes.
fn did_you_mean(text: &str) -> Option<String> {
    let (_, proposed) = text.split_once("did you mean ")?;
    let (proposed, _) = proposed.rsplit_once('?')?;
    let unquoted = ['"', '\'', '`']
        .into_iter()
        .find_map(|quote| proposed.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)));
    Some(unquoted.unwrap_or(proposed).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proposals_are_found_in_messages() {
        for (text, name) in [
            (r#"unknown property "a"; did you mean "b"?"#, Some("b")),
            ("did you mean 'values'?", Some("values")),
            ("did you mean fn::open::aws-login?", Some("fn::open::aws-login")),
            ("write a name", None),
        ] {
            assert_eq!(did_you_mean(text).as_deref(), name);
        }
    }
}
