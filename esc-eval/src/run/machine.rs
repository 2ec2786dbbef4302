//! The machine: evaluates expressions with a stack of its own, in the language's order, as far as it gets.
//!
//! One *pass* walks all environments in the order of the language's sequential semantics. An expression that needs
//! the result of a load or a call in flight is left *pending*, and so is what needs its contents; everything else goes
//! on. When results arrive, another pass re-enters what is pending, from the top and in the same order, so that cycles
//! are blamed on the same expression and diagnostics come out the same whatever arrives first. A pass in which
//! something earlier is *undecided* about what it will evaluate blames no cycles yet.
//!
//! No recursion: a chain of a hundred thousand references is a hundred thousand small frames.

use esc_core::ast::{ExprId, ExprKind};

use crate::ids::{EnvId, ExprRef, ValueId};
use crate::outcome::{Blocked, Poll};
use crate::session::Session;
use crate::session::frame::{Accept, Entered, Flow, Frame, FrameKind, Ret};
use crate::session::log::Owner;
use crate::values::environments::{EnvStatus, Status};
use crate::values::node::{Base, Def, Over, OwnSchema, Repr};

impl Session {
    /// Evaluates as far as it goes without waiting. The answer says whether everything is done.
    pub fn run_pass(&mut self) -> bool {
        self.begin_pass();
        self.undecided = false;
        self.progress = false;
        let ret = self.run_environment(EnvId::ROOT);
        let done = matches!(ret, Ret::Value { partial: false, .. } | Ret::Failed);
        self.go_on_with_inline_environments() && done
    }

    /// An inline reference has its value as soon as what it names is there; the rest of the environment that it names
    /// is evaluated all the same. The answer says whether there is nothing left of that.
    fn go_on_with_inline_environments(&mut self) -> bool {
        let mut done = true;
        for index in 0..self.envs().len() {
            let env = EnvId(index as u32);
            if self.env(env).status == EnvStatus::Partial && !self.settings.demand {
                if self.env(env).pass != self.pass() {
                    self.go_on_with(env);
                }
                done &= self.env(env).status == EnvStatus::Done;
            }
        }
        done
    }

    /// Goes on with an environment as if those that it was imported from were still on the stack: it cannot import them.
    fn go_on_with(&mut self, env: EnvId) {
        let mut importers: Vec<(EnvId, EnvStatus)> = Vec::new();
        let mut next = self.env(env).importer;
        while let Some(importer) = next {
            if importer == env || importers.iter().any(|(known, _)| *known == importer) {
                break;
            }
            importers.push((importer, self.env(importer).status));
            self.env_mut(importer).status = EnvStatus::Evaluating;
            next = self.env(importer).importer;
        }
        self.run_environment(env);
        for (importer, status) in importers {
            self.env_mut(importer).status = status;
        }
    }

    fn run_environment(&mut self, env: EnvId) -> Ret {
        let frame = self.environment_frame(env);
        self.stack.push(frame);
        let mut ret = Ret::Nothing;
        while let Some(mut frame) = self.stack.pop() {
            let owner = frame.owner();
            if let Ret::Value { partial: true, .. } = ret {
                frame.partial |= self.is_call(&frame);
            }
            let step = match frame.again.pop() {
                Some((e, accept)) => Ok(Flow::Eval(e, accept)),
                None if std::mem::take(&mut frame.retry) => self.step(&mut frame, Ret::Nothing),
                None => self.step(&mut frame, ret),
            };
            let flow = match step {
                Ok(flow) => flow,
                Err(Blocked::Pending(_)) => Flow::Pending,
                Err(Blocked::Eval(e)) if self.state(e).status == Status::Evaluating => {
                    match self.cycle(owner, e) {
                        Ret::Value { value, .. } => Flow::Done(value),
                        _ => Flow::Pending,
                    }
                }
                Err(Blocked::Eval(e)) => {
                    frame.retry = true;
                    Flow::Eval(e, None)
                }
                Err(Blocked::Limit(exceeded)) => Flow::Done(self.exceeds(owner, exceeded)),
            };
            ret = match flow {
                Flow::Eval(e, accept) => self.start(frame, owner, e, accept),
                Flow::Push(child) => {
                    self.stack.push(frame);
                    self.stack.push(child);
                    Ret::Nothing
                }
                Flow::Import(name, blame) => {
                    let entered = self.enter_environment(owner, &name, blame);
                    self.stack.push(frame);
                    match entered {
                        Entered::Ready(ret) => ret,
                        Entered::Push(child) => {
                            self.stack.push(child);
                            Ret::Nothing
                        }
                    }
                }
                // A call may know its result before its arguments are complete, but what they will still find belongs to
                // it: it waits for them.
                Flow::Done(_) if frame.partial => self.close_pending(&frame),
                Flow::Done(v) => self.close(frame, v, false),
                Flow::Partial(v) => self.close(frame, v, true),
                Flow::Pending => self.close_pending(&frame),
            };
        }
        ret
    }

    /// Whether the last pass came to something that it had passed by already: another pass goes on without waiting.
    pub fn can_go_on(&self) -> bool {
        self.progress && self.is_stale()
    }

    /// Puts the frame back and starts what it asks for, or what has to come before that.
    fn start(&mut self, mut frame: Frame, owner: Owner, e: ExprRef, accept: Accept) -> Ret {
        let (mut e, mut accept) = (e, accept);
        loop {
            match self.enter(owner, e, accept.clone()) {
                Ok(Entered::Ready(ret)) => {
                    self.stack.push(frame);
                    return ret;
                }
                Ok(Entered::Push(child)) => {
                    self.stack.push(frame);
                    self.stack.push(child);
                    return Ret::Nothing;
                }
                Err(Blocked::Eval(base)) => {
                    frame.again.push((e, accept));
                    (e, accept) = (base, None);
                }
                Err(_) => {
                    self.stack.push(frame);
                    return Ret::Pending;
                }
            }
        }
    }

    fn is_call(&self, frame: &Frame) -> bool {
        match &frame.kind {
            FrameKind::Expr(e) => matches!(self.expr(*e).kind, ExprKind::Call(_)),
            _ => false,
        }
    }

    fn step(&mut self, frame: &mut Frame, ret: Ret) -> Poll<Flow> {
        match frame.kind {
            FrameKind::Expr(e) => self.step_expr(frame, e, ret),
            FrameKind::Env(env) => self.step_environment(frame, env, ret),
            FrameKind::Paths => self.step_paths(frame, ret),
        }
    }

    fn step_expr(&mut self, frame: &mut Frame, e: ExprRef, ret: Ret) -> Poll<Flow> {
        let document = self.env(e.env).document.clone();
        match &document.expr(e.expr).kind {
            ExprKind::Object(_) => self.step_object(frame, e, ret),
            ExprKind::List(items) => self.step_list(frame, e, items, ret),
            ExprKind::Symbol(access) => match self.step_access(frame, e, access, ret)? {
                Ok(flow) => Ok(flow),
                Err(value) => {
                    let copy = self.arena.copy_as(value, Def::Expr(e));
                    if self.refers_early(e, access)? {
                        self.arena.mark_early(copy);
                    }
                    // What is still missing in what it refers to is missing in it.
                    Ok(if frame.access.partial { Flow::Partial(copy) } else { Flow::Done(copy) })
                }
            },
            ExprKind::Interpolate(parts) => self.step_interpolate(frame, e, parts, ret),
            ExprKind::Call(call) => self.step_call(frame, e, &call.function, ret),
            // Literals never get a frame.
            _ => Ok(Flow::Done(self.unknown(e))),
        }
    }

    fn step_object(&mut self, frame: &mut Frame, e: ExprRef, ret: Ret) -> Poll<Flow> {
        self.step_container(frame, e, Repr::ObjectLiteral(e), ret, |session, frame| {
            let property = session.property_at(e, frame.step)?;
            let accept = frame.accept.as_ref().map(|schema| schema.property(&property.key));
            Some((property.value, accept))
        })
    }

    fn step_list(
        &mut self,
        frame: &mut Frame,
        e: ExprRef,
        items: &[ExprId],
        ret: Ret,
    ) -> Poll<Flow> {
        self.step_container(frame, e, Repr::ListLiteral(e), ret, |_, frame| {
            let item = *items.get(frame.step as usize)?;
            let accept = frame.accept.as_ref().map(|schema| schema.item(frame.step as usize));
            Some((item, accept))
        })
    }

    /// Enters the children of a literal container one after the other; `child` names the one whose turn it is.
    fn step_container(
        &mut self,
        frame: &mut Frame,
        e: ExprRef,
        repr: Repr,
        ret: Ret,
        child: impl Fn(&Session, &Frame) -> Option<(ExprId, Accept)>,
    ) -> Poll<Flow> {
        self.note_child(frame, ret);
        while let Some((child, accept)) = child(self, frame) {
            let child = ExprRef { env: e.env, expr: child };
            match self.enter_child(e, child, accept)? {
                Entered::Ready(ret) => {
                    frame.step += 1;
                    self.note_child(frame, ret);
                }
                Entered::Push(child) => {
                    frame.step += 1;
                    return Ok(Flow::Push(child));
                }
            }
        }
        self.container(frame, e, repr)
    }

    /// Enters a child of a literal container. A child that leads back to its container is cut off: the container holds
    /// an unknown in its place, whatever the child comes to by itself.
    fn enter_child(&mut self, parent: ExprRef, child: ExprRef, accept: Accept) -> Poll<Entered> {
        let owner = Owner::Expr(parent);
        if let Some(value) = self.cut(child) {
            self.cycle(owner, child);
            return Ok(Entered::Ready(Ret::Value { value, partial: false }));
        }
        let cyclic = self.state(child).status == Status::Evaluating;
        let entered = self.enter(owner, child, accept)?;
        if let (true, Entered::Ready(Ret::Value { value, .. })) = (cyclic, &entered) {
            self.cut_off(child, *value);
        }
        Ok(entered)
    }

    fn note_child(&self, frame: &mut Frame, ret: Ret) {
        frame.pending |= matches!(ret, Ret::Pending | Ret::Value { partial: true, .. });
    }

    fn container(&mut self, frame: &Frame, e: ExprRef, repr: Repr) -> Poll<Flow> {
        let v = match self.state(e).value {
            Some(v) => v,
            None => {
                let base = self.own_base(e);
                self.arena.own(Def::Expr(e), repr, base, OwnSchema::Literal)
            }
        };
        Ok(if frame.pending { Flow::Partial(v) } else { Flow::Done(v) })
    }

    fn close(&mut self, frame: Frame, value: ValueId, partial: bool) -> Ret {
        match frame.kind {
            FrameKind::Expr(e) => {
                let Ret::Value { value, .. } = self.finish(e, value, &frame.accept) else {
                    return Ret::Pending;
                };
                match partial {
                    true => self.state_mut(e).status = Status::Partial,
                    false => self.progress = true,
                }
                Ret::Value { value, partial }
            }
            FrameKind::Env(env) => {
                self.env_mut(env).status =
                    if partial { EnvStatus::Partial } else { EnvStatus::Done };
                Ret::Value { value, partial }
            }
            FrameKind::Paths => Ret::Value { value, partial },
        }
    }

    /// Records the value of an expression, merged over its base.
    pub fn finish(&mut self, e: ExprRef, value: ValueId, accept: &Accept) -> Ret {
        let known = self.state(e).value;
        let value = match known {
            Some(known) => known,
            // What an expression makes itself carries its base already.
            None if self.arena.def(value) == Def::Expr(e)
                && matches!(
                    self.arena.node(value).kind,
                    crate::values::node::Kind::Own { base: Base::Expr(_), .. }
                ) =>
            {
                value
            }
            None if self.has_base(e) => self.arena.merged(value, Over::Expr(e)),
            None => value,
        };
        if accept.as_ref().is_some_and(|schema| schema.is_rotate_only()) {
            self.set_flags(value, |flags| flags.rotate_only = true);
        }
        let pass = self.pass();
        let state = self.state_mut(e);
        (state.status, state.value, state.pass) = (Status::Done, Some(value), pass);
        self.progress |= known.is_none();
        Ret::Value { value, partial: false }
    }

    fn close_pending(&mut self, frame: &Frame) -> Ret {
        match frame.kind {
            FrameKind::Expr(e) => self.state_mut(e).status = Status::Pending,
            FrameKind::Env(env) => self.env_mut(env).status = EnvStatus::Ready,
            FrameKind::Paths => {}
        }
        Ret::Pending
    }
}
