//! AWS as documented: what it answers, refuses and throttles.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use esc_test_servers::{FakeAws, ParameterKind, Trust};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{KeyPair, PublicKeyData};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

const ROLE: &str = "arn:aws:iam::123456789012:role/reader";

fn client() -> Client {
    Client::builder().no_proxy().tls_certs_only([]).build().unwrap()
}

fn signed(request: RequestBuilder, key: &str) -> RequestBuilder {
    let value =
        format!("AWS4-HMAC-SHA256 Credential={key}/20260101/eu-west-1/x/aws4_request, Signature=0");
    request.header("authorization", value)
}

async fn call(aws: &FakeAws, target: &str, body: Value) -> (u16, Value) {
    let request = client().post(aws.endpoint()).header("x-amz-target", target);
    let response = request.body(body.to_string()).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/x-amz-json-1.1");
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn secret(aws: &FakeAws, body: Value) -> (u16, Value) {
    call(aws, "secretsmanager.GetSecretValue", body).await
}

fn refused((status, body): (u16, Value)) -> String {
    assert_eq!(status, 400, "{body}");
    let message = body["Message"].as_str().or(body["message"].as_str()).unwrap();
    format!("{}: {message}", body["__type"].as_str().unwrap())
}

#[tokio::test]
async fn secrets_have_versions_stages_and_arns() {
    let aws = FakeAws::start().await;
    let old = aws.put_secret("prod/db", "one");
    let new = aws.put_secret("prod/db", "two");
    aws.put_binary_secret("blob", b"\0\xff");
    let arn = aws.secret_arn("prod/db");
    for (input, text) in [
        (json!({ "SecretId": "prod/db" }), "two"),
        (json!({ "SecretId": arn }), "two"),
        (json!({ "SecretId": arn[..arn.len() - 7] }), "two"),
        (json!({ "SecretId": "prod/db", "VersionStage": "AWSPREVIOUS" }), "one"),
        (json!({ "SecretId": "prod/db", "VersionId": old }), "one"),
        (json!({ "SecretId": "prod/db", "VersionId": new, "VersionStage": "AWSCURRENT" }), "two"),
    ] {
        let (status, body) = secret(&aws, input.clone()).await;
        assert_eq!((status, body["SecretString"].as_str()), (200, Some(text)), "{input}: {body}");
        assert_eq!(
            (body["ARN"].as_str(), body["Name"].as_str()),
            (Some(arn.as_str()), Some("prod/db"))
        );
    }
    let (_, blob) = secret(&aws, json!({ "SecretId": "blob" })).await;
    assert_eq!((&blob["SecretBinary"], &blob["SecretString"]), (&json!("AP8="), &Value::Null));
}

#[tokio::test]
async fn what_is_missing_is_told_apart() {
    let aws = FakeAws::start().await;
    let old = aws.put_secret("a", "1");
    aws.put_secret("a", "2");
    aws.put_secret("gone", "x");
    aws.delete_secret("gone");
    aws.put_secret("denied", "x");
    aws.deny("denied");
    let absent = "f".repeat(36);
    for (input, message) in [
        (json!({ "SecretId": "b" }), "ResourceNotFoundException: Secrets Manager can't find the specified secret.".to_owned()),
        (
            json!({ "SecretId": "a", "VersionStage": "beta" }),
            "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: beta".to_owned(),
        ),
        (
            json!({ "SecretId": "a", "VersionId": absent }),
            format!("ResourceNotFoundException: Secrets Manager can't find the specified secret value for VersionId: {absent}"),
        ),
        (
            json!({ "SecretId": "a", "VersionId": old, "VersionStage": "AWSCURRENT" }),
            "InvalidRequestException: You provided a VersionStage that is not associated to the provided VersionId.".to_owned(),
        ),
        (
            json!({ "SecretId": "gone" }),
            "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.".to_owned(),
        ),
    ] {
        assert_eq!(refused(secret(&aws, input).await), message);
    }
    let denied = refused(secret(&aws, json!({ "SecretId": "denied" })).await);
    assert!(denied.starts_with("AccessDeniedException: User: arn:"), "{denied}");
    assert_eq!(aws.count("GetSecretValue"), 6);
    assert_eq!(aws.calls()[0].error.as_deref(), Some("ResourceNotFoundException"));
    assert_eq!(aws.calls()[0].names, ["b"]);
}

#[tokio::test]
async fn batches_are_bounded_reordered_and_fail_in_parts() {
    let aws = FakeAws::start().await;
    for name in ["a", "b", "c"] {
        aws.put_secret(name, name);
    }
    let target = "secretsmanager.BatchGetSecretValue";
    let list = json!({ "SecretIdList": ["a", "missing", "b", aws.secret_arn("c")] });
    let (status, body) = call(&aws, target, list).await;
    let names: Vec<&str> = body["SecretValues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["Name"].as_str().unwrap())
        .collect();
    assert_eq!((status, names), (200, vec!["c", "b", "a"]));
    assert_eq!(body["Errors"][0]["SecretId"], "missing");
    assert_eq!(body["Errors"][0]["ErrorCode"], "ResourceNotFoundException");
    let many: Vec<String> = (0..21).map(|i| format!("s{i}")).collect();
    let refusal = refused(call(&aws, target, json!({ "SecretIdList": many })).await);
    assert!(refusal.starts_with("ValidationException: 1 validation error"), "{refusal}");
    assert_eq!(call(&aws, target, json!({ "SecretIdList": many[..20] })).await.0, 200);
}

#[tokio::test]
async fn parameters_have_versions_labels_and_kinds() {
    let aws = FakeAws::start().await;
    aws.put_parameter("/a", ParameterKind::String, "one");
    aws.put_parameter("/a", ParameterKind::String, "two");
    aws.label_parameter("/a", 1, "stable");
    aws.put_parameter("/list", ParameterKind::StringList, "x,y");
    aws.put_parameter("/secret", ParameterKind::SecureString, "hidden");
    let target = "AmazonSSM.GetParameters";
    let names =
        ["/a", "/a:1", "/a:stable", "/a:9", "/no", "/list", "/secret", &aws.parameter_arn("/a")];
    let (_, body) = call(&aws, target, json!({ "Names": names })).await;
    let find = |name: &str, selector: Value| {
        let all = body["Parameters"].as_array().unwrap();
        all.iter().find(|p| p["Name"] == name && p["Selector"] == selector).unwrap().clone()
    };
    assert_eq!(
        (&find("/a", Value::Null)["Value"], &find("/a", Value::Null)["Version"]),
        (&json!("two"), &json!(2))
    );
    assert_eq!(find("/a", json!(":1"))["Value"], "one");
    assert_eq!(find("/a", json!(":stable"))["Value"], "one");
    assert_eq!(find("/list", Value::Null)["Type"], "StringList");
    assert_ne!(find("/secret", Value::Null)["Value"], "hidden");
    assert_eq!(body["InvalidParameters"], json!(["/a:9", "/no"]));
    let (_, body) =
        call(&aws, target, json!({ "Names": ["/secret"], "WithDecryption": true })).await;
    assert_eq!(body["Parameters"][0]["Value"], "hidden");
    let many: Vec<String> = (0..11).map(|i| format!("/p{i}")).collect();
    assert!(
        refused(call(&aws, target, json!({ "Names": many })).await)
            .starts_with("ValidationException")
    );
    let single = call(&aws, "AmazonSSM.GetParameter", json!({ "Name": "/no" })).await;
    assert_eq!(refused(single), "ParameterNotFound: ");
}

#[tokio::test]
async fn paths_come_in_pages_which_may_be_empty() {
    let aws = FakeAws::start().await;
    aws.lift_quotas();
    aws.set_empty_first_page(true);
    for i in 0..23 {
        aws.put_parameter(&format!("/app/p{i:02}"), ParameterKind::String, "v");
    }
    aws.put_parameter("/app/deep/p", ParameterKind::String, "v");
    aws.put_parameter("/application", ParameterKind::String, "v");
    for (recursive, sizes) in [(false, vec![0, 10, 10, 3]), (true, vec![0, 10, 10, 4])] {
        let (mut seen, mut token) = (vec![], None);
        loop {
            let mut input = json!({ "Path": "/app", "Recursive": recursive });
            if let Some(token) = token.take() {
                input["NextToken"] = token;
            }
            let (_, body) = call(&aws, "AmazonSSM.GetParametersByPath", input).await;
            seen.push(body["Parameters"].as_array().unwrap().len());
            match body.get("NextToken") {
                Some(next) => token = Some(next.clone()),
                None => break,
            }
        }
        assert_eq!(seen, sizes);
    }
}

#[tokio::test]
async fn quotas_throttle() {
    let aws = FakeAws::start().await;
    aws.put_parameter("/a", ParameterKind::String, "v");
    // All operations that read parameters share one. So little comes back that no pause of a busy machine matters.
    aws.set_quota("GetParameters", 0.001);
    let get = || call(&aws, "AmazonSSM.GetParameter", json!({ "Name": "/a" }));
    let list = || call(&aws, "AmazonSSM.GetParameters", json!({ "Names": ["/a"] }));
    assert_eq!(get().await.0, 200);
    assert_eq!(refused(list().await), "ThrottlingException: Rate exceeded");
    // A quota of its own, used up by one.
    aws.put_secret("a", "v");
    aws.set_quota("BatchGetSecretValue", 0.001);
    let batch =
        || call(&aws, "secretsmanager.BatchGetSecretValue", json!({ "SecretIdList": ["a"] }));
    assert_eq!(batch().await.0, 200);
    assert_eq!(refused(batch().await), "ThrottlingException: Rate exceeded");
    aws.lift_quotas();
    assert_eq!(batch().await.0, 200);
    let outcomes: Vec<u16> = aws.calls().iter().map(|c| c.status).collect();
    assert_eq!(outcomes, [200, 400, 200, 400, 200]);
}

/// A key that signs tokens, and its public half.
fn signer() -> (EncodingKey, Value) {
    let key = KeyPair::generate().unwrap();
    let point = key.der_bytes();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let jwk = json!({
        "kty": "EC", "crv": "P-256", "kid": "k1", "alg": "ES256", "use": "sig",
        "x": text(&point[1..33]), "y": text(&point[33..65]),
    });
    (EncodingKey::from_ec_pem(key.serialize_pem().as_bytes()).unwrap(), json!({ "keys": [jwk] }))
}

fn token(key: &EncodingKey, change: Value) -> String {
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let mut claims = json!({
        "iss": "https://issuer.test", "aud": "aws:org", "sub": "pulumi:environments:org:app/dev",
        "iat": now, "exp": now + 600,
    });
    for (name, value) in change.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let header = Header { kid: Some("k1".into()), ..Header::new(Algorithm::ES256) };
    encode(&header, &claims, key).unwrap()
}

async fn sts(aws: &FakeAws, fields: &[(&str, &str)], key: Option<(&str, &str)>) -> (u16, String) {
    let mut request = client().post(aws.endpoint()).form(fields);
    if let Some((id, session)) = key {
        request = signed(request, id).header("x-amz-security-token", session);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

fn element<'a>(xml: &'a str, name: &str) -> &'a str {
    let (_, rest) =
        xml.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name}: {xml}"));
    rest.split_once(&format!("</{name}>")).unwrap().0
}

#[tokio::test]
async fn web_identities_must_be_trusted() {
    let aws = FakeAws::start().await;
    let (key, jwks) = signer();
    let (stranger, _) = signer();
    aws.trust(Trust {
        role: ROLE.into(),
        issuer: "https://issuer.test".into(),
        jwks,
        audience: "aws:org".into(),
        subject: "pulumi:environments:org:*".into(),
        max_duration: Duration::from_secs(3600),
    });
    let attempt = async |token: &str, role: &str, session: &str, seconds: &str| {
        let fields = [
            ("Action", "AssumeRoleWithWebIdentity"),
            ("Version", "2011-06-15"),
            ("RoleArn", role),
            ("RoleSessionName", session),
            ("WebIdentityToken", token),
            ("DurationSeconds", seconds),
        ];
        sts(&aws, &fields, None).await
    };
    let good = token(&key, json!({}));
    for (bad, status, code) in [
        (token(&stranger, json!({})), 400, "InvalidIdentityToken"),
        (token(&key, json!({ "iss": "https://other.test" })), 400, "InvalidIdentityToken"),
        (token(&key, json!({ "aud": "other" })), 400, "InvalidIdentityToken"),
        (token(&key, json!({ "exp": 1_000_000_000 })), 400, "ExpiredTokenException"),
        (token(&key, json!({ "sub": "pulumi:environments:other:x" })), 403, "AccessDenied"),
        ("garbage".to_owned(), 400, "InvalidIdentityToken"),
        ("x".to_owned(), 400, "ValidationError"),
    ] {
        let (got, xml) = attempt(&bad, ROLE, "esc", "3600").await;
        assert_eq!((got, element(&xml, "Code")), (status, code), "{xml}");
    }
    for (role, session, seconds, code) in [
        ("arn:aws:iam::123456789012:role/unknown", "esc", "3600", "AccessDenied"),
        (ROLE, "app/dev", "3600", "ValidationError"),
        (ROLE, "esc", "7200", "ValidationError"),
        (ROLE, "esc", "60", "ValidationError"),
    ] {
        let (_, xml) = attempt(&good, role, session, seconds).await;
        assert_eq!(element(&xml, "Code"), code, "{xml}");
    }
    let (status, xml) = attempt(&good, ROLE, "esc", "900").await;
    assert_eq!(status, 200, "{xml}");
    assert_eq!(element(&xml, "SubjectFromWebIdentityToken"), "pulumi:environments:org:app/dev");
    let (id, session) = (element(&xml, "AccessKeyId"), element(&xml, "SessionToken"));
    let whoami = [("Action", "GetCallerIdentity")];
    let (_, identity) = sts(&aws, &whoami, Some((id, session))).await;
    assert_eq!(element(&identity, "Arn"), "arn:aws:sts::123456789012:assumed-role/reader/esc");
}

#[tokio::test]
async fn keys_are_known_unknown_or_expired() {
    let aws = FakeAws::start().await;
    aws.put_secret("a", "v");
    aws.add_role(ROLE, Duration::from_secs(7200));
    aws.check_keys();
    aws.add_key("AKIAGOOD");
    aws.expire_key("AKIAOLD");
    let get = async |key: Option<&str>| {
        let mut request =
            client().post(aws.endpoint()).header("x-amz-target", "secretsmanager.GetSecretValue");
        if let Some(key) = key {
            request = signed(request, key);
        }
        let response = request.body(r#"{"SecretId":"a"}"#).send().await.unwrap();
        let body: Value = response.json().await.unwrap();
        body["__type"].as_str().unwrap_or("").to_owned()
    };
    assert_eq!(get(Some("AKIAGOOD")).await, "");
    assert_eq!(get(Some("AKIABAD")).await, "UnrecognizedClientException");
    assert_eq!(get(Some("AKIAOLD")).await, "ExpiredTokenException");
    assert_eq!(get(None).await, "MissingAuthenticationTokenException");

    let assume = [
        ("Action", "AssumeRole"),
        ("RoleArn", ROLE),
        ("RoleSessionName", "esc"),
        ("DurationSeconds", "7200"),
    ];
    let plain = client().post(aws.endpoint()).form(&assume);
    let xml = signed(plain, "AKIAGOOD").send().await.unwrap().text().await.unwrap();
    let (id, session) = (element(&xml, "AccessKeyId"), element(&xml, "SessionToken"));
    // A key of a session is nothing without its token.
    assert_eq!(get(Some(id)).await, "UnrecognizedClientException");
    let (_, chained) = sts(&aws, &assume, Some((id, session))).await;
    assert!(element(&chained, "Message").contains("role chaining"), "{chained}");
    let (status, xml) = sts(&aws, &assume, Some(("AKIABAD", ""))).await;
    assert_eq!((status, element(&xml, "Code")), (403, "InvalidClientTokenId"));
}
