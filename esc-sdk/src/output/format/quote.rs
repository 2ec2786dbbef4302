//! Variables for shells and for readers of `.env` files.

/// Why something cannot be written as a variable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuoteError {
    /// Shells would take the name for something else.
    #[error(
        "{0:?} is not the name of a variable: it must consist of letters, digits and `_`, and not start with a digit"
    )]
    Name(String),
    /// No variable can hold a zero byte.
    #[error("the value of `{0}` contains a zero byte, which no variable can hold")]
    Zero(String),
}

/// Whether shells take this for the name of a variable.
pub fn is_variable_name(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Lines `NAME="value"` in the order given, for readers of `.env` files.
///
/// # Errors
///
/// One of them is not a variable; nothing is written then.
pub fn dotenv<'a>(
    variables: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<String, QuoteError> {
    lines(variables, "", dotenv_quoted)
}

/// Lines `export NAME='value'` in the order given, for POSIX shells.
///
/// # Errors
///
/// One of them is not a variable; nothing is written then.
pub fn shell<'a>(
    variables: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<String, QuoteError> {
    lines(variables, "export ", shell_quoted)
}

fn lines<'a>(
    variables: impl IntoIterator<Item = (&'a str, &'a str)>,
    before: &str,
    quoted: impl Fn(&str) -> String,
) -> Result<String, QuoteError> {
    let mut out = String::new();
    for (name, value) in variables {
        if !is_variable_name(name) {
            return Err(QuoteError::Name(name.to_owned()));
        }
        if value.contains('\0') {
            return Err(QuoteError::Zero(name.to_owned()));
        }
        out.push_str(before);
        out.push_str(name);
        out.push('=');
        out.push_str(&quoted(value));
        out.push('\n');
    }
    Ok(out)
}

/// The text for a POSIX shell. In double quotes if nothing in it means anything there, else in single quotes.
pub fn shell_quoted(text: &str) -> String {
    match text.contains(MEANS_SOMETHING) {
        false => format!("\"{text}\""),
        true => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

/// What readers expand, run or unescape within double quotes, some only in interactive shells.
const MEANS_SOMETHING: [char; 5] = ['"', '\\', '$', '`', '!'];

/// The text for readers of `.env` files, shells that source them included.
///
/// There is no standard, so this keeps to what all of them read alike: double quotes if nothing in the text means
/// anything there, else single quotes, else double quotes with backslashes. Backticks run commands in shells, and no
/// backslash in front of them is known to other readers: a text with backticks that does not fit into single quotes
/// is written as several quoted pieces, which the stricter readers refuse but none runs.
pub fn dotenv_quoted(text: &str) -> String {
    if !text.contains(MEANS_SOMETHING) {
        return format!("\"{text}\"");
    }
    // A backslash before the end of single quotes ends them for some and not for others.
    if !text.contains(['\'', '\\']) {
        return format!("'{text}'");
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' | '$' => out.extend(['\\', c]),
            '`' => out.push_str("\"'`'\""),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_values_are_in_double_quotes() {
        let variables = [("BOOL", "true"), ("EMPTY", ""), ("TEXT", "it's two\nlines #1")];
        let expected = "BOOL=\"true\"\nEMPTY=\"\"\nTEXT=\"it's two\nlines #1\"\n";
        assert_eq!(dotenv(variables).as_deref(), Ok(expected));
        assert_eq!(shell([("PI", "3.14")]).as_deref(), Ok("export PI=\"3.14\"\n"));
    }

    #[test]
    fn what_would_be_expanded_is_not() {
        assert_eq!(shell_quoted("$(id) it's"), r"'$(id) it'\''s'");
        assert_eq!(dotenv_quoted("$2a$10$x"), "'$2a$10$x'");
        assert_eq!(dotenv_quoted("it's $HOME\\\""), r#""it's \$HOME\\\"""#);
        assert_eq!(dotenv_quoted("it's `id`"), r#""it's "'`'"id"'`'"""#);
    }

    #[test]
    fn names_that_would_inject_are_refused() {
        for name in ["", "1A", "A B", "A=B", "A;id", "$(id)", "É", "A\nB"] {
            assert_eq!(shell([(name, "x")]), Err(QuoteError::Name(name.into())));
        }
        assert_eq!(dotenv([("A", "x\0y")]), Err(QuoteError::Zero("A".into())));
    }
}
