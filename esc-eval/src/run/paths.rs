//! Evaluating only what was asked for.
//!
//! The paths are walked like references from the root. What a path reaches is evaluated with all its contents; beside the
//! way, literal containers have values without contents, and providers are not called. The answer to
//! `open_paths(["a.b"])` on `a: {b: 1, c: {fn::open::x: …}}` opens nothing.

use esc_core::ast::{Accessor, AccessorKind};
use esc_core::diagnostic::{Code, Diagnostic};
use esc_core::path::{PathElement, PropertyPath};

use crate::ids::{EnvId, ExprRef, ValueId};
use crate::outcome::{Blocked, Poll};
use crate::session::Session;
use crate::session::frame::{AccessProgress, Flow, Frame, Ret};
use crate::session::log::{Event, Owner};
use crate::values::walk::Target;

impl Session {
    /// Evaluates what the paths that were asked for reach, contents included.
    pub fn step_paths(&mut self, frame: &mut Frame, ret: Ret) -> Poll<Flow> {
        let root = ExprRef { env: EnvId::ROOT, expr: self.env(EnvId::ROOT).document.root };
        let mut ret = ret;
        while let Some(path) = self.settings.paths.get(frame.step as usize).cloned() {
            let accessors = accessors(&path);
            let told = std::mem::replace(&mut ret, Ret::Nothing);
            if frame.access.held.is_none() && frame.access.waiting {
                match told {
                    Ret::Value { value, .. } => frame.access.held = Some(value),
                    Ret::Pending => frame.pending = true,
                    _ => {}
                }
            } else if frame.access.held.is_none() {
                match self.walk_reported(root, &accessors) {
                    Ok(Some(Target::Expr(target, consumed))) => {
                        frame.access.consumed = consumed as u32;
                        frame.access.waiting = true;
                        self.log.push(Owner::Paths, self.pass(), Event::Eval(target));
                        return Ok(Flow::Eval(target, None));
                    }
                    Ok(Some(Target::Value(value, consumed))) => {
                        frame.access.consumed = consumed as u32;
                        frame.access.held = Some(value);
                    }
                    Ok(_) => {}
                    Err(Blocked::Pending(_)) => frame.pending = true,
                    Err(blocked) => return Err(blocked),
                }
            }
            if let Some(held) = frame.access.held {
                let consumed = frame.access.consumed as usize;
                match self.contents(root, held, &accessors, consumed) {
                    Ok(()) => {}
                    Err(Blocked::Pending(_)) => frame.pending = true,
                    Err(blocked) => return Err(blocked),
                }
            }
            frame.access = AccessProgress::default();
            frame.step += 1;
        }
        let value = self.expr_value(root)?;
        Ok(if frame.pending { Flow::Partial(value) } else { Flow::Done(value) })
    }

    fn contents(
        &mut self,
        root: ExprRef,
        held: ValueId,
        accessors: &[Accessor],
        consumed: usize,
    ) -> Poll<()> {
        let value = self.access_value(root, held, accessors, consumed)?;
        self.measure(value).map(|_| ())
    }

    /// Warns about paths to rotate that no rotator stands at.
    pub fn report_unmatched_rotations(&mut self) {
        let Some(paths) = &self.settings.rotate else { return };
        let mut unmatched: Vec<String> =
            paths.iter().filter(|path| !self.rotators_seen.contains(*path)).cloned().collect();
        unmatched.sort_unstable();
        for path in unmatched {
            let message = format!("there is no rotator at {path}");
            let diagnostic = Diagnostic::warning(Code::RotatePath, message)
                .with_help("name the property that holds the `fn::rotate` call")
                .extension();
            self.log.push(Owner::Paths, self.pass(), Event::Diagnostic(Box::new(diagnostic)));
        }
    }
}

fn accessors(path: &PropertyPath) -> Vec<Accessor> {
    let accessor = |element: &PathElement| Accessor {
        kind: match element {
            PathElement::Key(key) => AccessorKind::Subscript(key.clone()),
            PathElement::Index(index) => AccessorKind::Index(*index as i64),
        },
        range: None,
        span: None,
    };
    path.elements().iter().map(accessor).collect()
}
