//! Making schemas ready for use: references, patterns, counts, and what is only needed to rotate.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use smol_str::SmolStr;

use super::access::find;
use super::limits::parse_count;
use super::reference::{Reference, Table};
use super::{Class, MAX_DEPTH, Schema, SchemaError, SchemaRef};

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
    compiler.table.fill(targets);
    Ok(compiled)
}

struct Compiler<'a> {
    root: &'a Schema,
    table: Arc<Table<Schema>>,
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
            pattern.compile()?;
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

    fn reference(
        &mut self,
        reference: &Reference<Schema>,
        rotate: bool,
    ) -> Result<Reference<Schema>, SchemaError> {
        let source = match reference.resolved() {
            // Resolved already, by the compilation of a part of this schema.
            Some(_) if !rotate => return Ok(reference.clone()),
            Some(target) => target,
            None => self.definition(reference.text())?,
        };
        let index = *self.known.entry((Arc::as_ptr(&source), rotate)).or_insert_with(|| {
            let reference = reference.text().clone();
            self.wanted.push(Wanted { reference, source, rotate_only: rotate });
            self.wanted.len() - 1
        });
        Ok(reference.bound(&self.table, index, self.inside))
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
    table: &Arc<Table<Schema>>,
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
fn in_place(table: &Arc<Table<Schema>>, schema: &SchemaRef) -> Vec<usize> {
    let mut out = Vec::new();
    let mut todo = vec![schema];
    while let Some(schema) = todo.pop() {
        let rest = schema.rest();
        out.extend(rest.reference.as_ref().and_then(|r| r.index_in(table)));
        todo.extend(rest.any_of.iter().chain(&rest.one_of));
    }
    out
}

#[cfg(test)]
mod tests;
