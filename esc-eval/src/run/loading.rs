//! Loading: documents, and the providers that they name.
//!
//! A document asks for everything it is known to need as soon as it is there: its imports, its providers and rotators, its
//! secrets. It is ready when its providers are; imports may come later. A provider that several documents name is loaded
//! once.

use std::sync::Arc;

use esc_core::ast::{Document, ExprKind, Function, ParsedDocument};
use esc_core::crypt::Decrypter;
use esc_core::source::Definition;
use futures::FutureExt;
use smol_str::SmolStr;

use crate::ids::EnvId;
use crate::run::driver::{Arrival, Driver};
use crate::values::environments::EnvStatus;

impl Driver {
    pub(super) fn take_definition(&mut self, env: EnvId, definition: Definition) {
        let name = self.session.env(env).name.clone();
        let limits = &self.session.settings.limits.document;
        let loaded = match definition.parsed.filter(|parsed| parsed.document().name == name) {
            Some(parsed) => Ok(parsed),
            None => ParsedDocument::load(&name, definition.text, limits),
        };
        match loaded {
            Ok(parsed) => {
                self.session.env_mut(env).load_diagnostics = parsed.warnings().to_vec();
                let document = parsed.document().clone();
                self.take_document(env, document, Some(definition.decrypter));
            }
            Err(diagnostics) => {
                let state = self.session.env_mut(env);
                state.load_diagnostics = diagnostics;
                state.status = EnvStatus::Failed;
            }
        }
    }

    /// Takes a document in and asks for everything it is known to need.
    pub(super) fn take_document(
        &mut self,
        env: EnvId,
        document: Arc<Document>,
        decrypter: Option<Arc<dyn Decrypter>>,
    ) {
        let mut missing = 0;
        for import in &document.imports {
            if self.session.envs().len() < self.session.settings.limits.max_environments {
                self.session.environment(&import.name);
            }
        }
        for expr in &document.exprs {
            let ExprKind::Call(call) = &expr.kind else { continue };
            let (name, rotator) = match &call.function {
                Function::Open(open) => (&open.provider, false),
                Function::Rotate(open, _) => (&open.provider, true),
                _ => continue,
            };
            let Some(name) = name else { continue };
            let known = if rotator {
                self.session.calls.rotators.contains_key(name)
            } else {
                self.session.calls.providers.contains_key(name)
            };
            if known {
                continue;
            }
            let waiting = self.waiting_for.entry((rotator, name.clone())).or_default();
            let first = waiting.is_empty();
            if waiting.last() != Some(&env) {
                waiting.push(env);
                missing += 1;
            }
            if first {
                self.load_provider(rotator, name.clone());
            }
        }
        self.session.add_document(env, document);
        self.session.env_mut(env).decrypter = decrypter;
        self.session.want_secrets(env);
        if missing == 0 {
            self.session.env_mut(env).status = EnvStatus::Ready;
        } else {
            self.missing.insert(env, missing);
        }
    }

    fn load_provider(&mut self, rotator: bool, name: SmolStr) {
        let providers = self.providers.clone();
        self.in_flight.push(
            async move {
                if rotator {
                    let result = providers.rotator(&name).await;
                    Arrival::Rotator(name, result)
                } else {
                    let result = providers.provider(&name).await;
                    Arrival::Provider(name, result)
                }
            }
            .boxed(),
        );
    }

    pub(super) fn provider_arrived(&mut self, rotator: bool, name: SmolStr) {
        for env in self.waiting_for.remove(&(rotator, name)).unwrap_or_default() {
            if let Some(missing) = self.missing.get_mut(&env) {
                *missing -= 1;
                if *missing == 0 {
                    self.missing.remove(&env);
                    self.session.env_mut(env).status = EnvStatus::Ready;
                }
            }
        }
    }
}
