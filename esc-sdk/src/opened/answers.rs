//! What is known of an environment beside its values.

use std::sync::{Mutex, PoisonError};

use esc_core::path::PropertyPath;
use esc_core::provider::{CallSite, Lease};
use esc_core::schema::SchemaRef;
use esc_core::value::{Content, TracedValue};
use esc_eval::{Evaluation, Layer, Maker};
use smol_str::SmolStr;

/// Answers questions about an environment.
pub(crate) enum Answers {
    /// It was evaluated here. The evaluation remembers what it found out.
    Evaluation(Box<Mutex<Evaluation>>),
    /// It was evaluated elsewhere or earlier, and this came with it.
    Given(Given),
}

/// What came with values.
#[derive(Default)]
pub(crate) struct Given {
    /// What they look like.
    pub schema: Option<SchemaRef>,
    /// Values with traces, by the paths that lead to them.
    pub traced: Vec<(PropertyPath, TracedValue)>,
}

impl Answers {
    pub fn schema(&self) -> Option<SchemaRef> {
        match self {
            Answers::Evaluation(evaluation) => lock(evaluation).schema(),
            Answers::Given(given) => given.schema.clone(),
        }
    }

    /// All values with traces.
    pub fn traced_value(&self) -> Option<TracedValue> {
        match self {
            Answers::Evaluation(evaluation) => lock(evaluation).traced_value(),
            Answers::Given(given) => given.at(&PropertyPath::new()).cloned(),
        }
    }

    pub fn traced_value_at(&self, path: &PropertyPath) -> Option<TracedValue> {
        match self {
            Answers::Evaluation(evaluation) => lock(evaluation).traced_value_at(path),
            Answers::Given(given) => given.at(path).cloned(),
        }
    }

    /// The values at a place: the one that counts, and those that it was merged over.
    pub fn layers_at(&self, path: &PropertyPath) -> Vec<Layer> {
        match self {
            Answers::Evaluation(evaluation) => lock(evaluation).layers_at(path),
            Answers::Given(given) => {
                let layers = given.at(path).into_iter().flat_map(TracedValue::layers);
                let layers = layers.map(|value| Layer {
                    origin: value.origin().clone(),
                    path: String::new(),
                    maker: Maker::Elsewhere,
                    secret: value.is_secret(),
                    unknown: value.is_unknown(),
                    schema: None,
                    leases: Vec::new(),
                    references: Vec::new(),
                });
                layers.collect()
            }
        }
    }

    pub fn keys_at(&self, path: &PropertyPath) -> Option<Vec<SmolStr>> {
        match self {
            Answers::Evaluation(evaluation) => lock(evaluation).keys_at(path),
            Answers::Given(given) => match given.at(path)?.content() {
                Content::Object(properties) => {
                    Some(properties.iter().map(|(key, _)| key.clone()).collect())
                }
                _ => None,
            },
        }
    }

    pub fn leases(&self) -> Vec<(CallSite, Lease)> {
        match self {
            Answers::Evaluation(evaluation) => lock(evaluation).leases(),
            Answers::Given(_) => Vec::new(),
        }
    }
}

impl Given {
    fn at(&self, path: &PropertyPath) -> Option<&TracedValue> {
        self.traced.iter().find_map(|(start, value)| {
            value.at(path.elements().strip_prefix(start.elements())?)
        })
    }
}

fn lock(evaluation: &Mutex<Evaluation>) -> std::sync::MutexGuard<'_, Evaluation> {
    evaluation.lock().unwrap_or_else(PoisonError::into_inner)
}
