//! What the client sends: the requests that official clients were seen to send.

use std::time::Duration;

use esc_core::path::PropertyPath;
use esc_sdk::remote::{CloneOptions, ETag, Session, Version};
use serde_json::Value as Json;

use crate::look_alike::{LookAlike, Recorded};
use crate::{api, given, name, reference};

/// A request, and its body: JSON if it starts with `{`, else a definition.
#[track_caller]
fn sent(server: &LookAlike, line: &str, body: &str) -> Recorded {
    let [request] = <[_; 1]>::try_from(server.requests()).unwrap();
    assert_eq!(request.line(), line);
    let content_type = match body {
        "" => None,
        json if json.starts_with('{') => {
            let (sent, expected): (Json, Json) =
                (serde_json::from_str(&request.body).unwrap(), serde_json::from_str(json).unwrap());
            assert_eq!(sent, expected);
            Some("application/json")
        }
        yaml => {
            assert_eq!(request.body, yaml);
            Some("application/x-yaml")
        }
    };
    assert_eq!(request.header("content-type"), content_type, "{line}");
    assert_eq!(request.header("authorization"), Some("token pul-0123456789abcdef"));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert!(request.header("user-agent").unwrap().starts_with("esc-rust/"));
    if body.is_empty() {
        assert_eq!(request.body, "");
    }
    request
}

#[tokio::test]
async fn requests_are_those_of_the_official_clients() {
    let server = LookAlike::start().await;
    let api = &api(&server);
    let (e1, e2) = (&name("p/e1"), &name("p/e2"));
    const E: &str = "/api/esc/environments/acme";

    api.create(e1).await.unwrap();
    sent(&server, &format!("POST {E}"), r#"{"project": "p", "name": "e1"}"#);
    api.update(e1, "values: {a: 1}\n", None).await.unwrap();
    let request = sent(&server, &format!("PATCH {E}/p/e1"), "values: {a: 1}\n");
    assert_eq!((request.header("etag"), request.header("if-match")), (None, None));
    let etag = api.definition(e1).await.unwrap().etag.unwrap();
    sent(&server, &format!("GET {E}/p/e1"), "");
    api.update(e1, "values: {a: 2}\n", Some(&etag)).await.unwrap();
    let request = sent(&server, &format!("PATCH {E}/p/e1"), "values: {a: 2}\n");
    assert_eq!(request.header("etag"), Some(etag.as_str()));
    assert_eq!(request.header("if-match"), Some(etag.as_str()));
    api.state(e1).await.unwrap();
    sent(&server, &format!("HEAD {E}/p/e1"), "");
    api.decrypted(e1).await.unwrap();
    sent(&server, &format!("GET {E}/p/e1/decrypt"), "");
    api.definition_at(e1, &Version::Revision(2)).await.unwrap();
    sent(&server, &format!("GET {E}/p/e1/versions/2"), "");
    api.decrypted_at(e1, &Version::Tag("latest".into())).await.unwrap();
    sent(&server, &format!("GET {E}/p/e1/versions/latest/decrypt"), "");
    let options = CloneOptions { history: true, ..CloneOptions::default() };
    api.clone_environment(e1, e2, options).await.unwrap();
    sent(
        &server,
        &format!("POST {E}/p/e1/clone"),
        r#"{"name":"e2","preserveAccess":false,"preserveEnvironmentTags":false,
            "preserveHistory":true,"preserveRevisionTags":false,"project":"p"}"#,
    );

    let session = api.open(&reference("p/e1"), None).await.unwrap();
    sent(&server, &format!("POST {E}/p/e1/open"), "");
    api.open(&reference("p/e1"), Some(Duration::from_secs(7200))).await.unwrap();
    sent(&server, &format!("POST {E}/p/e1/open?duration=2h0m0s"), "");
    api.open(&reference("p/e1@2"), None).await.unwrap();
    sent(&server, &format!("POST {E}/p/e1/versions/2/open"), "");
    api.read(&reference("p/e1"), &session).await.unwrap();
    sent(&server, &format!("GET {E}/p/e1/open/{session}"), "");
    for (path, encoded) in
        [("a", "a"), ("o.y[1]", "o.y%5B1%5D"), (r#"a["b/c"][0]"#, "a%5B%22b%2Fc%22%5D%5B0%5D")]
    {
        let path: PropertyPath = path.parse().unwrap();
        let _ = api.read_property(&reference("p/e1"), &session, &path).await;
        sent(&server, &format!("GET {E}/p/e1/open/{session}?property={encoded}"), "");
    }
    api.check("values: {}\n", false).await.unwrap();
    sent(&server, &format!("POST {E}/yaml/check"), "values: {}\n");
    api.check("values: {}\n", true).await.unwrap();
    sent(&server, &format!("POST {E}/yaml/check?showSecrets=true"), "values: {}\n");

    api.revisions(e1, None, None).await.unwrap();
    sent(&server, &format!("GET {E}/p/e1/versions"), "");
    api.revisions(e1, Some(3), Some(1)).await.unwrap();
    sent(&server, &format!("GET {E}/p/e1/versions?before=3&count=1"), "");
    api.create_revision_tag(e1, "t", 2).await.unwrap();
    sent(&server, &format!("POST {E}/p/e1/versions/tags"), r#"{"name": "t", "revision": 2}"#);
    api.update_revision_tag(e1, "t", 3).await.unwrap();
    sent(&server, &format!("PATCH {E}/p/e1/versions/tags/t"), r#"{"revision": 3}"#);
    api.revision_tag(e1, "t").await.unwrap();
    sent(&server, &format!("GET {E}/p/e1/versions/tags/t"), "");
    api.revision_tags(e1, Some("latest"), Some(500)).await.unwrap();
    sent(&server, &format!("GET {E}/p/e1/versions/tags?after=latest&count=500"), "");
    api.delete_revision_tag(e1, "t").await.unwrap();
    sent(&server, &format!("DELETE {E}/p/e1/versions/tags/t"), "");
    api.retract(e1, 2, Some(1), Some("bad")).await.unwrap();
    sent(
        &server,
        &format!("POST {E}/p/e1/versions/2/retract"),
        r#"{"replacement":1,"reason":"bad"}"#,
    );

    api.create_environment_tag(e1, "k", "v").await.unwrap();
    sent(&server, &format!("POST {E}/p/e1/tags"), r#"{"name": "k", "value": "v"}"#);
    api.update_environment_tag(e1, "k", "v", Some("k2"), Some("v2")).await.unwrap();
    sent(
        &server,
        &format!("PATCH {E}/p/e1/tags/k"),
        r#"{"currentTag": {"value": "v"}, "newTag": {"name": "k2", "value": "v2"}}"#,
    );
    api.environment_tag(e1, "k2").await.unwrap();
    sent(&server, &format!("GET {E}/p/e1/tags/k2"), "");
    api.environment_tags(e1, None, None).await.unwrap();
    sent(&server, &format!("GET {E}/p/e1/tags"), "");
    api.delete_environment_tag(e1, "k2").await.unwrap();
    sent(&server, &format!("DELETE {E}/p/e1/tags/k2"), "");

    api.list(None).await.unwrap();
    sent(&server, &format!("GET {E}"), "");
    api.list(Some("1")).await.unwrap();
    sent(&server, &format!("GET {E}?continuationToken=1"), "");
    api.list_everywhere(None).await.unwrap();
    sent(&server, "GET /api/esc/environments", "");
    api.providers().await.unwrap();
    sent(&server, "GET /api/esc/providers?orgName=acme", "");
    api.provider_schema("test").await.unwrap();
    sent(&server, "GET /api/esc/providers/test/schema", "");
    api.rotators().await.unwrap();
    sent(&server, "GET /api/esc/rotators?orgName=acme", "");
    api.delete(e2).await.unwrap();
    sent(&server, &format!("DELETE {E}/p/e2"), "");
}

#[tokio::test]
async fn names_are_one_segment_each_whatever_is_in_them() {
    let server = LookAlike::start().await;
    let api = &api(&server);
    given(api, "p/e", "").await;
    server.requests();
    let e = &name("p/e");
    const T: &str = "/api/esc/environments/acme/p/e/tags";
    api.create_environment_tag(e, "a/b?c#d %é", "v").await.unwrap();
    assert_eq!(api.environment_tag(e, "a/b?c#d %é").await.unwrap().value, "v");
    assert_eq!(server.requests()[1].target, format!("{T}/a%2Fb%3Fc%23d%20%25%C3%A9"));
    for bad in ["..", ".", "", "a\nb"] {
        let error = api.environment_tag(e, bad).await.unwrap_err();
        assert!(error.to_string().contains("is not a name"), "{error}");
        let session = Session::new(bad);
        assert!(api.read(&reference("p/e"), &session).await.is_err());
    }
    let etag = ETag::new("a\r\nX: y");
    assert!(api.update(e, "", Some(&etag)).await.is_err());
    assert!(server.requests().is_empty(), "nothing was sent");
}
