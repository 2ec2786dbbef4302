//! What editors ask about a document: describe, complete, go to the definition, rename.
//!
//! An [`Analysis`] is made from a text, which may be broken in every way: half a line that is being typed, syntax
//! errors, missing imports. What can be told from the text alone is told at once; after [`evaluate`](Analysis::evaluate)
//! answers also know types, imported values and providers. Nothing is opened, and nothing an analysis says contains
//! the text of a secret.
//!
//! Positions are byte offsets into the text; [`Lines`] converts from and to lines and UTF-16 columns.
//!
//! ```
//! use esc_eval::analysis::Analysis;
//!
//! let text = "values:\n  host: db\n  url: https://${ho";
//! let analysis = Analysis::new("app", text);
//! let completions = analysis.complete(text.len() as u32);
//! assert_eq!(completions[0].label, "host");
//! assert_eq!(completions[0].edit.text, "host");
//! ```
//!
//! For an evaluated environment that was handed on, [`describe`] gives the short descriptions that the hosted
//! service gives.

mod catalog;
mod complete;
mod definition;
mod environment;
mod expected;
mod facts;
mod fix;
mod hover;
mod lines;
mod literal;
mod provider;
mod references;
mod resolve;
mod spot;
mod summary;
mod symbols;
#[cfg(test)]
mod tests;
mod text;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use esc_core::ast::{Document, ExprId};
use esc_core::crypt::Decrypter;
use esc_core::diagnostic::Diagnostic;
use esc_core::position::Span;
use esc_core::syntax::{Limits, NodeId};

use crate::values::View;
use crate::{Evaluation, Evaluator, Root};
use catalog::{Interfaces, interfaces};

pub use catalog::Catalog;
pub use complete::{Completion, CompletionKind};
pub use definition::Target;
pub use environment::{describe, expression_at};
pub use fix::Fix;
pub use hover::Hover;
pub use lines::Lines;
pub use references::RenameError;
pub use summary::type_name;
pub use symbols::{Symbol, SymbolKind};

/// A replacement of some bytes of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes to replace.
    pub span: Span,
    /// What to put there.
    pub text: String,
}

/// A document under analysis. See the [module](self).
pub struct Analysis {
    text: Arc<str>,
    lines: Lines,
    document: Arc<Document>,
    by_node: HashMap<NodeId, ExprId>,
    diagnostics: Vec<Diagnostic>,
    catalog: Catalog,
    /// Of the catalog's providers and rotators.
    interfaces: Interfaces,
    /// Answers make values that nobody has asked for before, hence the lock.
    evaluation: Option<Mutex<Evaluation>>,
}

impl Analysis {
    /// Parses the text of the environment `name` as far as that is possible.
    pub fn new(name: &str, text: impl Into<Arc<str>>) -> Analysis {
        let text = text.into();
        let loaded = Document::load_tolerant(name, text.clone(), &Limits::default());
        let document = loaded.document.unwrap_or_else(Document::placeholder);
        Analysis {
            lines: Lines::new(&text),
            text,
            by_node: by_node(&document),
            document: Arc::new(document),
            diagnostics: loaded.diagnostics,
            catalog: Catalog::default(),
            interfaces: HashMap::new(),
            evaluation: None,
        }
    }

    /// With names to complete.
    pub fn with_catalog(mut self, catalog: Catalog) -> Analysis {
        self.catalog = catalog;
        self
    }

    /// Checks the document, so that answers know what values look like. Secrets are not decrypted and nothing is opened.
    /// The providers of the [catalog](Analysis::with_catalog) are asked for their interfaces.
    pub async fn evaluate(&mut self, evaluator: &Evaluator, decrypter: Arc<dyn Decrypter>) {
        // What the reference shows in schemas includes secrets.
        let evaluator = evaluator.clone().compatible(false).show_secrets(false);
        let root = Root { document: self.document.clone(), decrypter };
        let evaluation = evaluator.check(root).await;
        self.evaluation = Some(Mutex::new(evaluation));
        self.interfaces = interfaces(&self.catalog, evaluator.providers()).await;
    }

    /// Whether the document was [evaluated](Analysis::evaluate).
    pub fn is_evaluated(&self) -> bool {
        self.evaluation.is_some()
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines of the text.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// The document, as far as it could be parsed.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// What is wrong with the document: what parsing found, then what evaluating found.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut all = self.diagnostics.clone();
        if let Some(evaluation) = self.lock() {
            all.extend(evaluation.diagnostics().iter().cloned());
        }
        all
    }

    fn lock(&self) -> Option<MutexGuard<'_, Evaluation>> {
        let evaluation = self.evaluation.as_ref()?;
        Some(evaluation.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Asks the evaluation, if there is one.
    fn ask<T>(&self, question: impl FnOnce(&mut View) -> Option<T>) -> Option<T> {
        question(self.lock()?.view_mut()?)
    }
}

impl Analysis {
    /// The text of a span.
    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

/// The expressions that nodes of the document's tree were parsed to.
fn by_node(document: &Document) -> HashMap<NodeId, ExprId> {
    let exprs = document.exprs.iter().enumerate();
    exprs.filter_map(|(id, expr)| Some((expr.node?, ExprId(u32::try_from(id).ok()?)))).collect()
}
