//! Rust types for an environment, written at build time.
//!
//! [`rust_types`] looks at an [checked](crate::Client::check) environment, which takes no provider and no key, and
//! writes structs that derive [`FromEnvironment`](crate::FromEnvironment). A program that is built with them does not
//! compile if it uses a property that is not there.
//!
//! In `build.rs`:
//!
//! ```no_run
//! # async fn generate() -> Result<(), Box<dyn std::error::Error>> {
//! use esc_sdk::{Client, DirectorySource, codegen};
//!
//! println!("cargo::rerun-if-changed=environments");
//! let client = Client::builder(DirectorySource::new("environments")?).build();
//! let checked = client.check("shop/production").await?;
//! let out = std::path::Path::new(&std::env::var("OUT_DIR")?).join("config.rs");
//! std::fs::write(out, codegen::rust_types(&checked, "Config"))?;
//! # Ok(()) }
//! ```
//!
//! In the program: `include!(concat!(env!("OUT_DIR"), "/config.rs"));`, and
//! `let config: Config = client.open_as("shop/production").await?;`.
//!
//! * `shape`: what a value looks like, from values and schemas;
//! * `names`: identifiers from names;
//! * this file: the text.

mod names;
mod shape;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use names::{Names, type_name};
use shape::{Property, Shape};

use crate::snapshot::Snapshot;

/// Structs for an environment, as the text of a Rust file. `name` is that of the outermost.
///
/// The text depends only on what the environment looks like, not on what is in it: secrets become `Secret`, what may be
/// missing an `Option`, strings of which all that are possible are known an enum, and what is not known a
/// [`Value`](crate::Value). It holds no values.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # use esc_sdk::{Client, DirectorySource, codegen};
/// # let dir = tempfile::tempdir()?;
/// # std::fs::create_dir(dir.path().join("shop"))?;
/// # std::fs::write(dir.path().join("shop/dev.yaml"), "values:\n  logLevel: info\n  token: {fn::secret: hunter2}\n")?;
/// # let client = Client::builder(DirectorySource::new(dir.path())?).build();
/// let checked = client.check("shop/dev").await?;
/// assert_eq!(
///     codegen::rust_types(&checked, "Config"),
///     r#"// Written by `esc_sdk::codegen` from the environment `shop/dev`. Do not edit.
///
/// /// All values of the environment.
/// ##[derive(Debug, ::esc_sdk::FromEnvironment)]
/// ##[allow(dead_code, reason = "no program needs all of an environment")]
/// pub struct Config {
///     /// `logLevel`
///     ##[esc(name = "logLevel")]
///     pub log_level: ::std::string::String,
///     /// `token`
///     pub token: ::esc_sdk::Secret<::std::string::String>,
/// }
/// "#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rust_types(checked: &Snapshot, name: &str) -> String {
    let mut writer = Writer { items: Vec::new(), taken: BTreeSet::new() };
    let properties = shape::of(checked);
    let root = writer.claim(&type_name(name));
    writer.structure(&root, "All values of the environment.", &properties);
    let source = names::comment(checked.name());
    let mut text =
        format!("// Written by `esc_sdk::codegen` from the environment `{source}`. Do not edit.\n");
    for item in &writer.items {
        text.push('\n');
        text.push_str(item);
    }
    text
}

/// Generated types have fields that nobody reads.
const UNREAD: &str = "#[allow(dead_code, reason = \"no program needs all of an environment\")]\n";

struct Writer {
    items: Vec<String>,
    /// The names of types.
    taken: BTreeSet<String>,
}

impl Writer {
    /// A name for a type that no other has.
    fn claim(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        let mut number = 2;
        while !self.taken.insert(name.clone()) {
            name = format!("{wanted}{number}");
            number += 1;
        }
        name
    }

    fn structure(&mut self, name: &str, about: &str, properties: &[Property]) {
        // What contains comes before what is contained.
        let place = self.items.len();
        self.items.push(String::new());
        let mut text = format!("/// {about}\n#[derive(Debug, ::esc_sdk::FromEnvironment)]\n");
        text.push_str(UNREAD);
        let _ = writeln!(text, "pub struct {name} {{");
        let mut fields = Names::default();
        for property in properties {
            let field = fields.field(&property.name);
            let ty = self.type_of(&property.shape, &format!("{name}{}", type_name(&property.name)));
            let ty = match property.optional {
                true => format!("::std::option::Option<{ty}>"),
                false => ty,
            };
            let _ = writeln!(text, "    /// `{}`", names::comment(&property.name));
            for line in property.about.lines() {
                let _ = writeln!(text, "    ///\n    /// {}", names::comment(line));
            }
            if field.trim_start_matches("r#") != property.name {
                let _ = writeln!(text, "    #[esc(name = {:?})]", property.name);
            }
            let _ = writeln!(text, "    pub {field}: {ty},");
        }
        text.push_str("}\n");
        if let Some(item) = self.items.get_mut(place) {
            *item = text;
        }
    }

    fn enumeration(&mut self, name: &str, texts: &[String]) {
        let mut text = String::from("/// One of the texts that are possible.\n");
        text.push_str("#[derive(Clone, Copy, Debug, PartialEq, Eq, ::esc_sdk::FromEnvironment)]\n");
        text.push_str(UNREAD);
        let _ = writeln!(text, "pub enum {name} {{");
        let mut variants = Names::default();
        for possible in texts {
            let variant = variants.variant(possible);
            let _ = writeln!(text, "    /// `{}`", names::comment(possible));
            if variant != *possible {
                let _ = writeln!(text, "    #[esc(name = {possible:?})]");
            }
            let _ = writeln!(text, "    {variant},");
        }
        text.push_str("}\n");
        self.items.push(text);
    }

    /// The type for a shape; `name` is for the type it may take.
    fn type_of(&mut self, shape: &Shape, name: &str) -> String {
        match shape {
            Shape::Any => "::esc_sdk::Value".to_owned(),
            Shape::Boolean => "bool".to_owned(),
            Shape::Whole => "i64".to_owned(),
            Shape::Number => "f64".to_owned(),
            Shape::Text => "::std::string::String".to_owned(),
            Shape::Secret(inner) => format!("::esc_sdk::Secret<{}>", self.type_of(inner, name)),
            Shape::List(item) => {
                format!("::std::vec::Vec<{}>", self.type_of(item, &format!("{name}Item")))
            }
            Shape::Map(value) => {
                let value = self.type_of(value, &format!("{name}Value"));
                format!("::std::collections::BTreeMap<::std::string::String, {value}>")
            }
            Shape::OneOf(texts) => {
                let name = self.claim(name);
                self.enumeration(&name, texts);
                name
            }
            Shape::Object(properties) => {
                let name = self.claim(name);
                self.structure(&name, "An object of the environment.", properties);
                name
            }
        }
    }
}
