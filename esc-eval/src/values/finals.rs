//! Final values that sibling imports override: the language lets them, and that deserves a warning.

use esc_core::ast::{ExprKind, Import};
use esc_core::diagnostic::{Code, Diagnostic};
use esc_core::path::PropertyPath;

use crate::ids::{EnvId, ValueId};
use crate::values::View;
use crate::values::environments::Env;
use crate::values::node::Inherited;

impl View {
    /// Finds values that are final in one import and overridden by a later import of the same environment.
    pub fn overridden_finals(&mut self) -> Vec<(EnvId, Diagnostic)> {
        let mut found = Vec::new();
        if !self.envs.iter().any(mentions_final) {
            return found;
        }
        for index in 0..self.envs.len() as u32 {
            let env = EnvId(index);
            let document = self.env(env).document.clone();
            let imports: Vec<(Import, ValueId)> = document
                .imports
                .iter()
                .filter(|import| import.merge)
                .filter_map(|import| {
                    let id = *self.by_name.get(&import.name)?;
                    Some((import.clone(), self.environment_value(id)?))
                })
                .collect();
            for (position, (upper, over)) in imports.iter().enumerate() {
                for (lower, below) in imports.iter().take(position) {
                    if upper.name != lower.name {
                        let (upper, lower) = ((upper, *over), (lower, *below));
                        self.compare(env, upper, lower, &PropertyPath::new(), &mut found);
                    }
                }
            }
        }
        found
    }

    fn compare(
        &mut self,
        env: EnvId,
        upper: (&Import, ValueId),
        lower: (&Import, ValueId),
        path: &PropertyPath,
        found: &mut Vec<(EnvId, Diagnostic)>,
    ) {
        let inherits_it = self.arena.def(upper.1) == self.arena.def(lower.1);
        if inherits_it || path.len() > 100 {
            return;
        }
        if self.arena.flags(lower.1).is_final {
            let message = format!(
                "{} overrides the final value {path} of {}, which is imported before it",
                upper.0.name, lower.0.name
            );
            let location = self.env(env).document.node_location(upper.0.node);
            let place = self.env(env).document.syntax.path(upper.0.node);
            let warning = Diagnostic::warning(Code::FinalOverride, message)
                .at(location, place)
                .with_help("final values are not enforced between imports of one list")
                .extension();
            found.push((env, warning));
            return;
        }
        if !self.is_object(upper.1) || !self.is_object(lower.1) {
            return;
        }
        let (Ok(above), Ok(below)) = (self.inherited(upper.1), self.inherited(lower.1)) else {
            return;
        };
        for property in above.iter() {
            let Ok(at) = below.binary_search_by(|p: &Inherited| p.key.cmp(&property.key)) else {
                continue;
            };
            let Some(other) = below.get(at) else { continue };
            if let (Ok(a), Ok(b)) = (self.inherited_value(property), self.inherited_value(other)) {
                let path = path.join(property.key.clone());
                self.compare(env, (upper.0, a), (lower.0, b), &path, found);
            }
        }
    }
}

fn mentions_final(env: &Env) -> bool {
    env.document
        .exprs
        .iter()
        .any(|expr| matches!(&expr.kind, ExprKind::Call(call) if call.function.is_final()))
}
