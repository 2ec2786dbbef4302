//! Declaring the expressions of a document, before any of them is evaluated.
//!
//! Declaring sorts the properties of object literals, drops duplicates (the first counts) and reserved names, and tells
//! each property which object it is in: that is where its base is looked for. Findings are in document order.

use esc_core::ast::{ExprId, ExprKind};
use esc_core::diagnostic::{Code, Diagnostic};

use crate::ids::{EnvId, ExprRef};
use crate::session::Session;
use crate::values::environments::Env;
use crate::values::names::{MANY, Names};

/// Names that may not be defined directly under `values`.
const RESERVED: [&str; 3] = ["imports", "context", "environments"];

impl Session {
    /// Declares the expressions: sorts properties, finds duplicates and reserved names.
    pub(super) fn declare(&mut self, env: EnvId) {
        let document = self.env(env).document.clone();
        let mut stack = vec![document.root];
        let mut children: Vec<ExprId> = Vec::new();
        let mut sorted: Vec<u32> = Vec::new();
        while let Some(expr) = stack.pop() {
            children.clear();
            match &document.expr(expr).kind {
                ExprKind::Object(_) => self.declare_object(env, expr, &mut sorted, &mut children),
                ExprKind::List(items) => children.extend(items.iter()),
                ExprKind::Call(call) => children.extend(call.function.arguments()),
                _ => {}
            }
            stack.extend(children.iter().rev());
        }
    }

    fn declare_object(
        &mut self,
        env: EnvId,
        expr: ExprId,
        sorted: &mut Vec<u32>,
        children: &mut Vec<ExprId>,
    ) {
        let document = self.env(env).document.clone();
        let ExprKind::Object(properties) = &document.expr(expr).kind else { return };
        let at_root = expr == document.root;
        let key_of = |i: &u32| properties.get(*i as usize).map_or("", |p| p.key.as_str());
        sorted.clear();
        sorted.extend(0..properties.len() as u32);
        // Stable, so that of equal keys the first comes first.
        sorted.sort_by(|a, b| key_of(a).cmp(key_of(b)));
        // What is dropped, and the property that counts instead; none for reserved names.
        let mut dropped: Vec<(u32, Option<u32>)> = Vec::new();
        let mut previous: Option<u32> = None;
        sorted.retain(|i| {
            let reserved = at_root && RESERVED.contains(&key_of(i));
            let first = previous.filter(|p| key_of(p) == key_of(i));
            if reserved || first.is_some() {
                dropped.push((*i, first.filter(|_| !reserved)));
                return false;
            }
            previous = Some(*i);
            true
        });
        dropped.sort_unstable();
        for (i, first) in &dropped {
            let Some(property) = properties.get(*i as usize) else { continue };
            let quoted = esc_core::text::quote(&property.key);
            let (code, message) = if first.is_none() {
                (Code::ReservedKey, format!("{quoted} is a reserved key"))
            } else {
                (Code::DuplicateKey, format!("duplicate key {quoted}"))
            };
            let location = self.location_at(env, property.key_range, Some(property.key_span));
            let path = document.path_of(property.value);
            let mut diagnostic = Diagnostic::error(code, message).at(location, path);
            if let Some(first) = first.and_then(|first| properties.get(first as usize)) {
                let location = self.location_at(env, first.key_range, Some(first.key_span));
                diagnostic = diagnostic.with_related(location, "first defined here");
            }
            self.env_mut(env).declaration_diagnostics.push(diagnostic);
        }
        for (index, i) in sorted.iter().enumerate() {
            if let Some(property) = properties.get(*i as usize) {
                let child = ExprRef { env, expr: property.value };
                self.state_mut(child).parent = Some((expr, index as u32));
            }
        }
        // Declarations go in document order.
        for (i, property) in properties.iter().enumerate() {
            if dropped.binary_search_by_key(&(i as u32), |(d, _)| *d).is_err() {
                children.push(property.value);
            }
        }
        let Env { objects, names, .. } = self.env_mut(env);
        let object = (objects.len() as u32, sorted.len() as u32);
        if sorted.len() >= MANY {
            names.insert(expr, Names::default());
        }
        objects.append(sorted);
        self.state_mut(ExprRef { env, expr }).object = object;
    }
}
