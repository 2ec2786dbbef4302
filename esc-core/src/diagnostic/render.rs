//! Diagnostics for people: the message, the place in the document, and what to do.

use std::borrow::{Borrow, Cow};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};
use std::ops::Range;

use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Snippet};
use smol_str::SmolStr;

use super::mask::mask_undecodable;
use super::place::{bytes_of, lines_of};
use super::{Diagnostic, Location, Severity, mask_secrets};

/// Where the texts of environments come from.
pub trait Sources {
    /// The text of the environment, if there is one.
    fn source(&self, environment: &str) -> Option<&str>;
}

impl<K: Borrow<str> + Ord, V: AsRef<str>> Sources for BTreeMap<K, V> {
    fn source(&self, environment: &str) -> Option<&str> {
        self.get(environment).map(AsRef::as_ref)
    }
}

impl<K: Borrow<str> + Eq + Hash, V: AsRef<str>, S: BuildHasher> Sources for HashMap<K, V, S> {
    fn source(&self, environment: &str) -> Option<&str> {
        self.get(environment).map(AsRef::as_ref)
    }
}

/// No texts at all.
impl Sources for () {
    fn source(&self, _environment: &str) -> Option<&str> {
        None
    }
}

/// One environment and its text.
impl<V: AsRef<str>> Sources for (&str, V) {
    fn source(&self, environment: &str) -> Option<&str> {
        (environment == self.0).then(|| self.1.as_ref())
    }
}

/// Renders diagnostics with excerpts of the documents they are about.
///
/// Plain text unless [`color`](Renderer::color) says otherwise: a library does not know where its output goes.
/// Plaintext secrets in the documents are shown as `*`.
///
/// ```
/// use esc_core::diagnostic::{Code, Diagnostic, Location, Renderer};
/// use esc_core::position::{Range, Span};
///
/// let place = Location { environment: "dev".into(), range: Range::NONE, span: Some(Span { start: 3, end: 7 }) };
/// let d = Diagnostic::error(Code::UnknownProperty, "unknown property \"b\"").at(place, "a");
/// let text = Renderer::new().render(&d, &("dev", "a: ${b}\n"));
/// assert_eq!(text, "\
/// error[unknown-property]: unknown property \"b\"
///  --> dev:1:4
///   |
/// 1 | a: ${b}
///   |    ^^^^");
/// ```
#[derive(Clone, Debug)]
pub struct Renderer {
    color: bool,
    width: usize,
}

impl Default for Renderer {
    fn default() -> Renderer {
        Renderer::new()
    }
}

impl Renderer {
    /// Plain text, for a terminal of common width.
    pub fn new() -> Renderer {
        Renderer { color: false, width: DEFAULT_TERM_WIDTH }
    }

    /// Whether to use the colours of a terminal.
    pub fn color(mut self, color: bool) -> Renderer {
        self.color = color;
        self
    }

    /// The width, in columns, to which excerpts of long lines are cut.
    pub fn width(mut self, columns: usize) -> Renderer {
        self.width = columns;
        self
    }

    /// One diagnostic, without a newline at the end.
    pub fn render(&self, diagnostic: &Diagnostic, sources: &impl Sources) -> String {
        self.render_one(diagnostic, sources, &mut Masked::new())
    }

    /// All of them, an empty line after each, and the counts at the end. Nothing if there are none.
    pub fn render_all<'d>(
        &self,
        diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
        sources: &impl Sources,
    ) -> String {
        let mut masked = Masked::new();
        let mut out = String::new();
        let mut seen = super::Diagnostics::new();
        for diagnostic in diagnostics {
            out.push_str(&self.render_one(diagnostic, sources, &mut masked));
            out.push_str("\n\n");
            seen.push(Diagnostic { related: Vec::new(), subject: None, ..diagnostic.clone() });
        }
        if !seen.is_empty() {
            out.push_str(&seen.summary());
            out.push('\n');
        }
        out
    }

    fn render_one<'s>(
        &self,
        diagnostic: &Diagnostic,
        sources: &'s impl Sources,
        masked: &mut Masked<'s>,
    ) -> String {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(diagnostic.summary.as_str()).id(diagnostic.code.as_str());
        let mut group = Group::with_title(title);
        let excerpts = excerpts_of(diagnostic, sources, masked);
        let located = excerpts.first().is_some_and(|e| e.text.is_some());
        for excerpt in excerpts {
            group = excerpt.add_to(group);
        }
        // An excerpt shows where; without one the path does.
        if !located && !diagnostic.path.is_empty() {
            group = group.element(Level::NOTE.message(format!("at `{}`", diagnostic.path)));
        }
        if let Some(help) = &diagnostic.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = match self.color {
            true => annotate_snippets::Renderer::styled(),
            false => annotate_snippets::Renderer::plain(),
        };
        renderer.term_width(self.width).render(&[group])
    }
}

/// The masked texts of environments, so that a list of diagnostics masks each only once.
///
/// Of one that could not be decoded more is masked.
type Masked<'s> = BTreeMap<(SmolStr, bool), Option<Cow<'s, str>>>;

/// Places in one environment that are shown together.
struct Excerpt<'a> {
    environment: &'a str,
    /// The environment's text; none if it is not there or does not have the place.
    text: Option<&'a str>,
    marks: Vec<Mark<'a>>,
}

struct Mark<'a> {
    location: &'a Location,
    /// Empty without a text.
    bytes: Range<usize>,
    /// None for the subject.
    message: Option<&'a str>,
}

fn excerpts_of<'a, 's: 'a>(
    diagnostic: &'a Diagnostic,
    sources: &'s impl Sources,
    masked: &'a mut Masked<'s>,
) -> Vec<Excerpt<'a>> {
    let related = diagnostic.related.iter().map(|r| (&r.location, Some(r.message.as_str())));
    let places: Vec<_> =
        diagnostic.subject.iter().map(|location| (location, None)).chain(related).collect();
    // Where YAML is not what it was meant to be, neither are its secrets.
    let broken = diagnostic.code.as_str().starts_with("yaml-");
    for (location, _) in &places {
        let name = &location.environment;
        masked.entry((name.clone(), broken)).or_insert_with(|| {
            let source = sources.source(name);
            source.map(if broken { mask_undecodable } else { mask_secrets })
        });
    }
    let mut excerpts: Vec<Excerpt<'a>> = Vec::new();
    for (location, message) in places {
        let environment = location.environment.as_str();
        let key = (location.environment.clone(), broken);
        let text = masked.get(&key).and_then(Option::as_deref);
        let found = text.and_then(|text| Some((text, bytes_of(location, text)?)));
        let (text, bytes) = found.map_or((None, 0..0), |(text, bytes)| (Some(text), bytes));
        let mark = Mark { location, bytes, message };
        let together = |e: &&mut Excerpt<'_>| {
            text.is_some() && e.text.is_some() && e.environment == environment
        };
        match excerpts.iter_mut().find(together) {
            Some(excerpt) => excerpt.marks.push(mark),
            None => excerpts.push(Excerpt { environment, text, marks: vec![mark] }),
        }
    }
    excerpts
}

impl<'a> Excerpt<'a> {
    fn add_to(self, group: Group<'a>) -> Group<'a> {
        match self.text {
            Some(text) => group.element(self.snippet(text)),
            None => self.marks.iter().fold(group, |group, mark| {
                let group = group.element(self.origin(mark));
                match mark.message {
                    Some(message) => group.element(Level::NOTE.message(message)),
                    None => group,
                }
            }),
        }
    }

    /// The lines from the first to the last mark. Only they are handed on: the library looks at every line it is given.
    fn snippet(&self, text: &'a str) -> Snippet<'a, Annotation<'a>> {
        let start = self.marks.iter().map(|m| m.bytes.start).min().unwrap_or(0);
        let end = self.marks.iter().map(|m| m.bytes.end).max().unwrap_or(start);
        let (number, lines) = lines_of(&(start..end), text);
        let mut snippet = Snippet::source(text.get(lines.clone()).unwrap_or_default())
            .path(self.environment)
            .line_start(number);
        for mark in &self.marks {
            let kind = match mark.message {
                None => AnnotationKind::Primary,
                Some(_) => AnnotationKind::Context,
            };
            let span = mark.bytes.start - lines.start..mark.bytes.end - lines.start;
            snippet = snippet.annotation(kind.span(span).label(mark.message));
        }
        snippet
    }

    fn origin(&self, mark: &Mark<'_>) -> Origin<'a> {
        let begin = mark.location.range.begin;
        let origin = Origin::path(self.environment);
        if begin.line == 0 {
            return origin;
        }
        origin.line(begin.line as usize).char_column(begin.column as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Diagnostics};
    use crate::position::{self, Span};

    fn at(start: u32, end: u32) -> Location {
        let span = Some(Span { start, end });
        Location { environment: "env".into(), range: position::Range::NONE, span }
    }

    #[test]
    fn colours_are_used_only_on_request() {
        let d = Diagnostic::error(Code::Internal, "oops").at(at(0, 1), "");
        assert!(!Renderer::new().render(&d, &("env", "a: 1")).contains('\x1b'));
        assert!(Renderer::new().color(true).render(&d, &("env", "a: 1")).contains("\x1b["));
    }

    #[test]
    fn escapes_in_documents_and_messages_are_made_harmless() {
        let d = Diagnostic::error(Code::Internal, "oops \x1b[31m").at(at(0, 1), "");
        assert!(!Renderer::new().render(&d, &("env", "a: \x1b[2J")).contains('\x1b'));
    }

    #[test]
    fn long_lines_are_cut() {
        let text = format!("a: {}${{b}}", "x".repeat(100_000));
        let d = Diagnostic::error(Code::Internal, "oops").at(at(100_003, 100_007), "");
        let shown = Renderer::new().width(80).render(&d, &("env", &text));
        assert!(shown.contains("${b}"));
        assert!(shown.lines().all(|line| line.len() < 100), "{shown}");
    }

    #[test]
    fn lists_end_with_their_counts() {
        let list = Diagnostics::from(vec![
            Diagnostic::error(Code::Internal, "one"),
            Diagnostic::warning(Code::DuplicateKey, "two"),
        ]);
        let expected =
            "error[internal]: one\n\nwarning[duplicate-key]: two\n\n1 error, 1 warning\n";
        assert_eq!(Renderer::new().render_all(&list, &()), expected);
        assert_eq!(Renderer::new().render_all(&Diagnostics::new(), &()), "");
    }

    proptest::proptest! {
        #[test]
        fn no_place_is_too_strange(
            text in "(fn::secret: |[a世é:\\PC \r\n\t]){0,20}",
            a in 0u32..40, b in 0u32..40, c in 0u32..40, d in 0u32..40, color: bool, width in 0usize..100,
        ) {
            let diagnostic = Diagnostic::error(Code::Internal, "oops")
                .at(at(a, b), "values.a")
                .with_related(at(c, d), "here")
                .with_related(at(b, c), "");
            Renderer::new().color(color).width(width).render(&diagnostic, &("env", &text));
        }
    }
}
