//! Making schemas ready for use: references, patterns, counts, and what is only needed to rotate.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock, Weak};

use regex::Regex;
use smol_str::SmolStr;

use super::check::parse_count;
use super::{Class, MAX_DEPTH, Schema, SchemaError, SchemaRef};
use crate::schema::access::find;

/// Makes a schema ready for use: resolves its references among its own definitions, checks counts and patterns, and
/// marks what is only needed to rotate.
///
/// The given schema stays as it is; the result shares with it all parts that need nothing done. A schema that is
/// ready, or is part of one that is, is returned as it is.
///
/// # Lifetime of references
///
/// The parts of a compiled schema, however deep, keep what they refer to alive. What [`Schema::resolved`] returns does
/// not: references *in it* can be followed while any part of the compiled schema that has a reference is held. Whoever
/// walks down a schema and holds it meanwhile need not care.
pub fn compile(schema: &SchemaRef) -> Result<SchemaRef, SchemaError> {
    if !schema.uncompiled {
        return Ok(schema.clone());
    }
    if schema.depth as usize > MAX_DEPTH {
        return Err(SchemaError::TooDeep);
    }
    let mut compiler = Compiler {
        root: schema,
        table: Arc::default(),
        inside: false,
        wanted: Vec::new(),
        known: HashMap::new(),
    };
    let compiled = compiler.bind(schema, false)?;
    // The table must not keep itself alive.
    compiler.inside = true;
    let mut targets = Vec::new();
    while let Some(wanted) = compiler.wanted.get(targets.len()).cloned() {
        targets.push(compiler.bind(&wanted.source, wanted.rotate_only)?);
    }
    refuse_circles(&compiler.table, &targets, &compiler.wanted)?;
    // The table is new, so this sets it.
    let _ = compiler.table.targets.set(targets);
    Ok(compiled)
}

impl Schema {
    /// The schema that `$ref` refers to, if there is a `$ref` and the schema was [compiled](compile).
    pub fn resolved(&self) -> Option<SchemaRef> {
        self.rest().reference.as_ref()?.resolved()
    }
}

/// A `$ref`.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    text: SmolStr,
    target: Target,
}

#[derive(Clone, Debug)]
enum Target {
    Unbound,
    /// From outside of the table.
    Outer(Arc<Table>, usize),
    /// From within it.
    Inner(Weak<Table>, usize),
}

/// The compiled targets of all references in a compiled schema.
#[derive(Default)]
pub(super) struct Table {
    targets: OnceLock<Vec<SchemaRef>>,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let len = self.targets.get().map_or(0, Vec::len);
        write!(f, "Table({len})")
    }
}

impl Reference {
    pub(super) fn unbound(text: SmolStr) -> Reference {
        Reference { text, target: Target::Unbound }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn is_bound(&self) -> bool {
        !matches!(self.target, Target::Unbound)
    }

    fn resolved(&self) -> Option<SchemaRef> {
        let get = |table: &Table, index: usize| table.targets.get()?.get(index).cloned();
        match &self.target {
            Target::Unbound => None,
            Target::Outer(table, index) => get(table, *index),
            Target::Inner(table, index) => get(&*table.upgrade()?, *index),
        }
    }
}

struct Compiler<'a> {
    root: &'a Schema,
    table: Arc<Table>,
    /// Whether the targets of references are being compiled, rather than what refers to them from outside.
    inside: bool,
    wanted: Vec<Wanted>,
    known: HashMap<(*const Schema, bool), usize>,
}

/// A target: what is to be compiled, and whether all of it is only needed to rotate.
#[derive(Clone)]
struct Wanted {
    reference: SmolStr,
    source: SchemaRef,
    rotate_only: bool,
}

impl Compiler<'_> {
    fn bind(&mut self, schema: &SchemaRef, rotate: bool) -> Result<SchemaRef, SchemaError> {
        if !schema.uncompiled && (schema.rotate_only || !rotate) {
            return Ok(schema.clone());
        }
        if schema.class != Class::Keywords {
            return Ok(Schema::of_class(schema.class, rotate));
        }
        let mut out = Schema::clone(schema);
        out.rotate_only |= rotate;
        if let Some(rest) = &mut out.rest {
            if let Some(reference) = &mut rest.reference {
                *reference = self.reference(reference, rotate)?;
            }
            self.bind_all(&mut rest.any_of, rotate)?;
            self.bind_all(&mut rest.one_of, rotate)?;
        }
        self.bind_all(&mut out.prefix_items, rotate)?;
        self.bind_all(out.items.as_mut_slice(), rotate)?;
        if let Some(rest) = &mut out.rest {
            self.bind_all(rest.additional_properties.as_mut_slice(), rotate)?;
        }
        self.bind_properties(&mut out, rotate)?;
        for count in out.counts() {
            parse_count(count)?;
        }
        if let Some(pattern) = out.rest.as_mut().and_then(|r| r.pattern.as_mut()) {
            pattern.regex = Some(compile_pattern(&pattern.source)?);
        }
        Ok(out.finish_as(false))
    }

    fn bind_all(&mut self, schemas: &mut [SchemaRef], rotate: bool) -> Result<(), SchemaError> {
        for schema in schemas {
            *schema = self.bind(schema, rotate)?;
        }
        Ok(())
    }

    fn bind_properties(&mut self, schema: &mut Schema, rotate: bool) -> Result<(), SchemaError> {
        let named = std::mem::take(&mut schema.properties);
        let marked: HashSet<&SmolStr> = schema.rest().rotate_only.iter().collect();
        let mut properties = Vec::with_capacity(named.len());
        for (name, property) in named {
            let rotate = rotate || marked.contains(&name);
            let property = self.bind(&property, rotate)?;
            properties.push((name, property));
        }
        if rotate && !properties.is_empty() {
            schema.rest_mut().rotate_only = properties.iter().map(|(k, _)| k.clone()).collect();
        }
        schema.properties = properties.into();
        Ok(())
    }

    fn reference(&mut self, reference: &Reference, rotate: bool) -> Result<Reference, SchemaError> {
        let source = match reference.resolved() {
            // Resolved already, by the compilation of a part of this schema.
            Some(_) if !rotate => return Ok(reference.clone()),
            Some(target) => target,
            None => self.definition(&reference.text)?,
        };
        let index = *self.known.entry((Arc::as_ptr(&source), rotate)).or_insert_with(|| {
            let reference = reference.text.clone();
            self.wanted.push(Wanted { reference, source, rotate_only: rotate });
            self.wanted.len() - 1
        });
        let target = if self.inside {
            Target::Inner(Arc::downgrade(&self.table), index)
        } else {
            Target::Outer(self.table.clone(), index)
        };
        Ok(Reference { text: reference.text.clone(), target })
    }

    /// Looks a reference up in the root.
    fn definition(&self, reference: &SmolStr) -> Result<SchemaRef, SchemaError> {
        let name = reference
            .strip_prefix("#/$defs/")
            .and_then(percent_decoded)
            .filter(|name| !name.contains('/'))
            .ok_or(SchemaError::UnsupportedReference)?;
        find(&self.root.rest().defs, &name)
            .cloned()
            .ok_or_else(|| SchemaError::UnknownDefinition(reference.clone()))
    }
}

/// Compiles a pattern, with bounds on the size of what comes of it.
pub(super) fn compile_pattern(source: &str) -> Result<Regex, SchemaError> {
    Regex::new(source).map_err(|e| {
        let text = e.to_string();
        // The last line says what is wrong; those before it show where, over several lines.
        let cause = text.lines().last().unwrap_or_default();
        let cause = cause.strip_prefix("error: ").unwrap_or(cause);
        // Where both engines refuse the same, say it in the words that are known from the other.
        let cause = match cause {
            "unclosed group" => format!("missing closing ): `{source}`"),
            "unopened group" => format!("unexpected ): `{source}`"),
            "unclosed character class" => format!("missing closing ]: `{source}`"),
            other => other.to_owned(),
        };
        SchemaError::Pattern(cause)
    })
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                u8::try_from(digit()? << 4 | digit()?).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

/// Refuses targets that lead back to themselves without descending into a value: checking would never end.
fn refuse_circles(
    table: &Arc<Table>,
    targets: &[SchemaRef],
    wanted: &[Wanted],
) -> Result<(), SchemaError> {
    let edges: Vec<Vec<usize>> = targets.iter().map(|t| in_place(table, t)).collect();
    // Remove, again and again, whatever has nowhere to go; what cannot be removed is on or before a circle.
    let mut open: Vec<usize> = edges.iter().map(Vec::len).collect();
    let mut back: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
    for (from, to) in edges.iter().enumerate() {
        for &to in to {
            back.get_mut(to).into_iter().for_each(|b| b.push(from));
        }
    }
    let mut done: Vec<usize> =
        open.iter().enumerate().filter(|(_, n)| **n == 0).map(|(i, _)| i).collect();
    while let Some(index) = done.pop() {
        for &from in back.get(index).into_iter().flatten() {
            if let Some(n) = open.get_mut(from) {
                *n -= 1;
                if *n == 0 {
                    done.push(from);
                }
            }
        }
    }
    match open.iter().zip(wanted).find(|(n, _)| **n > 0) {
        Some((_, wanted)) => Err(SchemaError::CircularDefinition(wanted.reference.clone())),
        None => Ok(()),
    }
}

/// The targets in this table that a schema applies to the very value it applies to itself.
fn in_place(table: &Arc<Table>, schema: &SchemaRef) -> Vec<usize> {
    let mut out = Vec::new();
    let mut todo = vec![schema];
    while let Some(schema) = todo.pop() {
        let rest = schema.rest();
        match rest.reference.as_ref().map(|r| &r.target) {
            Some(Target::Inner(t, index)) if t.as_ptr() == Arc::as_ptr(table) => out.push(*index),
            _ => {}
        }
        todo.extend(rest.any_of.iter().chain(&rest.one_of));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::Builder;
    use super::*;

    fn compiled(text: &str) -> SchemaRef {
        compile(&Schema::parse(text).unwrap()).unwrap()
    }

    fn error(text: &str) -> String {
        compile(&Schema::parse(text).unwrap()).unwrap_err().to_string()
    }

    #[test]
    fn references_resolve_in_the_root() {
        let root = compiled(
            r##"{"$defs":{"a b":{"type":"string"}},"properties":{"x":{"$ref":"#/$defs/a%20b"}}}"##,
        );
        let x = root.own_property("x").unwrap();
        assert_eq!(x.resolved().unwrap(), Schema::string());
        assert_eq!(x.to_json_text(), r##"{"$ref":"#/$defs/a%20b","type":""}"##);
    }

    #[test]
    fn recursive_references_live_as_long_as_needed_and_no_longer() {
        let text = r##"{"$defs":{"list":{"anyOf":[{"type":"null"},
            {"type":"object","properties":{"next":{"$ref":"#/$defs/list"}}}]}},
            "properties":{"head":{"$ref":"#/$defs/list"}}}"##;
        let root = compiled(text);
        let head = root.own_property("head").unwrap().clone();
        drop(root);
        let list = head.resolved().unwrap();
        let next = |list: &SchemaRef| list.any_of()[1].own_property("next").unwrap().resolved();
        assert!(Arc::ptr_eq(&next(&list).unwrap(), &list));
        let weak = Arc::downgrade(&list);
        drop(head);
        assert!(next(&list).is_none());
        drop(list);
        assert!(weak.upgrade().is_none());
    }

    #[test]
    fn errors_have_known_texts() {
        let unsupported = "only fragment references of the form #/$defs/ref are supported";
        for reference in [
            "x",
            "#/definitions/x",
            "http://x/y#/$defs/x",
            "#/$defs/x/y",
            "#/$defs/%zz",
            "#/$defs/x%2fy",
        ] {
            assert_eq!(error(&format!(r#"{{"$ref":"{reference}"}}"#)), unsupported, "{reference}");
        }
        assert_eq!(error(r##"{"$ref":"#/$defs/y"}"##), "unknown subschema #/$defs/y");
        assert_eq!(
            error(r#"{"items":{"minLength":1.5}}"#),
            r#"strconv.ParseUint: parsing "1.5": invalid syntax"#
        );
        assert_eq!(
            error(r#"{"maxItems":-1}"#),
            r#"strconv.ParseUint: parsing "-1": invalid syntax"#
        );
        assert_eq!(
            error(r#"{"maxItems":18446744073709551616}"#),
            r#"strconv.ParseUint: parsing "18446744073709551616": value out of range"#
        );
        assert_eq!(error(r#"{"pattern":"("}"#), "error parsing regexp: missing closing ): `(`");
        assert!(
            error(r#"{"pattern":"a{1000}{1000}{1000}"}"#).starts_with("error parsing regexp: ")
        );
    }

    #[test]
    fn definitions_nobody_uses_are_not_looked_at() {
        compiled(r##"{"$defs":{"x":{"pattern":"(","$ref":"y"}},"properties":{"a":true}}"##);
    }

    #[test]
    fn circles_that_go_nowhere_are_refused() {
        assert_eq!(
            error(r##"{"$defs":{"a":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}"##),
            "subschema #/$defs/a refers to itself"
        );
        assert!(error(
            r##"{"$defs":{"a":{"anyOf":[true,{"oneOf":[{"$ref":"#/$defs/b"}]}]},"b":{"$ref":"#/$defs/a"}},
                "items":{"$ref":"#/$defs/a"}}"##
        )
        .ends_with("refers to itself"));
        compiled(
            r##"{"$defs":{"a":{"items":{"$ref":"#/$defs/b"}},"b":{"anyOf":[{"$ref":"#/$defs/a"}]}},
                "$ref":"#/$defs/b"}"##,
        );
    }

    #[test]
    fn rotate_only_is_pushed_down() {
        let root = compiled(
            r##"{"$defs":{"r":{"type":"object","properties":{"q":{"$ref":"#/$defs/r"}}}},"type":"object",
                "properties":{
                    "a":{"type":"object","properties":{"z":true,"y":{"type":"array","items":{"type":"string"}}}},
                    "b":{"$ref":"#/$defs/r"},"c":{"$ref":"#/$defs/r"}},
                "rotateOnly":["a","b"]}"##,
        );
        assert!(!root.is_rotate_only());
        let a = root.own_property("a").unwrap();
        assert!(a.is_rotate_only());
        assert_eq!(a.rotate_only(), ["y", "z"]);
        let z = a.own_property("z").unwrap();
        assert!(z.is_rotate_only() && z.is_always());
        assert!(a.own_property("y").unwrap().items().unwrap().is_rotate_only());
        let b = root.own_property("b").unwrap().resolved().unwrap();
        assert!(b.is_rotate_only());
        assert!(b.own_property("q").unwrap().resolved().unwrap().is_rotate_only());
        let c = root.own_property("c").unwrap().resolved().unwrap();
        assert!(
            !c.is_rotate_only()
                && !c.own_property("q").unwrap().resolved().unwrap().is_rotate_only()
        );
        assert!(!Schema::always().is_rotate_only());
    }

    #[test]
    fn compiled_schemas_can_be_part_of_others() {
        let inner = compiled(r##"{"$defs":{"s":{"type":"string"}},"items":{"$ref":"#/$defs/s"}}"##);
        let record = Schema::record([("x", inner.clone())]);
        assert!(Arc::ptr_eq(&compile(&record).unwrap(), &record));
        let marked = Builder::from(&*record).rotate_only(["x"]).build();
        let marked = compile(&marked).unwrap();
        let item = marked.own_property("x").unwrap().items().unwrap().clone();
        drop((inner, record, marked));
        let target = item.resolved().unwrap();
        assert!(target.is_rotate_only());
    }

    #[test]
    fn ready_schemas_stay_themselves() {
        for schema in
            [Schema::always(), Schema::string(), Schema::record([("a", Schema::number())])]
        {
            assert!(Arc::ptr_eq(&compile(&schema).unwrap(), &schema));
        }
        let once =
            compiled(r#"{"type":"object","properties":{"a":{"pattern":"a"}},"rotateOnly":["a"]}"#);
        assert!(Arc::ptr_eq(&compile(&once).unwrap(), &once));
    }

    #[test]
    fn depth_is_bounded() {
        let mut schema = Builder::string().pattern("x").build();
        for _ in 0..2 * MAX_DEPTH {
            schema = Schema::array(schema);
        }
        assert_eq!(compile(&schema).unwrap_err(), SchemaError::TooDeep);
    }
}
