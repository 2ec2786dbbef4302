//! Whether what is only known by its schema may go where another schema asks for something.
//!
//! The comparison is structural: types, elements, properties. Constants, ranges, lengths and patterns do not matter,
//! for a value that is not known yet may well turn out to fit.

use std::collections::HashSet;
use std::fmt::{self, Write as _};

use smol_str::SmolStr;

use super::{MAX_DEPTH, Schema, SchemaRef, Type};
use crate::spelling::closest;
use crate::text::quote;

/// Says why values of the schema `from` may not go where `accept` is asked for; nothing if they may.
///
/// Both schemas must be [compiled](super::compile()); references that are not resolved are taken to fit.
///
/// ```
/// use esc_core::schema::{Builder, Schema, assignable};
///
/// let accept = Schema::object().required_property("port", Schema::number()).build();
/// let from = Schema::record([("port", Schema::string())]);
/// let mismatches = assignable(&accept, &from);
/// assert_eq!(mismatches[0].to_string(), "port: expected number, got string");
/// assert!(assignable(&accept, &Schema::always()).is_empty());
/// ```
pub fn assignable(accept: &Schema, from: &Schema) -> Vec<Mismatch> {
    let mut comparison = Comparison {
        steps: Vec::new(),
        out: Vec::new(),
        assumed: HashSet::new(),
        trail: Vec::new(),
        budget: BUDGET,
        depth: 0,
    };
    comparison.compare(accept, from);
    comparison.out
}

/// A reason why a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The way from the value to the part of it that does not fit.
    pub steps: Vec<Step>,
    /// What is wrong with it.
    pub message: String,
    /// Whether the reference implementation fails here without a message.
    pub extension: bool,
}

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To an element.
    Index(usize),
    /// To a property.
    Key(SmolStr),
}

impl Mismatch {
    /// The steps as text, such as `a.b[0]`; empty if there are none.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.steps {
            // Writing to a string cannot fail.
            let _ = match step {
                Step::Index(index) => write!(path, "[{index}]"),
                Step::Key(key) if key.is_empty() => Ok(()),
                Step::Key(key) if is_name(key) && path.is_empty() => path.write_str(key),
                Step::Key(key) if is_name(key) => write!(path, ".{key}"),
                Step::Key(key) => write!(path, "[\"{}\"]", key.replace('"', "\\\"")),
            };
        }
        path
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        if !path.is_empty() {
            write!(f, "{path}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// That a property is unknown, and which of those that are not given is meant.
fn unknown_property(accept: &Schema, from: &Schema, name: &str) -> String {
    let free = accept.properties().iter().map(|(free, _)| free.as_str());
    let free = free.filter(|free| from.own_property(free).is_none());
    match closest(free, name) {
        Some(meant) => format!("unknown property {}; did you mean {}?", quote(name), quote(meant)),
        None => format!("unknown property {}", quote(name)),
    }
}

/// Whether a key needs no quotes in a path.
fn is_name(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// How many pairs of schemas are compared before giving up: hostile schemas can ask for any number.
const BUDGET: usize = 200_000;

/// How deep comparisons may nest. Without references two schemas of the greatest depth stay below.
const DEPTH: usize = 2 * MAX_DEPTH + 100;

type Pair = (*const Schema, *const Schema);

struct Comparison {
    steps: Vec<Step>,
    out: Vec<Mismatch>,
    /// Pairs that are being compared, or were found to fit as far as those do.
    assumed: HashSet<Pair>,
    /// The same in the order they were added.
    trail: Vec<Pair>,
    budget: usize,
    depth: usize,
}

impl Comparison {
    /// Compares what may be missing, which is to say anything.
    fn compare_option(&mut self, accept: Option<&SchemaRef>, from: Option<&SchemaRef>) -> bool {
        match (accept, from) {
            (None, _) => true,
            (Some(accept), None) if accept.is_never() => self.compare(accept, accept),
            (Some(_), None) => true,
            (Some(accept), Some(from)) => self.compare(accept, from),
        }
    }

    fn compare(&mut self, accept: &Schema, from: &Schema) -> bool {
        if accept.is_always() {
            return true;
        }
        if accept.is_never() {
            return self.silent("no value is allowed here");
        }
        if from.is_always() {
            return true;
        }
        if from.is_never() {
            return self.silent("there is no such value");
        }
        if self.budget == 0 || self.depth >= DEPTH {
            return self.fail("the schemas are too complex to compare");
        }
        self.budget -= 1;
        if accept.reference().is_none() && from.reference().is_none() {
            return self.nested(|c| c.compare_keywords(accept, from));
        }
        // Only references can lead in circles. A pair that comes up again while it is being compared fits if nothing
        // else speaks against it.
        let pair = (std::ptr::from_ref(accept), std::ptr::from_ref(from));
        if !self.assumed.insert(pair) {
            return true;
        }
        let mark = self.trail.len();
        self.trail.push(pair);
        let fits = self.nested(|c| c.compare_keywords(accept, from));
        if !fits {
            // Whatever was found to fit meanwhile may rest on the assumption that this pair does.
            for pair in self.trail.drain(mark..) {
                self.assumed.remove(&pair);
            }
        }
        fits
    }

    fn nested(&mut self, f: impl FnOnce(&mut Self) -> bool) -> bool {
        self.depth += 1;
        let fits = f(self);
        self.depth -= 1;
        fits
    }

    /// All of this is looked at, so that everything that is wrong is reported.
    fn compare_keywords(&mut self, accept: &Schema, from: &Schema) -> bool {
        let mut fits = true;
        if let Some(target) = accept.resolved() {
            fits &= self.compare(&target, from);
        }
        if let Some(target) = from.resolved() {
            fits &= self.compare(accept, &target);
        }
        fits &= self.any_branch(from.any_of(), |c, branch| c.compare(accept, branch));
        fits &= self.any_branch(from.one_of(), |c, branch| c.compare(accept, branch));
        if let (Some(expected), Some(got)) = (accept.ty(), from.ty())
            && expected != got
        {
            fits = self.fail(format!("expected {expected}, got {got}"));
        }
        fits &= self.any_branch(accept.any_of(), |c, branch| c.compare(branch, from));
        fits &= self.any_branch(accept.one_of(), |c, branch| c.compare(branch, from));
        match from.ty() {
            Some(Type::Array) => fits &= self.compare_elements(accept, from),
            Some(Type::Object) => fits &= self.compare_properties(accept, from),
            _ => {}
        }
        fits
    }

    /// Whether there are no branches or one fits.
    fn any_branch(
        &mut self,
        branches: &[SchemaRef],
        mut fits: impl FnMut(&mut Self, &SchemaRef) -> bool,
    ) -> bool {
        let mark = self.out.len();
        if branches.is_empty() {
            return true;
        }
        for branch in branches {
            if fits(self, branch) {
                self.out.truncate(mark);
                return true;
            }
        }
        self.fail("at least one subschema must match")
    }

    fn compare_elements(&mut self, accept: &Schema, from: &Schema) -> bool {
        let mut fits = true;
        let (accepted, given) = (accept.prefix_items(), from.prefix_items());
        for index in 0..accepted.len().max(given.len()) {
            let accept = accepted.get(index).or(accept.items());
            let item = given.get(index).or(from.items());
            fits &= self.step(Step::Index(index), |c| match item {
                Some(item) if item.is_never() && index >= given.len() => {
                    accept.is_none_or(|a| a.is_always()) || c.silent("missing element")
                }
                item => c.compare_option(accept, item),
            });
        }
        if from.items().is_some_and(|items| !items.is_never()) {
            fits &= self.compare_option(accept.items(), from.items());
        }
        fits
    }

    fn compare_properties(&mut self, accept: &Schema, from: &Schema) -> bool {
        let mut fits = true;
        for (name, property) in from.properties() {
            let own = accept.own_property(name);
            fits &= self.step(Step::Key(name.clone()), |c| {
                match own.or(accept.additional_properties()) {
                    Some(other) if own.is_none() && other.is_never() => {
                        c.silent(unknown_property(accept, from, name))
                    }
                    accept => c.compare_option(accept, Some(property)),
                }
            });
        }
        match from.additional_properties() {
            None => fits &= self.compare_required(accept, from),
            Some(others) if others.is_never() => {}
            others => fits &= self.compare_option(accept.additional_properties(), others),
        }
        fits
    }

    fn compare_required(&mut self, accept: &Schema, from: &Schema) -> bool {
        let given: HashSet<&SmolStr> = from.required().iter().collect();
        let dependents = accept
            .dependent_required()
            .iter()
            .filter(|(name, _)| given.contains(name))
            .flat_map(|(_, others)| others);
        let mut fits = true;
        for name in accept.required().iter().chain(dependents) {
            if !given.contains(name) {
                let step = Step::Key(name.clone());
                fits = self.step(step, |c| c.fail("missing required property"));
            }
        }
        fits
    }

    fn step(&mut self, step: Step, f: impl FnOnce(&mut Self) -> bool) -> bool {
        self.steps.push(step);
        let fits = f(self);
        self.steps.pop();
        fits
    }

    fn fail(&mut self, message: impl Into<String>) -> bool {
        self.report(message.into(), false)
    }

    fn silent(&mut self, message: impl Into<String>) -> bool {
        self.report(message.into(), true)
    }

    fn report(&mut self, message: String, extension: bool) -> bool {
        self.out.push(Mismatch { steps: self.steps.clone(), message, extension });
        false
    }
}

#[cfg(test)]
mod tests;
