//! Entering expressions: what is known already, what is left out, what is final, what is a cycle.

use esc_core::ast::{ExprKind, Function};
use esc_core::diagnostic::{Code, Diagnostic};

use crate::ids::{EnvId, ExprRef, ValueId};
use crate::options::Mode;
use crate::outcome::{Blocked, Poll};
use crate::session::Session;
use crate::session::frame::{Accept, Entered, Frame, FrameKind, Ret};
use crate::session::log::{Event, Owner};
use crate::values::arena::{Base, Def, OwnSchema, Repr};
use crate::values::environments::Status;

/// Whether the base of an expression forbids to override it.
enum Finality {
    Overridable,
    Final(ValueId),
    FinalPending,
    Undecided,
}

impl Session {
    /// The base for a value that an expression makes itself.
    pub fn own_base(&self, e: ExprRef) -> Base {
        if self.has_base(e) { Base::Expr(e) } else { Base::None }
    }

    pub fn has_base(&self, e: ExprRef) -> bool {
        let env = self.env(e.env);
        env.base.is_some() && (self.state(e).parent.is_some() || e.expr == env.document.root)
    }

    /// Starts the evaluation of an expression, or answers what is known already.
    pub fn enter(&mut self, from: Owner, e: ExprRef, accept: Accept) -> Poll<Entered> {
        let state = *self.state(e);
        match (state.status, state.value) {
            (Status::Done | Status::Skipped | Status::Overruled, Some(value)) => {
                return Ok(Entered::Ready(Ret::Value { value, partial: false }));
            }
            (Status::Evaluating, _) => return Ok(Entered::Ready(self.cycle(from, e))),
            (Status::Partial, Some(value)) if state.pass == self.pass => {
                return Ok(Entered::Ready(Ret::Value { value, partial: true }));
            }
            (Status::Pending, _) if state.pass == self.pass => {
                return Ok(Entered::Ready(Ret::Pending));
            }
            _ => {}
        }
        if accept.as_ref().is_some_and(|schema| schema.is_rotate_only()) && self.skips(e.env) {
            return Ok(Entered::Ready(self.skip(e)));
        }
        match self.base_finality(e)? {
            Finality::Overridable => {}
            Finality::Final(base) => return Ok(Entered::Ready(self.keep_final(e, base))),
            finality => {
                self.undecided |= matches!(finality, Finality::Undecided);
                let pass = self.pass;
                let state = self.state_mut(e);
                (state.status, state.pass) = (Status::Pending, pass);
                return Ok(Entered::Ready(Ret::Pending));
            }
        }
        if let Some(value) = self.literal(e) {
            return Ok(Entered::Ready(self.finish(e, value, &accept)));
        }
        let pass = self.pass;
        let state = self.state_mut(e);
        (state.status, state.pass) = (Status::Evaluating, pass);
        Ok(Entered::Push(Frame::new(FrameKind::Expr(e), accept)))
    }

    /// Gives a literal container a value without asking for its contents; other expressions stay as they are.
    pub fn enter_lazily(&mut self, e: ExprRef) -> Poll<()> {
        let repr = match self.expr(e).kind {
            ExprKind::Object(_) => Repr::ObjectLiteral(e),
            ExprKind::List(_) => Repr::ListLiteral(e),
            _ => return Ok(()),
        };
        match self.base_finality(e)? {
            Finality::Final(base) => {
                self.keep_final(e, base);
            }
            Finality::Overridable => {
                let base = self.own_base(e);
                let v = self.arena.own(Def::Expr(e), repr, base, OwnSchema::Literal);
                let state = self.state_mut(e);
                (state.status, state.value) = (Status::Lazy, Some(v));
            }
            Finality::FinalPending | Finality::Undecided => return Err(Blocked::Pending(None)),
        }
        Ok(())
    }

    /// Whether rotate-only inputs are left out.
    fn skips(&self, env: EnvId) -> bool {
        self.settings.mode == Mode::Open || !self.is_root(env)
    }

    fn skip(&mut self, e: ExprRef) -> Ret {
        let value = self.arena.unknown(Def::Expr(e), self.any());
        self.arena.node_mut(value).flags.rotate_only = true;
        let pass = self.pass;
        let state = self.state_mut(e);
        (state.status, state.value, state.pass) = (Status::Skipped, Some(value), pass);
        Ret::Value { value, partial: false }
    }

    fn keep_final(&mut self, e: ExprRef, base: ValueId) -> Ret {
        let pass = self.pass;
        let state = self.state_mut(e);
        (state.status, state.value, state.pass) = (Status::Overruled, Some(base), pass);
        let warning = self
            .place(Diagnostic::warning(Code::FinalOverride, "cannot override final value"), e)
            .with_help("the imported value is marked `fn::final`; remove this override");
        let warning = match self.def_location(self.arena.def(base)) {
            Some(location) => warning.with_related(location, "the final value is defined here"),
            None => warning,
        };
        self.log.push(Owner::Expr(e), pass, Event::Diagnostic(warning));
        Ret::Value { value: base, partial: false }
    }

    fn base_finality(&mut self, e: ExprRef) -> Poll<Finality> {
        if !self.has_base(e) {
            return Ok(Finality::Overridable);
        }
        match self.expr_base(e) {
            Ok(Some(base)) if self.arena.flags(base).is_final => Ok(Finality::Final(base)),
            Ok(_) => Ok(Finality::Overridable),
            Err(Blocked::Pending(Some(pending))) => self.pending_finality(pending),
            Err(Blocked::Pending(None)) => Ok(Finality::Undecided),
            Err(other) => Err(other),
        }
    }

    /// Whether what is pending will be final: because of what it is, or because it may not override a final value.
    fn pending_finality(&mut self, pending: ExprRef) -> Poll<Finality> {
        match crate::grow::grow(|| self.base_finality(pending))? {
            Finality::Overridable => {}
            Finality::Final(_) | Finality::FinalPending => return Ok(Finality::FinalPending),
            Finality::Undecided => return Ok(Finality::Undecided),
        }
        Ok(match &self.expr(pending).kind {
            ExprKind::Call(call) => match call.function {
                Function::Final(_) => Finality::FinalPending,
                Function::Validate { .. } => Finality::Undecided,
                _ => Finality::Overridable,
            },
            ExprKind::Interpolate(_) => Finality::Overridable,
            _ => Finality::Undecided,
        })
    }

    pub fn cycle(&mut self, from: Owner, e: ExprRef) -> Ret {
        if self.undecided {
            return Ret::Pending;
        }
        let path = self.evaluator_path(e);
        let diagnostic = self
            .error_at(e, Code::CyclicReference, format!("cyclic reference to {path}"))
            .with_help("a value cannot refer to itself; break the cycle at one of its references");
        self.log.push(from, self.pass, Event::Diagnostic(diagnostic));
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
