//! `aws-secrets`: what comes, and in how many requests.

use aws_sdk_secretsmanager::primitives::Blob;
use esc_core::provider::{ErrorKind, Provider as _};
use esc_test_servers::Rule;
use serde_json::{Map, json};

use crate::bench::{Bench, REGION, get, login_as, open, request, revealed, shown, told, value};

#[tokio::test]
async fn secrets_come_by_name_arn_stage_and_version_and_all_are_secret() {
    let Some(bench) = Bench::start().await else { return };
    let arn = bench.secret("come/a", "first").await;
    let second =
        bench.secrets_manager().put_secret_value().secret_id("come/a").secret_string("second");
    let second = second.send().await.unwrap();
    let binary = bench.secrets_manager().create_secret().name("come/bytes");
    binary.secret_binary(Blob::new([0xff, 0])).send().await.unwrap();
    let (short, _) = arn.rsplit_once('-').unwrap();
    let inputs = get(json!({
        "name": { "secretId": "come/a" },
        "arn": { "secretId": arn },
        "short": { "secretId": short },
        "current": { "secretId": "come/a", "versionStage": "AWSCURRENT" },
        "old": { "secretId": "come/a", "versionStage": "AWSPREVIOUS" },
        "version": { "secretId": "come/a", "versionId": second.version_id.unwrap() },
        "bytes": { "secretId": "come/bytes" },
    }));
    let opened = open(&bench.aws.secrets(), inputs).await.unwrap();
    let expected = json!({
        "name": "second", "arn": "second", "short": "second", "current": "second",
        "old": "first", "version": "second", "bytes": "/wA=",
    });
    assert_eq!(revealed(&opened.value), expected);
    assert!(opened.value.is_secret());
    assert!(["name", "bytes"].iter().all(|name| opened.value.get(name).unwrap().is_secret()));
    assert_eq!(shown(&opened.value), "[secret]");
    assert!(opened.leases.is_empty());
}

#[tokio::test]
async fn forty_five_secrets_of_several_calls_are_three_requests() {
    let Some(bench) = Bench::start().await else { return };
    for n in 0..45 {
        bench.secret(&format!("many/{n}"), &format!("text {n}")).await;
    }
    // Three calls of 20, of which some ask for the same.
    let inputs = |from: usize| {
        let names = (from..from + 20).map(|n| n.min(44));
        let entries = names.map(|n| (format!("s{n}"), json!({ "secretId": format!("many/{n}") })));
        get(entries.collect::<Map<_, _>>().into())
    };
    let requests = [0, 15, 30].map(|from| request(inputs(from))).to_vec();
    let answers = bench.aws.secrets().open_many(requests).await;
    assert_eq!(bench.proxy.count("BatchGetSecretValue"), 3);
    assert_eq!(bench.proxy.count(""), 3);
    for (answer, from) in answers.iter().zip([0, 15, 30]) {
        let value = &answer.as_ref().unwrap().value;
        let name = format!("s{from}");
        assert_eq!(value.get(&name).unwrap().as_str(), Some(format!("text {from}").as_str()));
    }
    bench.proxy.forget();
    // One alone needs no permission for batches.
    let one = get(json!({ "x": { "secretId": "many/7" } }));
    let one = open(&bench.aws.secrets(), one).await.unwrap();
    assert_eq!(revealed(&one.value), json!({ "x": "text 7" }));
    assert_eq!((bench.proxy.count("GetSecretValue"), bench.proxy.count("")), (1, 1));
}

#[tokio::test]
async fn accounts_never_share_a_request() {
    let Some(bench) = Bench::start().await else { return };
    for name in ["apart/a", "apart/b"] {
        bench.secret(name, name).await;
    }
    let entries = json!({ "a": { "secretId": "apart/a" }, "b": { "secretId": "apart/b" } });
    let inputs = |region: &str, login: serde_json::Value| {
        request(value(json!({ "region": region, "login": login, "get": entries })))
    };
    let mut other_secret = login_as("AKIDONE");
    other_secret["secretAccessKey"] = json!("canary-of-somebody-else");
    let mut no_session = login_as("AKIDONE");
    no_session.as_object_mut().unwrap().remove("sessionToken");
    let requests = vec![
        inputs(REGION, login_as("AKIDONE")),
        inputs(REGION, login_as("AKIDTWO")),
        inputs(REGION, other_secret),
        inputs(REGION, no_session),
        inputs("us-west-2", login_as("AKIDONE")),
        inputs(REGION, login_as("AKIDONE")),
    ];
    let answers = bench.aws.secrets().open_many(requests).await;
    // The first and the last are the same; in the other region there is no such secret, which the batch tells.
    assert_eq!(bench.proxy.count("BatchGetSecretValue"), 5);
    assert_eq!(bench.proxy.count("GetSecretValue"), 0);
    let kinds: Vec<_> =
        answers.iter().map(|answer| answer.as_ref().err().map(|e| e.kind)).collect();
    assert_eq!(kinds, [None, None, None, None, Some(ErrorKind::NotFound), None]);
}

#[tokio::test]
async fn an_error_names_every_entry_that_failed_and_is_its_requests_own() {
    let Some(bench) = Bench::start().await else { return };
    bench.secret("part/a", "a").await;
    let both = get(json!({
        "a": { "secretId": "part/a" },
        "gone": { "secretId": "part/none" },
        "stage": { "secretId": "part/a", "versionStage": "NONE" },
        "long": { "secretId": "part/a", "versionId": "short" },
    }));
    let good = get(json!({ "a": { "secretId": "part/a" } }));
    // After the batch.
    let rule = Rule::aws_error(400, "InvalidParameterException", "canary");
    bench.proxy.push(rule.target("GetSecretValue").after(1).times(1));
    let answers = bench.aws.secrets().open_many(vec![request(both), request(good)]).await;
    let error = answers[0].as_ref().unwrap_err();
    let text = told(error);
    // Which of the two single reads met the rule is open; both are named, and what succeeded is not.
    for named in [
        "get.gone: the secret `part/none`",
        "get.stage: ",
        "get.long: ",
        "3 of 4 entries in eu-west-1",
    ] {
        assert!(text.contains(named), "{text}");
    }
    assert!(!text.contains("get.a:"), "{text}");
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert_eq!(revealed(&answers[1].as_ref().unwrap().value), json!({ "a": "a" }));
}

#[tokio::test]
async fn who_may_not_read_batches_reads_one_by_one_and_is_remembered() {
    let Some(bench) = Bench::start().await else { return };
    for name in ["single/a", "single/b"] {
        bench.secret(name, name).await;
    }
    bench
        .proxy
        .push(Rule::aws_error(400, "AccessDeniedException", "no").target("BatchGetSecretValue"));
    let inputs =
        || get(json!({ "a": { "secretId": "single/a" }, "b": { "secretId": "single/b" } }));
    for _ in 0..2 {
        let opened = open(&bench.aws.secrets(), inputs()).await.unwrap();
        assert_eq!(revealed(&opened.value), json!({ "a": "single/a", "b": "single/b" }));
    }
    assert_eq!(bench.proxy.count("BatchGetSecretValue"), 1);
    assert_eq!(bench.proxy.count("GetSecretValue"), 4);
}

#[tokio::test]
async fn a_batch_that_is_refused_for_one_of_its_secrets_does_no_harm_to_the_others() {
    let Some(bench) = Bench::start().await else { return };
    bench.secret("refused/a", "a").await;
    bench
        .proxy
        .push(Rule::aws_error(400, "ValidationException", "canary").target("BatchGetSecretValue"));
    let bad = get(json!({ "bad": { "secretId": "refused/ü" } }));
    let good = get(json!({ "a": { "secretId": "refused/a" } }));
    let answers = bench.aws.secrets().open_many(vec![request(bad), request(good)]).await;
    assert!(told(answers[0].as_ref().unwrap_err()).contains("get.bad"));
    assert!(answers[1].is_ok());
}
