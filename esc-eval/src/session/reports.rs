//! Reporting what is found, and how far a limit is exceeded.

use esc_core::diagnostic::{Code, Diagnostic};
use esc_core::path::{PathElement, join_index, join_key};

use crate::ids::{EnvId, ExprRef, ValueId};
use crate::outcome::Exceeded;
use crate::session::Session;
use crate::session::log::{Event, Owner};
use crate::values::arena::Def;

impl Session {
    /// Reports that a value exceeds a limit; the value is unknown.
    pub fn exceeds(&mut self, owner: Owner, exceeded: Exceeded) -> ValueId {
        let limits = &self.settings.limits;
        let summary = match exceeded {
            Exceeded::Depth => {
                let limit = limits.max_value_depth;
                format!("values may not be nested more than {limit} levels deep")
            }
            Exceeded::StringBytes => {
                format!("the result is longer than {} bytes", limits.max_string_bytes)
            }
            Exceeded::Layers => {
                format!("the imports make more than {} layers of values", limits.max_layers)
            }
            Exceeded::Checks => {
                format!("checking the value takes more than {} steps", limits.max_checks)
            }
            Exceeded::Given => {
                format!("providers are given more than {} values", limits.max_given)
            }
            Exceeded::Values => {
                format!("more than {} values in one value", limits.max_values)
            }
        };
        let e = match owner {
            Owner::Expr(e) => e,
            Owner::Env(env) => ExprRef { env, expr: self.env(env).document.root },
            Owner::Paths => ExprRef { env: EnvId::ROOT, expr: self.env(EnvId::ROOT).document.root },
        };
        let diagnostic = self.error_at(e, Code::LimitExceeded, summary);
        self.log.push(owner, self.pass, Event::Diagnostic(diagnostic));
        self.unknown(e)
    }

    /// Nothing is under way and something waits: a defect, which must not pass for an empty environment.
    pub fn report_stuck(&mut self) {
        let summary = "internal error: the evaluation waits for nothing";
        let diagnostic = Diagnostic::error(Code::Internal, summary);
        self.log.push(Owner::Paths, self.pass, Event::Diagnostic(diagnostic));
    }

    /// An unknown value of any type, defined by the expression.
    pub fn unknown(&mut self, e: ExprRef) -> ValueId {
        let any = self.any();
        self.arena.unknown(Def::Expr(e), any)
    }

    /// Reports a finding of an expression under evaluation.
    pub fn report(&mut self, e: ExprRef, diagnostic: Diagnostic) {
        self.log.push(Owner::Expr(e), self.pass, Event::Diagnostic(diagnostic));
    }

    /// Notes that an expression asks for another, for the order of diagnostics.
    pub fn note_eval(&mut self, e: ExprRef, child: ExprRef) {
        self.log.push(Owner::Expr(e), self.pass, Event::Eval(child));
    }

    /// The path of an expression as cycle messages show it: without `values`, empty inside calls.
    pub fn evaluator_path(&self, e: ExprRef) -> String {
        let document = &self.env(e.env).document;
        let Some(node) = document.expr(e.expr).node else { return String::new() };
        let place = document.syntax.property_path(node);
        let mut steps = place.elements().iter().skip(1);
        // The name of a value is shown as it is.
        let mut path = match steps.next() {
            Some(PathElement::Key(name)) => name.to_string(),
            _ => String::new(),
        };
        for step in steps {
            match step {
                PathElement::Key(key) if key.starts_with("fn::") => return String::new(),
                PathElement::Key(key) => join_key(&mut path, key),
                PathElement::Index(index) => join_index(&mut path, *index),
            }
        }
        path
    }
}
