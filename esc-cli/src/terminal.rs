//! What people see: words on standard error, data on standard output.

use std::io::{self, IsTerminal, Write};

use esc_core::diagnostic::Renderer;
use esc_sdk::Diagnostics;

use crate::failure::Failure;
use crate::options::Color;
use crate::project::ProjectError;

/// How to talk to whoever reads standard error.
#[derive(Debug)]
pub struct Terminal {
    color: bool,
    width: Option<usize>,
}

impl Terminal {
    pub fn new(color: Color) -> Terminal {
        let stderr = io::stderr();
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                stderr.is_terminal()
                    && !set("NO_COLOR")
                    && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
            }
        };
        let size = rustix::termios::tcgetwinsize(&stderr).ok();
        let width = size.map(|size| usize::from(size.ws_col)).filter(|width| *width > 0);
        Terminal { color, width }
    }

    /// Shows what is wrong with an environment; nothing if nothing is.
    pub fn diagnostics(&self, diagnostics: &Diagnostics) {
        self.write(&diagnostics.render(&self.renderer()));
    }

    fn renderer(&self) -> Renderer {
        let renderer = Renderer::new().color(self.color);
        match self.width {
            Some(width) => renderer.width(width),
            None => renderer,
        }
    }

    pub fn fail(&self, failure: &Failure) {
        match failure {
            Failure::Environment(diagnostics) => self.diagnostics(diagnostics),
            Failure::Project(ProjectError::Invalid(problems)) => {
                self.write(&problems.render(&self.renderer()))
            }
            Failure::System { cause, .. } if cause.kind() == io::ErrorKind::BrokenPipe => {}
            other => self.label("error", "\x1b[1;31m", &other.to_string()),
        }
    }

    pub fn warn(&self, text: &str) {
        self.label("warning", "\x1b[1;33m", text);
    }

    pub fn note(&self, text: &str) {
        self.write(&format!("{text}\n"));
    }

    fn label(&self, label: &str, style: &str, text: &str) {
        // Names and messages may come from anywhere; they must not move the cursor.
        let text: String = text
            .chars()
            .map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c })
            .collect();
        match self.color {
            true => self.write(&format!("{style}{label}\x1b[0m: {text}\n")),
            false => self.write(&format!("{label}: {text}\n")),
        }
    }

    fn write(&self, text: &str) {
        // There is nobody left to tell if this fails.
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

/// Writes data to standard output.
pub fn print(data: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(data)
        .and_then(|()| stdout.flush())
        .map_err(|e| Failure::system("cannot write to standard output", e))
}
