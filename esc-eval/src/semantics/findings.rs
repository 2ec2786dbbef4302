//! What is wrong with a value that was checked, told so that its author can mend it.
//!
//! The compatible face uses the reference's words, one finding for each keyword that is not met. The default face tells
//! one finding for each mistake: a name that is not known together with the one that was meant, and of several
//! alternatives only what the nearest of them misses. What the schema asks for is the help.

use esc_core::ast::{ExprKind, Function};
use esc_core::diagnostic::{Code, Diagnostic, Location};
use esc_core::schema::{self, Schema, SchemaRef, Type};
use esc_core::spelling::closest;

use crate::ids::{ExprRef, ValueId};
use crate::outcome::Poll;
use crate::session::Session;
use crate::values::node::{Def, Inherited};

/// What is wrong with a value: who is to blame and why.
pub(super) struct Finding {
    pub blame: Def,
    /// Where, if not at the value that is to blame.
    pub place: Option<Location>,
    pub message: String,
    pub help: Option<String>,
    /// The reference rejects silently here.
    pub extension: bool,
}

/// What was found so far.
pub(super) struct Findings {
    pub list: Vec<Finding>,
    /// Whether the default face's words are wanted.
    pub helpful: bool,
    /// What the default face calls a property: an `input` of a provider, or a `property`.
    noun: &'static str,
}

impl Findings {
    /// An empty list for one of several alternatives.
    pub fn branch(&self) -> Findings {
        Findings { list: Vec::new(), helpful: self.helpful, noun: self.noun }
    }

    pub fn add(&mut self, blame: Def, message: impl Into<String>) {
        let message = message.into();
        self.list.push(Finding { blame, place: None, message, help: None, extension: false });
    }

    /// Adds a finding, with what the schema asks for as help if that is more than a type.
    pub fn add_shaped(&mut self, blame: Def, message: impl Into<String>, schema: &Schema) {
        self.add(blame, message);
        let structured = matches!(schema.ty(), None | Some(Type::Object | Type::Array));
        if self.helpful
            && structured
            && let Some(finding) = self.list.last_mut()
        {
            finding.help = expected(schema);
        }
    }

    /// Adds what is wrong with a count, with what the schema asks for.
    pub fn add_counts(&mut self, blame: Def, messages: Vec<String>, schema: &Schema) -> bool {
        let ok = messages.is_empty();
        for mut message in messages {
            if self.helpful {
                for (many, one) in [(" 1 properties", " 1 property"), (" 1 items", " 1 item")] {
                    if let Some(start) = message.strip_suffix(many) {
                        message = format!("{start}{one}");
                    }
                }
            }
            self.add_shaped(blame, message, schema);
        }
        ok
    }
}

/// `expected …`, for help.
fn expected(schema: &Schema) -> Option<String> {
    let shape = schema::shape(schema);
    // That alone the message says.
    let plain = matches!(shape.as_str(), "" | "a list" | "an object");
    (!plain).then(|| format!("expected {shape}"))
}

impl Session {
    /// An empty list for what is wrong with the argument of this expression.
    pub(super) fn findings(&self, e: ExprRef) -> Findings {
        let noun = match &self.expr(e).kind {
            ExprKind::Call(call)
                if matches!(call.function, Function::Open { .. } | Function::Rotate { .. }) =>
            {
                "input"
            }
            _ => "property",
        };
        Findings { list: Vec::new(), helpful: !self.settings.compatible, noun }
    }

    /// Reports what was found, of an expression under evaluation.
    pub(super) fn report_findings(&mut self, e: ExprRef, findings: Findings) {
        for finding in findings.list {
            let diagnostic = Diagnostic::error(Code::TypeMismatch, finding.message);
            let mut diagnostic = match finding.blame {
                Def::Expr(blame) => self.place(diagnostic, blame),
                def => Diagnostic { subject: self.def_location(def), ..diagnostic },
            };
            diagnostic.subject = finding.place.or(diagnostic.subject);
            diagnostic.help = finding.help;
            diagnostic.extension = finding.extension;
            self.report(e, diagnostic);
        }
    }

    /// Tells of properties that the schema does not know and of those that it misses: one finding for a name that is
    /// not known although one like it is missing.
    pub(super) fn name_mistakes(
        &mut self,
        v: ValueId,
        schema: &SchemaRef,
        unknown: &[Inherited],
        given: &[Inherited],
        findings: &mut Findings,
    ) -> Poll<bool> {
        let has = |name: &str| given.binary_search_by(|p| p.key.as_str().cmp(name)).is_ok();
        let mut missing = schema::missing_names(schema, has);
        let mut free: Vec<&str> =
            schema.properties().iter().map(|(name, _)| name.as_str()).filter(|n| !has(n)).collect();
        let (ok, noun) = (unknown.is_empty() && missing.is_empty(), findings.noun);
        for property in unknown {
            let key = property.key.as_str();
            // A name that is missing is meant rather than one that may be left out.
            let meant = closest(missing.iter().copied(), key)
                .or_else(|| closest(free.iter().copied(), key));
            let message = match meant {
                // The names in a secret are a part of it.
                _ if self.arena.flags(v).secret => format!("unknown {noun} in a secret value"),
                Some(meant) => format!("unknown {noun} `{key}`; did you mean `{meant}`?"),
                None => format!("unknown {noun} `{key}`"),
            };
            missing.retain(|name| Some(*name) != meant);
            free.retain(|name| Some(*name) != meant);
            let place = self.key_place(property);
            let blame = self.inherited_value(property)?;
            let (blame, help) = (self.arena.def(blame), expected(schema));
            findings.list.push(Finding { blame, place, message, help, extension: false });
        }
        if !missing.is_empty() {
            let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
            let plural = match (names.len(), noun) {
                (1, noun) => noun,
                (_, "input") => "inputs",
                _ => "properties",
            };
            let message = format!("missing required {plural} {}", names.join(", "));
            findings.add_shaped(self.arena.def(v), message, schema);
        }
        Ok(ok)
    }

    /// Where the key of a property stands, if a document has it.
    fn key_place(&self, property: &Inherited) -> Option<Location> {
        let Def::Expr(object) = self.arena.def(property.layer) else { return None };
        let index = self.find_property(object, &property.key)?;
        let found = self.property_at(object, index)?;
        Some(self.location_at(object.env, found.key_range, Some(found.key_span)))
    }

    /// Of several alternatives, none of which fits, tells what the nearest one misses.
    pub(super) fn nearest_branch(
        &self,
        v: ValueId,
        schema: &Schema,
        branches: Vec<(SchemaRef, Findings)>,
        findings: &mut Findings,
    ) {
        let (ty, any) = (self.type_of(v), self.arena.flags(v).unknown);
        let type_of = |branch: &Schema| match branch.resolved() {
            Some(target) => target.ty(),
            None => branch.ty(),
        };
        let mut fitting = branches;
        fitting.retain(|(branch, _)| any || type_of(branch).is_none_or(|wanted| wanted == ty));
        let count = fitting.len();
        let nearest = fitting.into_iter().min_by_key(|(_, inner)| inner.list.len());
        if let Some((branch, inner)) = nearest.filter(|(_, inner)| !inner.list.is_empty()) {
            for mut finding in inner.list {
                if count > 1 {
                    let label = label(&branch);
                    finding.help = Some(format!("the nearest of {count} alternatives is {label}"));
                }
                findings.list.push(finding);
            }
            return;
        }
        let message = match schema::shape(schema).as_str() {
            "" => format!("no alternative takes a value of type {ty}"),
            shape => format!("expected {shape}, got {ty}"),
        };
        findings.add(self.arena.def(v), message);
    }
}

/// What an alternative is called: its title, and what it asks for.
fn label(branch: &Schema) -> String {
    match (branch.title(), schema::shape(branch)) {
        ("", shape) => shape,
        (title, shape) => format!("`{title}`, {shape}"),
    }
}
