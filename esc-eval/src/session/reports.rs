//! Reporting what is found, and how far a limit is exceeded.

use esc_core::diagnostic::{Code, Diagnostic};
use esc_core::path::{PathElement, join_index, join_key};

use crate::ids::{EnvId, ExprRef, ValueId};
use crate::outcome::{Blocked, Exceeded};
use crate::session::Session;
use crate::session::log::{Event, Owner};

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
        self.log.push(owner, self.pass(), Event::Diagnostic(Box::new(diagnostic)));
        self.unknown(e)
    }

    /// Nothing is under way and something waits: a defect, which must not pass for an empty environment.
    pub fn report_stuck(&mut self) {
        let summary = "internal error: the evaluation waits for nothing";
        let diagnostic = Diagnostic::error(Code::Internal, summary);
        self.log.push(Owner::Paths, self.pass(), Event::Diagnostic(Box::new(diagnostic)));
    }

    /// Reports a finding of an expression under evaluation.
    pub fn report(&mut self, e: ExprRef, diagnostic: Diagnostic) {
        self.log.push(Owner::Expr(e), self.pass(), Event::Diagnostic(Box::new(diagnostic)));
    }

    /// Notes that an expression asks for another, for the order of diagnostics.
    pub fn note_eval(&mut self, e: ExprRef, child: ExprRef) {
        self.log.push(Owner::Expr(e), self.pass(), Event::Eval(child));
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

    /// At the end: a root that exceeds the limits is reported, and is not shown.
    pub fn measure_root(&mut self) {
        let root = ExprRef { env: EnvId::ROOT, expr: self.env(EnvId::ROOT).document.root };
        if self.settings.demand {
            return;
        }
        let Ok(value) = self.expr_value(root) else { return };
        if let Err(Blocked::Limit(exceeded)) = self.measure(value) {
            self.exceeds(Owner::Paths, exceeded);
            self.oversized = true;
        }
    }

    /// Warns about expressions that may not override a final value.
    pub fn report_kept_finals(&mut self) {
        for (e, pass) in self.take_overridden() {
            let warning = self
                .place(Diagnostic::warning(Code::FinalOverride, "cannot override final value"), e)
                .with_help("the imported value is marked `fn::final`; remove this override");
            let kept = self.state(e).value.and_then(|v| self.def_location(self.arena.def(v)));
            let warning = match kept {
                Some(location) => warning.with_related(location, "the final value is defined here"),
                None => warning,
            };
            self.log.push(Owner::Expr(e), pass, Event::Diagnostic(Box::new(warning)));
        }
    }

    /// Warns about final values that a later import overrides.
    pub fn report_overridden_finals(&mut self) {
        for (env, warning) in self.overridden_finals() {
            self.env_mut(env).declaration_diagnostics.push(warning);
        }
    }
}
