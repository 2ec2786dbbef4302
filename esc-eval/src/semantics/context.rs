//! The execution context: what `${context}` is, and what of it nobody has set.

use std::sync::Arc;

use esc_core::ast::Accessor;
use esc_core::context::{ContextField, ExecutionContext};
use esc_core::diagnostic::Code;
use esc_core::value::{Value, ValueKind};

use crate::ids::{EnvId, ExprRef, ValueId};
use crate::options::Mode;
use crate::outcome::Poll;
use crate::semantics::access::{AccessError, key_of};
use crate::session::Session;
use crate::values::arena::Def;

impl Session {
    /// The execution context of an environment.
    pub fn context(&mut self, env: EnvId) -> Arc<ExecutionContext> {
        if let Some(context) = &self.env(env).context {
            return context.clone();
        }
        let name = self.env(env).name.clone();
        let root = self.env(env).root_name.clone().unwrap_or_default();
        let context = self.settings.context.clone().with_root(root).for_environment(&name);
        let context = Arc::new(context);
        self.env_mut(env).context = Some(context.clone());
        context
    }

    /// What `${context}` is in an environment: what the host has set.
    pub fn context_value(&mut self, env: EnvId) -> ValueId {
        if let Some(value) = self.env(env).context_value {
            return value;
        }
        let values = self.context(env).values().clone();
        let value = self.take_plain(Value::new(ValueKind::Object(values)), Def::Context);
        self.env_mut(env).context_value = Some(value);
        value
    }

    /// What `${context.NAME}` is looked up in: in the default face there is more than what the host has set.
    pub fn context_fields(&mut self, env: EnvId) -> ValueId {
        if self.settings.compatible {
            return self.context_value(env);
        }
        if let Some(value) = self.env(env).context_fields {
            return value;
        }
        let values = self.context(env).values_with_unset();
        let value = self.take_plain(Value::new(ValueKind::Object(values)), Def::Context);
        self.env_mut(env).context_fields = Some(value);
        value
    }

    /// Reports an access to fields of the context that the host has not set, where they are needed: not in a check.
    pub(super) fn report_unset(&mut self, e: ExprRef, accessors: &[Accessor], value: ValueId) -> Poll<()> {
        let needed = self.settings.mode != Mode::Check && !self.settings.compatible;
        // The whole context is what the host has set.
        let [first, path @ .., last] = accessors else { return Ok(()) };
        if !needed || key_of(first) != Some("context") {
            return Ok(());
        }
        let path: Vec<&str> = path.iter().chain([last]).filter_map(key_of).collect();
        for field in ContextField::ALL {
            let keys = field.keys();
            let Some(rest) = keys.strip_prefix(path.as_slice()) else { continue };
            let mut at = value;
            for key in rest {
                match self.find_own(at, key) {
                    Some(index) => at = self.own_child(at, index)?,
                    None => break,
                }
            }
            if self.arena.flags(at).unknown {
                let help = self.settings.context.unset_help(field);
                let message = format!("`{field}` is not set");
                let error = AccessError { code: Code::ContextNotSet, message, help: Some(help) };
                self.report_access(e, last, error);
            }
        }
        Ok(())
    }
}
