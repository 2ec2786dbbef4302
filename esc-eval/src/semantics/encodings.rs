//! Functions between values and texts: Base64, JSON, the string form.
//!
//! Decoders quote what they cannot read, which is left out where it is secret. Encoders measure before they write.

use esc_core::diagnostic::{Code, Diagnostic};
use esc_core::json::Json;
use esc_core::schema::Schema;
use esc_core::secret::Text;
use esc_core::value::{Reveal, Value, ValueKind};

use crate::ids::ExprRef;
use crate::outcome::{Blocked, Exceeded, Poll};
use crate::session::Session;
use crate::session::frame::{Flow, Frame};
use crate::values::node::Def;

impl Session {
    pub(super) fn base64_decode(&mut self, frame: &Frame, e: ExprRef) -> Poll<Flow> {
        let (text, secret) = match self.string_argument(frame, e, Schema::string())? {
            Ok(known) => known,
            Err(unknown) => return Ok(unknown),
        };
        match esc_core::text::decode_base64(text.as_str()) {
            Ok(bytes) => {
                // Text is UTF-8 here; what is not is shown as the reference shows it.
                let text = String::from_utf8(bytes)
                    .unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
                Ok(self.string_result(e, text, secret))
            }
            Err(error) => {
                let message = format!("decoding base64 string: {error}");
                let diagnostic = self.error_at(e, Code::DecodeFailed, message);
                self.report(e, diagnostic);
                Ok(self.unknown_of(e, Schema::string(), secret))
            }
        }
    }

    pub(super) fn base64_encode(&mut self, frame: &Frame, e: ExprRef) -> Poll<Flow> {
        let (text, secret) = match self.string_argument(frame, e, Schema::string())? {
            Ok(known) => known,
            Err(unknown) => return Ok(unknown),
        };
        let text = esc_core::text::encode_base64(text.as_str().as_bytes());
        Ok(self.string_result(e, text, secret))
    }

    pub(super) fn json_decode(&mut self, frame: &Frame, e: ExprRef) -> Poll<Flow> {
        let (text, secret) = match self.string_argument(frame, e, Schema::always())? {
            Ok(known) => known,
            Err(unknown) => return Ok(unknown),
        };
        match Json::parse_prefix(text.as_str()) {
            Ok(json) => {
                if !self.settings.compatible
                    && let Err(rest) = Json::parse(text.as_str())
                {
                    let message = "the text after the first JSON value is ignored";
                    let warning = Diagnostic::warning(Code::DecodeFailed, message);
                    let warning = self.place(warning, e).extension();
                    self.report(e, warning.with_help(format!("it ends at byte {}", rest.offset())));
                }
                let value = Value::from_json(&json);
                let value = if secret { value.into_secret() } else { value };
                Ok(Flow::Done(self.take_plain(value, Def::Expr(e))))
            }
            Err(error) => {
                let text = if secret && !self.settings.compatible {
                    error.safe()
                } else {
                    error.to_string()
                };
                let message = format!("decoding JSON string: {text}");
                let diagnostic = self.error_at(e, Code::DecodeFailed, message);
                self.report(e, diagnostic);
                Ok(self.unknown_of(e, Schema::always(), secret))
            }
        }
    }

    pub(super) fn json_encode(&mut self, frame: &Frame, e: ExprRef) -> Poll<Flow> {
        let arg = self.argument(frame, 0, e)?;
        let (unknown, secret) = self.taint(arg)?;
        if unknown {
            return Ok(self.unknown_of(e, Schema::string(), secret));
        }
        // Quoting doubles quotes level by level, so what is too long is not written at all.
        if self.measure(arg)?.bytes > self.settings.limits.max_string_bytes {
            return Err(Blocked::Limit(Exceeded::StringBytes));
        }
        let plain = self.plain(arg)?;
        if let Some(number) = not_finite(&plain) {
            let message =
                format!("failed to encode JSON: json: invalid number literal \"{number}\"");
            let diagnostic = self.error_at(e, Code::EncodeFailed, message);
            self.report(e, diagnostic);
            return Ok(self.unknown_of(e, Schema::string(), secret));
        }
        Ok(self.string_result(e, plain.to_json(Reveal::Revealed), secret))
    }

    pub(super) fn string_form_call(&mut self, frame: &Frame, e: ExprRef) -> Poll<Flow> {
        let arg = self.argument(frame, 0, e)?;
        let mut text = String::new();
        let (unknown, secret) = self.string_form(arg, &mut text)?;
        if unknown {
            drop(Text::secret(text));
            return Ok(self.unknown_of(e, Schema::string(), secret));
        }
        Ok(self.string_result(e, text, secret))
    }
}

/// A number that JSON cannot write: `.inf` and `.nan` of YAML.
fn not_finite(value: &Value) -> Option<&str> {
    match &value.kind {
        ValueKind::Number(n) => Some(n.as_str()).filter(|text| text.ends_with(['f', 'N'])),
        ValueKind::List(items) => items.iter().find_map(not_finite),
        ValueKind::Object(properties) => properties.values().find_map(not_finite),
        _ => None,
    }
}
