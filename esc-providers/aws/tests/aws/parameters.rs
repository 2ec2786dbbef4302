//! `aws-parameter-store`: what comes, and in how many requests.

use aws_sdk_ssm::types::ParameterType::{SecureString, String as Plain, StringList};
use esc_core::provider::{ErrorKind, Provider as _};
use esc_test_servers::Rule;
use serde_json::{Map, json};

use crate::bench::{Bench, REGION, get, login, open, request, revealed, shown, told, value};

#[tokio::test]
async fn parameters_come_by_name_arn_version_and_label() {
    let Some(bench) = Bench::start().await else { return };
    bench.parameter("/come/url", Plain, "old").await;
    bench.parameter("/come/url", Plain, "new").await;
    let label = bench.ssm().label_parameter_version().name("/come/url").parameter_version(1);
    label.labels("stable").send().await.unwrap();
    bench.parameter("/come/list", StringList, "a,b").await;
    bench.parameter("/come/password", SecureString, "hunter2").await;
    let arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/come/url";
    let inputs = get(json!({
        "url": { "name": "/come/url" },
        "first": { "name": "/come/url:1" },
        "stable": { "name": "/come/url:stable" },
        "arn": { "name": arn },
        "list": { "name": "/come/list" },
        "password": { "name": "/come/password", "decrypt": true },
        "encrypted": { "name": "/come/password" },
    }));
    let opened = open(&bench.aws.parameter_store(), inputs).await.unwrap();
    assert_eq!(
        shown(&opened.value),
        json!({
            "url": "new", "first": "old", "stable": "old", "arn": "new", "list": ["a", "b"],
            "password": "[secret]", "encrypted": "[secret]",
        })
    );
    assert_eq!(opened.value.get("password").unwrap().as_str(), Some("hunter2"));
    assert_ne!(opened.value.get("encrypted").unwrap().as_str(), Some("hunter2"));
}

#[tokio::test]
async fn twenty_five_parameters_are_four_requests_if_some_are_decrypted() {
    let Some(bench) = Bench::start().await else { return };
    for n in 0..25 {
        bench.parameter(&format!("/many/{n}"), Plain, &format!("text {n}")).await;
    }
    // 13 decrypted, 12 not; two calls share half of them.
    let inputs = |range: std::ops::Range<usize>| {
        let entries = range.map(|n| {
            (format!("p{n}"), json!({ "name": format!("/many/{n}"), "decrypt": n % 2 == 0 }))
        });
        get(entries.collect::<Map<_, _>>().into())
    };
    let requests = vec![request(inputs(0..15)), request(inputs(5..25))];
    let answers = bench.aws.parameter_store().open_many(requests).await;
    assert_eq!((bench.proxy.count("GetParameters"), bench.proxy.count("")), (4, 4));
    for (answer, n) in answers.iter().zip([3, 24]) {
        let value = answer.as_ref().unwrap().value.get(&format!("p{n}")).unwrap().clone();
        assert_eq!(value.as_str(), Some(format!("text {n}").as_str()));
    }
}

#[tokio::test]
async fn missing_parameters_are_named_and_the_others_come() {
    let Some(bench) = Bench::start().await else { return };
    bench.parameter("/part/a", Plain, "a").await;
    let bad = get(json!({
        "a": { "name": "/part/a" },
        "gone": { "name": "/part/none" },
        "version": { "name": "/part/a:7" },
    }));
    let good = get(json!({ "a": { "name": "/part/a" } }));
    let answers = bench.aws.parameter_store().open_many(vec![request(bad), request(good)]).await;
    let error = answers[0].as_ref().unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    let text = told(error);
    assert!(text.contains("get.gone: the parameter `/part/none`"), "{text}");
    assert!(text.contains("get.version: the parameter `/part/a:7`"), "{text}");
    assert!(!text.contains("get.a:"), "{text}");
    assert!(answers[1].is_ok());
}

#[tokio::test]
async fn a_batch_that_is_refused_for_one_of_its_parameters_is_read_one_by_one() {
    let Some(bench) = Bench::start().await else { return };
    for name in ["/refused/a", "/refused/b"] {
        bench.parameter(name, Plain, name).await;
    }
    let denied = Rule::aws_error(
        400,
        "AccessDeniedException",
        "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: ssm:GetParameters on resource: canary",
    );
    bench.proxy.push(denied.target("GetParameters").times(2));
    let inputs = get(json!({ "a": { "name": "/refused/a" }, "b": { "name": "/refused/b" } }));
    let error = open(&bench.aws.parameter_store(), inputs).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert_eq!(bench.proxy.count("GetParameters"), 3);
    let text = told(&error);
    assert!(
        text.contains("arn:aws:iam::111122223333:user/ana may not ssm:GetParameters"),
        "{text}"
    );
    // One of the two, whichever came first.
    assert_eq!(text.matches("get.").count(), 1, "{text}");
}

#[tokio::test]
async fn paths_come_as_objects_page_after_page() {
    let Some(bench) = Bench::start().await else { return };
    for n in 0..21 {
        bench.parameter(&format!("/tree/many/{n}"), Plain, &n.to_string()).await;
    }
    bench.parameter("/tree/db", Plain, "both").await;
    bench.parameter("/tree/db/password", SecureString, "hunter2").await;
    // A page may be empty while there are more.
    let empty = r#"{"Parameters":[],"NextToken":"0"}"#;
    bench.proxy.push(Rule::status(200, empty).target("GetParametersByPath").times(1));
    let by_path = |entries: serde_json::Value| {
        value(json!({ "region": REGION, "login": login(), "getByPath": entries }))
    };
    let tree = by_path(json!({ "tree": { "path": "/tree", "decrypt": true } }));
    let opened = open(&bench.aws.parameter_store(), tree).await.unwrap();
    assert_eq!(bench.proxy.count("GetParametersByPath"), 4);
    let tree = opened.value.get("tree").unwrap();
    assert_eq!(shown(tree.get("db").unwrap()), json!({ "": "both", "password": "[secret]" }));
    let many = revealed(tree.get("many").unwrap());
    assert_eq!(many.as_object().unwrap().len(), 21);
    assert_eq!(many["20"], "20");
    let flat = by_path(json!({ "tree": { "path": "/tree/", "recursive": false } }));
    let flat = open(&bench.aws.parameter_store(), flat).await.unwrap();
    assert_eq!(revealed(&flat.value), json!({ "tree": { "db": "both" } }));
    let none = by_path(json!({ "none": { "path": "/tre" } }));
    let none = open(&bench.aws.parameter_store(), none).await.unwrap_err();
    assert_eq!(none.kind, ErrorKind::NotFound);
    assert!(told(&none).contains("getByPath.none: the path `/tre`"));
}

#[tokio::test]
async fn inputs_that_ask_for_nothing_or_twice_for_a_name_are_refused_without_a_request() {
    let Some(bench) = Bench::start().await else { return };
    let store = bench.aws.parameter_store();
    let twice = json!({
        "region": REGION, "login": login(),
        "get": { "x": { "name": "/a" } }, "getByPath": { "x": { "path": "/b" } },
    });
    let elsewhere = json!({
        "region": "evil.example/?", "login": login(), "get": { "x": { "name": "/a" } },
    });
    for inputs in [json!({ "region": REGION, "login": login() }), twice, elsewhere] {
        let error = open(&store, value(inputs)).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid);
        told(&error);
    }
    assert_eq!(bench.proxy.count(""), 0);
}
