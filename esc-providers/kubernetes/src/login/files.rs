//! Reading the files of logins.

use std::io;
use std::path::Path;

use esc_core::provider::ErrorKind;
use tokio::io::AsyncReadExt;

use crate::failure::Problem;

/// A kubeconfig or certificate larger than that is none.
const MAX_BYTES: u64 = 4 << 20;

/// The text of a file.
pub(super) async fn read(path: &Path) -> Result<String, Problem> {
    let failed = |error: io::Error| {
        let kind = match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ErrorKind::NotFound,
            io::ErrorKind::PermissionDenied => ErrorKind::Denied,
            _ => ErrorKind::Unavailable,
        };
        let cause = format!("cannot read the file `{}`: {}", path.display(), error.kind());
        Problem::new(kind, cause, "check the path and the rights of this process")
    };
    let invalid = |what: &str| {
        let cause = format!("the file `{}` {what}", path.display());
        Problem::new(ErrorKind::Invalid, cause, "check the path")
    };
    // A pipe would be waited for, so this comes before opening.
    if !tokio::fs::metadata(path).await.map_err(failed)?.is_file() {
        return Err(invalid("is not a file"));
    }
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).await.map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(invalid("is too large"));
    }
    String::from_utf8(bytes).map_err(|_| invalid("is not UTF-8 text"))
}
