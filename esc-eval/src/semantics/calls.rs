//! Calls that leave the evaluation: opening and decrypting.
//!
//! A call waits until its inputs are complete, valid and known; then it is noted as wanted, and its expression is pending
//! until the driver has the answer. `check` makes no calls: results are unknown values of the declared types. What a
//! provider returns becomes a value that the call defines, with what the output schema says is secret marked.

use esc_core::ast::{ExprId, ExprKind, Function, Open};
use esc_core::crypt::CryptError;
use esc_core::diagnostic::{Code, Diagnostic};
use esc_core::envelope;
use esc_core::provider::{CallSite, OpenRequest, ProviderError};
use esc_core::schema::{Schema, SchemaRef};
use esc_core::secret::Text;
use smol_str::SmolStr;

use crate::ids::{EnvId, ExprRef};
use crate::options::Mode;
use crate::outcome::{Blocked, Exceeded, Poll};
use crate::session::Session;
use crate::session::calls::{Answer, LATE, Phase, Wanted};
use crate::session::frame::{Flow, Frame, Ret};
use crate::values::node::{Def, Repr};
use crate::values::secrets::mark_secrets;

impl Session {
    pub(crate) fn call_site(&self, e: ExprRef) -> CallSite {
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
    pub(crate) fn compiled(
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

    pub(crate) fn report_unknown(&mut self, e: ExprRef, error: ProviderError) {
        let code = if self.late { Code::DeadlineExceeded } else { Code::UnknownProvider };
        let diagnostic = self.place(Diagnostic::of_provider(code, &error), e);
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
        let given = self.given + self.measure(inputs)?.count;
        if given > self.settings.limits.max_given {
            return Err(Blocked::Limit(Exceeded::Given));
        }
        let plain = self.plain(inputs)?;
        let request =
            OpenRequest { inputs: plain, context: self.context(e.env), site: self.call_site(e) };
        let (name, provider) = (name.clone(), loaded.provider.clone());
        self.given = given;
        self.calls.wanted.push(Wanted::Open { id, name, provider, request });
        self.calls.answers.insert(id, None);
        Ok(Flow::Pending)
    }

    pub(crate) fn inputs_not_object(&mut self, e: ExprRef, outputs: SchemaRef) -> Flow {
        let diagnostic = self
            .error_at(e, Code::TypeMismatch, "provider inputs must be an object")
            .with_help("write the inputs as `name: value` pairs");
        self.report(e, diagnostic);
        self.unknown_of(e, outputs, false)
    }

    pub(crate) fn opened(&mut self, e: ExprRef, answer: &Answer) -> Flow {
        match answer {
            Answer::Opened(Ok(opened)) => {
                self.calls.leases.extend(opened.leases.iter().map(|lease| (e, lease.clone())));
                let mut value = opened.value.clone();
                if !self.settings.compatible {
                    value = mark_secrets(value, &self.output_schema(e), 0);
                }
                let value = if value.secret { value.into_secret() } else { value };
                Flow::Done(self.take_plain(value, Def::Expr(e)))
            }
            Answer::Opened(Err(error)) => {
                let diagnostic = Diagnostic::of_provider(Code::OpenFailed, error);
                let diagnostic = self.place(diagnostic, e);
                self.report(e, diagnostic);
                let outputs = self.output_schema(e);
                self.unknown_of(e, outputs, false)
            }
            Answer::Late => {
                let diagnostic =
                    self.error_at(e, Code::DeadlineExceeded, LATE).with_temporary(true);
                self.report(e, diagnostic);
                let outputs = self.output_schema(e);
                self.unknown_of(e, outputs, false)
            }
            _ => Flow::Done(self.unknown(e)),
        }
    }

    pub(crate) fn output_schema(&self, e: ExprRef) -> SchemaRef {
        let (open, rotate) = match &self.expr(e).kind {
            ExprKind::Call(call) => match &call.function {
                Function::Open(open) => (open, false),
                Function::Rotate(open, _) => (open, true),
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

    /// Asks for all of a document's secrets at once, before anybody evaluates them: everything will be evaluated.
    ///
    /// Not where only parts are asked for, and not beside rotators, whose inputs are for rotation only.
    pub fn want_secrets(&mut self, env: EnvId) {
        if self.settings.demand || !self.decrypts() {
            return;
        }
        let document = self.env(env).document.clone();
        let mut found = Vec::new();
        for (index, expr) in document.exprs.iter().enumerate() {
            let ExprKind::Call(call) = &expr.kind else { continue };
            match &call.function {
                Function::Rotate(..) => return,
                Function::SecretCiphertext(literal) => {
                    if let ExprKind::String(text) = &document.expr(*literal).kind
                        && let Ok(ciphertext) = envelope::decode(text)
                    {
                        let e = ExprRef { env, expr: ExprId(index as u32) };
                        found.push(((e, Phase::Open), ciphertext));
                    }
                }
                _ => {}
            }
        }
        for (id, ciphertext) in found {
            self.calls.wanted.push(Wanted::Decrypt { id, env, ciphertext });
            self.calls.answers.insert(id, None);
        }
    }

    /// Whether this evaluation decrypts secrets.
    fn decrypts(&self) -> bool {
        self.settings.mode != Mode::Check || self.settings.show_secrets
    }

    pub(crate) fn step_ciphertext(&mut self, e: ExprRef, literal: ExprId) -> Poll<Flow> {
        let literal = ExprRef { env: e.env, expr: literal };
        let text = match &self.expr(literal).kind {
            ExprKind::String(text) => text.clone(),
            _ => SmolStr::default(),
        };
        let id = (e, Phase::Open);
        let answer = self.calls.answers.get(&id).cloned();
        let (code, message, temporary) = match answer {
            Some(None) => return Ok(Flow::Pending),
            Some(Some(answer)) => match &*answer {
                Answer::Decrypted(Ok(plaintext)) => {
                    let text = String::from_utf8_lossy(plaintext.expose()).into_owned();
                    let v = self.arena.own(
                        Def::Expr(e),
                        Repr::String(Text::secret(text)),
                        crate::values::node::Base::None,
                        crate::values::node::OwnSchema::Fixed(Schema::string()),
                    );
                    self.set_flags(v, |flags| flags.secret = true);
                    return Ok(Flow::Done(v));
                }
                Answer::Decrypted(Err(error)) => {
                    let temporary = matches!(error, CryptError::Unavailable(_));
                    (Code::DecryptFailed, format!("decrypting: {error}"), temporary)
                }
                _ => (Code::DeadlineExceeded, LATE.to_owned(), true),
            },
            None => match envelope::decode(&text) {
                Err(error) => {
                    (Code::InvalidCiphertext, format!("invalid ciphertext: {error}"), false)
                }
                Ok(_) if !self.decrypts() => {
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
        let diagnostic = self.error_at(e, code, message).with_temporary(temporary);
        self.report(e, diagnostic);
        Ok(self.unknown_of(e, Schema::string(), true))
    }
}
