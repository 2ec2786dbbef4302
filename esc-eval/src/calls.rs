//! Calls that leave the evaluation: opening, rotating, decrypting.

use std::sync::Arc;

use esc_core::ast::{ExprId, ExprKind, Open, RotateState};
use esc_core::diagnostic::{Code, Diagnostic};
use esc_core::edit::Patch;
use esc_core::envelope;
use esc_core::provider::{
    CallSite, OpenRequest, Opened, Provider, ProviderError, RotateRequest, Rotator,
};
use esc_core::schema::{Schema, SchemaRef};
use esc_core::secret::{Scrubber, Secret, Text};
use esc_core::value::{Value, ValueKind};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::arena::{Def, Repr, ValueId};
use crate::hygiene::mark_secrets;
use crate::log::{Event, Owner};
use crate::machine::{Flow, Frame, Ret};
use crate::options::Mode;
use crate::plain::Export;
use crate::session::{Blocked, EnvId, ExprRef, Poll, Session};

/// A provider with its compiled schemas.
pub(crate) struct LoadedProvider {
    pub provider: Arc<dyn Provider>,
    pub inputs: Result<SchemaRef, String>,
    pub outputs: Result<SchemaRef, String>,
}

/// A rotator with its compiled schemas.
pub(crate) struct LoadedRotator {
    pub rotator: Arc<dyn Rotator>,
    pub inputs: Result<SchemaRef, String>,
    pub state: Result<SchemaRef, String>,
    pub outputs: Result<SchemaRef, String>,
}

/// A call site can call twice: a rotator first rotates, then opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Phase {
    Rotate,
    Open,
}

pub(crate) type CallId = (ExprRef, Phase);

/// A call that is to be made.
pub(crate) enum Wanted {
    Open { id: CallId, name: SmolStr, provider: Arc<dyn Provider>, request: OpenRequest },
    OpenRotator { id: CallId, rotator: Arc<dyn Rotator>, request: RotateRequest },
    Rotate { id: CallId, rotator: Arc<dyn Rotator>, request: RotateRequest },
    Decrypt { id: CallId, env: EnvId, ciphertext: Vec<u8> },
}

/// What a call came to.
pub(crate) enum Answer {
    Opened(Result<Opened, ProviderError>),
    Rotated(Result<Value, ProviderError>),
    Decrypted(Result<Secret<Vec<u8>>, String>),
    /// There was none in time.
    Late,
}

/// What is said about whatever there was no time for.
pub(crate) const LATE: &str = "the evaluation's deadline has passed";

#[derive(Default)]
pub(crate) struct Calls {
    pub providers: FxHashMap<SmolStr, Result<Arc<LoadedProvider>, ProviderError>>,
    pub rotators: FxHashMap<SmolStr, Result<Arc<LoadedRotator>, ProviderError>>,
    pub wanted: Vec<Wanted>,
    /// Calls that were made; none while there is no answer.
    pub answers: FxHashMap<CallId, Option<Arc<Answer>>>,
    /// Leases of opened values, by call.
    pub leases: Vec<(ExprRef, esc_core::provider::Lease)>,
}

/// What became of a rotator that was to be rotated.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The document path of the call.
    pub path: String,
    /// What became of it.
    pub status: RotationStatus,
    /// Why it failed.
    pub diagnostic: Option<Diagnostic>,
    /// What to write into the document: the new state.
    pub patch: Option<Patch>,
}

/// What became of a rotator that was to be rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotationStatus {
    /// There is a new state.
    Succeeded,
    /// The rotator failed.
    Failed,
    /// Its inputs or state are not usable.
    NotEvaluated,
}

impl Session {
    fn call_site(&self, e: ExprRef) -> CallSite {
        CallSite {
            environment: self.env(e.env).name.clone(),
            path: self.env(e.env).document.path_of(e.expr),
        }
    }

    fn report_internal(&mut self, e: ExprRef, what: &str, error: &str) {
        let message = format!("internal error: invalid {what} ({error})");
        let diagnostic = self.error_at(e, Code::ProviderSchema, message);
        self.report(e, diagnostic);
    }

    /// Reports a schema that cannot be compiled; inputs are then checked against nothing.
    fn compiled(
        &mut self,
        e: ExprRef,
        what: &str,
        schema: &Result<SchemaRef, String>,
    ) -> Option<SchemaRef> {
        match schema {
            Ok(schema) => Some(schema.clone()),
            Err(error) => {
                self.report_internal(e, what, error);
                None
            }
        }
    }

    /// Looks the provider up, reports what is wrong with it, and answers its input schema.
    fn provider_inputs(&mut self, e: ExprRef, name: &SmolStr) -> Option<SchemaRef> {
        match self.calls.providers.get(name).cloned()? {
            Ok(loaded) => {
                let inputs = self.compiled(e, "input schema", &loaded.inputs);
                self.compiled(e, "schema", &loaded.outputs);
                inputs
            }
            Err(error) => {
                self.report_unknown(e, error);
                None
            }
        }
    }

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

    fn report_unknown(&mut self, e: ExprRef, error: ProviderError) {
        let code = if self.late { Code::DeadlineExceeded } else { Code::UnknownProvider };
        let diagnostic = self.error_at(e, code, error.message);
        self.report(e, diagnostic);
    }

    pub(crate) fn step_open(
        &mut self,
        frame: &mut Frame,
        e: ExprRef,
        open: &Open,
        ret: Ret,
    ) -> Poll<Flow> {
        let Some(name) = &open.provider else { return Ok(Flow::Done(self.unknown(e))) };
        let id = (e, Phase::Open);
        let inputs_expr = ExprRef { env: e.env, expr: open.inputs };
        if frame.step == 0 {
            match self.calls.answers.get(&id) {
                Some(None) => return Ok(Flow::Pending),
                Some(Some(answer)) => {
                    let answer = answer.clone();
                    self.note_eval(e, inputs_expr);
                    return Ok(self.opened(e, &answer));
                }
                None => {}
            }
            frame.step = 1;
            let inputs = self.provider_inputs(e, name);
            self.note_eval(e, inputs_expr);
            return Ok(Flow::Eval(inputs_expr, inputs));
        }
        if frame.values.is_empty() {
            match ret {
                Ret::Value { value, .. } => frame.values.push(value),
                _ => return Ok(Flow::Pending),
            }
        }
        let inputs = frame.values.first().copied().unwrap_or_else(|| self.unknown(e));
        let loaded = match self.calls.providers.get(name) {
            Some(Ok(loaded)) => Some(loaded.clone()),
            _ => None,
        };
        let schema = loaded.as_ref().and_then(|l| l.inputs.clone().ok());
        let ok = self.validate(e, inputs, &schema.unwrap_or_else(|| self.any()))?;
        let outputs = loaded.as_ref().and_then(|l| l.outputs.clone().ok());
        let outputs = outputs.unwrap_or_else(|| self.any());
        let Some(loaded) = loaded.filter(|l| l.inputs.is_ok() && l.outputs.is_ok()) else {
            return Ok(self.unknown_of(e, outputs, false));
        };
        if !ok || self.taint(inputs)?.0 || self.settings.mode == Mode::Check {
            return Ok(self.unknown_of(e, outputs, false));
        }
        if !self.is_object(inputs) {
            return Ok(self.inputs_not_object(e, outputs));
        }
        let plain = self.plain(inputs, Export { environment: "", traces: false })?;
        let request =
            OpenRequest { inputs: plain, context: self.context(e.env), site: self.call_site(e) };
        let (name, provider) = (name.clone(), loaded.provider.clone());
        self.calls.wanted.push(Wanted::Open { id, name, provider, request });
        self.calls.answers.insert(id, None);
        Ok(Flow::Pending)
    }

    fn inputs_not_object(&mut self, e: ExprRef, outputs: SchemaRef) -> Flow {
        let diagnostic = self
            .error_at(e, Code::TypeMismatch, "provider inputs must be an object")
            .with_help("write the inputs as `name: value` pairs");
        self.report(e, diagnostic);
        self.unknown_of(e, outputs, false)
    }

    fn opened(&mut self, e: ExprRef, answer: &Answer) -> Flow {
        match answer {
            Answer::Opened(Ok(opened)) => {
                if let Some(lease) = &opened.lease {
                    self.calls.leases.push((e, lease.clone()));
                }
                let mut value = opened.value.clone();
                if !self.settings.compatible {
                    value = mark_secrets(value, &self.output_schema(e), 0);
                }
                let value = if value.secret { value.into_secret() } else { value };
                Flow::Done(self.take_plain(value, Def::Expr(e)))
            }
            Answer::Opened(Err(error)) => {
                let message = self.scrubbed(e, &error.message);
                let diagnostic = self.error_at(e, Code::OpenFailed, message);
                self.report(e, diagnostic);
                let outputs = self.output_schema(e);
                self.unknown_of(e, outputs, false)
            }
            Answer::Late => {
                let diagnostic = self.error_at(e, Code::DeadlineExceeded, LATE);
                self.report(e, diagnostic);
                let outputs = self.output_schema(e);
                self.unknown_of(e, outputs, false)
            }
            _ => Flow::Done(self.unknown(e)),
        }
    }

    /// A provider's message without the secrets that the provider was given, should it quote them.
    fn scrubbed(&mut self, e: ExprRef, message: &str) -> String {
        if self.settings.compatible {
            return message.to_owned();
        }
        let arguments = match &self.expr(e).kind {
            ExprKind::Call(call) => match &call.function {
                esc_core::ast::Function::Open(open) => vec![open.inputs],
                esc_core::ast::Function::Rotate(open, state) => vec![open.inputs, state.state],
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        let export = Export { environment: "", traces: false };
        let mut given = Vec::new();
        for expr in arguments {
            if let Some(value) = self.state(ExprRef { env: e.env, expr }).value {
                given.extend(self.plain(value, export));
            }
        }
        let mut secrets = Vec::new();
        for value in &given {
            secret_texts(value, false, &mut secrets);
        }
        Scrubber::new(secrets).scrub(message).into_owned()
    }

    fn output_schema(&self, e: ExprRef) -> SchemaRef {
        let (open, rotate) = match &self.expr(e).kind {
            ExprKind::Call(call) => match &call.function {
                esc_core::ast::Function::Open(open) => (open, false),
                esc_core::ast::Function::Rotate(open, _) => (open, true),
                _ => return self.any(),
            },
            _ => return self.any(),
        };
        let Some(name) = &open.provider else { return self.any() };
        let outputs = if rotate {
            match self.calls.rotators.get(name) {
                Some(Ok(loaded)) => loaded.outputs.clone().ok(),
                _ => None,
            }
        } else {
            match self.calls.providers.get(name) {
                Some(Ok(loaded)) => loaded.outputs.clone().ok(),
                _ => None,
            }
        };
        outputs.unwrap_or_else(|| self.any())
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
            let not_evaluated = !inputs_ok
                || self.observable_unknown(inputs, self.rotating(e.env))?
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
        let export = Export { environment: "", traces: true };
        let mut request = RotateRequest {
            inputs: self.plain(inputs, export)?,
            state: match self.arena.repr(state) {
                Repr::Null => None,
                _ => Some(self.plain(state, export)?),
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
                        let message = self.scrubbed(e, &error.message);
                        let failed = self.error_at(e, Code::RotateFailed, message.clone());
                        self.log_rotation(e, RotationStatus::Failed, Some(failed), None);
                        let message = format!("rotate: {message}");
                        let diagnostic = self.error_at(e, Code::RotateFailed, message);
                        self.report(e, diagnostic);
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
        self.log.push(Owner::Expr(e), self.pass, Event::Rotation(Box::new(rotation)));
    }

    /// Whether a rotator would see an unknown: rotate-only inputs may be unknown unless rotating.
    fn observable_unknown(&mut self, v: ValueId, rotating: bool) -> Poll<bool> {
        let flags = self.arena.flags(v);
        if flags.unknown && (rotating || !flags.rotate_only) {
            return Ok(true);
        }
        let mut found = false;
        self.for_each_child(v, 0, &mut |session, child, _| {
            found |= session.observable_unknown(child, rotating)?;
            Ok(())
        })?;
        Ok(found)
    }

    pub(crate) fn step_ciphertext(&mut self, e: ExprRef, literal: ExprId) -> Poll<Flow> {
        let literal = ExprRef { env: e.env, expr: literal };
        let text = match &self.expr(literal).kind {
            ExprKind::String(text) => text.clone(),
            _ => SmolStr::default(),
        };
        let id = (e, Phase::Open);
        let answer = self.calls.answers.get(&id).cloned();
        let message = match answer {
            Some(None) => return Ok(Flow::Pending),
            Some(Some(answer)) => match &*answer {
                Answer::Decrypted(Ok(plaintext)) => {
                    let text = String::from_utf8_lossy(plaintext.expose()).into_owned();
                    let v = self.arena.own(
                        Def::Expr(e),
                        Repr::String(Text::secret(text)),
                        crate::arena::Base::None,
                        crate::arena::OwnSchema::Fixed(Schema::string()),
                    );
                    self.set_flags(v, |flags| flags.secret = true);
                    return Ok(Flow::Done(v));
                }
                Answer::Decrypted(Err(error)) => {
                    (Code::DecryptFailed, format!("decrypting: {error}"))
                }
                _ => (Code::DeadlineExceeded, LATE.to_owned()),
            },
            None => match envelope::decode(&text) {
                Err(error) => (Code::InvalidCiphertext, format!("invalid ciphertext: {error}")),
                Ok(_) if self.settings.mode == Mode::Check && !self.settings.show_secrets => {
                    return Ok(self.unknown_of(e, Schema::string(), true));
                }
                Ok(ciphertext) => {
                    let env = e.env;
                    self.calls.wanted.push(Wanted::Decrypt { id, env, ciphertext });
                    self.calls.answers.insert(id, None);
                    return Ok(Flow::Pending);
                }
            },
        };
        let diagnostic = self.error_at(e, message.0, message.1);
        self.report(e, diagnostic);
        Ok(self.unknown_of(e, Schema::string(), true))
    }
}

/// The texts in a value that are secret.
fn secret_texts<'v>(value: &'v Value, secret: bool, out: &mut Vec<&'v str>) {
    let secret = secret || value.secret;
    match &value.kind {
        ValueKind::String(text) if secret || text.is_secret() => out.push(text.as_str()),
        ValueKind::Number(number) if secret => out.push(number.as_str()),
        ValueKind::List(items) => items.iter().for_each(|item| secret_texts(item, secret, out)),
        ValueKind::Object(properties) => {
            properties.values().for_each(|property| secret_texts(property, secret, out));
        }
        _ => {}
    }
}
