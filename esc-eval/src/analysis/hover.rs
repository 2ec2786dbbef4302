//! Hover: what stands here, what it looks like and where it comes from.

use esc_core::ast::{Access, Accessor, Builtin, ExprId, ExprKind, Import};
use esc_core::position::Span;
use esc_core::schema::SchemaRef;
use esc_core::syntax::{NodeId, NodeKind, Style};
use smol_str::SmolStr;

use super::expected::{enclosing, expected};
use super::facts::Facts;
use super::literal::SECRET;
use super::resolve::Found;
use super::spot::Spot;
use super::summary::{type_name, type_name_without_constants};
use super::text::{code, display_path, field, headline, option, paragraph, push_flags};
use super::{Analysis, Target, provider};

/// What there is to say about a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it is said about.
    pub span: Span,
    /// The text, in Markdown.
    pub markdown: String,
}

impl Analysis {
    /// What there is to say about the thing at an offset: its type, whether it is secret or unknown, what it is for,
    /// where it is defined and what it overrides. Never the text of a secret.
    pub fn hover(&self, offset: u32) -> Option<Hover> {
        let (span, markdown) = match self.spot(offset)? {
            Spot::Field(key) => (key.span, field(key)?.to_owned()),
            Spot::Import(import, span) => (span, self.import_hover(import)),
            Spot::Option(key) => (key.span, option(key)?.to_owned()),
            Spot::Key(key, expr, node) => (key.span, self.value_hover(expr, node)),
            // Between the lines of a block there is nothing to point at.
            Spot::Value(_, node) if self.is_block(node) => return None,
            Spot::Function(call, span) => (span, self.function_hover(call)?),
            Spot::Provider(call, span) => (span, self.function_hover(call)?),
            Spot::Accessor(access, index, span) => (span, self.accessor_hover(access, index)?),
            Spot::Value(expr, node) => (self.document.span_of(expr)?, self.value_hover(expr, node)),
        };
        Some(Hover { span, markdown })
    }

    /// A short description of the place, without types: what a function does or what an argument is for.
    ///
    /// Unlike [`describe`](super::describe) it needs no exported environment, knows all functions and looks into the
    /// object forms of `fn::open` and `fn::rotate`.
    pub fn describe(&self, offset: u32) -> Option<String> {
        match self.spot(offset)? {
            Spot::Field(key) => field(key).map(str::to_owned),
            Spot::Option(key) => option(key).map(str::to_owned),
            Spot::Function(call, _) => match &self.document.expr(call).kind {
                ExprKind::Call(call) => {
                    Builtin::named(&call.name).map(|(found, _)| found.documentation.to_owned())
                }
                _ => None,
            },
            Spot::Key(_, _, node) | Spot::Value(_, node) => {
                let schema = self.expected_at(node)?;
                (!schema.description().is_empty()).then(|| schema.description().to_owned())
            }
            Spot::Provider(call, _) => {
                let ExprKind::Call(call) = &self.document.expr(call).kind else { return None };
                let description = provider::of_call(self, call)?.description;
                (!description.is_empty()).then_some(description)
            }
            Spot::Import(..) | Spot::Accessor(..) => None,
        }
    }

    /// What the argument of a call has to look like at a node; none outside of calls.
    pub(super) fn expected_at(&self, node: NodeId) -> Option<SchemaRef> {
        let enclosing = enclosing(&self.document, &self.by_node, node)?;
        expected(&enclosing, |function, name| self.interface(function, name))
    }

    /// Whether a node is a collection without brackets.
    fn is_block(&self, node: NodeId) -> bool {
        let node = self.document.syntax.node(node);
        node.style == Style::Plain
            && matches!(node.kind, NodeKind::Mapping(_) | NodeKind::Sequence(_))
    }

    /// The outermost node around a node that is meant as a secret, well-formed or not.
    fn secret_around(&self, node: NodeId) -> Option<NodeId> {
        let tree = &self.document.syntax;
        let mut found = None;
        let mut at = node;
        while let Some(parent) = tree.node(at).parent {
            if tree.key_of(at).is_some_and(|key| key.text == SECRET) {
                found = Some(parent.node);
            }
            at = parent.node;
        }
        found
    }

    fn value_hover(&self, expr: ExprId, node: NodeId) -> String {
        if let Some(secret) = self.secret_around(node) {
            let title = display_path(&self.document.syntax.property_path(secret));
            return format!("{}\n\nSecret.", headline(&title, "string", None));
        }
        let title = display_path(&self.document.syntax.property_path(node));
        let facts = self.ask(|view| view.facts_of(expr));
        let mut text = match &facts {
            Some(facts) => headline(&title, &facts.ty, facts.shown.as_deref()),
            None => headline(&title, &self.literal_type(expr), None),
        };
        let mut about = String::new();
        if let Some(facts) = &facts {
            push_flags(&mut text, facts.secret, facts.unknown);
            about.clone_from(&facts.description);
        }
        let wanted = self.expected_at(node);
        if let Some(wanted) = &wanted {
            if !wanted.is_always() && !wanted.is_never() {
                paragraph(&mut text, &format!("Expected: {}", code(&type_name(wanted))));
            }
            if !wanted.description().is_empty() {
                wanted.description().clone_into(&mut about);
            }
        }
        let deprecated = wanted.is_some_and(|schema| schema.deprecated());
        if deprecated || facts.as_ref().is_some_and(|facts| facts.deprecated) {
            paragraph(&mut text, "**Deprecated.**");
        }
        paragraph(&mut text, &about);
        if let Some(facts) = &facts {
            paragraph(&mut text, &self.overrides(&facts.overrides));
        }
        text
    }

    /// The type of an expression by its form alone.
    fn literal_type(&self, expr: ExprId) -> String {
        match &self.document.expr(expr).kind {
            ExprKind::Null => "null".to_owned(),
            ExprKind::Bool(b) => b.to_string(),
            ExprKind::Number(n) => n.to_string(),
            ExprKind::String(_) | ExprKind::Interpolate(_) => "string".to_owned(),
            ExprKind::List(_) => "any[]".to_owned(),
            ExprKind::Object(_) => "object".to_owned(),
            ExprKind::Symbol(_) | ExprKind::Call(_) | ExprKind::Missing => "any".to_owned(),
        }
    }

    fn accessor_hover(&self, access: &Access, index: usize) -> Option<String> {
        let accessors = access.accessors.get(..=index)?;
        let title = Access { accessors: accessors.into() }.to_string();
        let found =
            self.resolve(accessors.iter().map(|accessor: &Accessor| &accessor.kind)).pop()?;
        Some(match &found {
            Found::Start | Found::Environments => {
                format!("{}\n\nOther environments, by project and name.", code(&title))
            }
            Found::Project(project) => {
                format!("{}\n\nThe environments of {}.", code(&title), code(project))
            }
            Found::Imports(_) => format!("{}\n\nThe imported environments, by name.", code(&title)),
            Found::Environment(name, value) => {
                let ty = value.and_then(|v| self.ask(|view| Some(view.friendly_type(v, 0))));
                let mut text = headline(&title, ty.as_deref().unwrap_or("object"), None);
                paragraph(&mut text, &format!("The environment {}.", code(name)));
                text
            }
            Found::Value(v) => {
                let facts = self.ask(|view| view.facts(*v))?;
                self.facts_hover(&title, &facts)
            }
            Found::Unknown { schema, secret, .. } => {
                let ty =
                    if *secret { type_name_without_constants(schema) } else { type_name(schema) };
                let mut text = headline(&title, &ty, None);
                push_flags(&mut text, *secret, true);
                paragraph(&mut text, schema.description());
                self.push_definition(&mut text, &found);
                text
            }
            Found::Literal(expr) => {
                let mut text = headline(&title, &self.literal_type(*expr), None);
                self.push_definition(&mut text, &found);
                text
            }
            Found::Nothing => format!("{}\n\nNothing of that name is known here.", code(&title)),
        })
    }

    fn push_definition(&self, text: &mut String, found: &Found) {
        if let Some(target) = self.defined_at(found) {
            paragraph(text, &format!("Defined in {}.", self.place(&target)));
        }
    }

    fn facts_hover(&self, title: &str, facts: &Facts) -> String {
        let mut text = headline(title, &facts.ty, facts.shown.as_deref());
        push_flags(&mut text, facts.secret, facts.unknown);
        if facts.deprecated {
            paragraph(&mut text, "**Deprecated.**");
        }
        paragraph(&mut text, &facts.description);
        if let Some(target) = &facts.definition {
            paragraph(&mut text, &format!("Defined in {}.", self.place(target)));
        }
        paragraph(&mut text, &self.overrides(&facts.overrides));
        text
    }

    fn function_hover(&self, call: ExprId) -> Option<String> {
        let ExprKind::Call(called) = &self.document.expr(call).kind else { return None };
        let (builtin, provider) = Builtin::named(&called.name)?;
        let mut text = format!("**{}**", called.name);
        if provider.is_none() {
            text.push_str(&format!(": `{}`", builtin.argument));
        }
        paragraph(&mut text, builtin.documentation);
        if let Some(interface) = provider::of_call(self, called) {
            paragraph(&mut text, &provider::markdown(&interface));
        } else if let Some(facts) = self.ask(|view| view.facts_of(call)) {
            paragraph(&mut text, &format!("Result: {}", code(&facts.ty)));
        }
        Some(text)
    }

    fn import_hover(&self, import: &Import) -> String {
        let path = [SmolStr::new_static("imports"), import.name.clone()];
        let kinds = path.map(esc_core::ast::AccessorKind::Name);
        let value = self.resolve(&kinds).pop().and_then(|found| found.value());
        let ty = value.and_then(|v| self.ask(|view| Some(view.friendly_type(v, 0))));
        let mut text = headline(&import.name, ty.as_deref().unwrap_or("object"), None);
        paragraph(
            &mut text,
            if import.merge {
                "Imported and merged: values of this document override those of the import."
            } else {
                "Imported without merging: its values are only found under `imports`."
            },
        );
        text
    }

    fn overrides(&self, layers: &[Target]) -> String {
        if layers.is_empty() {
            return String::new();
        }
        let places: Vec<String> = layers.iter().map(|target| self.place(target)).collect();
        format!("Overrides {}.", places.join(", then "))
    }

    fn place(&self, target: &Target) -> String {
        match target.range.begin.line {
            0 => code(&target.environment),
            line if target.environment == self.document.name => format!("line {line}"),
            line => format!("{}, line {line}", code(&target.environment)),
        }
    }
}
