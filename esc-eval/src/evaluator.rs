//! The crate's front door.

use std::sync::Arc;
use std::time::Duration;

use esc_core::ast::Document;
use esc_core::context::ExecutionContext;
use esc_core::crypt::Decrypter;
use esc_core::diagnostic::Diagnostic;
use esc_core::environment::Environment;
use esc_core::path::PropertyPath;
use esc_core::provider::{CallSite, Lease, Providers};
use esc_core::schema::{Schema, SchemaRef};
use esc_core::source::EnvironmentSource;
use esc_core::value::{Content, Origin, Properties, TracedValue, Value, ValueKind};
use futures::future::BoxFuture;
use smol_str::SmolStr;

use crate::ids::{EnvId, ExprRef};
use crate::options::{Limits, Mode, Settings};
use crate::output::export::Exporter;
use crate::output::provenance::{Layer, Provenance};
use crate::output::replay::replay;
use crate::run::driver::Driver;
use crate::run::order::Ordered;
use crate::session::Session;
use crate::session::calls::Rotation;
use crate::session::log::Log;
use crate::values::traced::Tracer;

/// The document to evaluate.
#[derive(Clone)]
pub struct Root {
    /// The parsed document; see [`Document::load`].
    pub document: Arc<Document>,
    /// Decrypts the document's secrets.
    pub decrypter: Arc<dyn Decrypter>,
}

/// Makes a future that is ready after a time.
type Sleep = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// Evaluates environments.
///
/// Cheap to clone; every evaluation stands alone.
#[derive(Clone)]
pub struct Evaluator {
    source: Arc<dyn EnvironmentSource>,
    pub(crate) providers: Arc<dyn Providers>,
    context: ExecutionContext,
    limits: Limits,
    compatible: bool,
    show_secrets: bool,
    deadline: Option<(Duration, Sleep)>,
    placeholder: Arc<Document>,
}

impl Evaluator {
    /// An evaluator that imports from `source` and opens `providers`.
    pub fn new(source: Arc<dyn EnvironmentSource>, providers: Arc<dyn Providers>) -> Evaluator {
        Evaluator {
            source,
            providers,
            context: ExecutionContext::default(),
            limits: Limits::default(),
            compatible: false,
            show_secrets: false,
            deadline: None,
            placeholder: Arc::new(Document::placeholder()),
        }
    }

    /// With these values for `${context}` and for providers.
    pub fn with_context(mut self, context: ExecutionContext) -> Evaluator {
        self.context = context;
        self
    }

    /// With other limits.
    pub fn with_limits(mut self, limits: Limits) -> Evaluator {
        self.limits = limits;
        self
    }

    /// With the reference implementation's quirks: results and diagnostics are its, to the byte.
    ///
    /// Without it plaintext secrets do not show in schemas and expressions, elements of split secrets stay secret,
    /// errors about secrets do not quote them, and silent failures get messages.
    pub fn compatible(mut self, compatible: bool) -> Evaluator {
        self.compatible = compatible;
        self
    }

    /// Whether [`check`](Self::check) decrypts secrets. Off unless asked for.
    pub fn show_secrets(mut self, show: bool) -> Evaluator {
        self.show_secrets = show;
        self
    }

    /// With a bound on the time of each evaluation. `sleep` makes a future that is ready after that time, such as
    /// `tokio::time::sleep`. When time is over, calls in flight are dropped and reported as failed.
    pub fn with_deadline<F>(
        mut self,
        after: Duration,
        sleep: impl Fn(Duration) -> F + Send + Sync + 'static,
    ) -> Evaluator
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let sleep: Sleep = Arc::new(move |d| Box::pin(sleep(d)));
        self.deadline = Some((after, sleep));
        self
    }

    /// Evaluates without opening anything: results of providers are unknown values of the declared types.
    pub async fn check(&self, root: Root) -> Evaluation {
        self.evaluate(root, Mode::Check, &[], None).await
    }

    /// Evaluates everything.
    pub async fn open(&self, root: Root) -> Evaluation {
        self.evaluate(root, Mode::Open, &[], None).await
    }

    /// Evaluates only what these property paths reach, and calls only the providers they need.
    pub async fn open_paths(&self, root: Root, paths: &[PropertyPath]) -> Evaluation {
        self.evaluate(root, Mode::Open, paths, None).await
    }

    /// Rotates the root's rotators at these paths, or all of them if there are none, and evaluates everything.
    ///
    /// The caller stores the patches of the [rotations](Evaluation::rotations).
    pub async fn rotate(&self, root: Root, paths: &[PropertyPath]) -> Evaluation {
        self.evaluate(root, Mode::Rotate, &[], Some(paths)).await
    }

    async fn evaluate(
        &self,
        root: Root,
        mode: Mode,
        paths: &[PropertyPath],
        rotate: Option<&[PropertyPath]>,
    ) -> Evaluation {
        let rotate = rotate.filter(|paths| !paths.is_empty()).map(|paths| {
            paths
                .iter()
                .map(|path| {
                    if self.compatible {
                        // The reference compares this text, which misses paths whose first key is quoted.
                        return format!("values.{path}");
                    }
                    let mut full = PropertyPath::new().join("values");
                    for element in path.elements() {
                        full.push(element.clone());
                    }
                    full.to_document_path()
                })
                .collect()
        });
        let settings = Settings {
            mode,
            show_secrets: self.show_secrets,
            compatible: self.compatible,
            demand: !paths.is_empty(),
            paths: paths.to_vec(),
            rotate,
            limits: self.limits.clone(),
            context: match self.context.root_environment() {
                "" => self.context.clone().with_root(root.document.name.clone()),
                _ => self.context.clone(),
            },
            any: Schema::always(),
            placeholder: self.placeholder.clone(),
        };
        let empty = root.document.is_empty();
        let session = Session::new(settings);
        if empty {
            return Evaluation { session: None, ordered: Ordered::default() };
        }
        let deadline = self.deadline.as_ref().map(|(after, sleep)| sleep(*after));
        let mut driver =
            Driver::new(session, self.source.clone(), self.providers.clone(), deadline);
        driver.run(root.document, root.decrypter).await;
        let mut session = driver.session;
        session.measure_root();
        if !self.compatible {
            session.report_unmatched_rotations();
            session.report_overridden_finals();
        }
        let mut ordered = session.ordered();
        // What has been put in order is not asked for again, and neither is the stack.
        session.log = Log::default();
        session.stack = Vec::new();
        if self.compatible {
            ordered.diagnostics.retain(|d| !d.extension);
            // Only what is merged over unknown values can the reference fail to show.
            if session.arena.has_unknowns() {
                let replayed = replay(&mut session.values);
                ordered.diagnostics.extend(replayed.into_iter().flat_map(|r| r.errors));
            }
        } else {
            let rotations = ordered.rotations.iter_mut().filter_map(|r| r.diagnostic.as_mut());
            session.scrub(ordered.diagnostics.iter_mut().chain(rotations));
        }
        Evaluation { session: Some(session), ordered }
    }
}

/// What an evaluation came to.
pub struct Evaluation {
    /// None for a document without values and imports: there is no environment.
    pub(crate) session: Option<Session>,
    ordered: Ordered,
}

impl Evaluation {
    /// What was found, in the order in which a sequential evaluation finds it.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.ordered.diagnostics
    }

    /// Whether there are errors.
    pub fn has_errors(&self) -> bool {
        self.ordered.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// What became of the rotators that were to be rotated, in order of evaluation.
    pub fn rotations(&self) -> &[Rotation] {
        &self.ordered.rotations
    }

    /// How long opened values stay valid, by call.
    pub fn leases(&self) -> Vec<(CallSite, Lease)> {
        let Some(session) = &self.session else { return Vec::new() };
        let site = |e: ExprRef| CallSite {
            environment: session.env(e.env).name.clone(),
            path: session.env(e.env).document.path_of(e.expr),
        };
        session.calls.leases.iter().map(|(e, lease)| (site(*e), lease.clone())).collect()
    }

    /// The names of the environments that were loaded, the root first.
    pub fn environments(&self) -> Vec<&str> {
        match &self.session {
            Some(session) => session.envs().iter().map(|env| env.name.as_str()).collect(),
            None => Vec::new(),
        }
    }

    /// The values as one object, without traces; none if there is no environment, if its values exceed the limits, or if
    /// only some paths were opened ([`value_at`](Self::value_at) has those).
    pub fn value(&mut self) -> Option<Value> {
        let session = self.shown()?;
        let value = session.environment_value(EnvId::ROOT)?;
        let properties = session.plain_properties(value).ok()?;
        Some(Value::new(ValueKind::Object(properties)))
    }

    /// The values as one object, each with what it was merged over; none if there is no environment. The object itself
    /// stands nowhere.
    pub fn traced_value(&mut self) -> Option<TracedValue> {
        let session = self.shown()?;
        let value = session.environment_value(EnvId::ROOT)?;
        let name = session.env(EnvId::ROOT).name.clone();
        let properties = Tracer::new(session, name).properties(value).ok()?;
        let content = Content::Object(Properties::new(properties));
        Some(TracedValue::new(content, Origin::default()))
    }

    /// The session, unless the values are too large to be shown.
    fn shown(&mut self) -> Option<&mut Session> {
        self.session.as_mut().filter(|session| !session.oversized)
    }

    fn provenance(&mut self) -> Option<Provenance<'_>> {
        let session = self.session.as_mut()?;
        Some(Provenance { view: &mut session.values, calls: &session.calls })
    }

    /// The value at a property path; none if there is none.
    pub fn value_at(&mut self, path: &PropertyPath) -> Option<Value> {
        let session = self.session.as_mut()?;
        let value = session.find(path)?;
        session.plain(value).ok()
    }

    /// The value at a property path with what it was merged over; none if there is none.
    ///
    /// If only some paths were opened, what was merged over may not have been evaluated. Then it is left out.
    pub fn traced_value_at(&mut self, path: &PropertyPath) -> Option<TracedValue> {
        let session = self.session.as_mut()?;
        let value = session.find(path)?;
        let name = session.env(EnvId::ROOT).name.clone();
        session.measure(value).ok()?;
        let traced = Tracer::new(session, name.clone()).value(value);
        traced.or_else(|_| Tracer::new(session, name).without_bases().value(value)).ok()
    }

    /// Where the value at a property path comes from: first itself, then what it was merged over, layer by layer. Empty
    /// if there is none.
    ///
    /// A path into a value that is not known leads to that value.
    pub fn layers_at(&mut self, path: &PropertyPath) -> Vec<Layer> {
        self.provenance().map(|mut provenance| provenance.layers_at(path)).unwrap_or_default()
    }

    /// The names of the properties of the object at a property path, sorted; none if there is no object or its names are
    /// secret. The properties need not have been evaluated.
    pub fn keys_at(&mut self, path: &PropertyPath) -> Option<Vec<SmolStr>> {
        self.provenance()?.keys_at(path)
    }

    /// The schema of the values; none if there is no environment.
    pub fn schema(&mut self) -> Option<SchemaRef> {
        let session = self.shown()?;
        let value = session.environment_value(EnvId::ROOT)?;
        session.environment_schema(value).ok()
    }

    /// The environment with expressions, traces and schemas; none if there is no environment.
    ///
    /// This is a graph, as large as what was evaluated. Of what is asked for only in part [`value`](Self::value),
    /// [`value_at`](Self::value_at), [`traced_value`](Self::traced_value) and [`schema`](Self::schema) make less.
    pub fn environment(&mut self) -> Option<Environment> {
        let session = self.shown()?;
        Exporter::new(&mut session.values, &session.calls).export().ok()
    }
}
