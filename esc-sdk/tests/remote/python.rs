//! The official Python SDK and this client make the same calls, and see the same.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use esc_core::value::{Reveal, Value};
use esc_sdk::remote::{Api, Version};
use esc_test_servers::Package;
use serde_json::{Value as Json, json};

use crate::look_alike::{LookAlike, Recorded, TOKEN};
use crate::{api, name, reference};

const SDK: Package = Package { name: "pulumi-esc-sdk", version: "0.14.0", alone: false };
const TEXT: &str = concat!(
    "# kept\nvalues:\n  a: 1\n  b: [true, null, -7, 1.5]\n  o: {x: hi, y: [1, two], k.with.dots: deep}\n",
    "  s: {fn::secret: hunter2}\n  t: ${s} and ${o.x}\n  nothing: null\n  p: {fn::open::test: {u: v}}\n",
);

#[tokio::test]
async fn the_official_sdk_and_this_client_send_and_see_the_same() {
    if esc_test_servers::offline() {
        return esc_test_servers::skipped("the official Python SDK");
    }
    let server = LookAlike::start().await;
    let url = server.url.clone();
    let theirs = tokio::task::spawn_blocking(move || run(&url)).await.unwrap();
    let sent_by_them = server.requests();
    let ours = view(&api(&server)).await;
    let sent_by_us = server.requests();

    // Ciphertexts differ, because no two encryptions are the same; so do places behind them.
    let decrypted = "decrypted";
    assert_eq!(theirs[decrypted], json!(TEXT));
    for (key, theirs) in theirs.as_object().unwrap() {
        if key == "definition" {
            let before =
                |text: &Json| text.as_str().unwrap().split_once("ciphertext").unwrap().0.to_owned();
            assert_eq!(before(&ours[key]), before(theirs));
        } else {
            assert_eq!(&ours[key], theirs, "{key}");
        }
    }
    assert_eq!(ours.as_object().unwrap().len(), theirs.as_object().unwrap().len());

    let lines = |requests: &[Recorded]| -> Vec<String> { requests.iter().map(line).collect() };
    assert_eq!(lines(&sent_by_us), lines(&sent_by_them));
}

/// What matters of a request. The sessions are counted on, and the SDK leaves an empty segment in front of them.
fn line(request: &Recorded) -> String {
    let target = request.target.replace("/open//", "/open/");
    let target = match target.split_once("/session-") {
        Some((start, rest)) => format!("{start}/S{}", rest.trim_start_matches(char::is_numeric)),
        None => target,
    };
    let body: String = match serde_json::from_str::<Json>(&request.body) {
        Ok(json) => json.to_string(),
        Err(_) => request.body.clone(),
    };
    let kind = match body.as_str() {
        "" => "",
        _ => request.header("content-type").unwrap(),
    };
    let token = request.header("authorization").unwrap();
    format!("{} {target} {kind} {token} {body}", request.method)
}

async fn view(api: &Api) -> Json {
    let e = &name("shop/dev");
    api.create(e).await.unwrap();
    api.update(e, "values: {a: 1}\n", None).await.unwrap();
    api.update(e, TEXT, None).await.unwrap();
    let mut view = json!({});
    let environments = api.list(None).await.unwrap().items.into_iter();
    let environments =
        environments.map(|e| json!([e.organization, e.project, e.name, e.created, e.modified]));
    view["environments"] = environments.collect();
    view["definition"] = json!(api.definition(e).await.unwrap().text);
    let second = Version::Revision(2);
    view["definition at 2"] = json!(api.definition_at(e, &second).await.unwrap().text);
    view["decrypted"] = json!(api.decrypted(e).await.unwrap().text.expose());
    let latest = &reference("shop/dev");
    let session = &api.open(latest, None).await.unwrap();
    view["values"] = plain(&api.read(latest, session).await.unwrap().value());
    for path in ["o.y[1]", "o[\"k.with.dots\"]", "s", "nothing"] {
        let value = api.read_property(latest, session, &path.parse().unwrap()).await.unwrap();
        let environment = value.origin().environment.as_str();
        view[path] = json!([plain(&value.to_value()), value.is_secret(), environment]);
    }
    let session = &api.open(&reference("shop/dev@2"), None).await.unwrap();
    view["values at 2"] = plain(&api.read(latest, session).await.unwrap().value());
    api.create_revision_tag(e, "stable", 2).await.unwrap();
    api.update_revision_tag(e, "stable", 3).await.unwrap();
    let tag = api.revision_tag(e, "stable").await.unwrap();
    view["revision tag"] = json!([tag.name, tag.revision, tag.editor_login]);
    let tags = api.revision_tags(e, None, None).await.unwrap().items.into_iter();
    view["revision tags"] = tags.map(|t| json!([t.name, t.revision])).collect();
    let revisions = api.revisions(e, None, None).await.unwrap().into_iter();
    let revisions =
        revisions.map(|r| json!([r.number, r.created, r.creator_login, r.creator_name, r.tags]));
    view["revisions"] = revisions.collect();
    let older = api.revisions(e, Some(3), Some(1)).await.unwrap().into_iter();
    view["older revisions"] = older.map(|r| r.number).collect();
    api.create_environment_tag(e, "owner", "me").await.unwrap();
    let tag =
        api.update_environment_tag(e, "owner", "me", Some("boss"), Some("you")).await.unwrap();
    view["tag"] = json!([tag.name, tag.value, tag.created, tag.editor_name]);
    let tags = api.environment_tags(e, None, None).await.unwrap().items.into_iter();
    view["tags"] = tags.map(|t| json!([t.name, t.value])).collect();
    view["one tag"] = json!(api.environment_tag(e, "boss").await.unwrap().value);
    api.delete_environment_tag(e, "boss").await.unwrap();
    api.delete_revision_tag(e, "stable").await.unwrap();
    let checked = api.check("values: {a: '${bad_ref}'}", false).await.unwrap();
    view["check"] = checked.diagnostics.iter().map(|d| d.summary.as_str()).collect();
    api.delete(e).await.unwrap();
    view
}

fn plain(value: &Value) -> Json {
    serde_json::from_str(&value.to_json(Reveal::Revealed)).unwrap()
}

fn run(url: &str) -> Json {
    let mut command = Command::new(SDK.install().join("bin/python"));
    command.args(["-c", include_str!("official.py"), url, TOKEN]).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(TEXT.as_bytes()).unwrap();
    let start = Instant::now();
    // What the child says fits into a pipe.
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("the SDK did not end");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
