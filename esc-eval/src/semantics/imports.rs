//! Environments: entering them, importing them, building what they are merged over.
//!
//! The imports of an environment are entered in order, then settled once: an import that has failed stays failed. Their
//! merge, each on top of those before, is the environment's base; every value that the document defines is merged over the
//! property of that name in it. An environment that several import is evaluated once, and copied for each.

use esc_core::diagnostic::{Code, Diagnostic, Location};
use smol_str::SmolStr;

use crate::ids::{EnvId, ExprRef, ValueId};
use crate::outcome::Poll;
use crate::session::Session;
use crate::session::frame::{Blame, Entered, Flow, Frame, FrameKind, Ret};
use crate::session::log::{Event, Owner};
use crate::values::environments::{EnvStatus, Status};
use crate::values::node::{Def, Over, Repr};

impl Session {
    /// The frame that evaluates an environment; it must be ready.
    pub fn environment_frame(&mut self, env: EnvId) -> Frame {
        let pass = self.pass();
        let state = self.env_mut(env);
        (state.status, state.pass) = (EnvStatus::Evaluating, pass);
        if state.declared == 0 {
            state.imported.clear();
        }
        Frame::new(FrameKind::Env(env), None)
    }

    /// Starts the evaluation of an imported environment, or answers what is known already.
    pub fn enter_environment(&mut self, from: Owner, name: &SmolStr, blame: Blame) -> Entered {
        let known = self.by_name(name).is_some();
        if !known && self.envs().len() >= self.settings.limits.max_environments {
            let limit = self.settings.limits.max_environments;
            let message = format!("more than {limit} environments");
            self.blame(from, blame, Diagnostic::error(Code::LimitExceeded, message));
            return Entered::Ready(Ret::Failed);
        }
        let env = self.environment(name);
        let (status, pass) = (self.env(env).status, self.env(env).pass);
        match status {
            EnvStatus::Loading => {
                self.undecided = true;
                Entered::Ready(Ret::Pending)
            }
            EnvStatus::Failed => {
                self.report_failed(from, env, blame);
                Entered::Ready(Ret::Failed)
            }
            EnvStatus::Evaluating if self.undecided => Entered::Ready(Ret::Pending),
            EnvStatus::Evaluating => {
                let message = format!("cyclic import of {name}");
                self.blame(from, blame, Diagnostic::error(Code::CyclicImport, message));
                Entered::Ready(Ret::Failed)
            }
            EnvStatus::Done => self.import_value(from, env, false),
            EnvStatus::Partial if pass == self.pass() => self.import_value(from, env, true),
            EnvStatus::Ready if pass == self.pass() => Entered::Ready(Ret::Pending),
            EnvStatus::Ready | EnvStatus::Partial => {
                // Which environment becomes the root below an anonymous one depends on who imports it first.
                if self.undecided && self.env(env).root_name.is_none() && self.is_anonymous(blame) {
                    return Entered::Ready(Ret::Pending);
                }
                let depth = self
                    .stack
                    .iter()
                    .filter(|frame| matches!(frame.kind, FrameKind::Env(_)))
                    .count();
                if depth >= self.settings.limits.max_import_depth {
                    let limit = self.settings.limits.max_import_depth;
                    let message = format!("imports are nested more than {limit} levels deep");
                    self.blame(from, blame, Diagnostic::error(Code::LimitExceeded, message));
                    return Entered::Ready(Ret::Failed);
                }
                // The root itself has none before its imports are there.
                let root = self.env(Self::importer(blame)).root_name.clone();
                let root = root.unwrap_or_else(|| self.settings.context.root_environment().into());
                self.settle_root(env, &root);
                self.env_mut(env).importer = Some(Self::importer(blame));
                self.log.push(from, self.pass(), Event::Import(env));
                Entered::Push(self.environment_frame(env))
            }
        }
    }

    fn import_value(&mut self, from: Owner, env: EnvId, partial: bool) -> Entered {
        self.log.push(from, self.pass(), Event::Import(env));
        Entered::Ready(match self.environment_value(env) {
            Some(value) => Ret::Value { value, partial },
            None => Ret::Failed,
        })
    }

    fn importer(blame: Blame) -> EnvId {
        match blame {
            Blame::Import(env, _) => env,
            Blame::Expr(e) => e.env,
        }
    }

    /// Whether the environment that imports is below an anonymous root.
    fn is_anonymous(&self, blame: Blame) -> bool {
        let root = self.env(Self::importer(blame)).root_name.as_ref();
        root.is_none_or(|root| matches!(root.as_str(), "" | "<yaml>"))
    }

    /// Settles what the root counts as, before its imports ask.
    pub fn settle_the_root(&mut self) {
        let root = SmolStr::new(self.settings.context.root_environment());
        self.settle_root(EnvId::ROOT, &root);
    }

    /// Settles which environment counts as the root: the importer's, or the environment itself below an anonymous one.
    fn settle_root(&mut self, env: EnvId, inherited: &str) {
        if self.env(env).root_name.is_none() {
            let root = match inherited {
                "" | "<yaml>" => self.env(env).name.clone(),
                inherited => SmolStr::new(inherited),
            };
            self.env_mut(env).root_name = Some(root);
        }
    }

    /// Reports why an environment cannot be used, once for each import that asks.
    fn report_failed(&mut self, from: Owner, env: EnvId, blame: Blame) {
        for diagnostic in self.env(env).load_diagnostics.clone() {
            self.log.push(from, self.pass(), Event::Diagnostic(Box::new(diagnostic)));
        }
        if let Some(error) = self.env(env).load_error.clone() {
            self.blame(from, blame, error);
        }
    }

    fn blame(&mut self, from: Owner, blame: Blame, error: Diagnostic) {
        let diagnostic = match blame {
            Blame::Expr(e) => {
                self.error_at(e, error.code, error.summary).with_temporary(error.temporary)
            }
            Blame::Import(env, node) => {
                let tree = &self.env(env).document.syntax;
                let (range, span) = (tree.node(node).range, tree.node(node).span);
                let path = tree.path(node);
                error.at(
                    Location { environment: self.env(env).name.clone(), range, span: Some(span) },
                    path,
                )
            }
        };
        self.log.push(from, self.pass(), Event::Diagnostic(Box::new(diagnostic)));
    }

    /// Evaluates an environment: imports, base, declarations, root.
    pub fn step_environment(&mut self, frame: &mut Frame, env: EnvId, ret: Ret) -> Poll<Flow> {
        let document = self.env(env).document.clone();
        let root = ExprRef { env, expr: document.root };
        let count = document.imports.len();
        // Step 0 starts, steps 1 to `count` take what an import came to, step `count` + 1 what the root came to.
        if self.env(env).declared > 0 && frame.step as usize <= count {
            self.note_reentered(frame, ret);
            if let Some(import) = self.next_unfinished(frame, env) {
                return Ok(Flow::Push(self.environment_frame(import)));
            }
            frame.step = count as u32;
        } else if frame.step > 0 && frame.step as usize <= count {
            let value = match ret {
                Ret::Value { value, partial } => {
                    frame.pending |= partial;
                    Some(value)
                }
                Ret::Pending => {
                    frame.pending = true;
                    None
                }
                _ => None,
            };
            self.env_mut(env).imported.push(value);
            // An import without a value that may still get one keeps the environment from being merged.
            if matches!(ret, Ret::Pending) {
                frame.access.waiting = true;
            }
        } else if frame.step as usize > count {
            return Ok(match ret {
                Ret::Value { value, partial } if !partial && !frame.pending => Flow::Done(value),
                Ret::Value { value, .. } => Flow::Partial(value),
                _ => Flow::Pending,
            });
        }
        if let Some(import) = document.imports.get(frame.step as usize)
            && self.env(env).declared == 0
        {
            frame.step += 1;
            return Ok(Flow::Import(import.name.clone(), Blame::Import(env, import.node)));
        }
        frame.step += 1;
        if frame.access.waiting {
            self.undecided = true;
            return Ok(Flow::Pending);
        }
        if self.env(env).declared == 0 {
            self.declare_environment(env);
        }
        if self.settings.demand {
            if !matches!(self.state(root).status, Status::Lazy) {
                self.enter_lazily(root)?;
            }
            if env == EnvId::ROOT {
                let value = self.expr_value(root)?;
                return Ok(if frame.step as usize == count + 1 && frame.values.is_empty() {
                    frame.values.push(value);
                    Flow::Push(Frame::new(FrameKind::Paths, None))
                } else {
                    Flow::Done(value)
                });
            }
            let value = self.expr_value(root)?;
            return Ok(if frame.pending { Flow::Partial(value) } else { Flow::Done(value) });
        }
        Ok(Flow::Eval(root, None))
    }

    fn note_reentered(&self, frame: &mut Frame, ret: Ret) {
        frame.pending |= matches!(ret, Ret::Pending | Ret::Value { partial: true, .. });
    }

    /// The next import of a declared environment that has to be entered again. Imports that failed stay failed: whether
    /// an import is cyclic was decided when the environment was first entered.
    fn next_unfinished(&mut self, frame: &mut Frame, env: EnvId) -> Option<EnvId> {
        let document = self.env(env).document.clone();
        while let Some(import) = document.imports.get(frame.step as usize) {
            let imported = self.env(env).imported.get(frame.step as usize).copied();
            frame.step += 1;
            let Some(id) = self.by_name(&import.name) else { continue };
            if !matches!(imported, Some(Some(_))) || self.env(id).status != EnvStatus::Partial {
                continue;
            }
            if self.env(id).pass != self.pass() {
                return Some(id);
            }
            frame.pending = true;
        }
        None
    }

    fn declare_environment(&mut self, env: EnvId) {
        let document = self.env(env).document.clone();
        let root = SmolStr::new(self.settings.context.root_environment());
        self.settle_root(env, &root);
        let mut base: Option<ValueId> = None;
        let mut imports: Vec<(SmolStr, ValueId)> = Vec::new();
        for (index, import) in document.imports.iter().enumerate() {
            let Some(Some(value)) = self.env(env).imported.get(index).copied() else { continue };
            if let Err(at) = imports.binary_search_by(|(name, _)| name.cmp(&import.name)) {
                imports.insert(at, (import.name.clone(), value));
            }
            if import.merge {
                let copy = self.arena.copy_anew(value);
                base = Some(match base {
                    Some(below) => self.arena.merged(copy, Over::Value(below)),
                    None => copy,
                });
            }
        }
        let imports = self.arena.literal(Def::Imports, Repr::Object(imports.into()));
        let pass = self.pass();
        let state = self.env_mut(env);
        state.base = base;
        state.imports = Some(imports);
        state.declared = pass;
        self.declare(env);
    }
}
