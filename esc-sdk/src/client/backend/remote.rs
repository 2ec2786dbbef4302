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
    let RemoteOpened { name, value, picked, schema, diagnostics, texts, environments } = answer;
    let whole = (!some).then(|| value.to_value());
    let parts = picked.iter().map(|(path, value)| (path.clone(), value.to_value())).collect();
    let traced = if some { picked } else { vec![(PropertyPath::new(), value)] };
    let supplied = Details::Supplied(Supplied { schema, traced });
    let diagnostics = Diagnostics { list: diagnostics, texts: SourceTexts::new(texts) };
    Snapshot::new(&name, whole, parts, environments, supplied, diagnostics)
}
