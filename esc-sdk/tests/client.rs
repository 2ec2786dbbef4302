//! The client on a directory.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

use std::fs;
use std::sync::Arc;

use esc_core::context::ExecutionContext;
use esc_core::provider::{
    ErrorKind, OpenRequest, Output, Provider, ProviderError, ProviderSchema, Registry,
};
use esc_core::schema::Schema;
use esc_core::source::SourceErrorKind;
use esc_core::value::{Reveal, Value};
use esc_sdk::crypto::Key;
use esc_sdk::{Client, DirectorySource, EnvironmentName, Error};
use tempfile::TempDir;

fn directory(environments: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in environments {
        let path = dir.path().join(format!("{name}.yaml"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn client(dir: &TempDir) -> Client {
    Client::builder(DirectorySource::new(dir).unwrap()).build()
}

#[tokio::test]
async fn environments_open() {
    let dir = directory(&[
        (
            "shop/a",
            "imports: [b, shop/c]\nvalues:\n  x: ${y}\n  s: {fn::secret: hunter2}\n  t: is ${s}\n",
        ),
        ("default/b", "values: {y: 1}\n"),
        ("shop/c", "values: {z: [1, {w: 2}]}\n"),
    ]);
    let opened = client(&dir).open("shop/a").await.unwrap();
    assert_eq!(
        opened.value().to_json(Reveal::Redacted),
        r#"{"s":"[secret]","t":"[secret]","x":1,"y":1,"z":[1,{"w":2}]}"#
    );
    assert_eq!(opened.value_at("t").unwrap().and_then(Value::as_str), Some("is hunter2"));
    assert_eq!(
        opened.value_at("z[1].w").unwrap().map(|v| v.to_json(Reveal::Redacted)),
        Some("2".into())
    );
    assert!(opened.value_at("nothing").unwrap().is_none());
    assert!(matches!(opened.value_at("z["), Err(Error::Path { .. })));
    assert_eq!(opened.environments(), ["shop/a", "b", "shop/c"]);
    assert!(!opened.traced_value_at("x").unwrap().unwrap().origin().environment.is_empty());
    assert!(!format!("{opened:?}").contains("hunter2"));
}

#[tokio::test]
async fn errors_come_with_their_places() {
    let dir = directory(&[("shop/a", "values:\n  x: ${y}\n"), ("shop/b", "values: [\n")]);
    for name in ["shop/a", "shop/b"] {
        let Err(Error::Environment(diagnostics)) = client(&dir).open(name).await else {
            panic!("`{name}` has errors");
        };
        assert!(diagnostics.has_errors() && !diagnostics.has_undecrypted());
        assert!(!client(&dir).check(name).await.unwrap().diagnostics().list.is_empty());
    }
    let error = client(&dir).open("shop/b").await.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("the environment has errors:\nshop/b:2,1-1: `[` is not closed"),
        "{error}"
    );
    let error = client(&dir).open("shop/a").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the environment has errors:\nshop/a:2,8-9: unknown property \"y\""
    );
}

#[tokio::test]
async fn what_cannot_be_loaded_has_a_kind() {
    let dir = directory(&[("shop/a", "values: {}\n"), ("shop/big", &"#".repeat(100))]);
    fs::write(dir.path().join("shop/bytes.yaml"), [0xff]).unwrap();
    fs::create_dir(dir.path().join("shop/dir.yaml")).unwrap();
    let source = DirectorySource::new(&dir).unwrap().with_max_bytes(99);
    let client = Client::builder(source).build();
    for (name, kind) in [
        ("shop/none", SourceErrorKind::NotFound),
        ("none/a", SourceErrorKind::NotFound),
        ("../a", SourceErrorKind::Invalid),
        ("shop/a@1", SourceErrorKind::Invalid),
        ("shop/big", SourceErrorKind::Invalid),
        ("shop/bytes", SourceErrorKind::Invalid),
        ("shop/dir", SourceErrorKind::Invalid),
    ] {
        match client.open(name).await {
            Err(Error::Source(error)) => assert_eq!(error.kind, kind, "{name}: {error}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(DirectorySource::new(dir.path().join("none")).is_err());
    assert!(DirectorySource::new(dir.path().join("shop/a.yaml")).is_err());
}

#[test]
fn names_are_listed_in_order() {
    let dir = directory(&[("b/x", ""), ("a/z", ""), ("a/y", ""), (".git/no", "")]);
    fs::write(dir.path().join("a/readme.md"), "").unwrap();
    fs::write(dir.path().join("top.yaml"), "").unwrap();
    let names = DirectorySource::new(&dir).unwrap().names().unwrap();
    let names: Vec<String> = names.iter().map(EnvironmentName::to_string).collect();
    assert_eq!(names, ["a/y", "a/z", "b/x"]);
}

#[tokio::test]
async fn secrets_are_encrypted_for_their_environment() {
    let text = "values:\n  s: {fn::secret: hunter2}\n";
    let dir = directory(&[("shop/a", text)]);
    let source = DirectorySource::new(&dir).unwrap().with_key(Key::from_bytes([1; 32]));
    let name: EnvironmentName = "shop/a".parse().unwrap();
    assert!(source.encrypt(&name).await.unwrap());
    assert!(!source.encrypt(&name).await.unwrap());
    let encrypted = source.read(&name).unwrap();
    assert!(!encrypted.contains("hunter2"));
    assert_eq!(source.decrypted(&name).await.unwrap().expose(), text);
    fs::write(dir.path().join("shop/b.yaml"), &encrypted).unwrap();
    let client = Client::builder(source.clone()).build();
    assert!(client.open("shop/a").await.is_ok());
    let Err(Error::Environment(diagnostics)) = client.open("shop/b").await else {
        panic!("the ciphertext was moved");
    };
    assert!(diagnostics.has_undecrypted());
    assert!(diagnostics.to_string().contains("belongs to another environment"), "{diagnostics}");
    assert!(source.decrypt(&name).await.unwrap());
    assert_eq!(source.read(&name).unwrap(), text);
}

/// Fails, or answers where it was asked from.
struct Where;

#[async_trait::async_trait]
impl Provider for Where {
    fn schema(&self) -> ProviderSchema {
        ProviderSchema { description: None, inputs: Schema::always(), outputs: Schema::always() }
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        match request.inputs.get("fail") {
            Some(_) => Err(ProviderError::new(ErrorKind::Unavailable, "down")),
            None => Ok(Value::string(request.site.environment).into()),
        }
    }
}

#[tokio::test]
async fn providers_and_context_are_used_and_paths_spare_the_rest() {
    let dir = directory(&[(
        "shop/a",
        "values:\n  at: {fn::open::where: {}}\n  bad: {fn::open::where: {fail: yes}}\n  user: ${context.user}\n",
    )]);
    let client = Client::builder(DirectorySource::new(&dir).unwrap())
        .providers(Registry::new().with_provider("where", Arc::new(Where)))
        .context(ExecutionContext::new([("user", Value::string("me"))]).unwrap())
        .build();
    assert!(client.open("shop/a").await.is_err());
    let opened = client.open_paths("shop/a", &["at", "user"]).await.unwrap();
    assert_eq!(opened.value_at("at").unwrap().and_then(Value::as_str), Some("shop/a"));
    assert_eq!(opened.value().to_json(Reveal::Redacted), r#"{"at":"shop/a","user":"me"}"#);
    let checked = client.check("shop/a").await.unwrap();
    assert!(!checked.diagnostics().has_errors());
    assert_eq!(checked.value_at("at").unwrap().map(|v| v.unknown), Some(true));
    assert!(checked.schema().is_some());
}
