//! Random environments: imports, references, functions, opens, secrets, cycles.

use std::fmt::Write;

use super::world::World;

/// Choices, drawn from bytes: shorter and smaller bytes make simpler documents, so that failures shrink well.
pub struct Choices<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> Choices<'a> {
    /// Choices from these bytes; when they are used up, the first of everything is chosen.
    pub fn new(bytes: &'a [u8]) -> Choices<'a> {
        Choices { bytes: bytes.iter() }
    }

    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        usize::from(self.bytes.next().copied().unwrap_or(0)) % count
    }

    fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// Text that every secret contains, in two pieces that every split secret contains one of.
pub const CANARY: &str = "XQCAN-ARYQX";
/// The pieces.
pub const PIECES: [&str; 3] = ["XQCAN", "ARYQX", "WFFDQU4tQVJZUV"];
/// The envelope of the canary under the test cipher.
const CIPHERTEXT: &str = include_str!("canary.txt");

const ENVIRONMENTS: [&str; 6] = ["env", "a", "b", "c", "p/d", "p/e"];
const KEYS: [&str; 5] = ["k0", "k1", "k2", "k3", "k4"];

/// A world of up to six environments.
pub fn world(bytes: &[u8]) -> World {
    let mut choices = Choices::new(bytes);
    let count = 1 + choices.below(ENVIRONMENTS.len());
    let files: Vec<(String, String)> = ENVIRONMENTS
        .iter()
        .take(count)
        .map(|name| ((*name).to_owned(), environment(&mut choices)))
        .collect();
    let mut world = World::new(files);
    if choices.below(4) == 1 {
        let text = world.files.remove("env").unwrap_or_default();
        world.files.insert("<yaml>".to_owned(), text);
        world.root = "<yaml>".to_owned();
    }
    world
}

fn environment(choices: &mut Choices<'_>) -> String {
    let mut text = String::from("imports:\n");
    let imports = choices.below(4);
    if imports == 0 {
        text.clear();
    }
    for _ in 0..imports {
        let name = choices.of(&ENVIRONMENTS);
        match choices.below(8) {
            1 => writeln!(text, "  - {name}: {{merge: false}}").expect("writing to a string"),
            _ => writeln!(text, "  - {name}").expect("writing to a string"),
        }
    }
    text.push_str("values:\n");
    for key in KEYS.iter().take(1 + choices.below(KEYS.len())) {
        let value = expression(choices, 3);
        writeln!(text, "  {key}: {value}").expect("writing to a string");
    }
    text
}

/// A path, without the braces.
fn reference(choices: &mut Choices<'_>) -> String {
    let key = choices.of(&KEYS);
    match choices.below(9) {
        0 | 1 => key.to_owned(),
        2 => format!("{key}.x"),
        3 => format!("{key}[0]"),
        4 => format!("{key}.x.y"),
        5 => format!("imports.{}.{key}", choices.of(&ENVIRONMENTS)),
        6 => format!("environments.p.{}.{key}", choices.of(&["d", "e", "nobody"])),
        7 => choices
            .of(&["context.rootEnvironment.name", "context.currentEnvironment.name"])
            .to_owned(),
        _ => format!("{key}.y[0].x"),
    }
}

/// An expression as YAML in flow style.
fn expression(choices: &mut Choices<'_>, depth: usize) -> String {
    if depth == 0 {
        return match choices.below(3) {
            0 => "1".to_owned(),
            1 => "text".to_owned(),
            _ => format!("'${{{}}}'", reference(choices)),
        };
    }
    let sub = |choices: &mut Choices<'_>| expression(choices, depth - 1);
    match choices.below(26) {
        0 => "1".to_owned(),
        1 => "text".to_owned(),
        2 => "null".to_owned(),
        3..=6 => format!("'${{{}}}'", reference(choices)),
        7 => format!("'a${{{}}}b${{{}}}'", reference(choices), reference(choices)),
        8 | 9 => format!("{{x: {}, y: {}}}", sub(choices), sub(choices)),
        10 => format!("[{}, {}]", sub(choices), sub(choices)),
        11..=13 => format!("{{'fn::open::test': {{x: {}, y: {}}}}}", sub(choices), sub(choices)),
        14 => format!("{{'fn::secret': {CANARY}}}"),
        15 => format!("{{'fn::secret': {{ciphertext: {}}}}}", CIPHERTEXT.trim()),
        16 => format!("{{'fn::open::leaky': {{x: {}}}}}", sub(choices)),
        17 => format!("{{'fn::final': {}}}", sub(choices)),
        18 => format!("{{'fn::toJSON': {}}}", sub(choices)),
        19 => format!("{{'fn::toString': {}}}", sub(choices)),
        20 => format!("{{'fn::join': ['-', [{}, {}]]}}", sub(choices), sub(choices)),
        21 => format!("{{'fn::split': ['-', {}]}}", sub(choices)),
        22 => match choices.below(4) {
            0 => format!("{{'fn::toBase64': {}}}", sub(choices)),
            1 => format!("{{'fn::fromBase64': {}}}", sub(choices)),
            2 => format!("{{'fn::fromJSON': {}}}", sub(choices)),
            _ => format!("{{'fn::fromJSON': {{'fn::toJSON': {}}}}}", sub(choices)),
        },
        23 => format!(
            "{{'fn::validate': {{schema: {{type: {}}}, value: {}}}}}",
            choices.of(&["string", "object", "number"]),
            sub(choices)
        ),
        24 => match choices.below(3) {
            0 => format!("{{'fn::open::error': {{why: {}}}}}", sub(choices)),
            1 => format!("{{'fn::open::secret-wrapper': {{x: {}}}}}", sub(choices)),
            _ => format!("{{'fn::open::typed': {}}}", sub(choices)),
        },
        _ => match choices.below(3) {
            0 => format!(
                "{{'fn::rotate::echo': {{inputs: {{next: {}}}, state: {{current: {}}}}}}}",
                sub(choices),
                sub(choices)
            ),
            1 => format!(
                "{{'fn::rotate::swap': {{inputs: {{}}, state: {{a: {}, b: text}}}}}}",
                sub(choices)
            ),
            _ => format!("{{'fn::rotate::keeper': {{inputs: {{x: {}}}}}}}", sub(choices)),
        },
    }
}
