//! The texts of the shapes.

use std::fmt::Write as _;

use esc_core::envelope;

use super::Documents;
use super::random::Random;

/// How many keys the environments of chains and fans share.
const SHARED_KEYS: usize = 10;

/// The benchmark of the reference implementation: imports whose secrets merge into two shared objects, and opens.
pub fn imports(imports: usize, opens: usize) -> Documents {
    let mut documents = Documents { root: "env".into(), ..Documents::default() };
    let mut root = String::from("imports:\n");
    for i in 0..imports {
        let letter = char::from(b'a' + (i % 26) as u8);
        let name = if i < 26 { letter.to_string() } else { format!("{letter}{}", i / 26) };
        line(&mut root, 2, &format!("- {name}"));
        // The test cipher adds 128 to every byte.
        let ciphertext: Vec<u8> =
            format!("token-of-{name}").bytes().map(|b| b.wrapping_add(128)).collect();
        let mut text = String::from("values:\n");
        line(&mut text, 2, &format!("env_{name}:"));
        let envelope = envelope::encode(&ciphertext);
        line(&mut text, 4, &format!("token: {{fn::secret: {{ciphertext: {envelope}}}}}"));
        line(&mut text, 2, "environmentVariables:");
        line(&mut text, 4, &format!("env_{name}: ${{env_{name}.token}}"));
        line(&mut text, 2, "pulumiConfig:");
        line(&mut text, 4, &format!("env_{name}::token: ${{env_{name}.token}}"));
        documents.texts.insert(name, text);
    }
    root.push_str("values:\n");
    delays(&mut root, opens);
    documents.texts.insert("env".into(), root);
    documents
}

/// Opens side by side.
pub fn opens(n: usize) -> Documents {
    let mut text = String::from("values:\n");
    delays(&mut text, n);
    single(text)
}

/// Literals of every type.
pub fn literals(n: usize, seed: u64) -> Documents {
    let mut random = Random(seed);
    let mut text = String::from("values:\n");
    for i in 0..n {
        let value = match random.below(8) {
            0 => random.below(100_000).to_string(),
            1 => (random.below(2) == 0).to_string(),
            2 => format!("\"{} {}\"", random.word(6), random.word(9)),
            _ => format!("{}-{}", random.word(5), random.word(8)),
        };
        line(&mut text, 2, &format!("key_{i}: {value}"));
    }
    single(text)
}

/// Interpolations, each of one of a hundred literals.
pub fn interpolations(n: usize, seed: u64) -> Documents {
    let mut random = Random(seed);
    let mut text = String::from("values:\n");
    for i in 0..100 {
        line(&mut text, 2, &format!("literal_{i}: {}", random.word(12)));
    }
    for i in 0..n {
        let (literal, word) = (random.below(100), random.word(6));
        line(&mut text, 2, &format!("key_{i}: {word}-${{literal_{literal}}}-{word}"));
    }
    single(text)
}

/// Environments that import one another in a row.
pub fn chain(n: usize) -> Documents {
    let mut documents = Documents::default();
    for i in 0..n.max(1) {
        let imports = if i == 0 { vec![] } else { vec![format!("e{}", i - 1)] };
        documents.root = format!("e{i}");
        documents.texts.insert(documents.root.clone(), shared(&imports, i));
    }
    documents
}

/// An environment with many imports.
pub fn fan(n: usize) -> Documents {
    let mut documents = Documents { root: "root".into(), ..Documents::default() };
    let names: Vec<String> = (0..n).map(|i| format!("e{i}")).collect();
    for (i, name) in names.iter().enumerate() {
        documents.texts.insert(name.clone(), shared(&[], i));
    }
    documents.texts.insert("root".into(), shared(&names, n));
    documents
}

/// Levels of environments of which each imports the whole level below.
pub fn diamond(width: usize, depth: usize) -> Documents {
    let mut documents = Documents { root: "root".into(), ..Documents::default() };
    let mut below: Vec<String> = Vec::new();
    for level in 0..depth {
        let names: Vec<String> = (0..width).map(|i| format!("l{level}e{i}")).collect();
        for (i, name) in names.iter().enumerate() {
            documents.texts.insert(name.clone(), shared(&below, level * width + i));
        }
        below = names;
    }
    documents.texts.insert("root".into(), shared(&below, depth * width));
    documents
}

/// References to references.
pub fn references(n: usize) -> Documents {
    let mut text = String::from("values:\n  key_0: start\n");
    // The last comes first, so that every reference points to what is not evaluated yet.
    for i in (1..n).rev() {
        line(&mut text, 2, &format!("key_{i}: ${{key_{}}}", i - 1));
    }
    single(text)
}

/// An environment with imports, ten keys that all of its kind have, and one of its own.
fn shared(imports: &[String], number: usize) -> String {
    let mut text = String::new();
    if !imports.is_empty() {
        text.push_str("imports:\n");
    }
    for import in imports {
        line(&mut text, 2, &format!("- {import}"));
    }
    text.push_str("values:\n");
    line(&mut text, 2, "settings:");
    for key in 0..SHARED_KEYS {
        line(&mut text, 4, &format!("key_{key}: value {key} of {number}"));
    }
    line(&mut text, 2, &format!("own_{number}: ${{settings.key_0}}"));
    text
}

fn delays(text: &mut String, n: usize) {
    line(text, 2, "delays:");
    for _ in 0..n {
        line(text, 4, "- fn::open::bench: {}");
    }
}

fn single(text: String) -> Documents {
    Documents { root: "env".into(), texts: [("env".into(), text)].into() }
}

fn line(text: &mut String, indent: usize, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{:indent$}{line}", "");
}
