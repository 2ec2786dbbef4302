//! Opening by name, as a client does: what a server evaluates is what this machine would.

use std::fs;

use esc_core::diagnostic::Renderer;
use esc_core::value::Reveal;
use esc_sdk::crypto::Key;
use esc_sdk::remote::{ApiError, Remote};
use esc_sdk::{Client, DirectorySource};

use crate::look_alike::LookAlike;
use crate::store::KEY;
use crate::{api, given, name};

const BASE: &str = "values:\n  db: {host: base, port: 1}\n  pin: {fn::secret: hunter2}\n";
const DEV: &str = "imports: [shop/base]\nvalues:\n  db: {host: dev}\n  list: [1.50, null, true]\n  url: ${pin}@${db.host}\n  environmentVariables: {PIN: \"${pin}\"}\n  files: {F: text}\n";

#[tokio::test]
async fn a_server_and_a_directory_give_the_same_values() {
    let server = LookAlike::start().await;
    let api = api(&server);
    given(&api, "shop/base", BASE).await;
    given(&api, "shop/dev", DEV).await;
    let remote = Remote::new(api.clone()).open("shop/dev").await.unwrap();

    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("shop")).unwrap();
    // The same texts with the same ciphertexts, so that even the places are the same.
    for environment in ["shop/base", "shop/dev"] {
        let text = api.definition(&name(environment)).await.unwrap().text;
        fs::write(dir.path().join(format!("{environment}.yaml")), text).unwrap();
    }
    let source = DirectorySource::new(dir.path()).unwrap().with_key(Key::from_bytes(KEY));
    let local = Client::builder(source).build().open("shop/dev").await.unwrap();

    let plain = remote.value.to_value();
    assert_eq!(plain, *local.value());
    assert_eq!(plain.to_json(Reveal::Redacted), local.value().to_json(Reveal::Redacted));
    assert_eq!(remote.value, local.traced_value().unwrap());
    assert_eq!(remote.environments, ["shop/dev", "shop/base"]);
    assert_eq!(remote.environments, local.environments());
    let variables = esc_core::value::environment_variables(&plain);
    assert_eq!(variables, local.environment_variables());
    assert_eq!(esc_core::value::files(&plain), local.files());
    let properties = |schema: esc_core::schema::SchemaRef| {
        let json: serde_json::Value = serde_json::from_str(&schema.to_json_text()).unwrap();
        json["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(properties(remote.schema.clone().unwrap()), properties(local.schema().unwrap()));
    assert!(!format!("{remote:?}").contains("hunter2"));
}

#[tokio::test]
async fn paths_are_read_one_by_one_and_nothing_else_is() {
    let server = LookAlike::start().await;
    let api = api(&server);
    given(&api, "shop/base", BASE).await;
    given(&api, "shop/dev", DEV).await;
    server.requests();
    let paths = ["pin", "db.host", "nothing"].map(|p| p.parse().unwrap());
    let opened = Remote::new(api).open_paths("shop/dev@latest", &paths).await.unwrap();
    let shown: Vec<_> = opened
        .picked
        .iter()
        .map(|(path, value)| format!("{path}={}", value.to_value().to_json(Reveal::Redacted)))
        .collect();
    assert_eq!(shown, [r#"pin="[secret]""#, r#"db.host="dev""#]);
    assert_eq!(opened.environments, ["shop/dev", "shop/base"]);
    let lines: Vec<String> = server.requests().iter().map(|r| r.line()).collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[0].ends_with("/versions/latest/open"));
    assert!(lines[1..].iter().all(|line| line.contains("?property=")));
}

#[tokio::test]
async fn errors_in_an_environment_come_with_its_text() {
    let server = LookAlike::start().await;
    let api = api(&server);
    given(&api, "shop/dev", "values:\n  a: {fn::open::test: {fail: true}}\n").await;
    let opened = Remote::new(api.clone()).open("shop/dev@2").await.unwrap();
    assert!(opened.has_errors());
    let diagnostic = &opened.diagnostics[0];
    assert!(diagnostic.summary.contains("the test provider refuses"));
    let place = &diagnostic.subject.as_ref().unwrap().environment;
    assert!(opened.texts[place.as_str()].contains("fail: true"));
    assert!(opened.value.to_value().to_json(Reveal::Redacted) == "{}");

    let checked = Remote::new(api.clone()).check("shop/dev").await.unwrap();
    assert!(!checked.has_errors());
    // An error that the server let through, as one that came with an import.
    let key = ("shop".to_owned(), "dev".to_owned());
    let broken = "values:\n  a: ${bad}\n  b: 1\n";
    server.shared.store().environments.get_mut(&key).unwrap().revisions.push(broken.into());
    let checked = Remote::new(api.clone()).check("shop/dev").await.unwrap();
    assert_eq!(checked.diagnostics.len(), 1);
    let place = checked.diagnostics[0].subject.as_ref().unwrap();
    assert_eq!(place.environment, "shop/dev");
    assert_eq!(checked.texts["shop/dev"].as_ref(), broken);
    assert_eq!(checked.value.get("b").unwrap().origin().environment, "shop/dev");
    let rendered = Renderer::new().render_all(&checked.diagnostics, &Found(&checked));
    assert!(rendered.contains("${bad}"), "{rendered}");
}

struct Found<'a>(&'a esc_sdk::remote::RemoteOpened);

impl esc_core::diagnostic::Sources for Found<'_> {
    fn source(&self, environment: &str) -> Option<&str> {
        self.0.texts.get(environment).map(AsRef::as_ref)
    }
}

#[tokio::test]
async fn what_is_not_there_is_an_error_of_the_api() {
    let server = LookAlike::start().await;
    let remote = Remote::new(api(&server));
    let error = remote.open("shop/none").await.unwrap_err();
    assert!(matches!(error, ApiError::NotFound { .. }), "{error}");
    let error = remote.open("shop/../x").await.unwrap_err();
    assert!(matches!(error, ApiError::Invalid { .. }), "{error}");
    assert!(remote.check("shop/none").await.is_err());
    assert!(remote.api().list_all().await.unwrap().is_empty());
    assert_eq!(name("x").to_string(), "default/x");
}
