//! The providers against what AWS does and Moto does not: limits, distinct errors, trust, keys and quotas.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use esc_core::provider::{ErrorKind, Provider as _};
use esc_core::value::Value;
use esc_provider_aws::{Aws, Settings};
use esc_provider_identity::{Algorithm, Issuer, KeySet, SigningKey, Version};
use esc_provider_kit::limit::Rate;
use esc_test_servers::{FakeAws, ParameterKind, Trust};
use serde_json::{Map, json};

use crate::bench::{REGION, get, login_as, open, request, revealed, settings, shown, told, value};

const ROLE: &str = "arn:aws:iam::123456789012:role/dev";
const NEXT_ROLE: &str = "arn:aws:iam::123456789012:role/next";

#[tokio::test]
async fn twenty_one_secrets_are_two_batches() {
    let fake = FakeAws::start().await;
    let aws = Aws::new(settings(&fake.endpoint()));
    let names = || (0..21).map(|n| format!("many/{n}"));
    names().for_each(|name| drop(fake.put_secret(&name, &name)));
    let by_name =
        names().enumerate().map(|(n, name)| (format!("s{n}"), json!({ "secretId": name })));
    let opened = open(&aws.secrets(), get(by_name.collect::<Map<_, _>>().into())).await.unwrap();
    assert_eq!(revealed(&opened.value)["s20"], "many/20");
    assert_eq!((fake.count("BatchGetSecretValue"), fake.count("")), (2, 2));
    // By ARN and by ARN without its random end, which AWS answers once.
    let arn = fake.secret_arn("many/0");
    let (short, _) = arn.rsplit_once('-').unwrap();
    let ways = json!({
        "name": { "secretId": "many/0" }, "arn": { "secretId": arn }, "short": { "secretId": short },
        "other": { "secretId": "many/1" },
    });
    let opened = open(&aws.secrets(), get(ways)).await.unwrap();
    let expected =
        json!({ "name": "many/0", "arn": "many/0", "short": "many/0", "other": "many/1" });
    assert_eq!(revealed(&opened.value), expected);
    assert_eq!((fake.count("BatchGetSecretValue"), fake.count("")), (3, 3));
}

#[tokio::test]
async fn what_is_wrong_with_a_secret_is_told() {
    let fake = FakeAws::start().await;
    let aws = Aws::new(settings(&fake.endpoint()));
    for name in ["fine", "deleted", "denied"] {
        fake.put_secret(name, "canary");
    }
    fake.delete_secret("deleted");
    fake.deny("denied");
    let old = fake.put_secret("fine", "canary");
    fake.put_secret("fine", "canary");
    for batched in [true, false] {
        for (entry, kind, cause) in [
            (json!({ "secretId": "none" }), ErrorKind::NotFound, "there is no such secret"),
            (json!({ "secretId": "deleted" }), ErrorKind::NotFound, "marked for deletion"),
            (json!({ "secretId": "denied" }), ErrorKind::Denied, " may not secretsmanager:"),
            (
                json!({ "secretId": "fine", "versionStage": "X" }),
                ErrorKind::NotFound,
                "staging label",
            ),
            (
                json!({ "secretId": "fine", "versionId": "x".repeat(32) }),
                ErrorKind::NotFound,
                "with this id",
            ),
            (json!({ "secretId": "fine", "versionId": "x" }), ErrorKind::Invalid, "make sense"),
            (
                json!({ "secretId": "fine", "versionId": old, "versionStage": "AWSCURRENT" }),
                ErrorKind::Invalid,
                "as it is",
            ),
        ] {
            let mut entries = json!({ "bad": entry });
            if batched {
                entries["good"] = json!({ "secretId": "fine" });
            }
            let error = open(&aws.secrets(), get(entries)).await.unwrap_err();
            let text = told(&error);
            assert_eq!(error.kind, kind, "{text}");
            assert!(text.contains("get.bad: ") && text.contains(cause), "{text}");
            assert!(!text.contains("get.good"), "{text}");
        }
    }
}

#[tokio::test]
async fn parameters_that_are_denied_do_no_harm_to_the_others() {
    let fake = FakeAws::start().await;
    let aws = Aws::new(settings(&fake.endpoint()));
    for n in 0..4 {
        fake.put_parameter(&format!("/app/{n}"), ParameterKind::String, "old");
        let version = fake.put_parameter(&format!("/app/{n}"), ParameterKind::String, "new");
        fake.label_parameter(&format!("/app/{n}"), version - 1, "stable");
    }
    fake.put_parameter("/app/password", ParameterKind::SecureString, "canary");
    fake.put_parameter("/app/list", ParameterKind::StringList, "a,b");
    fake.deny("/app/3");
    fake.set_empty_first_page(true);
    let bad = get(json!({ "denied": { "name": "/app/3" }, "gone": { "name": "/app/9" } }));
    let good = get(json!({
        "new": { "name": "/app/0" },
        "old": { "name": "/app/0:1" },
        "stable": { "name": "/app/0:stable" },
        "arn": { "name": format!("{}:stable", fake.parameter_arn("/app/1")) },
        "list": { "name": "/app/list" },
        "password": { "name": "/app/password", "decrypt": true },
    }));
    let store = aws.parameter_store();
    let answers = store.open_many(vec![request(bad), request(good)]).await;
    let error = answers[0].as_ref().unwrap_err();
    let text = told(error);
    assert_eq!(error.kind, ErrorKind::Denied);
    for part in [
        "2 of 2 entries",
        "get.denied: the parameter `/app/3`: denied",
        "get.gone: the parameter `/app/9`: not found",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let seen = shown(&answers[1].as_ref().unwrap().value);
    let expected = json!({
        "new": "new", "old": "old", "stable": "old", "arn": "old", "list": ["a", "b"], "password": "[secret]",
    });
    assert_eq!(seen, expected);
    fake.allow("/app/3");
    let tree = json!({
        "region": REGION, "login": crate::bench::login(), "getByPath": { "app": { "path": "/app" } },
    });
    let seen = shown(&open(&store, value(tree)).await.unwrap().value);
    assert_eq!(seen["app"]["3"], "new");
    assert_eq!(seen["app"]["password"], "[secret]");
}

/// An issuer that the role trusts for one subject, and the providers that log in with its tokens.
fn trusting(fake: &FakeAws, subject: &str, audience: &str, now: Option<SystemTime>) -> Aws {
    let keys = KeySet::new(SigningKey::generate(Algorithm::Rs256).unwrap());
    let mut issuer = Issuer::builder("https://esc.example.com/oidc", "acme", keys);
    if let Some(now) = now {
        issuer = issuer.clock(move || now);
    }
    let issuer = issuer.build().unwrap();
    fake.trust(Trust {
        role: ROLE.into(),
        issuer: issuer.url(Version::Login).to_owned(),
        jwks: issuer.jwks(Version::Login),
        audience: audience.into(),
        subject: subject.into(),
        max_duration: Duration::from_secs(3600),
    });
    let settings: Settings = settings(&fake.endpoint()).with_attempts(1);
    Aws::new(settings.with_identity(Arc::new(issuer)))
}

fn oidc(duration: &str) -> Value {
    value(json!({ "oidc": { "roleArn": ROLE, "sessionName": "esc-dev", "duration": duration } }))
}

const SUBJECT: &str = "pulumi:environments:org:acme:env:app/dev";

#[tokio::test]
async fn a_login_that_is_trusted_opens_secrets_until_it_ends() {
    let fake = FakeAws::start().await;
    fake.check_keys();
    fake.add_role(NEXT_ROLE, Duration::from_secs(7200));
    fake.put_secret("db", "text");
    let aws = trusting(&fake, SUBJECT, "aws:acme", None);
    let inputs = |next: serde_json::Value| {
        let oidc = json!({ "roleArn": ROLE, "sessionName": "esc-dev", "duration": "1h" });
        value(json!({ "oidc": oidc, "assumeRole": next }))
    };
    let chain = inputs(json!([{ "roleArn": NEXT_ROLE }]));
    let login = open(&aws.login(), chain).await.unwrap().value;
    let secrets = Value::object([
        ("region", Value::string(REGION)),
        ("login", login.clone()),
        ("get", value(json!({ "db": { "secretId": "db" } }))),
    ]);
    let opened = open(&aws.secrets(), secrets.clone()).await.unwrap();
    assert_eq!(revealed(&opened.value), json!({ "db": "text" }));
    fake.expire_key(login.get("accessKeyId").unwrap().as_str().unwrap());
    let error = open(&aws.secrets(), secrets).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthenticated);
    assert!(told(&error).contains("the credentials have expired"), "{error}");
    let stranger = get(json!({ "db": { "secretId": "db" } }));
    let error = open(&aws.secrets(), stranger).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unauthenticated);
    assert!(told(&error).contains("does not know the access key"), "{error}");
    // A role that is taken from a role.
    let long = inputs(json!([{ "roleArn": NEXT_ROLE, "duration": "2h" }]));
    let error = open(&aws.login(), long).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert!(told(&error).contains("assumeRole[0].roleArn") && told(&error).contains("1h at most"));
    let unknown = inputs(json!([{ "roleArn": "arn:aws:iam::123456789012:role/none" }]));
    let error = open(&aws.login(), unknown).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(told(&error).contains("assumed-role/dev/esc-dev may not sts:AssumeRole"), "{error}");
}

#[tokio::test]
async fn logins_that_are_not_trusted_say_what_the_policy_must_allow() {
    let past = SystemTime::now() - Duration::from_secs(7200);
    for (subject, audience, now, duration, kind, told_of) in [
        ("pulumi:environments:org:other:*", "aws:acme", None, "1h", ErrorKind::Denied, SUBJECT),
        (SUBJECT, "aws:other", None, "1h", ErrorKind::Unauthenticated, "audience `aws:acme`"),
        (SUBJECT, "aws:acme", Some(past), "1h", ErrorKind::Unauthenticated, "expired"),
        (SUBJECT, "aws:acme", None, "2h", ErrorKind::Invalid, "maximum session duration"),
    ] {
        let fake = FakeAws::start().await;
        let aws = trusting(&fake, subject, audience, now);
        let error = open(&aws.login(), oidc(duration)).await.unwrap_err();
        let text = told(&error);
        assert_eq!(error.kind, kind, "{text}");
        assert!(text.contains(told_of), "{text}");
        assert_eq!(fake.count(""), 1);
    }
}

#[tokio::test]
async fn who_keeps_to_the_pace_is_never_throttled() {
    let fake = FakeAws::start().await;
    fake.put_parameter("/app/url", ParameterKind::String, "text");
    fake.set_quota("GetParameters", 20.0);
    let with =
        |rate| Aws::new(settings(&fake.endpoint()).with_attempts(1).with_parameter_rate(rate));
    let calls = async |aws: Aws| {
        let store = aws.parameter_store();
        let calls = (0..30).map(|_| open(&store, get(json!({ "url": { "name": "/app/url" } }))));
        let answers = futures::future::join_all(calls).await;
        answers.into_iter().filter_map(Result::err).collect::<Vec<_>>()
    };
    let paced = calls(with(Some(Rate::per_second(20.0).with_burst(10)))).await;
    assert!(paced.is_empty(), "{paced:?}");
    let hasty = calls(with(None)).await;
    assert!(!hasty.is_empty());
    for error in hasty {
        assert_eq!(error.kind, ErrorKind::Throttled);
        assert!(error.retry_after.is_some());
        assert!(told(&error).contains("higher throughput"), "{error}");
    }
}

#[tokio::test]
async fn each_login_asks_for_its_own_secrets_and_no_others() {
    let fake = FakeAws::start().await;
    let aws = Aws::new(settings(&fake.endpoint()));
    for name in ["one/a", "one/b", "two/a", "two/b"] {
        fake.put_secret(name, name);
    }
    let inputs = |key: &str, names: [&str; 2]| {
        let [a, b] = names.map(|name| json!({ "secretId": name }));
        let get = json!({ "a": a, "b": b });
        request(value(json!({ "region": REGION, "login": login_as(key), "get": get })))
    };
    let one = inputs("AKIDONE", ["one/a", "one/b"]);
    let two = inputs("AKIDTWO", ["two/a", "two/b"]);
    for answer in aws.secrets().open_many(vec![one.clone(), two, one]).await {
        assert!(answer.is_ok());
    }
    let mut calls: Vec<_> =
        fake.calls().into_iter().map(|call| (call.access_key_id.unwrap(), call.names)).collect();
    calls.sort();
    let expected = [("AKIDONE", ["one/a", "one/b"]), ("AKIDTWO", ["two/a", "two/b"])];
    assert_eq!(
        calls,
        expected.map(|(key, names)| (key.to_owned(), names.map(String::from).to_vec()))
    );
}
