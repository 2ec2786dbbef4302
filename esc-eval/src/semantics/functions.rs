//! The built-in functions, but for those that call providers.
//!
//! All arguments of a pure function are evaluated, then its arm makes the result. An arm checks its arguments against what
//! the table says, which reports what is wrong; of wrong or unknown arguments it makes an unknown value of the result's
//! type, and of secret ones a secret. So errors do not hide each other, and nothing secret comes out unmarked.
//!
//! To add a function, add it to the table ([`esc_core::ast::BUILTINS`]) and an arm to [`pure`](Session::pure).

use esc_core::ast::{ExprId, Function, Pure};
use esc_core::diagnostic::Code;
use esc_core::schema::{self, Schema, SchemaRef};
use esc_core::secret::Text;
use esc_core::value::Reveal;

use crate::ids::{ExprRef, ValueId};
use crate::outcome::{Blocked, Poll};
use crate::session::Session;
use crate::session::frame::{Flow, Frame, Ret};
use crate::values::node::{Base, Def, Kind, OwnSchema, Repr};

impl Session {
    pub(crate) fn step_call(
        &mut self,
        frame: &mut Frame,
        e: ExprRef,
        function: &Function,
        ret: Ret,
    ) -> Poll<Flow> {
        match function {
            Function::Open(open) => return self.step_open(frame, e, open, ret),
            Function::Rotate(open, state) => return self.step_rotate(frame, e, open, state, ret),
            Function::SecretCiphertext(literal) => return self.step_ciphertext(e, *literal),
            _ => {}
        }
        match ret {
            Ret::Value { value, .. } => frame.values.push(value),
            Ret::Pending | Ret::Failed => {
                frame.pending = true;
                let placeholder = self.unknown(e);
                frame.values.push(placeholder);
            }
            Ret::Nothing => {}
        }
        let arguments: &[ExprId] = match function {
            Function::Pure(_, arguments) => arguments.as_slice(),
            Function::SecretPlaintext(literal) => std::slice::from_ref(literal),
            Function::Validate { schema, .. } => std::slice::from_ref(schema),
            _ => &[],
        };
        if let Some(argument) = arguments.get(frame.values.len()) {
            return Ok(self.eval_argument(e, *argument));
        }
        if frame.pending {
            return Ok(Flow::Pending);
        }
        match function {
            Function::Pure(pure, _) => self.pure(*pure, frame, e),
            Function::SecretPlaintext(literal) => self.secret_plaintext(frame, e, *literal),
            Function::Validate { value, .. } => self.validate_call(frame, e, *value),
            _ => Ok(Flow::Done(self.unknown(e))),
        }
    }

    /// Applies a function to its arguments, which are all there.
    fn pure(&mut self, pure: Pure, frame: &Frame, e: ExprRef) -> Poll<Flow> {
        match pure {
            Pure::Concat => self.concat(frame, e),
            Pure::Final => self.make_final(frame, e),
            Pure::FromBase64 => self.base64_decode(frame, e),
            Pure::FromJson => self.json_decode(frame, e),
            Pure::Join => self.join(frame, e),
            Pure::Split => self.split(frame, e),
            Pure::ToBase64 => self.base64_encode(frame, e),
            Pure::ToJson => self.json_encode(frame, e),
            Pure::ToString => self.string_form_call(frame, e),
        }
    }

    pub(crate) fn eval_argument(&mut self, e: ExprRef, argument: ExprId) -> Flow {
        let child = ExprRef { env: e.env, expr: argument };
        self.note_eval(e, child);
        Flow::Eval(child, None)
    }

    /// An unknown result of a type, secret if something it was made from is.
    pub(crate) fn unknown_of(&mut self, e: ExprRef, schema: SchemaRef, secret: bool) -> Flow {
        let v = self.arena.unknown(Def::Expr(e), schema);
        self.set_flags(v, |flags| flags.secret = secret);
        Flow::Done(v)
    }

    /// A string that a function made.
    pub(super) fn string_result(&mut self, e: ExprRef, text: String, secret: bool) -> Flow {
        if text.len() > self.settings.limits.max_string_bytes {
            let limit = self.settings.limits.max_string_bytes;
            let message = format!("the result is longer than {limit} bytes");
            let diagnostic = self.error_at(e, Code::LimitExceeded, message);
            self.report(e, diagnostic);
            return self.unknown_of(e, Schema::string(), secret);
        }
        let text = if secret { Text::secret(text) } else { Text::plain(text) };
        let schema = OwnSchema::Fixed(Schema::string());
        let v = self.arena.own(Def::Expr(e), Repr::String(text), Base::None, schema);
        self.set_flags(v, |flags| flags.secret = secret);
        Flow::Done(v)
    }

    /// A list that a function made.
    fn list_result(
        &mut self,
        e: ExprRef,
        items: Vec<ValueId>,
        schema: SchemaRef,
        secret: bool,
    ) -> Flow {
        let (repr, schema) = (Repr::List(items.into()), OwnSchema::Fixed(schema));
        let v = self.arena.own(Def::Expr(e), repr, Base::None, schema);
        self.set_flags(v, |flags| flags.secret = secret);
        Flow::Done(v)
    }

    /// The text of a value that was checked to be a known string.
    fn text(&self, v: ValueId) -> Text {
        match self.arena.repr(v) {
            Repr::String(text) => text.clone(),
            _ => Text::plain(""),
        }
    }

    pub(super) fn argument(&self, frame: &Frame, index: usize, e: ExprRef) -> Poll<ValueId> {
        frame.values.get(index).copied().ok_or(Blocked::Pending(Some(e)))
    }

    fn concat(&mut self, frame: &Frame, e: ExprRef) -> Poll<Flow> {
        let arg = self.argument(frame, 0, e)?;
        let schema = Schema::array(Schema::array(Schema::always()));
        let ok = self.validate(e, arg, &schema)?;
        let result = Schema::array(Schema::always());
        if !ok {
            return Ok(self.unknown_of(e, result, false));
        }
        let (unknown, secret) = self.taint(arg)?;
        if unknown {
            return Ok(self.unknown_of(e, result, secret));
        }
        let mut items = Vec::new();
        for outer in 0..self.list_len(arg).unwrap_or(0) {
            let list = self.list_item(arg, outer)?;
            for inner in 0..self.list_len(list).unwrap_or(0) {
                items.push(self.list_item(list, inner)?);
            }
        }
        Ok(self.list_result(e, items, result, secret))
    }

    /// A value with the same contents, defined by the call.
    fn pass_on(&mut self, e: ExprRef, arg: ValueId) -> Poll<ValueId> {
        if !self.settings.compatible {
            return Ok(self.arena.copy_as(arg, Def::Expr(e)));
        }
        // The reference loses what the argument inherits, and marks the whole by its parts.
        let (unknown, secret) = self.taint(arg)?;
        let schema = self.schema_of(arg)?;
        let repr = match self.arena.repr(arg) {
            Repr::Object(_) | Repr::ObjectLiteral(_)
                if !matches!(self.arena.node(arg).kind, Kind::Own { .. }) =>
            {
                let mut properties = Vec::new();
                for index in 0..self.own_len(arg) {
                    properties.push((self.own_key(arg, index), self.own_child(arg, index)?));
                }
                Repr::Object(properties.into())
            }
            Repr::List(_) | Repr::ListLiteral(_)
                if !matches!(self.arena.node(arg).kind, Kind::Own { .. }) =>
            {
                let mut items = Vec::new();
                for index in 0..self.list_len(arg).unwrap_or(0) {
                    items.push(self.list_item(arg, index)?);
                }
                Repr::List(items.into())
            }
            repr => repr.clone(),
        };
        let v = self.arena.own(Def::Expr(e), repr, Base::None, OwnSchema::Fixed(schema));
        self.set_flags(v, |flags| {
            (flags.unknown, flags.secret, flags.own_keys) = (unknown, secret, true);
        });
        Ok(v)
    }

    fn make_final(&mut self, frame: &Frame, e: ExprRef) -> Poll<Flow> {
        let arg = self.argument(frame, 0, e)?;
        let v = self.pass_on(e, arg)?;
        self.set_flags(v, |flags| flags.is_final = true);
        Ok(Flow::Done(v))
    }

    fn validate_call(&mut self, frame: &mut Frame, e: ExprRef, value: ExprId) -> Poll<Flow> {
        let schema = self.argument(frame, 0, e)?;
        if let Some(value) = frame.values.get(1).copied() {
            if frame.step == 2 {
                let compiled = self.document_schema(e, schema, false)?;
                if let Some(compiled) = compiled {
                    // What a schema that contains secrets expects must not be told.
                    let (_, secret) = self.taint(schema)?;
                    self.validate_quietly(e, value, &compiled, secret)?;
                }
            }
            return Ok(Flow::Done(self.pass_on(e, value)?));
        }
        if frame.step == 0 {
            let (unknown, _) = self.taint(schema)?;
            let ok = self.validate(e, schema, &schema::meta_schema())?;
            let usable = ok && !unknown && self.document_schema(e, schema, true)?.is_some();
            frame.step = if usable { 2 } else { 1 };
        }
        Ok(self.eval_argument(e, value))
    }

    /// The schema that a `fn::validate` gives, compiled.
    fn document_schema(
        &mut self,
        e: ExprRef,
        schema: ValueId,
        report: bool,
    ) -> Poll<Option<SchemaRef>> {
        let plain = self.plain(schema)?;
        let compiled = Schema::parse(&plain.to_json(Reveal::Revealed))
            .and_then(|schema| schema::compile(&schema));
        match compiled {
            Ok(schema) => Ok(Some(schema)),
            Err(error) => {
                if report {
                    let blame = match self.arena.def(schema) {
                        Def::Expr(blame) => blame,
                        _ => e,
                    };
                    let secret = self.taint(schema)?.1 && !self.settings.compatible;
                    let message = match secret {
                        true => {
                            "invalid schema: it contains secrets, so what is wrong is not shown"
                                .into()
                        }
                        false => format!("invalid schema: {error}"),
                    };
                    let diagnostic = self.error_at(blame, Code::InvalidSchema, message);
                    self.report(e, diagnostic);
                }
                Ok(None)
            }
        }
    }

    /// The text of a function's only argument and whether it is secret; an unknown result if there is no text.
    pub(super) fn string_argument(
        &mut self,
        frame: &Frame,
        e: ExprRef,
        result: SchemaRef,
    ) -> Poll<Result<(Text, bool), Flow>> {
        let arg = self.argument(frame, 0, e)?;
        let ok = self.validate(e, arg, &Schema::string())?;
        let (unknown, secret) = if ok { self.taint(arg)? } else { (true, false) };
        Ok(match unknown {
            true => Err(self.unknown_of(e, result, secret)),
            false => Ok((self.text(arg), secret)),
        })
    }

    fn join(&mut self, frame: &Frame, e: ExprRef) -> Poll<Flow> {
        let (delimiter, values) = (self.argument(frame, 0, e)?, self.argument(frame, 1, e)?);
        let delimiter_ok = self.validate(e, delimiter, &Schema::string())?;
        let values_ok = self.validate(e, values, &Schema::array(Schema::string()))?;
        if !delimiter_ok || !values_ok {
            return Ok(self.unknown_of(e, Schema::string(), false));
        }
        let (taint, other) = (self.taint(delimiter)?, self.taint(values)?);
        let secret = taint.1 | other.1;
        if taint.0 | other.0 {
            return Ok(self.unknown_of(e, Schema::string(), secret));
        }
        let delimiter = self.text(delimiter);
        let mut joined = String::new();
        for index in 0..self.list_len(values).unwrap_or(0) {
            if index > 0 {
                joined.push_str(delimiter.as_str());
            }
            let item = self.list_item(values, index)?;
            joined.push_str(self.text(item).as_str());
        }
        Ok(self.string_result(e, joined, secret))
    }

    fn split(&mut self, frame: &Frame, e: ExprRef) -> Poll<Flow> {
        let (delimiter, string) = (self.argument(frame, 0, e)?, self.argument(frame, 1, e)?);
        let delimiter_ok = self.validate(e, delimiter, &Schema::string())?;
        let string_ok = self.validate(e, string, &Schema::string())?;
        let result = Schema::array(Schema::string());
        if !delimiter_ok || !string_ok {
            return Ok(self.unknown_of(e, result, false));
        }
        let (taint, other) = (self.taint(delimiter)?, self.taint(string)?);
        let secret = taint.1 | other.1;
        if taint.0 | other.0 {
            return Ok(self.unknown_of(e, result, secret));
        }
        let (delimiter, string) = (self.text(delimiter), self.text(string));
        let (delimiter, string) = (delimiter.as_str(), string.as_str());
        let pieces: Vec<&str> = match delimiter {
            "" => string.split("").filter(|piece| !piece.is_empty()).collect(),
            delimiter => string.split(delimiter).collect(),
        };
        let item_secret = secret && !self.settings.compatible;
        let schema = OwnSchema::Fixed(Schema::string());
        let mut items = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let text =
                if item_secret { Text::secret(piece.to_owned()) } else { Text::plain(piece) };
            let item = self.arena.own(Def::Expr(e), Repr::String(text), Base::None, schema.clone());
            self.set_flags(item, |flags| flags.secret = item_secret);
            items.push(item);
        }
        Ok(self.list_result(e, items, result, secret))
    }

    fn secret_plaintext(&mut self, frame: &Frame, e: ExprRef, literal: ExprId) -> Poll<Flow> {
        let arg = self.argument(frame, 0, e)?;
        let text = self.text(arg).into_secret();
        // The literal, not the call, defines the value.
        let def = Def::Expr(ExprRef { env: e.env, expr: literal });
        let v = self.arena.literal(def, Repr::String(text));
        self.set_flags(v, |flags| flags.secret = true);
        Ok(Flow::Done(v))
    }
}
