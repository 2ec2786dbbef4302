//! Damage to documents, of the kinds that people and tools do.

use super::Choices;

/// Pieces that mean something somewhere.
const PIECES: [&str; 44] = [
    "&a",
    "&a ",
    "*a",
    "!t ",
    "!!int ",
    "fn::",
    "fn::open::",
    "fn::secret",
    "fn::final: ",
    "${",
    "}",
    "${k0}",
    "$",
    "imports:\n",
    "values:\n",
    "description: x\n",
    "\nimports:",
    "\nvalues:",
    "  - a\n",
    "- ",
    "-",
    ": ",
    ":",
    "{",
    "[",
    "]",
    ", ",
    "'",
    "\"",
    "|\n",
    "|",
    ">-\n",
    "#",
    " # c",
    "\n",
    "  ",
    "\t",
    "~",
    "null",
    "12",
    "<<: ",
    "世",
    "é",
    "\\",
];

/// The text with one thing wrong, if it is wrong: some damage is none.
pub fn damaged(text: &str, choices: &mut Choices<'_>) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let line = choices.below(lines.len());
    match choices.below(9) {
        0 | 1 => {
            let at = place(text, choices);
            let piece = choices.of(&PIECES);
            format!("{}{piece}{}", &text[..at], &text[at..])
        }
        2 => {
            // A few characters are gone.
            let at = place(text, choices);
            let count = 1 + choices.below(6);
            let rest: String = text[at..].chars().skip(count).collect();
            format!("{}{rest}", &text[..at])
        }
        3 => text[..place(text, choices)].to_owned(),
        4 => without(&lines, line, 1, &[]),
        5 => {
            // A line is there twice, perhaps not side by side.
            let to = choices.below(lines.len());
            let copy: Vec<&str> = lines.get(line).copied().into_iter().collect();
            without(&lines, to, 0, &copy)
        }
        6 => {
            let indent = choices.of(&["", " ", "  ", "    ", "\t"]);
            let moved = lines.get(line).map(|line| format!("{indent}{}", line.trim_start()));
            without(&lines, line, 1, &[moved.as_deref().unwrap_or_default()])
        }
        7 => {
            // Whatever stood behind a colon is gone.
            let cut = lines
                .get(line)
                .and_then(|line| line.split_once(": "))
                .map(|(key, _)| format!("{key}:\n"));
            without(&lines, line, usize::from(cut.is_some()), &[cut.as_deref().unwrap_or_default()])
        }
        _ => {
            let from = choices.of(&["fn::", "k0", "k1", "'", ": ", "values", "imports", "${", "x"]);
            let to = choices
                .of(&["", "fn:", "K0", "k2", "\"", ":", "Values", "import", "$", "&a", "x.y"]);
            text.replacen(from, to, 1)
        }
    }
}

/// An offset between two characters.
fn place(text: &str, choices: &mut Choices<'_>) -> usize {
    text.floor_char_boundary(choices.below(text.len() + 1))
}

/// The lines, with others instead of some.
fn without(lines: &[&str], from: usize, count: usize, instead: &[&str]) -> String {
    let (from, to) = (from.min(lines.len()), (from + count).min(lines.len()));
    [&lines[..from], instead, &lines[to..]].concat().concat()
}
