//! `fn::open::file`: files below a directory that the embedder offers.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use async_trait::async_trait;
use esc_core::json::Json;
use esc_core::provider::{
    Capabilities, ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema,
};
use esc_core::schema::{Builder, Schema};
use esc_core::secret::Text;
use esc_core::text::encode_base64;
use esc_core::value::Value;
use esc_provider_kit::{Failure, inputs};
use serde::Deserialize;

use super::FILE;

/// Answers the contents of files below one directory.
///
/// ```yaml
/// values:
///   certificate:
///     fn::open::file: { path: tls/ca.pem, secret: false }
///   limits:
///     fn::open::file: { path: limits.json, format: json, secret: false }
/// ```
///
/// `format` is `text` (the default), `base64` or `json`. The answer is secret unless `secret: false` is given. Paths
/// are relative, and neither `..` nor symbolic links lead out of the directory.
#[derive(Clone, Debug)]
pub struct Files {
    root: PathBuf,
    max_bytes: u64,
}

impl Files {
    /// Offers the files below that directory, which must exist.
    pub fn new(root: impl AsRef<Path>) -> io::Result<Files> {
        Ok(Files { root: root.as_ref().canonicalize()?, max_bytes: 4 << 20 })
    }

    /// With another bound on the size of files, in bytes. Default 4 MiB.
    pub fn with_max_bytes(mut self, bytes: u64) -> Files {
        self.max_bytes = bytes;
        self
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, ProviderError> {
        let failed = |e: io::Error| -> ProviderError {
            let (kind, advice) = match e.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => (
                    ErrorKind::NotFound,
                    "check `path`, which is relative to the directory that is allowed",
                ),
                io::ErrorKind::PermissionDenied => {
                    (ErrorKind::Denied, "let the user who opens the environment read the file")
                }
                io::ErrorKind::InvalidInput => (ErrorKind::Invalid, "check `path`"),
                _ => (ErrorKind::Unavailable, "check the file system"),
            };
            failure(kind, path).cause(e).advice(advice).into()
        };
        let denied = |why: &str| -> ProviderError {
            let advice = "use a path within the directory that is allowed";
            failure(ErrorKind::Denied, path).cause(why).advice(advice).into()
        };
        let inside = |c| matches!(c, Component::Normal(_) | Component::CurDir);
        if path.is_empty() || !Path::new(path).components().all(inside) {
            return Err(denied("it is not a relative path within the directory that is allowed"));
        }
        let canonical = self.root.join(path).canonicalize().map_err(failed)?;
        if !canonical.starts_with(&self.root) {
            return Err(denied("it is a link out of the directory that is allowed"));
        }
        // A pipe would be waited for, so this comes before opening.
        if !fs::metadata(&canonical).map_err(failed)?.is_file() {
            return Err(invalid(path, "it is not a file", "name a file"));
        }
        let file = File::open(&canonical).map_err(failed)?;
        let mut bytes = Vec::new();
        file.take(self.max_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > self.max_bytes {
            let cause = format!("it is larger than {} bytes", self.max_bytes);
            return Err(invalid(path, &cause, "use a smaller file"));
        }
        Ok(bytes)
    }
}

fn failure(kind: ErrorKind, path: &str) -> Failure {
    Failure::new(FILE, kind).reference(format_args!("the file `{path}`"))
}

fn invalid(path: &str, cause: &str, advice: &str) -> ProviderError {
    failure(ErrorKind::Invalid, path).cause(cause).advice(advice).into()
}

#[derive(Deserialize)]
struct Inputs {
    path: String,
    #[serde(default)]
    format: Format,
    secret: Option<bool>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Text,
    Base64,
    Json,
}

#[async_trait]
impl Provider for Files {
    fn schema(&self) -> ProviderSchema {
        let path = Builder::string()
            .min_length(1)
            .description("The path, relative to the directory that is allowed.");
        let format = Builder::string()
            .enumeration(["text", "base64", "json"].map(Value::string))
            .description("What the answer is: the text, the bytes in base64, or the value that the file's JSON stands for.");
        let secret = Builder::boolean()
            .description("Whether the content is secret. It is unless this is false.");
        ProviderSchema {
            description: Some("Answers the content of a file.".into()),
            inputs: Schema::object()
                .required_property("path", path.build())
                .property("format", format.build())
                .property("secret", secret.build())
                .closed()
                .build(),
            outputs: Schema::always(),
        }
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default().with_idempotent()
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        let Inputs { path, format, secret } = inputs::read(FILE, &request)?;
        let bytes = self.read(&path)?;
        let value = match format {
            Format::Base64 => Value::string(Text::secret(encode_base64(&bytes))),
            Format::Text => Value::string(Text::secret(text(&path, bytes)?)),
            Format::Json => {
                // What the parser says may quote the file.
                let advice = "mend the file, or leave `format` away";
                let json = Json::parse(&text(&path, bytes)?)
                    .map_err(|_| invalid(&path, "it is not JSON", advice))?;
                Value::from_json(&json)
            }
        };
        Ok(match secret {
            Some(false) => reveal(value),
            _ => value.into_secret(),
        }
        .into())
    }
}

fn text(path: &str, bytes: Vec<u8>) -> Result<String, ProviderError> {
    String::from_utf8(bytes)
        .map_err(|_| invalid(path, "it is not UTF-8 text", "ask for `format: base64`"))
}

/// Text that need not be wiped: what is kept as secret text counts as secret.
fn reveal(value: Value) -> Value {
    match value.as_str() {
        Some(text) => Value::string(text),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use esc_core::value::Reveal;

    fn directory() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        fs::create_dir_all(root.join("sub")).unwrap();
        fs::write(root.join("a.txt"), "hunter2\n").unwrap();
        fs::write(root.join("a.json"), r#"{"n":1.50,"s":"x"}"#).unwrap();
        fs::write(root.join("bytes"), [0xff, 0]).unwrap();
        fs::write(dir.path().join("outside"), "outside").unwrap();
        dir
    }

    async fn open(dir: &Path, inputs: &str) -> Result<Value, ProviderError> {
        let files = Files::new(dir.join("root")).unwrap().with_max_bytes(20);
        let request = OpenRequest {
            inputs: Value::from_json(&Json::parse(inputs).unwrap()),
            context: Arc::default(),
            site: Default::default(),
        };
        files.open(request).await.map(|opened| opened.value)
    }

    #[tokio::test]
    async fn contents_come_as_asked() {
        let dir = directory();
        let shown = |inputs: &'static str| {
            let path = dir.path().to_owned();
            async move { open(&path, inputs).await.unwrap().to_json(Reveal::Redacted) }
        };
        assert_eq!(shown(r#"{"path":"a.txt"}"#).await, "\"[secret]\"");
        assert_eq!(shown(r#"{"path":"./a.txt","secret":false}"#).await, "\"hunter2\\n\"");
        let json = r#"{"path":"a.json","format":"json","secret":false}"#;
        assert_eq!(shown(json).await, r#"{"n":1.50,"s":"x"}"#);
        let secret = r#"{"path":"a.json","format":"json"}"#;
        assert!(!shown(secret).await.contains('x'));
        let base64 = r#"{"path":"bytes","format":"base64","secret":false}"#;
        assert_eq!(shown(base64).await, "\"/wA=\"");
    }

    #[tokio::test]
    async fn failures_have_kinds_and_say_nothing_of_the_content() {
        let dir = directory();
        let big = "x".repeat(21);
        fs::write(dir.path().join("root/big"), &big).unwrap();
        for (inputs, kind) in [
            (r#"{"path":"none"}"#, ErrorKind::NotFound),
            (r#"{"path":"a.txt/x"}"#, ErrorKind::NotFound),
            (r#"{"path":"../outside"}"#, ErrorKind::Denied),
            (r#"{"path":"sub/../a.txt"}"#, ErrorKind::Denied),
            (r#"{"path":"/etc/hostname"}"#, ErrorKind::Denied),
            (r#"{"path":""}"#, ErrorKind::Denied),
            (r#"{"path":"sub"}"#, ErrorKind::Invalid),
            (r#"{"path":"bytes"}"#, ErrorKind::Invalid),
            (r#"{"path":"big"}"#, ErrorKind::Invalid),
            (r#"{"path":"a.txt","format":"json"}"#, ErrorKind::Invalid),
            (r#"{"path":"a.txt","format":"xml"}"#, ErrorKind::Invalid),
            (r#"{"path":"a\u0000b"}"#, ErrorKind::Invalid),
            (r#"{"path":1}"#, ErrorKind::Invalid),
        ] {
            let error = open(dir.path(), inputs).await.unwrap_err();
            assert_eq!(error.kind, kind, "{inputs}: {error}");
            assert!(!error.message.contains("hunter2"));
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn links_do_not_lead_out() {
        let dir = directory();
        let root = dir.path().join("root");
        std::os::unix::fs::symlink(dir.path().join("outside"), root.join("link")).unwrap();
        std::os::unix::fs::symlink(dir.path(), root.join("up")).unwrap();
        std::os::unix::fs::symlink("a.txt", root.join("fine")).unwrap();
        let kind = async |inputs: &str| open(dir.path(), inputs).await.map_err(|e| e.kind);
        assert_eq!(kind(r#"{"path":"link"}"#).await, Err(ErrorKind::Denied));
        assert_eq!(kind(r#"{"path":"up/outside"}"#).await, Err(ErrorKind::Denied));
        assert!(kind(r#"{"path":"fine"}"#).await.is_ok());
    }
}
