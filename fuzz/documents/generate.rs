//! Random documents that reach corners: cycles, wrong types, odd keys, values merged over others of every kind, secrets,
//! rotation, final values, failing calls, duplicates, anchors.

use std::fmt::Write;

use super::{Choices, Documents};

/// The canary, encrypted with the test cipher.
const CIPHERTEXT: &str = "ZXNjeAAAAAHY0cPBzq3B0tnR2Hq9mEU=";

const ENVIRONMENTS: [&str; 6] = ["env", "a", "b", "c", "p/d", "p/e"];

/// Few names, so that documents meet in them.
const KEYS: [&str; 5] = ["k0", "k1", "k2", "k3", "k4"];

/// Names that have to be quoted somewhere, or mean something somewhere.
const ODD_KEYS: [&str; 12] = [
    "\"0\"",
    "'a b'",
    "a.b",
    "\"\"",
    "x-y",
    "'q\"k'",
    "世界",
    "imports",
    "context",
    "fn::nothing",
    "K0",
    "'$${k0}'",
];

/// What ends a path, mostly in something that is there.
const ENDINGS: [&str; 10] =
    ["", "", ".x", "[0]", ".x.y", ".y[0].x", "[\"a b\"]", "[9]", ".nope", ".string"];

/// One to six documents that import each other.
pub fn documents(choices: &mut Choices<'_>) -> Documents {
    let count = 1 + choices.below(ENVIRONMENTS.len());
    let names = ENVIRONMENTS.iter().take(count);
    names.map(|name| ((*name).to_owned(), Author::new(choices).document())).collect()
}

/// Writes a document.
struct Author<'c, 'b> {
    choices: &'c mut Choices<'b>,
    text: String,
}

impl<'c, 'b> Author<'c, 'b> {
    fn new(choices: &'c mut Choices<'b>) -> Author<'c, 'b> {
        Author { choices, text: String::new() }
    }

    fn document(mut self) -> String {
        self.imports();
        if self.choices.one_in(12) {
            self.text.push_str(self.choices.of(&[
                "description: some\n",
                "extra: 1\n",
                "Values: {}\n",
            ]));
        }
        self.text.push_str("values:\n");
        let count = 1 + self.choices.below(KEYS.len());
        for key in KEYS.iter().take(count) {
            let key = match self.choices.below(10) {
                8 => self.choices.of(&ODD_KEYS),
                9 => self.choices.of(&KEYS),
                _ => key,
            };
            self.entry(2, key, 3);
        }
        if self.choices.one_in(16) {
            self.text.push_str(self.choices.of(&[
                "imports: [a]\n",
                "values: {k0: 1}\n",
                "values:\n",
                "imports: b\n",
            ]));
        }
        if self.choices.one_in(4) {
            // The reference knows no offsets on a last line without an end.
            self.text.pop();
        }
        self.text
    }

    fn imports(&mut self) {
        let count = self.choices.below(4);
        if count > 0 {
            self.text.push_str("imports:\n");
        }
        for _ in 0..count {
            let name = self.choices.of(&ENVIRONMENTS);
            let element = match self.choices.below(16) {
                10 | 11 => format!("{name}: {{merge: false}}"),
                12 => format!("{name}:"),
                13 => self
                    .choices
                    .of(&["", "~", "[a]", "{}", "{a: , b: }", "3", "nowhere"])
                    .to_owned(),
                14 => format!("{name}: {{merge: 1, other: x}}"),
                _ => name.to_owned(),
            };
            self.line(&format!("  - {element}"));
        }
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// `key:` and its value, over several lines or on one.
    fn entry(&mut self, indent: usize, key: &str, depth: usize) {
        let pad = " ".repeat(indent);
        let anchor = if self.choices.one_in(40) { "&an " } else { "" };
        let _ = write!(self.text, "{pad}{key}:");
        if depth == 0 || !self.choices.one_in(3) {
            let value = self.flow(depth);
            self.line(&format!(" {anchor}{value}"));
            return;
        }
        match self.choices.below(5) {
            0 | 1 => {
                self.line(format!(" {anchor}").trim_end());
                for key in ["x", "y", "z"].iter().take(1 + self.choices.below(3)) {
                    self.entry(indent + 2, key, depth - 1);
                }
            }
            2 => {
                self.line("");
                for _ in 0..=self.choices.below(2) {
                    let item = self.flow(depth - 1);
                    self.line(&format!("{pad}  - {item}"));
                }
            }
            3 => {
                let word = self.choices.of(&["|", "|-", ">", "|+"]);
                let path = self.path();
                self.line(&format!(" {anchor}{word}\n{pad}  text ${{{path}}}\n\n{pad}  more"));
            }
            _ => {
                let call = self.choices.of(&[
                    "fn::final",
                    "fn::toJSON",
                    "fn::open::test",
                    "fn::open::schema",
                ]);
                self.line("");
                self.entry(indent + 2, call, depth - 1);
            }
        }
    }

    /// What stands between the braces of a reference.
    fn path(&mut self) -> String {
        let key = self.choices.of(&KEYS);
        let ending = self.choices.of(&ENDINGS);
        match self.choices.below(12) {
            8 => format!("imports.{}.{key}", self.choices.of(&ENVIRONMENTS)),
            9 => format!("environments.p.{}.{key}", self.choices.of(&["d", "e", "nobody"])),
            10 => format!(
                "context.{}.name",
                self.choices.of(&["rootEnvironment", "currentEnvironment", "nothing"])
            ),
            11 => self
                .choices
                .of(&["imports", "context", "imports.a", "environments.p", "[\"0\"]"])
                .to_owned(),
            _ => format!("{key}{ending}"),
        }
    }

    /// A value on one line.
    fn flow(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.choices.below(5) {
                3 | 4 => self.reference(),
                _ => self.scalar(),
            };
        }
        match self.choices.below(24) {
            0..=3 => self.scalar(),
            4..=7 => self.reference(),
            8 => {
                let (a, b) = (self.path(), self.path());
                format!("'a${{{a}}}b${{{b}}}'")
            }
            9 | 10 => {
                let key = self.choices.of(&["y", "x", "\"0\"", "'a b'", "string", "record"]);
                let (a, b) = (self.flow(depth - 1), self.flow(depth - 1));
                format!("{{x: {a}, {key}: {b}}}")
            }
            11 | 12 => {
                let (a, b) = (self.flow(depth - 1), self.flow(depth - 1));
                format!("[{a}, {b}]")
            }
            13 => self.choices.of(&["{}", "[]"]).to_owned(),
            14..=16 => self.open(depth - 1),
            17 => self.secret(depth - 1),
            18 => self.rotate(depth - 1),
            _ => self.call(depth - 1),
        }
    }

    fn scalar(&mut self) -> String {
        let scalars = [
            "1",
            "text",
            "null",
            "true",
            "2.50",
            "''",
            "'{\"x\": [1, 2.50, null]}'",
            "aGk=",
            "x,y",
            "'$${k0}'",
            "~",
            "0x1F",
            "1e3",
            "'1'",
            "世界",
        ];
        self.choices.of(&scalars).to_owned()
    }

    fn reference(&mut self) -> String {
        let path = self.path().replace('\'', "''");
        format!("'${{{path}}}'")
    }

    fn open(&mut self, depth: usize) -> String {
        let inner = self.flow(depth);
        match self.choices.below(9) {
            0..=2 => format!("{{'fn::open::test': {{x: {inner}}}}}"),
            3 => format!("{{'fn::open::secret-wrapper': {{y: {inner}}}}}"),
            4 => format!("{{'fn::open::schema': {{string: {inner}}}}}"),
            5 => format!("{{'fn::open::error': {{why: {inner}}}}}"),
            6 => format!("{{'fn::open': {{provider: test, inputs: {{x: {inner}}}}}}}"),
            7 => format!("{{'fn::open::schema': {inner}}}"),
            _ => format!("{{'fn::open::nobody': {inner}}}"),
        }
    }

    fn secret(&mut self, depth: usize) -> String {
        match self.choices.below(5) {
            3 => "{'fn::secret': {ciphertext: bm9wZQ==}}".to_owned(),
            4 => format!("{{'fn::secret': {}}}", self.flow(depth)),
            _ => format!("{{'fn::secret': {{ciphertext: {CIPHERTEXT}}}}}"),
        }
    }

    fn rotate(&mut self, depth: usize) -> String {
        let (a, b) = (self.flow(depth), self.flow(depth));
        match self.choices.below(6) {
            0 => format!(
                "{{'fn::rotate::echo': {{inputs: {{next: {a}}}, state: {{current: {b}}}}}}}"
            ),
            1 => format!("{{'fn::rotate::swap': {{inputs: {{}}, state: {{a: {a}, b: {b}}}}}}}"),
            2 => format!("{{'fn::rotate::swap': {{inputs: {{x: {a}}}}}}}"),
            3 => {
                format!("{{'fn::rotate': {{provider: echo, inputs: {{next: {a}}}, state: null}}}}")
            }
            4 => format!("{{'fn::rotate::echo': {{inputs: {a}, state: {b}}}}}"),
            _ => format!("{{'fn::rotate::nobody': {{inputs: {a}}}}}"),
        }
    }

    fn call(&mut self, depth: usize) -> String {
        let a = self.flow(depth);
        let name = self.choices.of(&[
            "final",
            "toJSON",
            "toString",
            "fromJSON",
            "toBase64",
            "fromBase64",
            "join",
            "split",
            "concat",
            "validate",
            "nope",
        ]);
        match name {
            "join" => format!("{{'fn::join': [',', [{a}, {}]]}}", self.flow(depth)),
            "split" => format!("{{'fn::split': [',', {a}]}}"),
            "concat" => format!("{{'fn::concat': [[{a}], {}]}}", self.flow(depth)),
            "validate" => {
                let schema = self.choices.of(&[
                    "{type: string}",
                    "{type: object, required: [x]}",
                    "{const: text}",
                    "true",
                    "{oneOf: [{type: number}, {minLength: 1}]}",
                    "{type: wrong}",
                    "'${k0}'",
                ]);
                format!("{{'fn::validate': {{schema: {schema}, value: {a}}}}}")
            }
            name => format!("{{'fn::{name}': {a}}}"),
        }
    }
}
