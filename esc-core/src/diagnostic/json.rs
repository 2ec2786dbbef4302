//! Diagnostics as JSON: the reference's form, and one that tells tools everything.

use super::{Diagnostic, Diagnostics, Location, Related, Severity};
use crate::json::Writer;
use crate::position::{Pos, Range};
use crate::provider::EntryError;

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
        let mut writer = Writer::compact();
        self.write_compatible(&mut writer);
        writer.finish()
    }

    /// JSON for tools: severity and code by name, true bytes, related places, help, failed entries. Every field is always there.
    pub fn to_json(&self) -> String {
        let mut writer = Writer::compact();
        self.write(&mut writer);
        writer.finish()
    }

    /// Writes the [reference's JSON](Diagnostic::to_compatible_json) as a part of a larger text.
    pub fn write_compatible(&self, writer: &mut Writer) {
        writer.begin_object();
        writer.key("Severity");
        number(
            writer,
            match self.severity {
                Severity::Error => 1,
                Severity::Warning => 2,
            },
        );
        field(writer, "Summary", self.reference_summary());
        field(writer, "Detail", "");
        writer.key("Subject");
        match self.reference_subject() {
            None => writer.null(),
            Some(location) => {
                writer.begin_object();
                field(writer, "Filename", &location.environment);
                pos(writer, "Start", ["Line", "Column", "Byte"], location.range.begin);
                pos(writer, "End", ["Line", "Column", "Byte"], location.range.end);
                writer.end_object();
            }
        }
        for unused in ["Context", "Expression", "EvalContext", "Extra"] {
            writer.key(unused);
            writer.null();
        }
        field(writer, "Path", &self.path);
        writer.end_object();
    }

    /// Writes the [JSON for tools](Diagnostic::to_json) as a part of a larger text.
    pub fn write(&self, writer: &mut Writer) {
        writer.begin_object();
        field(writer, "severity", self.severity.as_str());
        field(writer, "code", self.code.as_str());
        field(writer, "message", &self.summary);
        field(writer, "path", &self.path);
        writer.key("location");
        match &self.subject {
            None => writer.null(),
            Some(location) => write_location(writer, location),
        }
        writer.key("related");
        writer.begin_array();
        for Related { location, message } in &self.related {
            writer.begin_object();
            field(writer, "message", message);
            writer.key("location");
            write_location(writer, location);
            writer.end_object();
        }
        writer.end_array();
        writer.key("help");
        optional(writer, self.help.as_deref());
        writer.key("entries");
        writer.begin_array();
        for EntryError { entry, kind, cause, advice } in &self.entries {
            writer.begin_object();
            field(writer, "entry", entry);
            field(writer, "kind", kind.as_str());
            field(writer, "cause", cause);
            writer.key("help");
            optional(writer, advice.as_deref());
            writer.end_object();
        }
        writer.end_array();
        writer.key("temporary");
        writer.bool(self.temporary);
        writer.end_object();
    }
}

impl Diagnostics {
    /// The array of the reference's JSON of each.
    pub fn to_compatible_json(&self) -> String {
        self.array_of(Diagnostic::write_compatible)
    }

    /// The array of [`Diagnostic::to_json`] of each.
    pub fn to_json(&self) -> String {
        self.array_of(Diagnostic::write)
    }

    fn array_of(&self, write: fn(&Diagnostic, &mut Writer)) -> String {
        let mut writer = Writer::compact();
        writer.begin_array();
        for diagnostic in self {
            write(diagnostic, &mut writer);
        }
        writer.end_array();
        writer.finish()
    }
}

fn write_location(writer: &mut Writer, location: &Location) {
    writer.begin_object();
    field(writer, "environment", &location.environment);
    writer.key("range");
    if location.range == Range::NONE {
        writer.null();
    } else {
        writer.begin_object();
        pos(writer, "begin", ["line", "column", "byte"], location.range.begin);
        pos(writer, "end", ["line", "column", "byte"], location.range.end);
        writer.end_object();
    }
    writer.key("span");
    match location.span {
        None => writer.null(),
        Some(span) => {
            writer.begin_object();
            writer.key("start");
            number(writer, span.start);
            writer.key("end");
            number(writer, span.end);
            writer.end_object();
        }
    }
    writer.end_object();
}

fn pos(writer: &mut Writer, name: &str, keys: [&str; 3], pos: Pos) {
    writer.key(name);
    writer.begin_object();
    for (key, n) in keys.into_iter().zip([pos.line, pos.column, pos.byte]) {
        writer.key(key);
        number(writer, n);
    }
    writer.end_object();
}

fn field(writer: &mut Writer, key: &str, text: &str) {
    writer.key(key);
    writer.string(text);
}

fn optional(writer: &mut Writer, text: Option<&str>) {
    match text {
        None => writer.null(),
        Some(text) => writer.string(text),
    }
}

fn number(writer: &mut Writer, n: u32) {
    writer.number(&n.into());
}

#[cfg(test)]
mod tests {
    use super::super::Code;
    use super::*;
    use crate::position::Span;
    use crate::provider::ErrorKind;

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
        let expected = r#"{"severity":"warning","code":"duplicate-key","message":"duplicate key \"a\u003cb\"","path":"values.a","location":{"environment":"app/prod","range":{"begin":{"line":2,"column":3,"byte":12},"end":{"line":2,"column":9,"byte":18}},"span":{"start":12,"end":20}},"related":[{"message":"first here","location":{"environment":"app/prod","range":null,"span":null}}],"help":"remove one","entries":[{"entry":"get.a","kind":"not found","cause":"gone","help":null}],"temporary":false}"#;
        let entry = EntryError {
            entry: "get.a".into(),
            kind: ErrorKind::NotFound,
            cause: "gone".into(),
            advice: None,
        };
        let sample = || Diagnostic { entries: vec![entry.clone()], ..sample() };
        assert_eq!(sample().to_json(), expected);
        assert!(serde_json::from_str::<serde_json::Value>(&sample().to_json()).is_ok());
    }
}
