//! Lists of diagnostics: order, counts and the error string.

use std::cmp::Ordering;
use std::fmt;

use super::Diagnostic;

/// The findings about one document or one evaluation, in the order in which they were made.
///
/// `Display` is the reference's error string.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// No findings yet.
    pub const fn new() -> Diagnostics {
        Diagnostics(Vec::new())
    }

    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The findings, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// The findings, in order.
    pub fn as_slice(&self) -> &[Diagnostic] {
        &self.0
    }

    /// The findings, in order.
    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.0
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(Diagnostic::is_error)
    }

    /// Orders by place: those without one first (by summary), then by environment, line and column.
    ///
    /// Findings at the same place keep their order, so the result does not depend on anything else.
    pub fn sort(&mut self) {
        self.0.sort_by(by_place);
    }

    /// The counts in words, such as `2 errors, 1 warning`; `no problems` if there are none.
    pub fn summary(&self) -> String {
        let errors = self.0.iter().filter(|d| d.is_error()).count();
        let warnings = self.0.len() - errors;
        match (errors, warnings) {
            (0, 0) => String::from("no problems"),
            (e, 0) => counted(e, "error"),
            (0, w) => counted(w, "warning"),
            (e, w) => format!("{}, {}", counted(e, "error"), counted(w, "warning")),
        }
    }
}

fn by_place(a: &Diagnostic, b: &Diagnostic) -> Ordering {
    match (&a.subject, &b.subject) {
        (None, None) => a.summary.cmp(&b.summary),
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(x), Some(y)) => {
            let (p, q) = (x.range.begin, y.range.begin);
            (&x.environment, p.line, p.column).cmp(&(&y.environment, q.line, q.column))
        }
    }
}

fn counted(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// The reference's error string of a list.
///
/// A list of one is that diagnostic's own string, `file:line,col-col: summary; `. Of several, errors come first, each
/// on a line of its own behind `-error: ` or `-warning: `. An empty list is `no diagnostics`.
impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [] => f.write_str("no diagnostics"),
            [one] => one.fmt(f),
            several => {
                let (errors, warnings): (Vec<_>, Vec<_>) =
                    several.iter().partition(|d| d.is_error());
                for diagnostic in errors.into_iter().chain(warnings) {
                    write!(f, "\n-{}: {diagnostic}", diagnostic.severity.as_str())?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for Diagnostics {}

impl From<Vec<Diagnostic>> for Diagnostics {
    fn from(list: Vec<Diagnostic>) -> Diagnostics {
        Diagnostics(list)
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Diagnostics {
        Diagnostics(vec![diagnostic])
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(iter: I) -> Diagnostics {
        Diagnostics(iter.into_iter().collect())
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, iter: I) {
        self.0.extend(iter);
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Code, Location};
    use super::*;
    use crate::position::{Pos, Range};

    fn at(environment: &str, line: u32, column: u32, summary: &str) -> Diagnostic {
        let begin = Pos { line, column, byte: 0 };
        let end = Pos { line, column: column + 3, byte: 3 };
        Diagnostic::error(Code::TypeMismatch, summary).at(
            Location { environment: environment.into(), range: Range { begin, end }, span: None },
            "values.a",
        )
    }

    #[test]
    fn one_diagnostic_is_its_own_string() {
        assert_eq!(Diagnostics::from(at("env", 3, 5, "oops")).to_string(), "env:3,5-8: oops; ");
        let nowhere = Diagnostic::error(Code::Internal, "oops");
        assert_eq!(Diagnostics::from(nowhere).to_string(), "<nil>: oops; ");
    }

    #[test]
    fn a_range_of_several_lines_names_both() {
        let mut d = at("env", 3, 5, "oops");
        if let Some(subject) = &mut d.subject {
            subject.range.end = Pos { line: 4, column: 2, byte: 9 };
        }
        assert_eq!(d.to_string(), "env:3,5-4,2: oops; ");
    }

    #[test]
    fn several_diagnostics_list_errors_first() {
        let list = Diagnostics::from(vec![
            Diagnostic::warning(Code::DuplicateKey, "w"),
            at("env", 1, 1, "e1"),
            at("env", 1, 1, "e2"),
        ]);
        let expected = "\n-error: env:1,1-4: e1; \n-error: env:1,1-4: e2; \n-warning: <nil>: w; ";
        assert_eq!(list.to_string(), expected);
    }

    #[test]
    fn no_diagnostics_have_a_string_too() {
        assert_eq!(Diagnostics::new().to_string(), "no diagnostics");
    }

    #[test]
    fn sorting_is_by_place_and_stable() {
        let mut list = Diagnostics::from(vec![
            at("b", 1, 1, "6"),
            at("a", 2, 1, "5"),
            at("a", 1, 9, "4"),
            at("a", 1, 2, "z is not before y"),
            at("a", 1, 2, "y"),
            Diagnostic::error(Code::Internal, "2"),
            Diagnostic::error(Code::Internal, "1"),
        ]);
        list.sort();
        let order: Vec<&str> = list.iter().map(|d| d.summary.as_str()).collect();
        assert_eq!(order, ["1", "2", "z is not before y", "y", "4", "5", "6"]);
    }

    #[test]
    fn summaries_count_in_words() {
        let warning = Diagnostic::warning(Code::DuplicateKey, "w");
        let mut list = Diagnostics::new();
        assert_eq!(list.summary(), "no problems");
        list.push(warning.clone());
        assert_eq!(list.summary(), "1 warning");
        assert!(!list.has_errors());
        list.extend([at("a", 1, 1, "e"), at("a", 1, 1, "e")]);
        assert_eq!(list.summary(), "2 errors, 1 warning");
        assert!(list.has_errors());
    }
}
