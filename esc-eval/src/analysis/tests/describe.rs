use std::collections::BTreeMap;

use esc_core::ast::Document;
use esc_core::position::Pos;

use super::*;
use crate::Root;
use crate::analysis;

const DOCUMENT: &str = "\
values:
  open:
    fn::open::login:
      region: eu
      session:
        name: me
  object:
    fn::open:
      provider: login
      inputs:
        region: eu
  join:
    fn::join: [',', [a, b]]
  json:
    fn::toJSON: {a: 1}
  final:
    fn::final: x
  concat:
    fn::concat: [[a], [b]]
  ref: ${open.token}
  any: ${object}
";

/// Every word of the document at whose start there is something to say.
fn table(say: impl Fn(usize, Pos) -> Option<String>) -> BTreeMap<String, String> {
    let mut table = BTreeMap::new();
    let mut byte = 0;
    for (line, text) in DOCUMENT.lines().enumerate() {
        let column = text.find(|c| c != ' ').unwrap_or(0);
        let mut starts = vec![column];
        starts.extend(text.find(": ").map(|at| at + 2));
        for column in starts {
            let pos = Pos {
                line: line as u32 + 1,
                column: column as u32 + 1,
                byte: (byte + column) as u32,
            };
            if let Some(said) = say(byte + column, pos) {
                table.insert(format!("{:02}:{:02}", pos.line, pos.column), said);
            }
        }
        byte += text.len() + 1;
    }
    table
}

fn owned(table: &[(&str, &str)]) -> BTreeMap<String, String> {
    table.iter().map(|(at, said)| ((*at).to_owned(), (*said).to_owned())).collect()
}

const OPEN: &str = "Fetches values from an external source when the environment is opened.";
const JOIN: &str = "Concatenates the elements of its second argument to create a single string. The first argument is placed \
                    between each element in the result.";
const JSON: &str = "Encodes a value into its JSON representation.";
const FINAL: &str =
    "Marks a value as final. Final values cannot be overridden in child environments.";

#[test]
fn exported_environments_are_described_in_the_reference_s_words() {
    let document = Document::load("app", DOCUMENT, &Default::default()).document.unwrap();
    let root = Root { document: Arc::new(document), decrypter: Arc::new(Rot128) };
    let mut evaluation = block_on(evaluator().compatible(true).check(root));
    let environment = evaluation.environment().unwrap();
    let said = table(|_, pos| analysis::describe(&environment, pos));
    assert_eq!(
        said,
        owned(&[
            ("03:05", OPEN),
            ("04:07", "Where it runs."),
            ("04:15", "Where it runs."),
            ("05:07", "The session."),
            ("06:09", "The session's name."),
            ("06:15", "The session's name."),
            ("08:05", OPEN),
            ("09:07", OPEN),
            ("09:17", OPEN),
            ("10:07", OPEN),
            ("11:09", OPEN),
            ("11:17", OPEN),
            ("13:05", JOIN),
            ("15:05", JSON),
            ("17:05", FINAL),
            ("20:08", "string"),
            ("21:08", "object"),
        ])
    );
}

#[test]
fn documents_are_described_better() {
    let analysis = evaluated(DOCUMENT);
    let said = table(|offset, _| analysis.describe(offset as u32));
    let provider = "The name of the provider.";
    for (at, text) in [
        ("03:05", OPEN),
        ("06:09", "The session's name."),
        ("08:05", OPEN),
        ("09:07", provider),
        ("09:17", "Logs in somewhere."),
        ("11:09", "Where it runs."),
        ("13:05", JOIN),
        ("19:05", "Concatenates lists into one list."),
    ] {
        assert_eq!(said.get(at).map(String::as_str), Some(text), "{at}");
    }
}
