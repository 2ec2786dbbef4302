//! Whether an environment that was only checked has what a type needs.
//!
//! What is known of it is values, and of values that only opening can reveal, schemas. Both are walked along the schema
//! that the type expects.

use esc_core::deserialize::{ValueError, ValueProblem};
use esc_core::path::{PathElement, PropertyPath};
use esc_core::schema::{Schema, SchemaRef, Type, check_number, check_string};
use esc_core::spelling::closest;
use esc_core::value::{Value, ValueKind};

use crate::inspect::{LookupError, kind, mistyped};
use crate::snapshot::Snapshot;
use crate::typed::{FromEnvironment, Mismatches, described, wanted};

/// What does not fit; none if everything does, as far as that can be known.
pub(super) fn compare<T: FromEnvironment>(checked: &Snapshot) -> Option<Mismatches> {
    let mut comparison = Comparison { checked, found: Vec::new() };
    let root = comparison.known(checked.value(), PropertyPath::new());
    comparison.compare(&T::expected(), &root, false);
    let start = PropertyPath::new();
    let found = comparison.found.into_iter().map(|error| checked.located(&start, error));
    let all: Vec<LookupError> = found.collect();
    let environment = checked.name().to_owned();
    let type_name = std::any::type_name::<T>();
    (!all.is_empty()).then_some(Mismatches { environment, type_name, all })
}

/// The paths to open for a type: what it needs and the environment has.
pub(super) fn needed(expected: &Schema, checked: &Snapshot) -> Vec<PropertyPath> {
    let mut wanted = Vec::new();
    leaves(expected, &PropertyPath::new(), &mut wanted);
    let mut paths: Vec<PropertyPath> = wanted
        .into_iter()
        .filter_map(|path| match checked.locate(&path) {
            Ok(_) => Some(path),
            // It may be in a value that only opening can tell.
            Err(error) => match error.problem {
                ValueProblem::Missing { .. } => {
                    checked.layers_at(&error.path).iter().any(|l| l.unknown).then_some(error.path)
                }
                _ => Some(error.path),
            },
        })
        .collect();
    paths.sort();
    paths.dedup();
    paths
}

fn leaves(expected: &Schema, path: &PropertyPath, out: &mut Vec<PropertyPath>) {
    if expected.ty() != Some(Type::Object) || expected.properties().is_empty() {
        out.push(path.clone());
    }
    for (name, part) in expected.properties() {
        leaves(part, &path.join(name.clone()), out);
    }
}

struct Comparison<'a> {
    checked: &'a Snapshot,
    found: Vec<ValueError>,
}

/// A value, or what is known of one.
struct Place<'v> {
    /// None within what is not known.
    value: Option<&'v Value>,
    /// What counts where the value is not known.
    schema: SchemaRef,
    path: PropertyPath,
}

/// Whether an object has a property.
enum Has<'v> {
    Yes(Place<'v>),
    No,
    /// Only opening can tell.
    Perhaps,
}

impl<'v> Place<'v> {
    /// The value, if it is known.
    fn known(&self) -> Option<&'v Value> {
        self.value.filter(|value| !value.unknown)
    }

    /// A part of what is not known.
    fn part(&self, element: PathElement, schema: SchemaRef) -> Place<'v> {
        // Of `true` no parts are known, so they can be anything.
        let schema = if schema.is_never() { Schema::always() } else { schema };
        Place { value: None, schema, path: self.path.join(element) }
    }
}

impl Comparison<'_> {
    /// The place of a value that is there, be it known or not.
    fn known<'v>(&self, value: &'v Value, path: PropertyPath) -> Place<'v> {
        let schema = match value.unknown {
            true => self.checked.layers_at(&path).into_iter().next().and_then(|l| l.schema),
            false => None,
        };
        Place { value: Some(value), schema: schema.unwrap_or_else(Schema::always), path }
    }

    fn property<'v>(&self, place: &Place<'v>, name: &str) -> Has<'v> {
        let Some(object) = place.known() else {
            return property_of(&place.schema, name, place);
        };
        if let Some(value) = object.get(name) {
            return Has::Yes(self.known(value, place.path.join(name)));
        }
        // It may come from what the object was merged over.
        let unknown = self.checked.layers_at(&place.path).into_iter().filter_map(|l| l.schema);
        let mut has = Has::No;
        for schema in unknown {
            match property_of(&schema, name, place) {
                Has::No => {}
                Has::Perhaps => has = Has::Perhaps,
                yes => return yes,
            }
        }
        has
    }

    /// Looks for what does not fit. `safe` tells whether secrets may go here.
    fn compare(&mut self, expected: &Schema, place: &Place<'_>, safe: bool) {
        let safe = safe || expected.secret();
        if !expected.any_of().is_empty() {
            return self.compare_branches(expected, place, safe);
        }
        match expected.ty() {
            None => {}
            Some(Type::Object) => self.compare_object(expected, place, safe),
            Some(Type::Array) => self.compare_list(expected, place, safe),
            Some(ty) => self.compare_scalar(expected, ty, place, safe),
        }
    }

    /// One branch has to fit. If none does, one of them tells why: the first that comes further than to the type, or
    /// else the first.
    fn compare_branches(&mut self, expected: &Schema, place: &Place<'_>, safe: bool) {
        let start = self.found.len();
        let mut best: Vec<ValueError> = Vec::new();
        let mut is_further = false;
        let further =
            |found: &[ValueError]| found.iter().any(|error| error.path.len() > place.path.len());
        for branch in expected.any_of() {
            self.compare(branch, place, safe);
            if self.found.len() == start {
                return;
            }
            let found = self.found.split_off(start);
            let of_type = place.known().is_some_and(|value| branch.ty() == Some(type_of(value)));
            let further = of_type || further(&found);
            if best.is_empty() || (further && !is_further) {
                (best, is_further) = (found, further);
            }
        }
        for error in &mut best {
            // The words of the whole say more than those of a branch.
            if let ValueProblem::Mistyped { expected: words, .. } = &mut error.problem
                && error.path == place.path
                && !expected.description().is_empty()
            {
                *words = wanted(expected);
            }
        }
        self.found.extend(best);
    }

    fn compare_object(&mut self, expected: &Schema, place: &Place<'_>, safe: bool) {
        if !self.has_type(expected, Type::Object, place) {
            return;
        }
        for (name, part) in expected.properties() {
            match self.property(place, name) {
                Has::Yes(place) => self.compare(part, &place, safe),
                Has::No if expected.required().contains(name) => {
                    self.report(&place.path, missing(expected, name, place));
                }
                Has::No | Has::Perhaps => {}
            }
        }
        let Some(others) = expected.additional_properties() else { return };
        match place.known().map(|value| &value.kind) {
            Some(ValueKind::Object(properties)) => {
                for (name, value) in properties {
                    let place = self.known(value, place.path.join(name.clone()));
                    self.compare(others, &place, safe);
                }
            }
            _ => {
                for (name, schema) in place.schema.properties() {
                    let place = place.part(PathElement::Key(name.clone()), schema.clone());
                    self.compare(others, &place, safe);
                }
            }
        }
    }

    fn compare_list(&mut self, expected: &Schema, place: &Place<'_>, safe: bool) {
        if !self.has_type(expected, Type::Array, place) {
            return;
        }
        let Some(item) = expected.items() else { return };
        match place.known().map(|value| &value.kind) {
            Some(ValueKind::List(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.compare(item, &self.known(value, place.path.join(index)), safe);
                }
            }
            // One element stands for all.
            _ => {
                self.compare(item, &place.part(PathElement::Index(0), place.schema.item(0)), safe);
            }
        }
    }

    fn compare_scalar(&mut self, expected: &Schema, ty: Type, place: &Place<'_>, safe: bool) {
        let scalar = !place
            .known()
            .is_some_and(|value| matches!(value.kind, ValueKind::List(_) | ValueKind::Object(_)));
        if scalar && !safe && self.is_secret(place) {
            return self.report(&place.path, ValueProblem::SecretInPlain);
        }
        if !self.has_type(expected, ty, place) {
            return;
        }
        let found = match place.known().map(|value| &value.kind) {
            Some(ValueKind::Number(number)) if !check_number(expected, number).is_empty() => {
                "another number"
            }
            Some(ValueKind::String(text)) if is_other_text(expected, text.as_str()) => {
                "another string"
            }
            _ => return,
        };
        self.report(&place.path, mistyped(wanted(expected), found));
    }

    fn is_secret(&self, place: &Place<'_>) -> bool {
        place.value.is_some_and(Value::is_secret)
            || place.schema.secret()
            || (place.known().is_none()
                && self.checked.layers_at(&place.path).first().is_some_and(|layer| layer.secret))
    }

    /// Whether a value is or may be of a type; if not, that is reported.
    fn has_type(&mut self, expected: &Schema, ty: Type, place: &Place<'_>) -> bool {
        let found = match place.known() {
            Some(value) if type_of(value) == ty => return true,
            Some(value) => kind(value).to_owned(),
            None if may_be(&place.schema, ty, 0) => return true,
            None => described(&place.schema),
        };
        self.report(&place.path, mistyped(wanted(expected), found));
        false
    }

    fn report(&mut self, path: &PropertyPath, problem: ValueProblem) {
        self.found.push(ValueError { path: path.clone(), problem });
    }
}

/// What a schema says of a property of an unknown object.
fn property_of<'v>(schema: &Schema, name: &str, place: &Place<'v>) -> Has<'v> {
    let property = schema.property(name);
    match (property.is_never(), schema.ty()) {
        (false, _) => Has::Yes(place.part(PathElement::Key(name.into()), property)),
        (true, Some(Type::Object)) => Has::No,
        (true, _) => Has::Perhaps,
    }
}

fn type_of(value: &Value) -> Type {
    match &value.kind {
        ValueKind::Null => Type::Null,
        ValueKind::Bool(_) => Type::Boolean,
        ValueKind::Number(_) => Type::Number,
        ValueKind::String(_) => Type::String,
        ValueKind::List(_) => Type::Array,
        ValueKind::Object(_) => Type::Object,
    }
}

/// How deep unions and references are looked into.
const MAX_DEPTH: usize = 64;

/// Whether a value of this schema may be of a type.
fn may_be(schema: &Schema, ty: Type, depth: usize) -> bool {
    if depth >= MAX_DEPTH {
        return true;
    }
    let mut branches = schema.any_of().iter().chain(schema.one_of()).peekable();
    match (schema.ty(), schema.resolved()) {
        (Some(own), _) => own == ty,
        (None, Some(target)) => may_be(&target, ty, depth + 1),
        (None, None) if branches.peek().is_some() => branches.any(|b| may_be(b, ty, depth + 1)),
        (None, None) => true,
    }
}

fn is_other_text(expected: &Schema, text: &str) -> bool {
    let texts = expected.enum_values();
    let listed = texts.is_empty() || texts.iter().any(|known| known.as_str() == Some(text));
    !listed || !check_string(expected, text).is_empty()
}

/// That a property is missing, and which one may be it: one that is not needed for itself.
fn missing(expected: &Schema, name: &str, place: &Place<'_>) -> ValueProblem {
    let names: Vec<&str> = match place.known() {
        Some(Value { kind: ValueKind::Object(properties), secret: false, .. }) => {
            properties.keys().map(|key| key.as_str()).collect()
        }
        Some(_) => Vec::new(),
        None => place.schema.properties().iter().map(|(key, _)| key.as_str()).collect(),
    };
    let spare = names.into_iter().filter(|other| expected.own_property(other).is_none());
    ValueProblem::Missing {
        name: name.to_owned(),
        nearest: closest(spare, name).map(str::to_owned),
    }
}
