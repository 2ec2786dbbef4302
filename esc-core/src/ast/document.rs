//! Making documents and asking them about their expressions.

use std::sync::Arc;

use smol_str::SmolStr;

use super::parser::Parser;
use super::{Document, Expr, ExprId, ExprKind, Property};
use crate::diagnostic::{Diagnostic, Location};
use crate::position::{Range, Span};
use crate::syntax::{Decoded, Limits, NodeId, SyntaxTree};

/// A document with what is wrong with it.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The document, as far as it could be understood.
    pub document: Document,
    /// What could not, in document order.
    pub diagnostics: Vec<Diagnostic>,
}

/// A document, if its text could be decoded, with what is wrong with it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The document; none if the text is not YAML of the kind that environments are written in.
    pub document: Option<Document>,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    fn new(name: &str, decoded: Decoded) -> Loaded {
        let Decoded { tree, mut diagnostics } = decoded;
        let document = tree.map(|tree| {
            let parsed = Document::parse(name, Arc::new(tree));
            diagnostics.extend(parsed.diagnostics);
            parsed.document
        });
        Loaded { document, diagnostics }
    }
}

/// A document that is parsed once, to be evaluated many times. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ParsedDocument {
    document: Arc<Document>,
    /// What is wrong with it, but no errors.
    warnings: Vec<Diagnostic>,
}

impl ParsedDocument {
    /// Decodes and parses a document. `name` is the environment's, by which imports ask for it.
    ///
    /// # Errors
    ///
    /// What is wrong with the document, if anything in it is an error.
    pub fn load(
        name: &str,
        text: impl Into<Arc<str>>,
        limits: &Limits,
    ) -> Result<ParsedDocument, Vec<Diagnostic>> {
        let Loaded { document, diagnostics } = Document::load(name, text, limits);
        match document {
            Some(document) if !diagnostics.iter().any(Diagnostic::is_error) => {
                Ok(ParsedDocument { document: Arc::new(document), warnings: diagnostics })
            }
            _ => Err(diagnostics),
        }
    }

    /// The document.
    pub fn document(&self) -> &Arc<Document> {
        &self.document
    }

    /// What is wrong with the document, though it can be evaluated.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }
}

impl Document {
    /// Parses a decoded document. `name` is the environment's.
    pub fn parse(name: &str, tree: Arc<SyntaxTree>) -> Parsed {
        let name = SmolStr::new(name);
        let mut parser = Parser::new(name.clone(), &tree);
        let top = parser.top_level();
        let root = parser.push(None, ExprKind::Object(top.values.into()));
        let Parser { exprs, diagnostics, .. } = parser;
        let document = Document {
            name,
            syntax: Arc::clone(&tree),
            description: top.description,
            imports: top.imports.named,
            declares_imports: top.imports.any,
            root,
            exprs,
        };
        Parsed { document, diagnostics }
    }

    /// Decodes and parses a document. Errors of the YAML layer leave no document.
    pub fn load(name: &str, text: impl Into<Arc<str>>, limits: &Limits) -> Loaded {
        let mut decoded = SyntaxTree::decode(name, text, limits);
        if decoded.diagnostics.iter().any(Diagnostic::is_error) {
            decoded.tree = None;
        }
        Loaded::new(name, decoded)
    }

    /// Decodes and parses whatever can be decoded, for editors: only a text beyond the limits leaves no document.
    pub fn load_tolerant(name: &str, text: impl Into<Arc<str>>, limits: &Limits) -> Loaded {
        Loaded::new(name, SyntaxTree::decode_tolerant(name, text, limits))
    }

    /// A document without name, values and imports.
    pub fn placeholder() -> Document {
        Document {
            name: SmolStr::default(),
            syntax: Arc::new(SyntaxTree::default()),
            description: None,
            imports: Vec::new(),
            declares_imports: false,
            root: ExprId(0),
            exprs: vec![Expr { node: None, kind: ExprKind::Object(Box::default()) }],
        }
    }

    /// The entries of `values`, in document order, duplicates kept.
    pub fn values(&self) -> &[Property] {
        match &self.expr(self.root).kind {
            ExprKind::Object(properties) => properties,
            _ => &[],
        }
    }

    /// Whether there are entries under `values`.
    pub fn has_values(&self) -> bool {
        !self.values().is_empty()
    }

    /// Whether there is nothing to evaluate: neither values nor elements of `imports`.
    pub fn is_empty(&self) -> bool {
        !self.has_values() && !self.declares_imports
    }

    /// An expression. Ids of other documents give a missing expression or one that has nothing to do with them.
    pub fn expr(&self, id: ExprId) -> &Expr {
        const MISSING: &Expr = &Expr { node: None, kind: ExprKind::Missing };
        self.exprs.get(id.0 as usize).unwrap_or(MISSING)
    }

    /// Where an expression stands, in the reference's terms; [`Range::NONE`] if it is synthesised.
    pub fn range_of(&self, id: ExprId) -> Range {
        self.node_of(id).map_or(Range::NONE, |node| self.syntax.node(node).range)
    }

    /// Where an expression really stands; none if it is synthesised.
    pub fn span_of(&self, id: ExprId) -> Option<Span> {
        self.node_of(id).map(|node| self.syntax.node(node).span)
    }

    /// The document path of an expression, such as `values.a["b c"][0]`; empty if it is synthesised.
    pub fn path_of(&self, id: ExprId) -> String {
        self.node_of(id).map(|node| self.syntax.path(node)).unwrap_or_default()
    }

    /// Where an expression stands; none if it is synthesised.
    pub fn location(&self, id: ExprId) -> Option<Location> {
        self.node_of(id).map(|node| self.node_location(node))
    }

    /// Where a node of the document's tree stands.
    pub fn node_location(&self, node: NodeId) -> Location {
        let node = self.syntax.node(node);
        Location { environment: self.name.clone(), range: node.range, span: Some(node.span) }
    }

    /// Where the key of a property stands.
    pub fn key_location(&self, property: &Property) -> Location {
        Location {
            environment: self.name.clone(),
            range: property.key_range,
            span: Some(property.key_span),
        }
    }

    fn node_of(&self, id: ExprId) -> Option<NodeId> {
        self.expr(id).node
    }
}
