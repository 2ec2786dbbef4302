//! Evaluation by a server.

use async_trait::async_trait;
use esc_core::path::PropertyPath;

use super::{Backend, Work};
use crate::error::Error;
use crate::inspect::{Diagnostics, SourceTexts};
use crate::remote::{Remote, RemoteOpened};
use crate::snapshot::{Details, Snapshot, Supplied};

#[async_trait]
impl Backend for Remote {
    async fn evaluate(&self, name: &str, work: &Work) -> Result<Snapshot, Error> {
        let answer = match work {
            Work::Check => self.check(name).await,
            Work::Open(paths) if paths.is_empty() => self.open(name).await,
            Work::Open(paths) => self.open_paths(name, paths).await,
        };
        Ok(opened(answer?, matches!(work, Work::Open(paths) if !paths.is_empty())))
    }
}

fn opened(answer: RemoteOpened, some: bool) -> Snapshot {
    let traced = match some {
        true => answer.picked.clone(),
        false => vec![(PropertyPath::new(), answer.value.clone())],
    };
    let supplied = Supplied { schema: answer.schema.clone(), traced };
    let RemoteOpened { name, value, picked, diagnostics, texts, environments, .. } =
        answer.without_traces();
    let diagnostics = Diagnostics { list: diagnostics, texts: SourceTexts::new(texts) };
    let value = (!some).then_some(value);
    Snapshot::new(&name, value, picked, environments, Details::Supplied(supplied), diagnostics)
}
