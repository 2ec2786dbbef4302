//! From syntax nodes to expressions.
//!
//! Documents may be nested as deeply as the limits allow, so the walk keeps its own stack instead of recursing.

use smol_str::SmolStr;

use super::callee::{self, Callee};
use super::interpolation::{Scan, ScannedAccessor, ScannedPart, scan};
use super::{Access, Accessor, Expr, ExprId, ExprKind, Part, Property};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::position::{Range, Span};
use crate::syntax::{Entry, Key, Node, NodeId, NodeKind, Ruler, SyntaxTree};

/// What parsing a document works on and produces.
pub(super) struct Parser<'t> {
    pub(super) name: SmolStr,
    pub(super) tree: &'t SyntaxTree,
    pub(super) exprs: Vec<Expr>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A collection or call of which some children have been parsed.
struct Frame<'t> {
    node: NodeId,
    shape: Shape<'t>,
}

enum Shape<'t> {
    List {
        items: std::slice::Iter<'t, NodeId>,
        done: Vec<ExprId>,
    },
    Object {
        entries: std::slice::Iter<'t, Entry>,
        open: Option<(SmolStr, &'t Key)>,
        done: Vec<Property>,
    },
    Call {
        entry: &'t Entry,
        callee: Callee<'t>,
        argument: Option<ExprId>,
    },
}

enum Step {
    Enter(NodeId),
    Advance,
    Leave(ExprId),
}

impl<'t> Parser<'t> {
    pub(super) fn new(name: SmolStr, tree: &'t SyntaxTree) -> Parser<'t> {
        // Nearly every node becomes one expression; the root is one more.
        let exprs = Vec::with_capacity(tree.nodes().len() + 1);
        Parser { name, tree, exprs, diagnostics: Vec::new() }
    }

    /// Parses a node and everything below it.
    pub(super) fn expr(&mut self, node: NodeId) -> ExprId {
        let mut stack: Vec<Frame<'t>> = Vec::new();
        let mut step = Step::Enter(node);
        loop {
            step = match step {
                Step::Enter(node) => match self.enter(node) {
                    Ok(kind) => Step::Leave(self.push(Some(node), kind)),
                    Err(shape) => {
                        stack.push(Frame { node, shape });
                        Step::Advance
                    }
                },
                Step::Advance => match stack.last_mut().and_then(|frame| self.next_child(frame)) {
                    Some(child) => Step::Enter(child),
                    None => match stack.pop() {
                        Some(frame) => Step::Leave(self.finish(frame)),
                        // An empty stack has been left before it can be advanced.
                        None => return self.missing(),
                    },
                },
                Step::Leave(id) => match stack.last_mut() {
                    Some(frame) => {
                        frame.accept(id);
                        Step::Advance
                    }
                    None => return id,
                },
            };
        }
    }

    /// The expression a scalar is, or what there is to do for a collection.
    fn enter(&mut self, node: NodeId) -> Result<ExprKind, Shape<'t>> {
        let tree = self.tree;
        match &tree.node(node).kind {
            NodeKind::Null => Ok(ExprKind::Null),
            NodeKind::Bool(value) => Ok(ExprKind::Bool(*value)),
            NodeKind::Number(number) => Ok(ExprKind::Number(number.clone())),
            NodeKind::String(text) => Ok(self.string(node, text)),
            NodeKind::Sequence(items) => {
                let done = Vec::with_capacity(items.len());
                Err(Shape::List { items: items.iter(), done })
            }
            NodeKind::Mapping(entries) => Err(match self.recognise(node, entries) {
                Some((entry, callee)) => Shape::Call { entry, callee, argument: None },
                None => {
                    let done = Vec::with_capacity(entries.len());
                    Shape::Object { entries: entries.iter(), open: None, done }
                }
            }),
        }
    }

    fn next_child(&mut self, frame: &mut Frame<'t>) -> Option<NodeId> {
        match &mut frame.shape {
            Shape::List { items, .. } => items.next().copied(),
            Shape::Object { entries, open, .. } => entries.find_map(|entry| {
                // Without a usable key there is nothing to keep the value under.
                let text = self.nested_key(entry)?;
                *open = Some((text, &entry.key));
                Some(entry.value)
            }),
            Shape::Call { entry, argument, .. } => argument.is_none().then_some(entry.value),
        }
    }

    fn finish(&mut self, frame: Frame<'t>) -> ExprId {
        let kind = match frame.shape {
            Shape::List { done, .. } => ExprKind::List(done.into()),
            Shape::Object { done, .. } => ExprKind::Object(done.into()),
            Shape::Call { entry, callee, argument: Some(argument) } => {
                ExprKind::Call(Box::new(self.call(entry, callee, argument)))
            }
            Shape::Call { .. } => ExprKind::Missing,
        };
        self.push(Some(frame.node), kind)
    }

    /// A string: a literal, a reference or an interpolation.
    fn string(&mut self, node: NodeId, text: &SmolStr) -> ExprKind {
        if !text.contains('$') {
            return ExprKind::String(text.clone());
        }
        let Scan { mut parts, problems } = scan(text);
        let ruler = self.tree.ruler(node);
        for problem in problems {
            let range = ruler.and_then(|ruler| ruler.range(problem.start, problem.end));
            let span = self.tree.true_subspan(node, problem.start, problem.end);
            let whole = self.tree.node(node);
            let location = self.location(range.unwrap_or(whole.range), span.unwrap_or(whole.span));
            let path = self.tree.path(node);
            self.diagnostics.push(problem.diagnostic().at(location, path));
        }
        match parts.as_mut_slice() {
            [part] if part.access.is_none() => ExprKind::String(std::mem::take(&mut part.text)),
            [part] if part.text.is_empty() => {
                ExprKind::Symbol(self.access(node, ruler, part.access.take()).unwrap_or_default())
            }
            _ => {
                let part = |part: ScannedPart| Part {
                    text: part.text,
                    access: self.access(node, ruler, part.access),
                };
                ExprKind::Interpolate(parts.into_iter().map(part).collect())
            }
        }
    }

    fn access(
        &self,
        node: NodeId,
        ruler: Option<Ruler<'_>>,
        scanned: Option<Vec<ScannedAccessor>>,
    ) -> Option<Access> {
        let accessors = scanned?.into_iter().map(|accessor| Accessor {
            range: ruler.and_then(|ruler| ruler.range(accessor.start, accessor.end)),
            span: self.tree.true_subspan(node, accessor.start, accessor.end),
            kind: accessor.kind,
        });
        Some(Access { accessors: accessors.collect() })
    }

    /// The unescaped text of a key below the top level; none if it contains a reference.
    fn nested_key(&mut self, entry: &Entry) -> Option<SmolStr> {
        let key = &entry.key;
        if !key.text.contains('$') {
            return Some(key.text.clone());
        }
        let Scan { parts, problems } = scan(&key.text);
        let ruler = self.tree.key_ruler(key);
        for problem in problems {
            let range = ruler.and_then(|ruler| ruler.range(problem.start, problem.end));
            let span = self.tree.true_key_subspan(key, problem.start, problem.end);
            let location = self.location(range.unwrap_or(key.range), span.unwrap_or(key.span));
            self.diagnostics.push(problem.diagnostic().at(location, self.tree.path(entry.value)));
        }
        if parts.iter().any(|part| part.access.is_some()) {
            let error = Diagnostic::error(Code::ObjectKey, "object keys must be strings")
                .with_help("keys cannot contain references; to get a literal '${', write $${");
            self.report_key(error, entry);
            return None;
        }
        Some(parts.iter().map(|part| part.text.as_str()).collect())
    }

    /// The call an object stands for, if any. Reports what looks like a call and is none.
    fn recognise(&mut self, node: NodeId, entries: &'t [Entry]) -> Option<(&'t Entry, Callee<'t>)> {
        let [entry] = entries else {
            for entry in entries {
                if entry.key.text.starts_with("fn::") {
                    let location = self.location(entry.key.range, entry.key.span);
                    self.report(callee::siblings(&entry.key.text, location), node);
                }
            }
            return None;
        };
        let callee = Callee::parse(&entry.key.text);
        if callee.is_none() && callee::is_reserved(&entry.key.text) {
            let location = self.location(entry.key.range, entry.key.span);
            let path = self.tree.path(node);
            self.diagnostics.push(callee::reserved(&entry.key.text).at(location, path));
        }
        Some((entry, callee?))
    }

    pub(super) fn push(&mut self, node: Option<NodeId>, kind: ExprKind) -> ExprId {
        let id = ExprId(u32::try_from(self.exprs.len()).unwrap_or(u32::MAX));
        self.exprs.push(Expr { node, kind });
        id
    }

    pub(super) fn missing(&mut self) -> ExprId {
        self.push(None, ExprKind::Missing)
    }

    /// Files a diagnostic about a node.
    pub(super) fn report(&mut self, diagnostic: Diagnostic, node: NodeId) {
        let Node { range, span, .. } = *self.tree.node(node);
        let location = self.location(range, span);
        self.diagnostics.push(diagnostic.at(location, self.tree.path(node)));
    }

    /// Files a diagnostic about a key; a key has the path of its value.
    pub(super) fn report_key(&mut self, diagnostic: Diagnostic, entry: &Entry) {
        let location = self.location(entry.key.range, entry.key.span);
        self.diagnostics.push(diagnostic.at(location, self.tree.path(entry.value)));
    }

    pub(super) fn location(&self, range: Range, span: Span) -> Location {
        Location { environment: self.name.clone(), range, span: Some(span) }
    }
}

impl Frame<'_> {
    /// Takes the child that was asked for last.
    fn accept(&mut self, child: ExprId) {
        match &mut self.shape {
            Shape::List { done, .. } => done.push(child),
            Shape::Object { open, done, .. } => {
                if let Some((text, key)) = open.take() {
                    done.push(Property {
                        key: text,
                        key_range: key.range,
                        key_span: key.span,
                        value: child,
                    });
                }
            }
            Shape::Call { argument, .. } => *argument = Some(child),
        }
    }
}
