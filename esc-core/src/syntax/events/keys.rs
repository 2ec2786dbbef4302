//! What may turn out to be a key.
//!
//! A key needs no `?` if it is on one line and not too long, and only the `:` after it tells that it is one.

use super::problem::{Construct, Problem, ProblemKind};
use super::scanner::Scanner;
use super::token::PossibleKey;

/// How many characters a key without `?` may have.
const LONGEST_KEY: usize = 1024;

impl Scanner<'_> {
    pub(super) fn no_key(&self) -> PossibleKey {
        PossibleKey {
            possible: false,
            required: false,
            token: self.taken + self.tokens.len(),
            mark: self.reader.mark(),
            index: self.reader.index,
        }
    }

    /// Whether what may be a key still may: it ends on its line, and is not too long.
    pub(super) fn key_is_valid(&mut self, at: usize) -> Result<bool, Problem> {
        let Some(key) = self.keys.get_mut(at).filter(|key| key.possible) else { return Ok(false) };
        let here = self.reader.mark();
        if key.mark.line < here.line || key.index + LONGEST_KEY < self.reader.index {
            if key.required {
                let start = key.mark;
                return Err(self.error(Construct::SimpleKey, start, ProblemKind::ExpectedColon));
            }
            key.possible = false;
            return Ok(false);
        }
        Ok(true)
    }

    /// Remembers that a key may begin here.
    pub(super) fn save_key(&mut self) -> Result<(), Problem> {
        if !self.key_allowed {
            return Ok(());
        }
        let required = self.flow == 0 && self.indent == i64::from(self.reader.column);
        let key = PossibleKey { possible: true, required, ..self.no_key() };
        self.remove_key()?;
        let at = self.keys.len().saturating_sub(1);
        if let Some(last) = self.keys.last_mut() {
            *last = key;
        }
        self.keys_by_token.insert(key.token, at);
        Ok(())
    }

    /// Forgets what may be a key.
    pub(super) fn remove_key(&mut self) -> Result<(), Problem> {
        let Some(key) = self.keys.last_mut().filter(|key| key.possible) else { return Ok(()) };
        if key.required {
            let start = key.mark;
            return Err(self.error(Construct::SimpleKey, start, ProblemKind::ExpectedColon));
        }
        key.possible = false;
        let token = key.token;
        self.keys_by_token.remove(&token);
        Ok(())
    }
}
