//! Documents of known shapes.
//!
//! All are generated; the same shape and seed give the same bytes. A shape is written as its benchmark's number and,
//! where it has one, its size: `E1`, `E7:500`.

mod documents;
mod random;
mod texts;

pub use texts::Documents;

use std::fmt;
use std::str::FromStr;

/// What the shapes are generated from unless something else is asked for.
pub const SEED: u64 = 1;

/// A shape of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `E1` (also E2 to E4, which only add delays): 26 imports that merge into two shared objects, each with a
    /// secret, and ten opens.
    Imports,
    /// `E5:n`: literals, side by side.
    Literals(usize),
    /// `E6:n`: interpolations of literals, side by side.
    Interpolations(usize),
    /// `E7:n`: environments that import one another in a row, all with the same ten keys.
    Chain(usize),
    /// `E8:n`: an environment with many imports, all with the same ten keys.
    Fan(usize),
    /// `E8:d` or `E8:WxD`: D levels of W environments; each imports all of the level below. 10 by 10 by 10 paths.
    Diamond {
        /// How many environments a level has.
        width: usize,
        /// How many levels there are.
        depth: usize,
    },
    /// `E9:n`: references to references, in a row.
    References(usize),
    /// `O:n`: opens, side by side.
    Opens(usize),
}

impl Shape {
    /// Generates the documents.
    pub fn documents(self, seed: u64) -> Documents {
        match self {
            Shape::Imports => documents::imports(26, 10),
            Shape::Literals(n) => documents::literals(n, seed),
            Shape::Interpolations(n) => documents::interpolations(n, seed),
            Shape::Chain(n) => documents::chain(n),
            Shape::Fan(n) => documents::fan(n),
            Shape::Diamond { width, depth } => documents::diamond(width, depth),
            Shape::References(n) => documents::references(n),
            Shape::Opens(n) => documents::opens(n),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shape::Imports => f.write_str("E1"),
            Shape::Literals(n) => write!(f, "E5:{n}"),
            Shape::Interpolations(n) => write!(f, "E6:{n}"),
            Shape::Chain(n) => write!(f, "E7:{n}"),
            Shape::Fan(n) => write!(f, "E8:{n}"),
            Shape::Diamond { width, depth } => write!(f, "E8:{width}x{depth}"),
            Shape::References(n) => write!(f, "E9:{n}"),
            Shape::Opens(n) => write!(f, "O:{n}"),
        }
    }
}

impl FromStr for Shape {
    type Err = String;

    fn from_str(text: &str) -> Result<Shape, String> {
        let (id, size) = match text.split_once(':') {
            Some((id, size)) => (id, Some(size)),
            None => (text, None),
        };
        let number = |text: &str| text.parse().map_err(|_| format!("{text:?} is not a size"));
        let or = |default: usize| size.map_or(Ok(default), number);
        Ok(match (id, size) {
            ("E1" | "E2" | "E3" | "E4" | "K1", None) => Shape::Imports,
            ("E5", _) => Shape::Literals(or(10_000)?),
            ("E6" | "K6", _) => Shape::Interpolations(or(10_000)?),
            ("E7", _) => Shape::Chain(or(80)?),
            ("E8", Some("d")) => Shape::Diamond { width: 10, depth: 3 },
            ("E8", Some(size)) if size.contains('x') => {
                let (width, depth) = size.split_once('x').unwrap_or_default();
                Shape::Diamond { width: number(width)?, depth: number(depth)? }
            }
            ("E8" | "K8", _) => Shape::Fan(or(200)?),
            ("E9", _) => Shape::References(or(100_000)?),
            ("O", _) => Shape::Opens(or(10)?),
            _ => return Err(format!("{text:?} is not a shape: E1 to E9 or O, then :SIZE")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_read_back() {
        for text in ["E1", "E5:7", "E6:7", "E7:500", "E8:200", "E8:10x3", "E9:100000", "O:10"] {
            assert_eq!(text.parse::<Shape>().unwrap().to_string(), text);
        }
        assert_eq!("E8:d".parse(), Ok(Shape::Diamond { width: 10, depth: 3 }));
        assert!("E5:x".parse::<Shape>().is_err());
        assert!("X".parse::<Shape>().is_err());
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let shape = Shape::Interpolations(50);
        assert_eq!(shape.documents(7), shape.documents(7));
        assert_ne!(shape.documents(7), shape.documents(8));
    }
}
