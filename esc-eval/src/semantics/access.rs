//! References: from accessors to values.
//!
//! A reference walks the literal containers of its own document without evaluating them, so `${a.b}` does not depend on
//! `a.c`. Where the walk ends, an expression is evaluated or an environment imported, and the remaining accessors are
//! applied to its value. Errors are reported at the accessor; then the reference is unknown, and the evaluation goes on.

use esc_core::ast::{Access, Accessor, Part};
use esc_core::context::ContextField;
use esc_core::diagnostic::{Code, Diagnostic};
use esc_core::schema::Schema;
use esc_core::secret::Text;

use crate::ids::{ExprRef, ValueId};
use crate::options::Mode;
use crate::outcome::{Blocked, Poll};
use crate::session::Session;
use crate::session::frame::{AccessProgress, Blame, Flow, Frame, Ret};
use crate::values::access_error::{AccessError, key_of};
use crate::values::node::{Base, Def, OwnSchema, Repr};
use crate::values::walk::{Nowhere, Target};

impl Session {
    /// Resolves an access. The answer is either what has to be done first or the value.
    pub fn step_access(
        &mut self,
        frame: &mut Frame,
        e: ExprRef,
        access: &Access,
        ret: Ret,
    ) -> Poll<Result<Flow, ValueId>> {
        if frame.access.held.is_none() {
            if frame.access.waiting {
                match ret {
                    Ret::Value { value, partial } => {
                        frame.access.held = Some(value);
                        frame.access.partial = partial;
                    }
                    Ret::Failed => {
                        // What comes after in an interpolation starts anew.
                        let partial = frame.access.partial;
                        frame.access = AccessProgress { partial, ..AccessProgress::default() };
                        return Ok(Err(self.unknown(e)));
                    }
                    _ => return Ok(Ok(Flow::Pending)),
                }
            } else {
                match self.walk_reported(e, &access.accessors)? {
                    Some(Target::Expr(target, consumed)) => {
                        frame.access.consumed = consumed as u32;
                        frame.access.waiting = true;
                        self.note_eval(e, target);
                        return Ok(Ok(Flow::Eval(target, None)));
                    }
                    Some(Target::Environment(name, consumed)) => {
                        frame.access.consumed = consumed as u32;
                        frame.access.waiting = true;
                        return Ok(Ok(Flow::Import(name, Blame::Expr(e))));
                    }
                    Some(Target::Value(value, consumed)) => {
                        frame.access.consumed = consumed as u32;
                        frame.access.held = Some(value);
                    }
                    None => return Ok(Err(self.unknown(e))),
                }
            }
        }
        let Some(held) = frame.access.held else { return Ok(Err(self.unknown(e))) };
        let value =
            self.access_value(e, held, &access.accessors, frame.access.consumed as usize)?;
        self.report_unset(e, &access.accessors, value)?;
        let partial = frame.access.partial;
        frame.access = AccessProgress { partial, ..AccessProgress::default() };
        Ok(Err(value))
    }

    /// Evaluates an interpolated string.
    pub fn step_interpolate(
        &mut self,
        frame: &mut Frame,
        e: ExprRef,
        parts: &[Part],
        ret: Ret,
    ) -> Poll<Flow> {
        let mut ret = ret;
        while let Some(part) = parts.get(frame.step as usize) {
            if let Some(access) = &part.access {
                let told = std::mem::replace(&mut ret, Ret::Nothing);
                match self.step_access(frame, e, access, told) {
                    Ok(Ok(Flow::Pending)) => self.skip_part(frame, e),
                    Ok(Ok(flow)) => return Ok(flow),
                    Ok(Err(value)) => frame.values.push(value),
                    // What comes after may still be started.
                    Err(Blocked::Pending(_)) => self.skip_part(frame, e),
                    Err(blocked) => return Err(blocked),
                }
            }
            frame.step += 1;
        }
        if frame.pending {
            return Ok(Flow::Pending);
        }
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        let (mut unknown, mut secret) = (false, false);
        let mut values = frame.values.iter();
        for part in parts {
            text.push_str(&part.text);
            if part.access.is_some() {
                let Some(&value) = values.next() else { continue };
                let form = self.string_form(value, &mut text)?;
                unknown |= form.0;
                secret |= form.1;
            }
        }
        let text = match secret {
            true => Text::secret(text),
            false => {
                let plain = Text::plain(text.as_str());
                self.scratch = text;
                plain
            }
        };
        let text = if unknown { Text::plain("[unknown]") } else { text };
        let base = if self.env(e.env).base.is_some() && self.state(e).parent.is_some() {
            Base::Expr(e)
        } else {
            Base::None
        };
        let schema = OwnSchema::Fixed(Schema::string());
        let v = self.arena.own(Def::Expr(e), Repr::String(text), base, schema);
        self.set_flags(v, |flags| (flags.unknown, flags.secret) = (unknown, secret));
        Ok(Flow::Done(v))
    }

    fn skip_part(&mut self, frame: &mut Frame, e: ExprRef) {
        frame.pending = true;
        frame.access = AccessProgress::default();
        let placeholder = self.unknown(e);
        frame.values.push(placeholder);
    }

    /// Walks through literal containers. Nothing is evaluated; what leads nowhere is reported.
    pub fn walk_reported(&mut self, e: ExprRef, accessors: &[Accessor]) -> Poll<Option<Target>> {
        match self.walk(e, accessors)? {
            Ok(target) => return Ok(Some(target)),
            Err(Nowhere::Silent) => {}
            Err(Nowhere::Accessor(index, error)) => {
                if let Some(accessor) = accessors.get(index) {
                    self.report_access(e, accessor, error);
                }
            }
            // Nothing is there that an accessor could be blamed for: the whole reference is.
            Err(Nowhere::NoReceiver) => {
                let error = self.error_at(e, Code::InvalidAccess, "internal error: no receiver");
                self.report(e, error);
            }
            Err(Nowhere::NoEnvironment) => {
                let message = "a reference to an environment needs a project and a name";
                let diagnostic = self
                    .place(Diagnostic::warning(Code::InvalidAccess, message), e)
                    .with_help("write `${environments.PROJECT.NAME.property}`")
                    .extension();
                self.report(e, diagnostic);
            }
        }
        Ok(None)
    }

    /// Applies the remaining accessors to a value. Errors are reported; then the result is unknown.
    pub fn access_value(
        &mut self,
        e: ExprRef,
        value: ValueId,
        accessors: &[Accessor],
        consumed: usize,
    ) -> Poll<ValueId> {
        let mut receiver = value;
        for accessor in accessors.iter().skip(consumed) {
            match self.access_step(e, receiver, accessor)? {
                Ok(next) => receiver = next,
                Err(error) => {
                    self.report_access(e, accessor, error);
                    return Ok(self.unknown(e));
                }
            }
        }
        Ok(receiver)
    }

    /// Reports an access to fields of the context that the host has not set, where they are needed: not in a check.
    fn report_unset(&mut self, e: ExprRef, accessors: &[Accessor], value: ValueId) -> Poll<()> {
        let needed = self.settings.mode != Mode::Check && !self.settings.compatible;
        // The whole context is what the host has set.
        let [first, path @ .., last] = accessors else { return Ok(()) };
        if !needed || key_of(first) != Some("context") {
            return Ok(());
        }
        let path: Vec<&str> = path.iter().chain([last]).filter_map(key_of).collect();
        for field in ContextField::ALL {
            let keys = field.keys();
            let Some(rest) = keys.strip_prefix(path.as_slice()) else { continue };
            let mut at = value;
            for key in rest {
                match self.find_own(at, key) {
                    Some(index) => at = self.own_child(at, index)?,
                    None => break,
                }
            }
            if self.arena.flags(at).unknown {
                let help = self.settings.context.unset_help(field);
                let message = format!("`{field}` is not set");
                let error = AccessError { code: Code::ContextNotSet, message, help: Some(help) };
                self.report_access(e, last, error);
            }
        }
        Ok(())
    }

    fn report_access(&mut self, e: ExprRef, accessor: &Accessor, error: AccessError) {
        let mut diagnostic = self.error_at(e, error.code, error.message);
        if let Some(range) = accessor.range {
            diagnostic.subject = Some(self.location_at(e.env, range, accessor.span));
        } else if let (Some(subject), Some(span)) = (&mut diagnostic.subject, accessor.span) {
            subject.span = Some(span);
        }
        diagnostic.help = error.help;
        self.report(e, diagnostic);
    }
}
