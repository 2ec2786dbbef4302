//! The project file, `esc.yaml` beside the folders of environments: what is the same for everyone who opens them.
//!
//! ```yaml
//! context:
//!   user: {login: ana, id: u-1}
//!   organization: {login: acme, id: o-1}
//! ```
//!
//! A name that is not known is an error, so that a misspelled setting is not silently none.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use esc_core::diagnostic::{Code, Diagnostic, Location, Renderer};
use esc_core::spelling::nearest;
use esc_core::syntax::{Limits, NodeId, NodeKind, SyntaxTree};
use esc_sdk::ContextField;

/// The name of the file.
pub const FILE: &str = "esc.yaml";

/// What the project file says.
#[derive(Debug, Default)]
pub struct Project {
    /// What documents may ask of the context.
    pub context: BTreeMap<ContextField, String>,
}

impl Project {
    /// Reads the project file of a directory of environments. Without one nothing is set.
    pub fn read(dir: &Path) -> Result<Project, ProjectError> {
        let path = dir.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Project::parse(path.display().to_string(), text)
                .map_err(|problems| ProjectError::Invalid(Box::new(problems))),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Project::default()),
            Err(cause) => Err(ProjectError::Unreadable { path, cause }),
        }
    }

    fn parse(name: String, text: String) -> Result<Project, Problems> {
        let decoded = SyntaxTree::decode(&name, text.as_str(), &Limits::default());
        let mut project = Project::default();
        let mut list = decoded.diagnostics;
        if let Some(tree) = decoded.tree {
            let mut reader = Reader { name: &name, tree: &tree, problems: &mut list };
            project.context = reader.context();
        }
        match list.iter().any(Diagnostic::is_error) {
            true => Err(Problems { name, text, list }),
            false => Ok(project),
        }
    }
}

/// Why the project file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    #[error("`{}`: {cause}", path.display())]
    Unreadable { path: PathBuf, cause: io::Error },
    /// Shown with excerpts of the file.
    #[error("{0}")]
    Invalid(Box<Problems>),
}

/// What is wrong with the project file.
#[derive(Debug)]
pub struct Problems {
    name: String,
    text: String,
    list: Vec<Diagnostic>,
}

impl Problems {
    /// All of them, with excerpts of the file.
    pub fn render(&self, renderer: &Renderer) -> String {
        renderer.render_all(&self.list, &(self.name.as_str(), &self.text))
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` has {} errors", self.name, self.list.len())
    }
}

/// Walks through the sections of the file.
struct Reader<'a> {
    name: &'a str,
    tree: &'a SyntaxTree,
    problems: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn context(&mut self) -> BTreeMap<ContextField, String> {
        let mut context = BTreeMap::new();
        let sections = self.tree.root().map(|root| self.section(root, &["context"]));
        for (_, section) in sections.unwrap_or_default() {
            for (owner, section) in self.section(section, &["user", "organization"]) {
                for (name, value) in self.section(section, &["id", "login"]) {
                    let keys = ["pulumi", owner, name];
                    let field = ContextField::ALL.into_iter().find(|field| field.keys() == keys);
                    context.extend(field.zip(self.text(value)));
                }
            }
        }
        context
    }

    /// The members of a section that may have these.
    fn section(
        &mut self,
        section: NodeId,
        known: &'static [&'static str],
    ) -> Vec<(&'static str, NodeId)> {
        match &self.tree.node(section).kind {
            NodeKind::Mapping(_) => {}
            NodeKind::Null => return Vec::new(),
            _ => {
                let message = format!("expected a section with {}", listed(known));
                self.report(section, Code::TypeMismatch, message);
                return Vec::new();
            }
        }
        let mut members: Vec<(&'static str, NodeId)> = Vec::new();
        for entry in self.tree.entries(section) {
            let key = entry.key.text.as_str();
            match known.iter().find(|name| **name == key) {
                Some(name) if members.iter().any(|(other, _)| other == name) => {
                    let message = format!("`{key}` is given twice");
                    self.report_key(entry.value, Code::DuplicateKey, message);
                }
                Some(name) => members.push((name, entry.value)),
                None => {
                    let meant = match nearest(known.iter().copied(), key) {
                        Some(meant) => format!("did you mean `{meant}`?"),
                        None => format!("expected {}", listed(known)),
                    };
                    let message = format!("there is no setting `{key}`; {meant}");
                    self.report_key(entry.value, Code::UnknownField, message);
                }
            }
        }
        members
    }

    fn text(&mut self, node: NodeId) -> Option<String> {
        match &self.tree.node(node).kind {
            NodeKind::String(text) if !text.is_empty() => Some(text.to_string()),
            NodeKind::Number(_) | NodeKind::Bool(_) => {
                self.report(node, Code::TypeMismatch, "expected a string: quote it".to_owned());
                None
            }
            _ => {
                self.report(
                    node,
                    Code::TypeMismatch,
                    "expected a string that is not empty".to_owned(),
                );
                None
            }
        }
    }

    fn report(&mut self, node: NodeId, code: Code, message: String) {
        let at = self.tree.node(node);
        let location =
            Location { environment: self.name.into(), range: at.range, span: Some(at.span) };
        self.problems.push(Diagnostic::error(code, message).at(location, self.tree.path(node)));
    }

    /// The same, at the key of a value.
    fn report_key(&mut self, value: NodeId, code: Code, message: String) {
        let Some(key) = self.tree.key_of(value) else { return self.report(value, code, message) };
        let location =
            Location { environment: self.name.into(), range: key.range, span: Some(key.span) };
        self.problems.push(Diagnostic::error(code, message).at(location, self.tree.path(value)));
    }
}

fn listed(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(" or ")
}
