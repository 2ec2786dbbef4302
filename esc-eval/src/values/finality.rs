//! Final values: what may not be overridden, and whether that can be told yet.
//!
//! An expression over a final value keeps that value and is left out; that is found when it is entered, and reported at
//! the end. Until the base is there it may be known all the same whether it will be final (`fn::final` that waits for a
//! provider is), may be or not (`fn::validate` gives what it is given), or cannot be told: then the pass is *undecided*.

use esc_core::ast::{ExprKind, Function};

use crate::ids::{ExprRef, ValueId};
use crate::outcome::{Blocked, Poll};
use crate::values::View;
use crate::values::environments::Status;
use crate::values::node::{Base, Def, OwnSchema, Repr};

/// Whether the base of an expression forbids to override it.
pub(crate) enum Finality {
    Overridable,
    Final(ValueId),
    FinalPending,
    Undecided,
}

impl View {
    /// The base for a value that an expression makes itself.
    pub fn own_base(&self, e: ExprRef) -> Base {
        if self.has_base(e) { Base::Expr(e) } else { Base::None }
    }

    pub fn has_base(&self, e: ExprRef) -> bool {
        let env = self.env(e.env);
        env.base.is_some() && (self.state(e).parent.is_some() || e.expr == env.document.root)
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
                self.settle_final(e, base);
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

    pub fn base_finality(&mut self, e: ExprRef) -> Poll<Finality> {
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
            ExprKind::Call(call) => match &call.function {
                function if function.is_final() => Finality::FinalPending,
                Function::Validate { .. } => Finality::Undecided,
                _ => Finality::Overridable,
            },
            ExprKind::Interpolate(_) => Finality::Overridable,
            _ => Finality::Undecided,
        })
    }

    /// Leaves an expression the final value that it may not override. That is worth a warning.
    pub(super) fn settle_final(&mut self, e: ExprRef, base: ValueId) {
        let pass = self.pass;
        let state = self.state_mut(e);
        (state.status, state.value, state.pass) = (Status::Overruled, Some(base), pass);
        self.overridden.push((e, pass));
    }
}
