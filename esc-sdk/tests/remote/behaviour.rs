//! What the calls answer.

use esc_core::diagnostic::Code;
use esc_core::value::{Reveal, Value};
use esc_sdk::remote::{Api, ApiError, CloneOptions, ETag, Page, Version};

use crate::look_alike::{LookAlike, READER};
use crate::{api, builder, given, name, reference};

#[tokio::test]
async fn environments_are_listed_page_by_page() {
    let server = LookAlike::start().await;
    let api = api(&server);
    for environment in ["a/x", "a/y", "b/x", "b/y", "c/z"] {
        api.create(&name(environment)).await.unwrap();
    }
    server.shared.store().page = 2;
    let all = api.list_all().await.unwrap();
    let names: Vec<String> = all.iter().map(|e| format!("{}/{}", e.project, e.name)).collect();
    assert_eq!(names, ["a/x", "a/y", "b/x", "b/y", "c/z"]);
    assert_eq!(all[0].organization, "acme");
    assert!(!all[0].deletion_protected && !all[0].created.is_empty());
    let Page { items, next } = api.list(Some("4")).await.unwrap();
    assert_eq!((items.len(), next), (1, None));
}

#[tokio::test]
async fn a_list_that_goes_in_circles_ends() {
    let server = LookAlike::start().await;
    let api = api(&server);
    for _ in 0..3 {
        server.answer(200, &[], r#"{"environments":[],"nextToken":"again"}"#);
    }
    let error = api.list_all().await.unwrap_err();
    assert!(matches!(error, ApiError::Protocol { .. }), "{error}");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn definitions_are_kept_byte_for_byte_with_their_secrets_encrypted() {
    let server = LookAlike::start().await;
    let api = api(&server);
    let e = name("shop/dev");
    api.create(&e).await.unwrap();
    let empty = api.definition(&e).await.unwrap();
    assert_eq!((empty.text.as_str(), empty.revision), ("", Some(1)));
    let text = "# hello\nvalues:\n  s: {fn::secret: hunter2}\n";
    let updated = api.update(&e, text, empty.etag.as_ref()).await.unwrap();
    assert_eq!(updated.revision, Some(2));
    let stored = api.definition(&e).await.unwrap();
    assert!(stored.text.starts_with("# hello\n") && stored.text.contains("ciphertext"));
    assert!(!stored.text.contains("hunter2"));
    assert_eq!(stored.etag, updated.etag);
    assert_eq!(api.state(&e).await.unwrap(), (stored.etag, Some(2)));
    let decrypted = api.decrypted(&e).await.unwrap();
    assert_eq!(decrypted.text.expose(), text);
    assert!(!format!("{decrypted:?}").contains("hunter2"));
    let old = api.definition_at(&e, &Version::Revision(1)).await.unwrap();
    assert_eq!((old.text.as_str(), old.revision), ("", Some(1)));
}

#[tokio::test]
async fn changes_of_others_are_not_overwritten() {
    let server = LookAlike::start().await;
    let api = api(&server);
    let e = name("shop/dev");
    api.create(&e).await.unwrap();
    let mine = api.definition(&e).await.unwrap().etag.unwrap();
    let theirs = api.update(&e, "values: {a: theirs}\n", Some(&mine)).await.unwrap().etag.unwrap();
    let error = api.update(&e, "values: {a: mine}\n", Some(&mine)).await.unwrap_err();
    let ApiError::Conflict { current, .. } = &error else { panic!("{error}") };
    assert_eq!(current.as_ref(), Some(&theirs));
    assert_eq!(
        error.to_string(),
        "cannot update `acme/shop/dev`: conflict: the environment was changed by somebody else"
    );
    assert!(api.definition(&e).await.unwrap().text.contains("theirs"));
    // Another server would say 412.
    server.answer(412, &[("etag", "now")], "");
    let error = api.update(&e, "", Some(&mine)).await.unwrap_err();
    let ApiError::Conflict { current, .. } = error else { panic!() };
    assert_eq!(current, Some(ETag::new("now")));
}

#[tokio::test]
async fn definitions_with_errors_are_refused_with_places() {
    let server = LookAlike::start().await;
    let api = api(&server);
    let e = name("shop/dev");
    api.create(&e).await.unwrap();
    let error = api.update(&e, "values:\n  a: ${nothing}\n", None).await.unwrap_err();
    let [diagnostic] = error.diagnostics() else { panic!("{error:?}") };
    assert_eq!(diagnostic.code, Code::Remote);
    assert_eq!(diagnostic.summary, "unknown property \"nothing\"");
    let at = diagnostic.subject.as_ref().unwrap();
    assert_eq!((at.environment.as_str(), at.range.begin.line), ("shop/dev", 2));
    assert!(error.to_string().contains("\nshop/dev:2,"), "{error}");
    assert_eq!(api.definition(&e).await.unwrap().revision, Some(1));
}

#[tokio::test]
async fn checks_tell_errors_beside_what_is_known() {
    let server = LookAlike::start().await;
    let api = api(&server);
    let checked = api.check("values: {a: 1, b: '${bad_ref}'}\n", false).await.unwrap();
    assert_eq!(checked.diagnostics[0].summary, "unknown property \"bad_ref\"");
    assert_eq!(checked.diagnostics[0].subject.as_ref().unwrap().environment, "<yaml>");
    assert_eq!(checked.environment.properties["a"].to_value().to_json(Reveal::Redacted), "1");
    let text = "values: {s: {fn::secret: hunter2}, p: {fn::open::test: {x: 1}}}\n";
    let checked = api.check(text, false).await.unwrap();
    assert!(checked.diagnostics.is_empty());
    assert!(checked.environment.properties["p"].is_unknown());
    assert_eq!(checked.environment.properties["s"].as_str(), Some("[secret]"));
    let checked = api.check(text, true).await.unwrap();
    assert_eq!(checked.environment.properties["s"].as_str(), Some("hunter2"));
    assert!(!format!("{checked:?}").contains("hunter2"));
    assert_eq!(checked.environment.exprs.len(), 2);
}

#[tokio::test]
async fn opened_environments_are_snapshots_of_versions() {
    let server = LookAlike::start().await;
    let api = api(&server);
    given(&api, "shop/dev", "values: {a: old, s: {fn::secret: hunter2}}\n").await;
    let session = api.open(&reference("shop/dev"), None).await.unwrap();
    api.update(&name("shop/dev"), "values: {a: new}\n", None).await.unwrap();
    let read = async |path: &str| {
        let path = path.parse().unwrap();
        api.read_property(&reference("shop/dev"), &session, &path).await
    };
    assert_eq!(read("a").await.unwrap().as_str(), Some("old"));
    let secret = read("s").await.unwrap();
    assert_eq!((secret.as_str(), secret.is_secret()), (Some("hunter2"), true));
    assert_eq!(secret.origin().environment, "shop/dev");
    assert!(matches!(read("b").await, Err(ApiError::NotFound { .. })));
    let elsewhere = api.read(&reference("shop/other"), &session).await;
    assert!(matches!(elsewhere, Err(ApiError::NotFound { .. })));
    let value = async |r: &str| {
        let path = "a".parse().unwrap();
        let value = api.open_and_read_property(&reference(r), &path, None).await.unwrap();
        value.as_str().unwrap().to_owned()
    };
    assert_eq!(value("shop/dev@2").await, "old");
    assert_eq!(value("shop/dev@latest").await, "new");
    let whole = api.open_and_read(&reference("shop/dev@2"), None).await.unwrap();
    assert_eq!(whole.value().to_json(Reveal::Revealed), r#"{"a":"old","s":"hunter2"}"#);
    api.create(&name("shop/empty")).await.unwrap();
    let empty = api.open_and_read(&reference("shop/empty"), None).await.unwrap();
    assert_eq!(empty.value(), Value::object::<&str>([]));
}

#[tokio::test]
async fn revisions_and_their_tags_can_be_walked() {
    let server = LookAlike::start().await;
    let api = api(&server);
    given(&api, "p/e", "values: {a: 2}\n").await;
    let e = name("p/e");
    for n in 3..=5 {
        api.update(&e, &format!("values: {{a: {n}}}\n"), None).await.unwrap();
    }
    let numbers = |found: Vec<esc_sdk::remote::Revision>| -> Vec<u64> {
        found.iter().map(|r| r.number).collect()
    };
    assert_eq!(numbers(api.revisions(&e, None, None).await.unwrap()), [5, 4, 3, 2, 1]);
    assert_eq!(numbers(api.revisions(&e, Some(4), Some(2)).await.unwrap()), [3, 2]);
    assert!(api.revisions(&e, Some(1), None).await.unwrap().is_empty());
    let newest = api.revision(&e, 5).await.unwrap();
    assert_eq!((newest.tags, newest.creator_login.as_str()), (vec!["latest".to_owned()], "me"));
    assert!(matches!(api.revision(&e, 9).await, Err(ApiError::NotFound { .. })));

    api.create_revision_tag(&e, "stable", 3).await.unwrap();
    api.create_revision_tag(&e, "beta", 4).await.unwrap();
    let again = api.create_revision_tag(&e, "beta", 4).await;
    assert!(matches!(again, Err(ApiError::Conflict { .. })));
    let digit = api.create_revision_tag(&e, "1st", 1).await;
    assert!(matches!(digit, Err(ApiError::Invalid { .. })));
    let page = api.revision_tags(&e, None, Some(2)).await.unwrap();
    assert_eq!(page.items.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["beta", "latest"]);
    let page = api.revision_tags(&e, page.next.as_deref(), Some(2)).await.unwrap();
    assert_eq!(
        (page.items[0].name.as_str(), page.items[0].revision, page.next),
        ("stable", 3, None)
    );
    api.update_revision_tag(&e, "beta", 2).await.unwrap();
    assert_eq!(api.revision_tag(&e, "beta").await.unwrap().revision, 2);
    assert!(matches!(api.delete_revision_tag(&e, "latest").await, Err(ApiError::Invalid { .. })));
    api.delete_revision_tag(&e, "beta").await.unwrap();
    assert!(matches!(api.revision_tag(&e, "beta").await, Err(ApiError::NotFound { .. })));

    api.retract(&e, 3, None, Some("wrong")).await.unwrap();
    let retracted = api.revision(&e, 3).await.unwrap().retracted.unwrap();
    assert_eq!((retracted.replacement, retracted.reason.as_str()), (Some(2), "wrong"));
    let gone = api.definition_at(&e, &Version::Revision(3)).await;
    assert!(matches!(gone, Err(ApiError::NotFound { .. })));
    assert_eq!(api.revision_tag(&e, "stable").await.unwrap().revision, 2);
    assert!(matches!(api.retract(&e, 5, None, None).await, Err(ApiError::Invalid { .. })));
}

#[tokio::test]
async fn tags_copies_and_protection_work() {
    let server = LookAlike::start().await;
    let api = api(&server);
    given(&api, "p/e", "values: {a: 1}\n").await;
    let (e, copy) = (name("p/e"), name("q/copy"));
    for tag in ["owner", "team", "tier"] {
        api.create_environment_tag(&e, tag, "me").await.unwrap();
    }
    let page = api.environment_tags(&e, None, Some(2)).await.unwrap();
    assert_eq!((page.items.len(), page.next.as_deref()), (2, Some("team")));
    assert_eq!(api.environment_tags(&e, Some("team"), None).await.unwrap().next, None);
    let stale = api.update_environment_tag(&e, "owner", "you", None, Some("x")).await;
    assert!(matches!(stale, Err(ApiError::Conflict { .. })));
    let tag = api.update_environment_tag(&e, "owner", "me", None, Some("you")).await.unwrap();
    assert_eq!((tag.name.as_str(), tag.value.as_str()), ("owner", "you"));
    api.delete_environment_tag(&e, "team").await.unwrap();

    let options = CloneOptions { environment_tags: true, ..CloneOptions::default() };
    api.clone_environment(&e, &copy, options).await.unwrap();
    assert_eq!(api.environment_tags(&copy, None, None).await.unwrap().items.len(), 2);
    assert_eq!(api.definition(&copy).await.unwrap().revision, Some(1));
    let again = api.clone_environment(&e, &copy, options).await;
    assert!(matches!(again, Err(ApiError::Conflict { .. })));

    server.shared.store().environments.get_mut(&("q".into(), "copy".into())).unwrap().protected =
        true;
    let protected = api.delete(&copy).await.unwrap_err();
    assert!(protected.to_string().contains("deletion protection"), "{protected}");
    api.delete(&e).await.unwrap();
    let missing = api.definition(&e).await.unwrap_err();
    assert_eq!(missing.to_string(), "cannot read `acme/p/e`: not found: not found");
    assert!(missing.advice().contains("check the name"));
    assert_eq!(api.provider_schema("test").await.unwrap().description, "answers its inputs");
}

#[tokio::test]
async fn callers_are_told_from_each_other() {
    let server = LookAlike::start().await;
    given(&api(&server), "p/e", "values: {a: 1}\n").await;
    let with = |token: &str| -> Api {
        builder(&server).access_token(token.to_owned().into()).build().unwrap()
    };
    let reader = with(READER);
    assert!(reader.definition(&name("p/e")).await.is_ok());
    let denied = reader.open(&reference("p/e"), None).await.unwrap_err();
    assert_eq!(
        denied.to_string(),
        "cannot open `acme/p/e`: denied: you may only read this environment"
    );
    assert!(matches!(reader.decrypted(&name("p/e")).await, Err(ApiError::Denied { .. })));
    let stranger = with("pul-canary-stranger").definition(&name("p/e")).await.unwrap_err();
    assert!(matches!(stranger, ApiError::Unauthenticated { .. }));
    assert!(!format!("{stranger} {stranger:?}").contains("canary"));
}
