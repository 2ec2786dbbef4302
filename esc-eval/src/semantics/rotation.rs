//! Rotators: rotating, and opening what was rotated.
//!
//! Inputs and state are both evaluated and checked, so that what is wrong with either is reported. A rotator that is
//! selected rotates first; the new state goes into a patch for the document and into the call that opens it. A rotation
//! that was asked for is always accounted for: succeeded, failed, or not evaluated.

use esc_core::ast::{ExprKind, Open, RotateState};
use esc_core::diagnostic::{Code, Diagnostic};
use esc_core::edit::Patch;
use esc_core::provider::RotateRequest;
use esc_core::schema::SchemaRef;
use esc_core::value::Value;
use smol_str::SmolStr;

use crate::ids::{ExprRef, ValueId};
use crate::options::Mode;
use crate::outcome::{Blocked, Poll};
use crate::session::Session;
use crate::session::calls::{Answer, LATE, LoadedRotator, Phase, Rotation, RotationStatus, Wanted};
use crate::session::frame::{Flow, Frame, Ret};
use crate::session::log::{Event, Owner};
use crate::values::node::{Def, Repr};
use crate::values::traced::Tracer;

impl Session {
    /// Looks the rotator up, reports what is wrong with it, and answers its input schema.
    fn rotator_inputs(&mut self, e: ExprRef, name: &SmolStr) -> Option<SchemaRef> {
        match self.calls.rotators.get(name).cloned()? {
            Ok(loaded) => {
                let inputs = self.compiled(e, "input schema", &loaded.inputs);
                self.compiled(e, "state schema", &loaded.state);
                self.compiled(e, "schema", &loaded.outputs);
                inputs
            }
            Err(error) => {
                self.report_unknown(e, error);
                None
            }
        }
    }

    /// Whether the rotator at this call is to be rotated.
    fn selected(&self, e: ExprRef) -> bool {
        self.rotating(e.env)
            && match &self.settings.rotate {
                None => true,
                Some(paths) => paths.contains(&self.env(e.env).document.path_of(e.expr)),
            }
    }

    pub(crate) fn step_rotate(
        &mut self,
        frame: &mut Frame,
        e: ExprRef,
        open: &Open,
        state: &RotateState,
        ret: Ret,
    ) -> Poll<Flow> {
        let Some(name) = &open.provider else { return Ok(Flow::Done(self.unknown(e))) };
        let inputs_expr = ExprRef { env: e.env, expr: open.inputs };
        let state_expr = ExprRef { env: e.env, expr: state.state };
        match (frame.step, ret) {
            (0, _) => {
                if self.is_root(e.env) {
                    let path = self.env(e.env).document.path_of(e.expr);
                    self.rotators_seen.insert(path);
                }
                frame.step = 1;
                let inputs = self.rotator_inputs(e, name);
                self.note_eval(e, inputs_expr);
                return Ok(Flow::Eval(inputs_expr, inputs));
            }
            (1, Ret::Nothing) => {}
            (1, ret) => {
                self.take(frame, e, ret);
                frame.step = 2;
            }
            (3, ret) => {
                self.take(frame, e, ret);
                frame.step = 4;
            }
            _ => {}
        }
        let loaded = match self.calls.rotators.get(name) {
            Some(Ok(loaded)) => Some(loaded.clone()),
            _ => None,
        };
        let any = self.any();
        let schema_of = |schema: Option<&Result<SchemaRef, String>>| match schema {
            Some(Ok(schema)) => schema.clone(),
            _ => any.clone(),
        };
        let inputs_schema = schema_of(loaded.as_ref().map(|l| &l.inputs));
        let state_schema = schema_of(loaded.as_ref().map(|l| &l.state));
        let outputs = schema_of(loaded.as_ref().map(|l| &l.outputs));
        let inputs = frame.values.first().copied().unwrap_or_else(|| self.unknown(e));
        if frame.step == 2 {
            // The state is evaluated even if the inputs are pending or wrong.
            let ok = match frame.pending {
                true => false,
                false => match self.validate(e, inputs, &inputs_schema) {
                    Ok(ok) => ok,
                    Err(Blocked::Pending(_)) => {
                        frame.pending = true;
                        false
                    }
                    Err(blocked) => return Err(blocked),
                },
            };
            let ok = self.arena.literal(Def::Expr(e), Repr::Bool(ok));
            frame.values.push(ok);
            if self.is_refused(state_expr) {
                let unknown = self.unknown(state_expr);
                frame.values.push(unknown);
                frame.step = 4;
                return self.step_rotate(frame, e, open, state, Ret::Nothing);
            }
            frame.step = 3;
            self.note_eval(e, state_expr);
            return Ok(Flow::Eval(state_expr, Some(state_schema)));
        }
        if frame.pending {
            return Ok(Flow::Pending);
        }
        let inputs_ok =
            frame.values.get(1).is_some_and(|v| matches!(self.arena.repr(*v), Repr::Bool(true)));
        let state = frame.values.get(2).copied().unwrap_or_else(|| self.unknown(e));
        let known = self.calls.answers.contains_key(&(e, Phase::Rotate))
            || self.calls.answers.contains_key(&(e, Phase::Open));
        if !known {
            let state_ok = self.validate(e, state, &state_schema)?;
            let selected = self.selected(e);
            let rotating = self.rotating(e.env);
            let not_evaluated = !inputs_ok
                || self.observable_unknown(inputs, rotating)?
                || !state_ok
                || self.taint(state)?.0
                || self.settings.mode == Mode::Check;
            let usable = loaded
                .as_ref()
                .is_some_and(|l| l.inputs.is_ok() && l.state.is_ok() && l.outputs.is_ok());
            if not_evaluated || !usable {
                if selected {
                    self.log_rotation(e, RotationStatus::NotEvaluated, None, None);
                }
                return Ok(self.unknown_of(e, outputs, false));
            }
            if !self.is_object(inputs) {
                if selected {
                    self.log_rotation(e, RotationStatus::NotEvaluated, None, None);
                }
                return Ok(self.inputs_not_object(e, outputs));
            }
        }
        let Some(loaded) = loaded else { return Ok(self.unknown_of(e, outputs, false)) };
        self.call_rotator(e, &loaded, inputs, state, outputs)
    }

    /// Whether a state is not the literal that it has to be. That was reported when the document was read, and whatever is
    /// in its place is not looked at, except by the reference.
    fn is_refused(&self, state: ExprRef) -> bool {
        let state = self.expr(state);
        // A state that is not there is a null that stands nowhere.
        let literal = state.node.is_none() || matches!(state.kind, ExprKind::Object(_));
        !literal && !self.settings.compatible
    }

    fn take(&mut self, frame: &mut Frame, e: ExprRef, ret: Ret) {
        match ret {
            Ret::Value { value, .. } => frame.values.push(value),
            _ => {
                frame.pending = true;
                let placeholder = self.unknown(e);
                frame.values.push(placeholder);
            }
        }
    }

    fn call_rotator(
        &mut self,
        e: ExprRef,
        loaded: &LoadedRotator,
        inputs: ValueId,
        state: ValueId,
        outputs: SchemaRef,
    ) -> Poll<Flow> {
        let mut request = RotateRequest {
            inputs: self.traced_tree(inputs)?,
            state: match self.arena.repr(state) {
                Repr::Null => None,
                _ => Some(self.traced_tree(state)?),
            },
            context: self.context(e.env),
            site: self.call_site(e),
        };
        if self.selected(e) {
            let id = (e, Phase::Rotate);
            match self.calls.answers.get(&id).cloned() {
                None => {
                    let rotator = loaded.rotator.clone();
                    self.calls.wanted.push(Wanted::Rotate { id, rotator, request });
                    self.calls.answers.insert(id, None);
                    return Ok(Flow::Pending);
                }
                Some(None) => return Ok(Flow::Pending),
                Some(Some(answer)) => match &*answer {
                    Answer::Rotated(Ok(new)) => {
                        let patch = self.state_patch(e, new.clone());
                        self.log_rotation(e, RotationStatus::Succeeded, None, patch);
                        let new = new.clone();
                        request.state = Some(if new.secret { new.into_secret() } else { new });
                    }
                    Answer::Rotated(Err(error)) => {
                        // Whether a rotation may be tried again, nobody can tell from outside.
                        let failed = Diagnostic::of_provider(Code::RotateFailed, error);
                        let failed = self.place(failed.with_temporary(false), e);
                        self.log_rotation(e, RotationStatus::Failed, Some(failed.clone()), None);
                        let summary = format!("rotate: {}", failed.summary);
                        self.report(e, Diagnostic { summary, ..failed });
                        return Ok(self.unknown_of(e, outputs, false));
                    }
                    _ => {
                        let late = self.error_at(e, Code::DeadlineExceeded, LATE);
                        let failed = RotationStatus::Failed;
                        self.log_rotation(e, failed, Some(late.clone()), None);
                        self.report(e, late);
                        return Ok(self.unknown_of(e, outputs, false));
                    }
                },
            }
        }
        let id = (e, Phase::Open);
        match self.calls.answers.get(&id).cloned() {
            None => {
                let rotator = loaded.rotator.clone();
                self.calls.wanted.push(Wanted::OpenRotator { id, rotator, request });
                self.calls.answers.insert(id, None);
                Ok(Flow::Pending)
            }
            Some(None) => Ok(Flow::Pending),
            Some(Some(answer)) => Ok(self.opened(e, &answer)),
        }
    }

    /// What rotators are given: they may hand it on, and then it shows where it came from.
    fn traced_tree(&mut self, v: ValueId) -> Poll<Value> {
        self.measure(v)?;
        let traced = Tracer::new(self, SmolStr::default()).value(v)?;
        Ok(traced.to_value_with_traces())
    }

    /// What to write into the document after a rotation.
    fn state_patch(&self, e: ExprRef, state: Value) -> Option<Patch> {
        let document = &self.env(e.env).document;
        let ExprKind::Call(call) = &document.expr(e.expr).kind else { return None };
        let mut path = document.syntax.property_path(document.expr(e.expr).node?);
        path.push(call.name.clone());
        path.push("state");
        Some(Patch { path, replacement: state })
    }

    fn log_rotation(
        &mut self,
        e: ExprRef,
        status: RotationStatus,
        diagnostic: Option<Diagnostic>,
        patch: Option<Patch>,
    ) {
        let path = self.env(e.env).document.path_of(e.expr);
        let rotation = Rotation { path, status, diagnostic, patch };
        self.log.push(Owner::Expr(e), self.pass(), Event::Rotation(Box::new(rotation)));
    }
}
