//! The driver: passes, and between them everything that waits — together.
//!
//! What it keeps true:
//!
//! * A pass never waits. What it finds missing (environments, providers, calls) is collected, and started all at once at
//!   its end: calls of one provider are one batch, ciphertexts of one environment are one decryption.
//! * Another pass runs as soon as anything has arrived, with all that has arrived by then.
//! * Rotations run one after the other, in the order in which they were found.
//! * Dropping the driver cancels everything in flight; after the deadline nothing is started, and what is missing fails.
//!
//! ```text
//! pass 1: finds imports a and b         → loads both
//! pass 2: a is there, finds fn::open    → opens; b arrives meanwhile
//! pass 3: b is there, all is evaluated but what needs the opened value
//! pass 4: the call has returned: done
//! ```

use std::sync::Arc;

use esc_core::ast::Document;
use esc_core::crypt::{CryptError, Decrypter};
use esc_core::diagnostic::{Code, Diagnostic};
use esc_core::provider::{ErrorKind, OpenRequest, Provider, ProviderError, Providers};
use esc_core::schema::{self, Schema, SchemaRef};
use esc_core::source::{Definition, EnvironmentSource, SourceError, SourceErrorKind};
use futures::FutureExt;
use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::ids::EnvId;
use crate::session::Session;
use crate::session::calls::{Answer, CallId, LATE, LoadedProvider, LoadedRotator, Wanted};
use crate::values::environments::EnvStatus;

/// Something that waited and is there now.
pub(super) enum Arrival {
    Environment(EnvId, Box<Result<Definition, SourceError>>),
    Provider(SmolStr, Result<Arc<dyn Provider>, ProviderError>),
    Rotator(SmolStr, Result<Arc<dyn esc_core::provider::Rotator>, ProviderError>),
    Answers(Vec<(CallId, Answer)>),
    /// A rotation has ended; the next may start.
    Rotated(CallId, Answer),
}

/// Runs a session to its end.
pub(crate) struct Driver {
    pub session: Session,
    pub source: Arc<dyn EnvironmentSource>,
    pub providers: Arc<dyn Providers>,
    pub deadline: Option<BoxFuture<'static, ()>>,
    pub(super) in_flight: FuturesUnordered<BoxFuture<'static, Arrival>>,
    /// How many providers and rotators of an environment are still being loaded.
    pub(super) missing: FxHashMap<EnvId, usize>,
    pub(super) waiting_for: FxHashMap<(bool, SmolStr), Vec<EnvId>>,
    /// Rotations change the outside world: one after the other, in order.
    rotations: std::collections::VecDeque<Wanted>,
    rotating: bool,
}

impl Driver {
    pub fn new(
        session: Session,
        source: Arc<dyn EnvironmentSource>,
        providers: Arc<dyn Providers>,
        deadline: Option<BoxFuture<'static, ()>>,
    ) -> Driver {
        Driver {
            session,
            source,
            providers,
            deadline,
            in_flight: FuturesUnordered::new(),
            missing: FxHashMap::default(),
            waiting_for: FxHashMap::default(),
            rotations: std::collections::VecDeque::new(),
            rotating: false,
        }
    }

    pub async fn run(&mut self, document: Arc<Document>, decrypter: Arc<dyn Decrypter>) {
        let name = document.name.clone();
        self.session.add_environment(name);
        self.take_document(EnvId::ROOT, document, Some(decrypter));
        self.session.settle_the_root();
        loop {
            // Whatever is there without waiting comes first: a pass is for what can be evaluated.
            self.start_wanted();
            while self.take_arrivals() {
                self.start_wanted();
            }
            if self.session.env(EnvId::ROOT).status != EnvStatus::Loading {
                if self.session.run_pass() {
                    return;
                }
                if self.start_wanted() || self.session.can_go_on() {
                    continue;
                }
            }
            match self.wait().await {
                Some(arrival) => self.arrived(arrival),
                None => {
                    if self.in_flight.is_empty() && self.rotations.is_empty() {
                        self.session.report_stuck();
                        return;
                    }
                    self.give_up();
                }
            }
        }
    }

    /// The next arrival; none when time has run out or nothing is under way.
    async fn wait(&mut self) -> Option<Arrival> {
        let next = self.in_flight.next();
        match &mut self.deadline {
            None => next.await,
            Some(deadline) => match futures::future::select(next, deadline).await {
                futures::future::Either::Left((arrival, _)) => arrival,
                futures::future::Either::Right(_) => None,
            },
        }
    }

    /// Time is over: drops what is in flight and answers for it. What is asked for from now on is not started.
    fn give_up(&mut self) {
        self.deadline = None;
        self.session.late = true;
        self.in_flight = FuturesUnordered::new();
        self.rotations.clear();
        for answer in self.session.calls.answers.values_mut().filter(|answer| answer.is_none()) {
            *answer = Some(Arc::new(Answer::Late));
        }
        let late_provider = || ProviderError::new(ErrorKind::Unavailable, LATE);
        for (rotator, name) in std::mem::take(&mut self.waiting_for).into_keys() {
            if rotator {
                self.session.calls.rotators.insert(name, Err(late_provider()));
            } else {
                self.session.calls.providers.insert(name, Err(late_provider()));
            }
        }
        // What only waited for providers can be evaluated without them.
        for env in std::mem::take(&mut self.missing).into_keys() {
            self.session.env_mut(env).status = EnvStatus::Ready;
        }
        for env in self.session.envs_mut() {
            if env.status == EnvStatus::Loading {
                env.status = EnvStatus::Failed;
                env.load_error = Some(late(&env.name));
            }
        }
    }

    /// Refuses what the session asks for after time is over.
    fn refuse(&mut self, envs: Vec<EnvId>, calls: Vec<Wanted>) {
        for env in envs {
            let env = self.session.env_mut(env);
            env.status = EnvStatus::Failed;
            env.load_error = Some(late(&env.name));
        }
        for call in calls {
            let (Wanted::Open { id, .. }
            | Wanted::OpenRotator { id, .. }
            | Wanted::Rotate { id, .. }
            | Wanted::Decrypt { id, .. }) = call;
            self.session.calls.answers.insert(id, Some(Arc::new(Answer::Late)));
        }
    }

    /// Takes what has arrived, without waiting, and tells whether there was anything.
    fn take_arrivals(&mut self) -> bool {
        let mut any = false;
        while let Some(Some(arrival)) = self.in_flight.next().now_or_never() {
            self.arrived(arrival);
            any = true;
        }
        any
    }

    /// Starts what the session asks for and tells whether there was anything.
    fn start_wanted(&mut self) -> bool {
        let envs = std::mem::take(&mut self.session.wanted_envs);
        let calls = std::mem::take(&mut self.session.calls.wanted);
        let any = !envs.is_empty() || !calls.is_empty();
        if self.session.late {
            self.refuse(envs, calls);
            return any;
        }
        for env in envs {
            let name = self.session.env(env).name.clone();
            let source = self.source.clone();
            self.in_flight.push(
                async move { Arrival::Environment(env, Box::new(source.load(&name).await)) }
                    .boxed(),
            );
        }
        self.start_calls(calls);
        any
    }

    fn start_calls(&mut self, calls: Vec<Wanted>) {
        type Ciphertexts = Vec<(CallId, Vec<u8>)>;
        type Batch = (Arc<dyn Provider>, Vec<(CallId, OpenRequest)>);
        let mut batches: Vec<(SmolStr, Batch)> = Vec::new();
        let mut secrets: Vec<(EnvId, Ciphertexts)> = Vec::new();
        for call in calls {
            match call {
                Wanted::Open { id, name, provider, request } => {
                    match batches.iter_mut().find(|(other, _)| *other == name) {
                        Some((_, (_, batch))) => batch.push((id, request)),
                        None => batches.push((name, (provider, vec![(id, request)]))),
                    }
                }
                Wanted::OpenRotator { id, rotator, request } => self.in_flight.push(
                    async move {
                        let answer = Answer::Opened(rotator.open(request).await);
                        Arrival::Answers(vec![(id, answer)])
                    }
                    .boxed(),
                ),
                Wanted::Rotate { .. } => self.rotations.push_back(call),
                Wanted::Decrypt { id, env, ciphertext } => {
                    match secrets.iter_mut().find(|(other, _)| *other == env) {
                        Some((_, batch)) => batch.push((id, ciphertext)),
                        None => secrets.push((env, vec![(id, ciphertext)])),
                    }
                }
            }
        }
        for (_, (provider, batch)) in batches {
            self.open(provider, batch);
        }
        for (env, batch) in secrets {
            self.decrypt(env, batch);
        }
        self.start_rotation();
    }

    fn open(&mut self, provider: Arc<dyn Provider>, batch: Vec<(CallId, OpenRequest)>) {
        if provider.capabilities().batch && batch.len() > 1 {
            let (ids, requests): (Vec<CallId>, Vec<OpenRequest>) = batch.into_iter().unzip();
            self.in_flight.push(
                async move {
                    let mut answers = provider.open_many(requests).await.into_iter();
                    let answers = ids.into_iter().map(|id| {
                        let answer = answers.next().unwrap_or_else(|| {
                            let message = "the provider answered too few of a batch's requests";
                            Err(ProviderError::new(ErrorKind::Internal, message))
                        });
                        (id, Answer::Opened(answer))
                    });
                    Arrival::Answers(answers.collect())
                }
                .boxed(),
            );
            return;
        }
        for (id, request) in batch {
            let provider = provider.clone();
            self.in_flight.push(
                async move {
                    let answer = Answer::Opened(provider.open(request).await);
                    Arrival::Answers(vec![(id, answer)])
                }
                .boxed(),
            );
        }
    }

    fn decrypt(&mut self, env: EnvId, batch: Vec<(CallId, Vec<u8>)>) {
        let (ids, ciphertexts): (Vec<CallId>, Vec<Vec<u8>>) = batch.into_iter().unzip();
        let decrypter = self.session.env(env).decrypter.clone();
        self.in_flight.push(
            async move {
                let mut plaintexts = match decrypter {
                    Some(decrypter) => decrypter.decrypt_many(ciphertexts).await,
                    None => Vec::new(),
                }
                .into_iter();
                let answers = ids.into_iter().map(|id| {
                    let answer = match plaintexts.next() {
                        Some(answer) => answer,
                        None => {
                            Err(CryptError::Other("no decrypter for this environment".to_owned()))
                        }
                    };
                    (id, Answer::Decrypted(answer))
                });
                Arrival::Answers(answers.collect())
            }
            .boxed(),
        );
    }

    fn start_rotation(&mut self) {
        if self.rotating {
            return;
        }
        if let Some(Wanted::Rotate { id, rotator, request }) = self.rotations.pop_front() {
            self.rotating = true;
            self.in_flight.push(
                async move {
                    let answer = Answer::Rotated(rotator.rotate(request).await);
                    Arrival::Rotated(id, answer)
                }
                .boxed(),
            );
        }
    }

    fn arrived(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Environment(env, result) => match *result {
                Ok(definition) => self.take_definition(env, definition),
                Err(error) => {
                    let state = self.session.env_mut(env);
                    state.status = EnvStatus::Failed;
                    let temporary = error.kind == SourceErrorKind::Unavailable;
                    state.load_error = Some(
                        Diagnostic::error(Code::ImportFailed, error.message)
                            .with_temporary(temporary),
                    );
                }
            },
            Arrival::Provider(name, result) => {
                let loaded = result.map(|provider| {
                    let schema = provider.schema();
                    Arc::new(LoadedProvider {
                        provider,
                        inputs: compile(&schema.inputs),
                        outputs: compile(&schema.outputs),
                    })
                });
                self.session.calls.providers.insert(name.clone(), loaded);
                self.provider_arrived(false, name);
            }
            Arrival::Rotator(name, result) => {
                let loaded = result.map(|rotator| {
                    let schema = rotator.schema();
                    let state = Schema::exactly_one([schema.state.clone(), Schema::null()]);
                    Arc::new(LoadedRotator {
                        rotator,
                        inputs: compile(&schema.inputs),
                        state: compile(&state),
                        outputs: compile(&schema.outputs),
                    })
                });
                self.session.calls.rotators.insert(name.clone(), loaded);
                self.provider_arrived(true, name);
            }
            Arrival::Answers(answers) => {
                for (id, answer) in answers {
                    self.session.calls.answers.insert(id, Some(Arc::new(answer)));
                }
            }
            Arrival::Rotated(id, answer) => {
                self.session.calls.answers.insert(id, Some(Arc::new(answer)));
                self.rotating = false;
                self.start_rotation();
            }
        }
    }
}

fn compile(schema: &SchemaRef) -> Result<SchemaRef, String> {
    schema::compile(schema).map_err(|error| error.to_string())
}

fn late(name: &str) -> Diagnostic {
    let message = format!("`{name}` could not be loaded before the deadline");
    Diagnostic::error(Code::DeadlineExceeded, message).with_temporary(true)
}
