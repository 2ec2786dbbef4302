//! Where a value comes from, for people and for tools.

use std::fmt;
use std::time::Duration;

use esc_core::path::PropertyPath;
use esc_core::position::Range;
use esc_core::value::Origin;
use esc_eval::{Layer, Maker, Reference};
use serde::{Serialize, Serializer};

use crate::lookup::Place;

/// Where a value comes from. It never tells the value, and so is no secret.
///
/// `Display` is for people; tools [serialise](serde::Serialize) it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The environment that was opened.
    pub environment: String,
    /// Where in its values.
    pub path: PropertyPath,
    /// What counts.
    pub winner: Source,
    /// What it was merged over, the nearest first. Of objects these are merged, of other values they are hidden.
    pub overridden: Vec<Source>,
}

/// One of the values at a place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Source {
    /// The environment that defines it; the one that was opened if no document does.
    pub environment: String,
    /// The line of its definition, from 1; 0 if it is written nowhere.
    pub line: u32,
    /// The column of its definition in characters, from 1; 0 if it is written nowhere.
    pub column: u32,
    /// The path of its definition in the document, such as `values.database.host`; empty if it is written nowhere.
    pub definition: String,
    /// What made it.
    pub made_by: MadeBy,
    /// Whether it is secret. Of values that are not known this tells whether they always will be.
    pub secret: bool,
    /// Whether it is not known, for lack of opening.
    pub unknown: bool,
    /// How long it stays valid.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leases: Vec<LeaseTerms>,
    /// What its expression refers to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<Use>,
}

/// What makes a value, serialised as an object with a `kind` and possibly a `name`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "name", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MadeBy {
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
    /// Whether it can be prolonged.
    pub renewable: bool,
}

/// A reference in an expression.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Use {
    /// The reference without `${` and `}`.
    pub reference: String,
    /// Where what it refers to comes from; none if that cannot be told.
    pub source: Option<Source>,
}

fn seconds<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    duration.map(|duration| duration.as_secs()).serialize(serializer)
}

impl Explanation {
    /// There is at least one layer.
    pub(crate) fn new(environment: &str, path: PropertyPath, layers: Vec<Layer>) -> Explanation {
        let mut sources = layers.into_iter().map(Source::from);
        let winner = sources.next().unwrap_or_else(|| Source::nowhere(environment));
        let environment = environment.to_owned();
        Explanation { environment, path, winner, overridden: sources.collect() }
    }

    /// All values at the place, the one that counts first.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        std::iter::once(&self.winner).chain(&self.overridden)
    }
}

impl Source {
    fn nowhere(environment: &str) -> Source {
        Source {
            environment: environment.to_owned(),
            line: 0,
            column: 0,
            definition: String::new(),
            made_by: MadeBy::Other,
            secret: false,
            unknown: false,
            leases: Vec::new(),
            uses: Vec::new(),
        }
    }
}

impl From<Layer> for Source {
    fn from(layer: Layer) -> Source {
        let begin = layer.origin.range.begin;
        let leases = layer.leases.into_iter().map(|lease| LeaseTerms {
            id: lease.id.as_ref().map(|id| id.to_string()),
            duration: lease.duration,
            renewable: lease.renewable,
        });
        let uses = layer.references.into_iter().map(|Reference { text, layer, .. }| Use {
            reference: text,
            source: layer.map(Source::from),
        });
        Source {
            environment: layer.origin.environment.to_string(),
            line: begin.line,
            column: begin.column,
            definition: layer.path,
            made_by: MadeBy::from(layer.maker),
            secret: layer.secret,
            unknown: layer.unknown,
            leases: leases.collect(),
            uses: uses.collect(),
        }
    }
}

impl From<Maker> for MadeBy {
    fn from(maker: Maker) -> MadeBy {
        match maker {
            Maker::Literal => MadeBy::Literal,
            Maker::List => MadeBy::List,
            Maker::Object => MadeBy::Object,
            Maker::Secret => MadeBy::Secret,
            Maker::Interpolation => MadeBy::Interpolation,
            Maker::Reference => MadeBy::Reference,
            Maker::Function(name) => MadeBy::Function(name.to_string()),
            Maker::Provider(name) => MadeBy::Provider(name.to_string()),
            Maker::Rotator(name) => MadeBy::Rotator(name.to_string()),
            Maker::Context => MadeBy::Context,
            Maker::Imports => MadeBy::Imports,
            _ => MadeBy::Other,
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

fn show_uses(f: &mut fmt::Formatter<'_>, source: &Source, level: usize) -> fmt::Result {
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
impl fmt::Display for Source {
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

impl fmt::Display for MadeBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MadeBy::Literal => "a literal",
            MadeBy::List => "a list",
            MadeBy::Object => "an object",
            MadeBy::Secret => "`fn::secret`",
            MadeBy::Interpolation => "a text with references",
            MadeBy::Reference => "a reference",
            MadeBy::Function(name) => return write!(f, "`{name}`"),
            MadeBy::Provider(name) => return write!(f, "the provider `{name}`"),
            MadeBy::Rotator(name) => return write!(f, "the rotator `{name}`"),
            MadeBy::Context => "the execution context",
            MadeBy::Imports => "the imports",
            MadeBy::Other => "something else",
        })
    }
}
