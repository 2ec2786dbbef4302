//! What is known of an environment beside its values.

use std::sync::{Mutex, PoisonError};

use esc_core::path::PropertyPath;
use esc_core::provider::{CallSite, Lease};
use esc_core::schema::SchemaRef;
use esc_core::value::{Content, TracedValue};
use esc_eval::{Evaluation, Layer, Maker};
use smol_str::SmolStr;

/// Where questions about an environment are looked up.
pub(crate) enum Details {
    /// It was evaluated here. The evaluation caches what it found out.
    Evaluation(Box<Mutex<Evaluation>>),
    /// It was evaluated elsewhere or earlier, and this came with it.
    Supplied(Supplied),
}

/// What came with values.
#[derive(Default)]
pub(crate) struct Supplied {
    /// What they look like.
    pub schema: Option<SchemaRef>,
    /// Values with traces, by the paths that lead to them.
    pub traced: Vec<(PropertyPath, TracedValue)>,
}

impl Details {
    pub fn schema(&self) -> Option<SchemaRef> {
        match self {
            Details::Evaluation(evaluation) => lock(evaluation).schema(),
            Details::Supplied(supplied) => supplied.schema.clone(),
        }
    }

    /// All values with traces.
    pub fn traced_value(&self) -> Option<TracedValue> {
        match self {
            Details::Evaluation(evaluation) => lock(evaluation).traced_value(),
            Details::Supplied(supplied) => supplied.at(&PropertyPath::new()).cloned(),
        }
    }

    pub fn traced_value_at(&self, path: &PropertyPath) -> Option<TracedValue> {
        match self {
            Details::Evaluation(evaluation) => lock(evaluation).traced_value_at(path),
            Details::Supplied(supplied) => supplied.at(path).cloned(),
        }
    }

    /// The values at a place: the one that counts, and those that it was merged over.
    pub fn layers_at(&self, path: &PropertyPath) -> Vec<Layer> {
        match self {
            Details::Evaluation(evaluation) => lock(evaluation).layers_at(path),
            Details::Supplied(supplied) => {
                let layers = supplied.at(path).into_iter().flat_map(TracedValue::layers);
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
            Details::Evaluation(evaluation) => lock(evaluation).keys_at(path),
            Details::Supplied(supplied) => match supplied.at(path)?.content() {
                Content::Object(properties) => {
                    Some(properties.iter().map(|(key, _)| key.clone()).collect())
                }
                _ => None,
            },
        }
    }

    pub fn leases(&self) -> Vec<(CallSite, Lease)> {
        match self {
            Details::Evaluation(evaluation) => lock(evaluation).leases(),
            Details::Supplied(_) => Vec::new(),
        }
    }
}

impl Supplied {
    fn at(&self, path: &PropertyPath) -> Option<&TracedValue> {
        self.traced
            .iter()
            .find_map(|(start, value)| value.at(path.elements().strip_prefix(start.elements())?))
    }
}

fn lock(evaluation: &Mutex<Evaluation>) -> std::sync::MutexGuard<'_, Evaluation> {
    evaluation.lock().unwrap_or_else(PoisonError::into_inner)
}
