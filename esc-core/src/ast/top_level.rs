//! The top level of a document: description, imports, values.

use std::collections::HashSet;

use smol_str::SmolStr;

use super::parser::Parser;
use super::{ExprId, ExprKind, Import, Property};
use crate::diagnostic::{Code, Diagnostic};
use crate::spelling::{nearest, sort_by_distance};
use crate::syntax::{Entry, NodeId, NodeKind};
use crate::text::quote;

/// What the top level of a document says.
#[derive(Default)]
pub(super) struct TopLevel {
    pub(super) description: Option<SmolStr>,
    pub(super) imports: Imports,
    pub(super) values: Vec<Property>,
}

/// What `imports` says.
#[derive(Default)]
pub(super) struct Imports {
    /// The elements that name an environment.
    pub(super) named: Vec<Import>,
    /// There are elements, even if none of them names an environment.
    pub(super) any: bool,
}

/// The fields of a document, in the order in which messages name them.
const FIELDS: [&str; 3] = ["description", "imports", "values"];

impl<'t> Parser<'t> {
    /// Parses the whole document and gives its root with the rest of the top level.
    pub(super) fn top_level(&mut self) -> TopLevel {
        let mut top = TopLevel::default();
        let error = || {
            Diagnostic::error(Code::DocumentShape, "environment must be an object")
                .with_help("write 'values:' and, below it and indented, names with their values")
        };
        let Some(root) = self.tree.root() else {
            self.diagnostics.push(error());
            return top;
        };
        let entries = match &self.tree.node(root).kind {
            NodeKind::Mapping(entries) => entries,
            // The reference has no node for a null document, so no place either.
            NodeKind::Null => {
                self.diagnostics.push(error());
                return top;
            }
            _ => {
                self.report(error(), root);
                return top;
            }
        };
        let mut seen = Seen::new(entries);
        // The last of several imports or values counts, even if nothing can be made of it.
        for (index, entry) in entries.iter().enumerate() {
            self.warn_duplicate(entry, seen.repeats(index));
            let key = entry.key.text.as_str();
            if same_name(key, "description") {
                if let Some(description) = self.description(entry.value) {
                    top.description = Some(description);
                }
            } else if same_name(key, "imports") {
                top.imports = self.imports(entry.value);
            } else if same_name(key, "values") {
                // Expressions of values that do not count are not kept: nobody may open or decrypt anything for them.
                self.exprs.clear();
                top.values = self.values(entry.value);
            } else {
                self.report_key(unknown_field(key), entry);
            }
        }
        top
    }

    fn description(&mut self, node: NodeId) -> Option<SmolStr> {
        // The description is no value: nothing of its expression is kept.
        let (exprs, errors) = (self.exprs.len(), self.diagnostics.len());
        let ExprId(id) = self.expr(node);
        let text = match self.exprs.get(id as usize).map(|expr| &expr.kind) {
            Some(ExprKind::String(text)) => Some(text.clone()),
            _ => None,
        };
        self.exprs.truncate(exprs);
        if text.is_none() && self.diagnostics.len() == errors {
            let error = Diagnostic::error(Code::DescriptionShape, "description must be a string")
                .with_help("write plain text, in quotes if need be; it cannot refer to values");
            self.report(error, node);
        }
        text
    }

    fn imports(&mut self, node: NodeId) -> Imports {
        let NodeKind::Sequence(items) = &self.tree.node(node).kind else {
            self.report(
                Diagnostic::error(Code::ImportShape, "imports must be a list")
                    .with_help("write a list of environment names"),
                node,
            );
            return Imports::default();
        };
        let named = items.iter().filter_map(|&item| self.import(item)).collect();
        Imports { named, any: !items.is_empty() }
    }

    fn import(&mut self, node: NodeId) -> Option<Import> {
        match &self.tree.node(node).kind {
            NodeKind::String(name) => Some(Import { name: name.clone(), node, merge: true }),
            NodeKind::Mapping(entries) => {
                let [entry] = entries.as_ref() else {
                    self.report(
                        Diagnostic::error(Code::ImportShape, "import must have a single key")
                            .with_help(
                                "write the environment's name as the key and its options below it: \
                             'NAME: {merge: false}'",
                            ),
                        node,
                    );
                    return None;
                };
                let merge = self.import_options(entry.value);
                Some(Import { name: entry.key.text.clone(), node, merge })
            }
            _ => {
                self.report(
                    Diagnostic::error(Code::ImportShape, "import must be a string or an object")
                        .with_help("write the name of an environment; quote it if it looks like something else"),
                    node,
                );
                None
            }
        }
    }

    /// Whether the import is to be merged.
    fn import_options(&mut self, node: NodeId) -> bool {
        let NodeKind::Mapping(entries) = &self.tree.node(node).kind else {
            self.report(
                Diagnostic::error(Code::ImportShape, "import must be an object")
                    .with_help("remove the colon after the name, or write options: {merge: false}"),
                node,
            );
            return true;
        };
        let mut merge = true;
        let mut seen = Seen::new(entries);
        for (index, entry) in entries.iter().enumerate() {
            self.warn_duplicate(entry, seen.repeats(index));
            if !same_name(&entry.key.text, "merge") {
                self.warn_unknown_option(entry);
            } else if let NodeKind::Bool(value) = &self.tree.node(entry.value).kind {
                merge = *value;
            } else {
                merge = false;
                let error = Diagnostic::error(Code::ImportShape, "merge must be a boolean value")
                    .with_help("write true or false, without quotes");
                self.report(error, entry.value);
            }
        }
        merge
    }

    fn values(&mut self, node: NodeId) -> Vec<Property> {
        let NodeKind::Mapping(entries) = &self.tree.node(node).kind else {
            let error = Diagnostic::error(Code::ValuesShape, "values must be an object")
                .with_help("write names with their values below it, indented");
            self.report(error, node);
            return Vec::new();
        };
        let mut values = Vec::with_capacity(entries.len());
        for entry in entries {
            if entry.key.text.starts_with("fn::") {
                let message = format!(
                    "builtin function call {} not allowed at the top level",
                    quote(&entry.key.text)
                );
                let help = "put the call under a name: values are named at the top level";
                self.report_key(
                    Diagnostic::error(Code::IllegalCall, message).with_help(help),
                    entry,
                );
            }
            let value = self.expr(entry.value);
            let key = &entry.key;
            values.push(Property {
                key: key.text.clone(),
                key_range: key.range,
                key_span: key.span,
                value,
            });
        }
        values
    }

    fn warn_duplicate(&mut self, entry: &'t Entry, repeats: bool) {
        if repeats {
            let message = format!("duplicate key {}", quote(&entry.key.text));
            let warning = Diagnostic::warning(Code::DuplicateKey, message)
                .with_help("the last one counts; remove the others");
            self.report_key(warning, entry);
        }
    }

    /// The reference ignores options it does not know without a word.
    fn warn_unknown_option(&mut self, entry: &Entry) {
        let key = &entry.key.text;
        let message = format!("unknown import option {} is ignored", quote(key));
        let help = match nearest(["merge"], key) {
            Some(name) => format!("did you mean '{name}'?"),
            None => "the only option is 'merge'".to_owned(),
        };
        let warning = Diagnostic::warning(Code::UnknownOption, message).with_help(help);
        self.report_key(warning.extension(), entry);
    }
}

fn unknown_field(key: &str) -> Diagnostic {
    let mut names = FIELDS.map(|name| format!("'{name}'"));
    sort_by_distance(&mut names, key);
    let message = format!(
        "Field '{key}' does not exist on Object 'environment'. Existing fields are: {}",
        names.join(", ")
    );
    let help = match nearest(FIELDS, key) {
        Some(name) => format!("did you mean '{name}'?"),
        None => "values of the environment go under 'values'".to_owned(),
    };
    Diagnostic::warning(Code::UnknownField, message).with_help(help)
}

/// Finds keys that were there before. Few keys are compared with each other, many are collected.
struct Seen<'t> {
    entries: &'t [Entry],
    keys: HashSet<&'t str>,
}

impl<'t> Seen<'t> {
    const FEW: usize = 8;

    fn new(entries: &'t [Entry]) -> Seen<'t> {
        Seen { entries, keys: HashSet::new() }
    }

    fn repeats(&mut self, index: usize) -> bool {
        let Some(entry) = self.entries.get(index) else { return false };
        if self.entries.len() > Self::FEW {
            return !self.keys.insert(&entry.key.text);
        }
        self.entries.iter().take(index).any(|earlier| earlier.key.text == entry.key.text)
    }
}

/// Whether a key is a field's name, by simple case folding. `name` is in lower-case ASCII.
fn same_name(key: &str, name: &str) -> bool {
    let fold = |c| match c {
        'ſ' => 's',
        '\u{212a}' => 'k',
        _ => c.to_ascii_lowercase(),
    };
    key.chars().map(fold).eq(name.chars())
}
