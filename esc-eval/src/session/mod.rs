//! The state of one evaluation: environments, expressions, values, calls.
//!
//! * `frame`: what is under evaluation;
//! * `calls`: what leaves the evaluation, and what came back;
//! * `log`: what happened, in each expression's own order;
//! * `reports`: how findings get there.

pub(crate) mod calls;
pub(crate) mod frame;
pub(crate) mod log;
mod reports;
use std::ops::{Deref, DerefMut};

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::ids::EnvId;
use crate::options::Settings;
use crate::session::calls::Calls;
use crate::session::frame::Frame;
use crate::session::log::Log;
use crate::values::Values;

/// The state of one evaluation.
pub(crate) struct Session {
    pub values: Values,
    pub calls: Calls,
    pub log: Log,
    pub stack: Vec<Frame>,
    /// In this pass something earlier has not decided yet what it will evaluate, so cycles cannot be blamed yet.
    pub undecided: bool,
    /// In this pass an expression or environment got its value.
    pub progress: bool,
    /// The root exceeds a limit.
    pub oversized: bool,
    /// Time is over.
    pub late: bool,
    /// Environments that were asked for and are not being loaded yet.
    pub wanted_envs: Vec<EnvId>,
    /// Document paths of rotators that were reached.
    pub rotators_seen: FxHashSet<String>,
    /// Room for texts that are being put together; never of secrets.
    pub scratch: String,
    /// How many values providers were given.
    pub given: usize,
    /// Steps of the check that is going on.
    pub checks: usize,
}

impl Session {
    pub fn new(settings: Settings) -> Session {
        Session {
            values: Values::new(settings),
            calls: Calls::default(),
            log: Log::default(),
            stack: Vec::new(),
            undecided: false,
            progress: false,
            oversized: false,
            late: false,
            wanted_envs: Vec::new(),
            rotators_seen: FxHashSet::default(),
            scratch: String::new(),
            given: 0,
            checks: 0,
        }
    }

    /// The environment of that name; it is asked for if it is new.
    pub fn environment(&mut self, name: &SmolStr) -> EnvId {
        if let Some(env) = self.by_name(name) {
            return env;
        }
        let env = self.values.add_environment(name.clone());
        self.wanted_envs.push(env);
        env
    }
}

/// A session is its values, and what is under way.
impl Deref for Session {
    type Target = Values;

    fn deref(&self) -> &Values {
        &self.values
    }
}

impl DerefMut for Session {
    fn deref_mut(&mut self) -> &mut Values {
        &mut self.values
    }
}
