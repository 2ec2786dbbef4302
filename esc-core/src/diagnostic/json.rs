//! Diagnostics as JSON: the reference's form, and one that tells tools everything.

use std::fmt::Write as _;

use super::{Diagnostic, Diagnostics, Location, Related, Severity};
use crate::position::{Pos, Range};
use crate::value::push_json_string;

impl Diagnostic {
    /// The reference's JSON: the fields of an HCL diagnostic, and `Path`.
    ///
    /// ```
    /// use esc_core::diagnostic::{Code, Diagnostic};
    ///
    /// let d = Diagnostic::error(Code::CyclicReference, "cyclic reference to a");
    /// assert!(d.to_compatible_json().starts_with(r#"{"Severity":1,"Summary":"cyclic reference to a""#));
    /// ```
    pub fn to_compatible_json(&self) -> String {
        let mut out = String::new();
        push_compatible(&mut out, self);
        out
    }

    /// JSON for tools: severity and code by name, true bytes, related places, help. Every field is always there.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        push_modern(&mut out, self);
        out
    }
}

impl Diagnostics {
    /// The array of the reference's JSON of each.
    pub fn to_compatible_json(&self) -> String {
        let mut out = String::new();
        push_array(&mut out, self.as_slice(), push_compatible);
        out
    }

    /// The array of [`Diagnostic::to_json`] of each.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        push_array(&mut out, self.as_slice(), push_modern);
        out
    }
}

fn push_compatible(out: &mut String, diagnostic: &Diagnostic) {
    let severity = match diagnostic.severity {
        Severity::Error => 1,
        Severity::Warning => 2,
    };
    // Writing to a string cannot fail.
    let _ = write!(out, "{{\"Severity\":{severity},\"Summary\":");
    push_json_string(out, &diagnostic.summary);
    out.push_str(",\"Detail\":\"\",\"Subject\":");
    match &diagnostic.subject {
        None => out.push_str("null"),
        Some(location) => {
            out.push_str("{\"Filename\":");
            push_json_string(out, &location.environment);
            out.push_str(",\"Start\":");
            push_compatible_pos(out, location.range.begin);
            out.push_str(",\"End\":");
            push_compatible_pos(out, location.range.end);
            out.push('}');
        }
    }
    out.push_str(",\"Context\":null,\"Expression\":null,\"EvalContext\":null,\"Extra\":null");
    out.push_str(",\"Path\":");
    push_json_string(out, &diagnostic.path);
    out.push('}');
}

fn push_compatible_pos(out: &mut String, pos: Pos) {
    let _ =
        write!(out, "{{\"Line\":{},\"Column\":{},\"Byte\":{}}}", pos.line, pos.column, pos.byte);
}

fn push_modern(out: &mut String, diagnostic: &Diagnostic) {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let _ = write!(
        out,
        "{{\"severity\":\"{severity}\",\"code\":\"{}\",\"message\":",
        diagnostic.code.as_str()
    );
    push_json_string(out, &diagnostic.summary);
    out.push_str(",\"path\":");
    push_json_string(out, &diagnostic.path);
    out.push_str(",\"location\":");
    match &diagnostic.subject {
        None => out.push_str("null"),
        Some(location) => push_location(out, location),
    }
    out.push_str(",\"related\":");
    push_array(out, &diagnostic.related, push_related);
    out.push_str(",\"help\":");
    match &diagnostic.help {
        None => out.push_str("null"),
        Some(help) => push_json_string(out, help),
    }
    out.push('}');
}

fn push_related(out: &mut String, related: &Related) {
    out.push_str("{\"message\":");
    push_json_string(out, &related.message);
    out.push_str(",\"location\":");
    push_location(out, &related.location);
    out.push('}');
}

fn push_location(out: &mut String, location: &Location) {
    out.push_str("{\"environment\":");
    push_json_string(out, &location.environment);
    out.push_str(",\"range\":");
    if location.range == Range::NONE {
        out.push_str("null");
    } else {
        out.push_str("{\"begin\":");
        push_pos(out, location.range.begin);
        out.push_str(",\"end\":");
        push_pos(out, location.range.end);
        out.push('}');
    }
    out.push_str(",\"span\":");
    match location.span {
        None => out.push_str("null"),
        Some(span) => {
            let _ = write!(out, "{{\"start\":{},\"end\":{}}}", span.start, span.end);
        }
    }
    out.push('}');
}

fn push_pos(out: &mut String, pos: Pos) {
    let _ =
        write!(out, "{{\"line\":{},\"column\":{},\"byte\":{}}}", pos.line, pos.column, pos.byte);
}

fn push_array<T>(out: &mut String, items: &[T], push_item: fn(&mut String, &T)) {
    out.push('[');
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        push_item(out, item);
    }
    out.push(']');
}

#[cfg(test)]
mod tests {
    use super::super::Code;
    use super::*;
    use crate::position::Span;

    fn sample() -> Diagnostic {
        let range = Range {
            begin: Pos { line: 2, column: 3, byte: 12 },
            end: Pos { line: 2, column: 9, byte: 18 },
        };
        let location = |start| Location {
            environment: "app/prod".into(),
            range,
            span: Some(Span { start, end: 20 }),
        };
        Diagnostic::warning(Code::DuplicateKey, "duplicate key \"a<b\"")
            .at(location(12), "values.a")
            .with_related(Location { span: None, range: Range::NONE, ..location(0) }, "first here")
            .with_help("remove one")
    }

    #[test]
    fn the_compatible_form_has_the_fields_of_hcl() {
        let expected = r#"{"Severity":2,"Summary":"duplicate key \"a\u003cb\"","Detail":"","Subject":{"Filename":"app/prod","Start":{"Line":2,"Column":3,"Byte":12},"End":{"Line":2,"Column":9,"Byte":18}},"Context":null,"Expression":null,"EvalContext":null,"Extra":null,"Path":"values.a"}"#;
        assert_eq!(sample().to_compatible_json(), expected);
    }

    #[test]
    fn a_diagnostic_without_place_has_a_null_subject() {
        let d = Diagnostic::error(Code::Internal, "x");
        let expected = r#"[{"Severity":1,"Summary":"x","Detail":"","Subject":null,"Context":null,"Expression":null,"EvalContext":null,"Extra":null,"Path":""}]"#;
        assert_eq!(Diagnostics::from(d).to_compatible_json(), expected);
        assert_eq!(Diagnostics::new().to_compatible_json(), "[]");
    }

    #[test]
    fn the_form_for_tools_has_everything() {
        let expected = r#"{"severity":"warning","code":"duplicate-key","message":"duplicate key \"a\u003cb\"","path":"values.a","location":{"environment":"app/prod","range":{"begin":{"line":2,"column":3,"byte":12},"end":{"line":2,"column":9,"byte":18}},"span":{"start":12,"end":20}},"related":[{"message":"first here","location":{"environment":"app/prod","range":null,"span":null}}],"help":"remove one"}"#;
        assert_eq!(sample().to_json(), expected);
        assert!(serde_json::from_str::<serde_json::Value>(&sample().to_json()).is_ok());
    }
}
