//! Checking values against schemas.
//!
//! All that is wrong is found, and each finding blames the innermost value that is wrong, where it was defined. Unknown
//! values are checked by their own schemas, as far as those tell. One check takes a bounded number of steps: schemas can
//! branch without end.

use esc_core::schema::{self, SchemaRef, Type};
use esc_core::value::{Value, ValueKind};

use crate::grow::grow;
use crate::ids::{ExprRef, ValueId};
use crate::outcome::{Blocked, Exceeded, Poll};
use crate::semantics::findings::{Finding, Findings};
use crate::session::Session;
use crate::values::node::{Def, Repr};

impl Session {
    /// Checks a value against a schema and reports what is wrong.
    pub fn validate(&mut self, e: ExprRef, v: ValueId, schema: &SchemaRef) -> Poll<bool> {
        self.validate_quietly(e, v, schema, false)
    }

    /// The same; what is wrong is not told if the schema is secret.
    pub fn validate_quietly(
        &mut self,
        e: ExprRef,
        v: ValueId,
        schema: &SchemaRef,
        secret: bool,
    ) -> Poll<bool> {
        if schema.is_always() {
            return Ok(true);
        }
        let mut findings = self.findings(e);
        self.checks = 0;
        let ok = self.check(v, schema, &mut findings, 0)?;
        if secret && !self.settings.compatible && !findings.list.is_empty() {
            findings = self.findings(e);
            let message = "the value does not match its schema, which contains secrets";
            findings.add(self.arena.def(v), message);
        }
        self.report_findings(e, findings);
        Ok(ok)
    }

    fn check(
        &mut self,
        v: ValueId,
        schema: &SchemaRef,
        findings: &mut Findings,
        depth: usize,
    ) -> Poll<bool> {
        let depth = self.deeper(depth)?;
        self.checks += 1;
        if self.checks > self.settings.limits.max_checks {
            return Err(Blocked::Limit(Exceeded::Checks));
        }
        let blame = self.arena.def(v);
        if schema.is_always() {
            return Ok(true);
        }
        if schema.is_never() {
            let message = "no value is allowed here".to_owned();
            let (place, help) = (None, None);
            findings.list.push(Finding { blame, place, message, help, extension: true });
            return Ok(false);
        }
        if self.arena.flags(v).unknown {
            return self.check_unknown(v, schema, findings);
        }
        let mut ok = true;
        if let Some(target) = schema.resolved() {
            ok &= grow(|| self.check(v, &target, findings, depth))?;
        }
        ok &= self.check_any_of(v, schema, findings, depth)?;
        ok &= self.check_one_of(v, schema, findings, depth)?;
        ok &= self.check_constants(v, schema, findings)?;
        let ty = self.type_of(v);
        match schema.ty() {
            Some(expected) if expected != ty => {
                findings.add_shaped(blame, format!("expected {expected}, got {ty}"), schema);
                return Ok(false);
            }
            _ => {}
        }
        ok &= match self.arena.repr(v).clone() {
            Repr::Number(n) => self.messages(blame, schema::check_number(schema, &n), findings),
            Repr::String(s) => {
                self.messages(blame, schema::check_string(schema, s.as_str()), findings)
            }
            Repr::List(_) | Repr::ListLiteral(_) => self.check_list(v, schema, findings, depth)?,
            Repr::Object(_) | Repr::ObjectLiteral(_) => {
                self.check_object(v, schema, findings, depth)?
            }
            _ => true,
        };
        Ok(ok)
    }

    fn messages(&self, blame: Def, messages: Vec<String>, findings: &mut Findings) -> bool {
        let ok = messages.is_empty();
        for message in messages {
            findings.add(blame, message);
        }
        ok
    }

    fn check_unknown(
        &mut self,
        v: ValueId,
        schema: &SchemaRef,
        findings: &mut Findings,
    ) -> Poll<bool> {
        let blame = self.arena.def(v);
        let own = self.schema_of(v)?;
        let mismatches = schema::assignable(schema, &own);
        let ok = mismatches.is_empty();
        for mismatch in mismatches {
            // A step into a literal's child would blame the child; unknown values have none.
            let message = mismatch.to_string();
            let (place, help, extension) = (None, None, mismatch.extension);
            findings.list.push(Finding { blame, place, message, help, extension });
        }
        Ok(ok)
    }

    fn check_any_of(
        &mut self,
        v: ValueId,
        schema: &SchemaRef,
        findings: &mut Findings,
        depth: usize,
    ) -> Poll<bool> {
        if schema.any_of().is_empty() {
            return Ok(true);
        }
        let mut branches = Vec::with_capacity(schema.any_of().len());
        for branch in schema.any_of() {
            let mut inner = findings.branch();
            if grow(|| self.check(v, branch, &mut inner, depth))? {
                return Ok(true);
            }
            branches.push((branch.clone(), inner));
        }
        if findings.helpful {
            self.nearest_branch(v, schema, branches, findings);
        } else {
            findings.list.extend(branches.into_iter().flat_map(|(_, inner)| inner.list));
            findings.add(self.arena.def(v), "at least one subschema must match");
        }
        Ok(false)
    }

    fn check_one_of(
        &mut self,
        v: ValueId,
        schema: &SchemaRef,
        findings: &mut Findings,
        depth: usize,
    ) -> Poll<bool> {
        if schema.one_of().is_empty() {
            return Ok(true);
        }
        let mut branches = Vec::with_capacity(schema.one_of().len());
        let mut matches = 0;
        for branch in schema.one_of() {
            let mut inner = findings.branch();
            if grow(|| self.check(v, branch, &mut inner, depth))? {
                matches += 1;
                if matches > 1 {
                    findings.add(self.arena.def(v), "exactly one subschema may match");
                    return Ok(false);
                }
            }
            branches.push((branch.clone(), inner));
        }
        if matches == 0 && findings.helpful {
            self.nearest_branch(v, schema, branches, findings);
        } else if matches == 0 {
            findings.list.extend(branches.into_iter().flat_map(|(_, inner)| inner.list));
            findings.add(self.arena.def(v), "exactly one subschema must match");
        }
        Ok(matches == 1)
    }

    fn check_constants(
        &mut self,
        v: ValueId,
        schema: &SchemaRef,
        findings: &mut Findings,
    ) -> Poll<bool> {
        let mut ok = true;
        if let Some(constant) = schema.const_value()
            && !self.equals(v, constant)?
        {
            findings.add(self.arena.def(v), schema::expected_const(constant));
            ok = false;
        }
        if !schema.enum_values().is_empty() {
            let mut found = false;
            for candidate in schema.enum_values() {
                found |= self.equals(v, candidate)?;
            }
            if !found {
                let message = schema::expected_one_of(schema.enum_values());
                findings.add(self.arena.def(v), message);
                ok = false;
            }
        }
        Ok(ok)
    }

    /// Deep equality; numbers by text, objects by their own properties.
    fn equals(&mut self, v: ValueId, constant: &Value) -> Poll<bool> {
        Ok(match (self.arena.repr(v).clone(), &constant.kind) {
            (Repr::Null, ValueKind::Null) => true,
            (Repr::Bool(a), ValueKind::Bool(b)) => a == *b,
            (Repr::Number(a), ValueKind::Number(b)) => a == *b,
            (Repr::String(a), ValueKind::String(b)) => a == *b,
            (Repr::List(_) | Repr::ListLiteral(_), ValueKind::List(items)) => {
                if self.list_len(v) != Some(items.len()) {
                    return Ok(false);
                }
                for (index, item) in items.iter().enumerate() {
                    let own = self.list_item(v, index)?;
                    if !grow(|| self.equals(own, item))? {
                        return Ok(false);
                    }
                }
                true
            }
            (Repr::Object(_) | Repr::ObjectLiteral(_), ValueKind::Object(properties)) => {
                if self.own_len(v) as usize != properties.len() {
                    return Ok(false);
                }
                for (key, value) in properties {
                    let Some(index) = self.find_own(v, key) else { return Ok(false) };
                    let own = self.own_child(v, index)?;
                    if !grow(|| self.equals(own, value))? {
                        return Ok(false);
                    }
                }
                true
            }
            _ => false,
        })
    }

    fn check_list(
        &mut self,
        v: ValueId,
        schema: &SchemaRef,
        findings: &mut Findings,
        depth: usize,
    ) -> Poll<bool> {
        let len = self.list_len(v).unwrap_or(0);
        let messages = schema::check_item_count(schema, len);
        let mut ok = findings.add_counts(self.arena.def(v), messages, schema);
        for index in 0..len {
            let expected = match schema.prefix_items().get(index) {
                Some(schema) => schema.clone(),
                None => match schema.items() {
                    Some(items) => items.clone(),
                    None => break,
                },
            };
            let item = self.list_item(v, index)?;
            ok &= grow(|| self.check(item, &expected, findings, depth))?;
        }
        Ok(ok)
    }

    fn check_object(
        &mut self,
        v: ValueId,
        schema: &SchemaRef,
        findings: &mut Findings,
        depth: usize,
    ) -> Poll<bool> {
        let blame = self.arena.def(v);
        let properties = self.inherited(v)?;
        let messages = schema::check_property_count(schema, properties.len());
        let mut ok = findings.add_counts(blame, messages, schema);
        let mut unknown = Vec::new();
        for property in properties.iter() {
            let expected = match schema.own_property(&property.key) {
                Some(schema) => schema.clone(),
                None => match schema.additional_properties() {
                    Some(additional) if additional.is_never() && findings.helpful => {
                        unknown.push(property.clone());
                        continue;
                    }
                    Some(additional) => additional.clone(),
                    None => continue,
                },
            };
            let child = self.inherited_value(property)?;
            ok &= grow(|| self.check(child, &expected, findings, depth))?;
        }
        if findings.helpful {
            ok &= self.name_mistakes(v, schema, &unknown, &properties, findings)?;
            return Ok(ok);
        }
        let has = |key: &str| properties.binary_search_by(|p| p.key.as_str().cmp(key)).is_ok();
        if let Some(message) = schema::missing_properties(schema, has) {
            findings.add(blame, message);
            ok = false;
        }
        Ok(ok)
    }

    pub(super) fn type_of(&self, v: ValueId) -> Type {
        match self.arena.repr(v) {
            Repr::None | Repr::Null => Type::Null,
            Repr::Bool(_) => Type::Boolean,
            Repr::Number(_) => Type::Number,
            Repr::String(_) => Type::String,
            Repr::List(_) | Repr::ListLiteral(_) => Type::Array,
            Repr::Object(_) | Repr::ObjectLiteral(_) => Type::Object,
        }
    }
}
