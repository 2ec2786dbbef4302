//! Entering expressions: what is known already, what is left out, what is final, what is a cycle.
//!
//! Whoever needs the value of an expression enters it, and gets the value, learns that it is pending, or pushes a frame. An
//! expression is entered again in a later pass only if something in it was pending. A cycle is blamed on the expression
//! that leads back, in the pass in which nothing before it is undecided: that is the one that a sequential evaluation
//! blames.

use esc_core::ast::ExprKind;
use esc_core::diagnostic::Code;

use crate::ids::{EnvId, ExprRef, ValueId};
use crate::options::Mode;
use crate::outcome::Poll;
use crate::session::Session;
use crate::session::frame::{Accept, Entered, Frame, FrameKind, Ret};
use crate::session::log::{Event, Owner};
use crate::values::environments::Status;
use crate::values::finality::Finality;
use crate::values::node::{Def, OwnSchema, Repr};

impl Session {
    /// Starts the evaluation of an expression, or answers what is known already.
    pub fn enter(&mut self, from: Owner, e: ExprRef, accept: Accept) -> Poll<Entered> {
        let state = *self.state(e);
        match (state.status, state.value) {
            (Status::Done | Status::Skipped | Status::Overruled, Some(value)) => {
                return Ok(Entered::Ready(Ret::Value { value, partial: false }));
            }
            (Status::Evaluating, _) => return Ok(Entered::Ready(self.cycle(from, e))),
            (Status::Partial, Some(value)) if state.pass == self.pass() => {
                return Ok(Entered::Ready(Ret::Value { value, partial: true }));
            }
            (Status::Pending, _) if state.pass == self.pass() => {
                return Ok(Entered::Ready(Ret::Pending));
            }
            _ => {}
        }
        if accept.as_ref().is_some_and(|schema| schema.is_rotate_only()) && self.skips(e.env) {
            return Ok(Entered::Ready(self.skip(e)));
        }
        match self.base_finality(e)? {
            Finality::Overridable => {}
            Finality::Final(base) => {
                self.settle_final(e, base);
                return Ok(Entered::Ready(Ret::Value { value: base, partial: false }));
            }
            finality => {
                self.undecided |= matches!(finality, Finality::Undecided);
                let pass = self.pass();
                let state = self.state_mut(e);
                (state.status, state.pass) = (Status::Pending, pass);
                return Ok(Entered::Ready(Ret::Pending));
            }
        }
        if let Some(value) = self.literal(e) {
            return Ok(Entered::Ready(self.finish(e, value, &accept)));
        }
        let pass = self.pass();
        let state = self.state_mut(e);
        (state.status, state.pass) = (Status::Evaluating, pass);
        Ok(Entered::Push(Frame::new(FrameKind::Expr(e), accept)))
    }

    /// Whether rotate-only inputs are left out.
    fn skips(&self, env: EnvId) -> bool {
        self.settings.mode == Mode::Open || !self.is_root(env)
    }

    fn skip(&mut self, e: ExprRef) -> Ret {
        let value = self.unknown(e);
        self.set_flags(value, |flags| flags.rotate_only = true);
        let pass = self.pass();
        let state = self.state_mut(e);
        (state.status, state.value, state.pass) = (Status::Skipped, Some(value), pass);
        Ret::Value { value, partial: false }
    }

    pub fn cycle(&mut self, from: Owner, e: ExprRef) -> Ret {
        if self.undecided {
            return Ret::Pending;
        }
        let path = self.evaluator_path(e);
        let diagnostic = self
            .error_at(e, Code::CyclicReference, format!("cyclic reference to {path}"))
            .with_help("a value cannot refer to itself; break the cycle at one of its references");
        self.log.push(from, self.pass(), Event::Diagnostic(Box::new(diagnostic)));
        Ret::Value { value: self.unknown(e), partial: false }
    }

    /// The value of a scalar literal.
    pub fn literal(&mut self, e: ExprRef) -> Option<ValueId> {
        let repr = match &self.expr(e).kind {
            ExprKind::Null => Repr::Null,
            ExprKind::Bool(b) => Repr::Bool(*b),
            ExprKind::Number(n) => Repr::Number(n.clone()),
            ExprKind::String(s) => Repr::String(esc_core::secret::Text::plain(s.clone())),
            ExprKind::Missing => return Some(self.unknown(e)),
            _ => return None,
        };
        let base = self.own_base(e);
        Some(self.arena.own(Def::Expr(e), repr, base, OwnSchema::Literal))
    }
}
