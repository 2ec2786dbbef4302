//! One set of documents, ready to be evaluated again and again.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use esc_core::ast::Document;
use esc_core::environment::Environment;
use esc_core::syntax::Limits;
use esc_core::value::Value;
use esc_eval::testing::{Memory, Rot128, context, registry};
use esc_eval::{Evaluation, Evaluator, Root};
use tokio::runtime::{Builder, Runtime};

use crate::shapes::Documents;
use crate::timer;

/// What an evaluation runs with.
#[derive(Clone, Copy, Debug)]
pub struct Conditions {
    /// How long every load of an import takes.
    pub load_delay: Duration,
    /// How long every open of the provider `bench` takes.
    pub open_delay: Duration,
    /// Whether documents are parsed before, and kept: an evaluation then parses nothing.
    pub kept: bool,
    /// With more than one, a work-stealing runtime of so many workers.
    pub threads: usize,
}

impl Default for Conditions {
    fn default() -> Conditions {
        Conditions {
            load_delay: Duration::ZERO,
            open_delay: Duration::ZERO,
            kept: false,
            threads: 1,
        }
    }
}

/// Documents in memory and everything that evaluates them.
pub struct Bench {
    runtime: Runtime,
    evaluator: Evaluator,
    name: String,
    text: Arc<str>,
    /// The root, if documents are kept.
    kept: Option<Arc<Document>>,
    threads: usize,
}

impl Bench {
    /// Documents, preloaded.
    pub fn new(documents: Documents, conditions: Conditions) -> io::Result<Bench> {
        let runtime = match conditions.threads {
            0 | 1 => Builder::new_current_thread().build()?,
            threads => Builder::new_multi_thread().worker_threads(threads).build()?,
        };
        let text: Arc<str> = documents.texts.get(&documents.root).map_or("", String::as_str).into();
        let sleep = timer::start();
        let open_delay = conditions.open_delay;
        let open_sleep = (!open_delay.is_zero()).then(|| sleep.clone());
        let mut source = Memory::new(documents.texts).with_delay(conditions.load_delay, sleep);
        let mut kept = None;
        if conditions.kept {
            source = source.parsed();
            kept = Some(parse(&documents.root, Arc::clone(&text)));
        }
        let providers = registry(open_delay, open_sleep);
        let evaluator =
            Evaluator::new(Arc::new(source), Arc::new(providers)).with_context(context());
        let (name, threads) = (documents.root, conditions.threads);
        Ok(Bench { runtime, evaluator, name, text, kept, threads })
    }

    /// The whole of it: parses the root and every import and opens everything.
    pub fn evaluate(&self) -> Evaluation {
        self.runtime.block_on(evaluate(&self.evaluator, self.root()))
    }

    /// The whole of it and the values of the root.
    pub fn values(&self) -> Option<Value> {
        if self.threads <= 1 {
            return self.evaluate().value();
        }
        let (evaluator, root) = (self.evaluator.clone(), self.root());
        let task = async move { evaluate(&evaluator, root).await.value() };
        self.runtime.block_on(self.runtime.spawn(task)).ok().flatten()
    }

    /// The whole of it and the full export.
    pub fn environment(&self) -> Option<Environment> {
        self.evaluate().environment()
    }

    fn root(&self) -> Arc<Document> {
        self.kept.clone().unwrap_or_else(|| parse(&self.name, self.text.clone()))
    }

    /// Only parses the root.
    pub fn parse(&self) -> Option<Document> {
        Document::load(&self.name, self.text.clone(), &Limits::default()).document
    }
}

fn parse(name: &str, text: Arc<str>) -> Arc<Document> {
    let loaded = Document::load(name, text, &Limits::default());
    Arc::new(loaded.document.unwrap_or_else(Document::placeholder))
}

async fn evaluate(evaluator: &Evaluator, document: Arc<Document>) -> Evaluation {
    evaluator.open(Root { document, decrypter: Arc::new(Rot128) }).await
}
