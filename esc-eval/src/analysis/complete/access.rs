//! Completion inside `${…}`.

use esc_core::ast::interpolation::{ProblemKind, ScannedAccessor, scan};
use esc_core::ast::{AccessorKind, ExprKind};

use super::accessor::{Candidate, Typed, in_double_quotes};
use super::completion::{Completion, CompletionKind};
use crate::analysis::Analysis;
use crate::analysis::expected::{properties, resolved};
use crate::analysis::resolve::Found;
use crate::analysis::summary::{type_name, type_name_without_constants};

/// How many elements of a list are listed.
const MOST_ELEMENTS: usize = 20;

/// Where the access that the cursor is in starts in the line, if the cursor is in one.
pub(super) fn in_access(before: &str) -> Option<usize> {
    let start = before.rfind("${")?;
    let dollars = before.get(..start)?.bytes().rev().take_while(|byte| *byte == b'$').count();
    if dollars % 2 == 1 {
        return None;
    }
    open_access(before.get(start..)?).map(|_| start)
}

/// The accessors of an access that is still open at the end of a text that starts with `${`.
fn open_access(text: &str) -> Option<Vec<ScannedAccessor>> {
    let scanned = scan(text);
    let open = scanned
        .problems
        .iter()
        .any(|problem| problem.kind == ProblemKind::Unclosed && problem.end == text.len());
    match scanned.parts.into_iter().next() {
        Some(part) if open && part.text.is_empty() => part.access,
        _ => None,
    }
}

impl Analysis {
    pub(super) fn complete_access(
        &self,
        offset: u32,
        start: usize,
        before: &str,
    ) -> Vec<Completion> {
        let fragment = before.get(start..).unwrap_or_default();
        let Some(mut accessors) = open_access(fragment) else { return Vec::new() };
        let Some(last) = accessors.pop() else { return Vec::new() };
        // A subscript that is closed is finished.
        if fragment.ends_with(']') {
            return Vec::new();
        }
        let typed = match &last.kind {
            AccessorKind::Name(name) | AccessorKind::Subscript(name) => name.to_string(),
            AccessorKind::Index(index) => index.to_string(),
        };
        let bracket = fragment.get(last.start..).is_some_and(|text| text.starts_with('['));
        let line = self.lines.start_of(offset) as usize;
        let typed = Typed {
            start: u32::try_from(line + start + last.start).unwrap_or(offset),
            end: self.end_of_accessor(offset, bracket),
            text: typed.trim_start_matches('\\').to_owned(),
            first: accessors.is_empty(),
            bracket,
            quote: if in_double_quotes(before.get(..start).unwrap_or_default()) {
                "\\\""
            } else {
                "\""
            },
        };
        let found = match accessors.as_slice() {
            [] => Found::Start,
            some => {
                let kinds = some.iter().map(|accessor| &accessor.kind);
                self.resolve(kinds).pop().unwrap_or(Found::Nothing)
            }
        };
        let candidates = self.candidates(&found).into_iter();
        candidates.filter_map(|candidate| typed.completion(candidate)).collect()
    }

    /// Where what is left of the accessor after the cursor ends.
    fn end_of_accessor(&self, offset: u32, bracket: bool) -> u32 {
        let rest = self.text.get(offset as usize..).unwrap_or_default();
        let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '@');
        let mut length = rest.find(|c| !goes_on(c)).unwrap_or(rest.len());
        if bracket {
            let after = rest.get(length..).unwrap_or_default();
            length += ["\\\"]", "\"]", "]"]
                .iter()
                .find(|end| after.starts_with(**end))
                .map_or(0, |end| end.len());
        }
        offset.saturating_add(u32::try_from(length).unwrap_or(0))
    }

    fn candidates(&self, found: &Found) -> Vec<Candidate> {
        match found {
            Found::Start => {
                let mut all = self.values();
                all.extend(reserved());
                all
            }
            Found::Environments => {
                let mut projects: Vec<&str> = self.projects().map(|(project, _)| project).collect();
                projects.sort_unstable();
                projects.dedup();
                let project = |name| Candidate::new(name, CompletionKind::Environment);
                projects.into_iter().map(project).collect()
            }
            Found::Project(project) => self
                .projects()
                .filter(|(of, _)| of == project)
                .map(|(_, name)| Candidate::new(name, CompletionKind::Environment))
                .collect(),
            Found::Imports(_) => {
                let imports = self.document.imports.iter();
                let mut all: Vec<Candidate> = Vec::new();
                for import in imports {
                    if !all.iter().any(|c| c.accessor == AccessorKind::Name(import.name.clone())) {
                        all.push(Candidate::new(import.name.clone(), CompletionKind::Environment));
                    }
                }
                all
            }
            Found::Value(v) | Found::Environment(_, Some(v)) => self.value_candidates(*v),
            Found::Unknown { schema, secret, .. } => schema_candidates(schema, *secret),
            Found::Literal(expr) => self.literal_candidates(*expr),
            Found::Environment(_, None) | Found::Nothing => Vec::new(),
        }
    }

    /// The values of the document and what it inherits.
    fn values(&self) -> Vec<Candidate> {
        let root = self.document.root;
        match self.ask(|view| view.value_of(root)) {
            Some(v) => self.value_candidates(v),
            None => self.literal_candidates(root),
        }
    }

    fn value_candidates(&self, v: crate::ids::ValueId) -> Vec<Candidate> {
        let candidates = self.ask(|view| {
            let flags = view.arena.flags(v);
            if flags.unknown {
                let schema = view.schema_of(v).ok()?;
                return Some(schema_candidates(&schema, flags.secret));
            }
            if let Some(len) = view.list_len(v) {
                let element = |index: usize| Candidate {
                    accessor: AccessorKind::Index(index as i64),
                    ..Candidate::new("", CompletionKind::Element)
                };
                return Some((0..len.min(MOST_ELEMENTS)).map(element).collect());
            }
            let members = view.members(v).into_iter();
            let candidate = |(name, child)| {
                let secret = !matches!(view.taint(child), Ok((_, false)));
                let description = match view.schema_of(child) {
                    Ok(schema) if !secret => schema.description().to_owned(),
                    _ => String::new(),
                };
                Candidate {
                    detail: view.friendly_type(child, 0),
                    documentation: description,
                    ..Candidate::new(name, CompletionKind::Value)
                }
            };
            Some(members.map(candidate).collect())
        });
        candidates.unwrap_or_default()
    }

    fn literal_candidates(&self, expr: esc_core::ast::ExprId) -> Vec<Candidate> {
        match &self.document.expr(expr).kind {
            ExprKind::Object(properties) => {
                let names = properties.iter().map(|property| property.key.clone());
                names.map(|name| Candidate::new(name, CompletionKind::Value)).collect()
            }
            ExprKind::List(items) => (0..items.len().min(MOST_ELEMENTS))
                .map(|index| Candidate {
                    accessor: AccessorKind::Index(index as i64),
                    ..Candidate::new("", CompletionKind::Element)
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The environments of the catalog that references can name.
    fn projects(&self) -> impl Iterator<Item = (&str, &str)> {
        self.catalog.environments.iter().filter_map(|name| name.split_once('/'))
    }
}

fn reserved() -> impl Iterator<Item = Candidate> {
    [
        ("imports", "The imported environments, by name."),
        ("environments", "Other environments, by project and name."),
        ("context", "What is known about the evaluation: who opens which environment."),
    ]
    .into_iter()
    .map(|(name, documentation)| Candidate {
        documentation: documentation.to_owned(),
        ..Candidate::new(name, CompletionKind::Reserved)
    })
}

fn schema_candidates(schema: &esc_core::schema::SchemaRef, secret: bool) -> Vec<Candidate> {
    let name = if secret { type_name_without_constants } else { type_name };
    let elements = resolved(schema);
    let elements = elements.prefix_items().iter().enumerate().map(|(index, item)| Candidate {
        accessor: AccessorKind::Index(index as i64),
        detail: name(item),
        ..Candidate::new("", CompletionKind::Element)
    });
    let properties = properties(schema).into_iter().map(|(key, property, _)| Candidate {
        detail: name(&property),
        documentation: property.description().to_owned(),
        ..Candidate::new(key, CompletionKind::Value)
    });
    elements.chain(properties).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_access_under_the_cursor() {
        for (before, inside) in [
            ("a: ${", true),
            ("a: ${b.", true),
            ("a: ${b[\"c d", true),
            ("a: ${b} and ${c", true),
            ("a: ${b}", false),
            ("a: ${b ", false),
            ("a: $${b", false),
            ("a: $$${b", true),
            ("a: b", false),
        ] {
            assert_eq!(in_access(before).is_some(), inside, "{before}");
        }
    }
}
