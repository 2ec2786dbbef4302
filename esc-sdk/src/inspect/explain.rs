//! Where a value comes from, for people and for tools.

use std::fmt;
use std::time::Duration;

use esc_core::path::PropertyPath;
use esc_core::position::Range;
use esc_core::value::Origin;
use esc_eval::{Layer, Reference};
use serde::{Serialize, Serializer};

use super::lookup::Place;

/// Where a value comes from. It never shows the value, and so is no secret.
///
/// `Display` is for people; tools [serialise](serde::Serialize) it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The environment that was opened.
    pub environment: String,
    /// Where in its values.
    pub path: PropertyPath,
    /// What counts.
    pub winner: ValueSource,
    /// What it was merged over, the nearest first. Of objects these are merged, of other values they are hidden.
    pub overridden: Vec<ValueSource>,
}

/// One of the values at a place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ValueSource {
    /// The environment that defines it; the one that was opened if no document does.
    pub environment: String,
    /// The line of its definition, from 1; 0 if it is written nowhere.
    pub line: u32,
    /// The column of its definition in characters, from 1; 0 if it is written nowhere.
    pub column: u32,
    /// The path of its definition in the document, such as `values.database.host`; empty if it is written nowhere.
    pub definition: String,
    /// What made it.
    pub made_by: ValueMaker,
    /// Whether it is secret. Of values that are not known this tells whether they always will be.
    pub secret: bool,
    /// Whether it is not known, for lack of opening.
    pub unknown: bool,
    /// How long it stays valid.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leases: Vec<LeaseTerms>,
    /// What its expression refers to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<ValueReference>,
}

/// What makes a value, serialised as an object with a `kind` and possibly a `name`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "name", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ValueMaker {
    /// A scalar as written.
    Literal,
    /// A list as written.
    List,
    /// An object as written.
    Object,
    /// `fn::secret`
    Secret,
    /// A string with references in it.
    Interpolation,
    /// A reference and nothing else.
    Reference,
    /// A function, by its name.
    Function(String),
    /// The provider of that name.
    Provider(String),
    /// The rotator of that name.
    Rotator(String),
    /// The execution context.
    Context,
    /// The imports as an object.
    Imports,
    /// Something newer than this crate.
    Other,
}

/// How long a value stays valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeaseTerms {
    /// What the backend calls the lease.
    pub id: Option<String>,
    /// How long the lease runs from when it was given, in whole seconds; none if that is not known.
    #[serde(serialize_with = "seconds")]
    pub duration: Option<Duration>,
    /// Whether it can be renewed.
    pub renewable: bool,
}

/// A reference in an expression.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ValueReference {
    /// The reference without `${` and `}`.
    pub reference: String,
    /// Where what it refers to comes from; none if that cannot be told.
    pub source: Option<ValueSource>,
}

fn seconds<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    duration.map(|duration| duration.as_secs()).serialize(serializer)
}

impl Explanation {
    /// There is at least one layer.
    pub(crate) fn new(environment: &str, path: PropertyPath, layers: Vec<Layer>) -> Explanation {
        let mut sources = layers.into_iter().map(ValueSource::from);
        let winner = sources.next().unwrap_or_else(|| ValueSource::nowhere(environment));
        let environment = environment.to_owned();
        Explanation { environment, path, winner, overridden: sources.collect() }
    }

    /// All values at the place, the one that counts first.
    pub fn sources(&self) -> impl Iterator<Item = &ValueSource> {
        std::iter::once(&self.winner).chain(&self.overridden)
    }
}

impl ValueSource {
    fn nowhere(environment: &str) -> ValueSource {
        ValueSource {
            environment: environment.to_owned(),
            line: 0,
            column: 0,
            definition: String::new(),
            made_by: ValueMaker::Other,
            secret: false,
            unknown: false,
            leases: Vec::new(),
            uses: Vec::new(),
        }
    }
}

impl From<Layer> for ValueSource {
    fn from(layer: Layer) -> ValueSource {
        let begin = layer.origin.range.begin;
        let leases = layer.leases.into_iter().map(|lease| LeaseTerms {
            id: lease.id.as_ref().map(|id| id.to_string()),
            duration: lease.duration,
            renewable: lease.renewable,
        });
        let uses = layer.references.into_iter().map(|Reference { text, layer, .. }| {
            ValueReference { reference: text, source: layer.map(ValueSource::from) }
        });
        ValueSource {
            environment: layer.origin.environment.to_string(),
            line: begin.line,
            column: begin.column,
            definition: layer.path,
            made_by: ValueMaker::from(layer.maker),
            secret: layer.secret,
            unknown: layer.unknown,
            leases: leases.collect(),
            uses: uses.collect(),
        }
    }
}

impl From<esc_eval::Maker> for ValueMaker {
    fn from(maker: esc_eval::Maker) -> ValueMaker {
        use esc_eval::Maker;
        match maker {
            Maker::Literal => ValueMaker::Literal,
            Maker::List => ValueMaker::List,
            Maker::Object => ValueMaker::Object,
            Maker::Secret => ValueMaker::Secret,
            Maker::Interpolation => ValueMaker::Interpolation,
            Maker::Reference => ValueMaker::Reference,
            Maker::Function(name) => ValueMaker::Function(name.to_string()),
            Maker::Provider(name) => ValueMaker::Provider(name.to_string()),
            Maker::Rotator(name) => ValueMaker::Rotator(name.to_string()),
            Maker::Context => ValueMaker::Context,
            Maker::Imports => ValueMaker::Imports,
            _ => ValueMaker::Other,
        }
    }
}

/// The source that counts, then the ones it was merged over, each with what it uses below it.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.is_empty() {
            true => write!(f, "`{}`", self.environment)?,
            false => write!(f, "`{}` of `{}`", self.path, self.environment)?,
        }
        write!(f, "\n  is    {}", self.winner)?;
        show_uses(f, &self.winner, 1)?;
        for source in &self.overridden {
            write!(f, "\n  over  {source}")?;
            show_uses(f, source, 1)?;
        }
        Ok(())
    }
}

fn show_uses(f: &mut fmt::Formatter<'_>, source: &ValueSource, level: usize) -> fmt::Result {
    for used in &source.uses {
        write!(f, "\n        {:indent$}`{}`: ", "", used.reference, indent = 2 * (level - 1))?;
        match &used.source {
            Some(source) => {
                write!(f, "{source}")?;
                show_uses(f, source, level + 1)?;
            }
            None => f.write_str("not known")?,
        }
    }
    Ok(())
}

/// What made it, where, and what else is to be known, on one line.
impl fmt::Display for ValueSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.made_by)?;
        if self.line > 0 {
            let mut origin =
                Origin { range: Range::NONE, environment: self.environment.as_str().into() };
            (origin.range.begin.line, origin.range.begin.column) = (self.line, self.column);
            write!(f, " at {}", Place(&origin))?;
        }
        if !self.definition.is_empty() {
            write!(f, " ({})", self.definition)?;
        }
        for (holds, word) in [(self.secret, "secret"), (self.unknown, "not known yet")] {
            if holds {
                write!(f, ", {word}")?;
            }
        }
        for lease in &self.leases {
            f.write_str(", leased")?;
            if let Some(duration) = lease.duration {
                write!(f, " for {} s", duration.as_secs())?;
            }
            if lease.renewable {
                f.write_str(", renewable")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for ValueMaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ValueMaker::Literal => "a literal",
            ValueMaker::List => "a list",
            ValueMaker::Object => "an object",
            ValueMaker::Secret => "`fn::secret`",
            ValueMaker::Interpolation => "a text with references",
            ValueMaker::Reference => "a reference",
            ValueMaker::Function(name) => return write!(f, "`{name}`"),
            ValueMaker::Provider(name) => return write!(f, "the provider `{name}`"),
            ValueMaker::Rotator(name) => return write!(f, "the rotator `{name}`"),
            ValueMaker::Context => "the execution context",
            ValueMaker::Imports => "the imports",
            ValueMaker::Other => "something else",
        })
    }
}
