//! What clients of the API trip over, one test for each.

use esc_api::*;
use serde_json::{Value, from_str, json, to_string, to_value};

#[test]
fn optional_members_are_left_out_and_null_is_read_as_absent() {
    let revision = Revision { number: 1, ..Revision::default() };
    assert_eq!(to_string(&revision).unwrap(), r#"{"number":1,"created":""}"#);
    let nulls = r#"{"number":1,"created":null,"creatorLogin":null,"tags":null,"retracted":null}"#;
    assert_eq!(from_str::<Revision>(nulls).unwrap(), revision);
    assert_eq!(to_string(&RetractRevision::default()).unwrap(), "{}");
    assert_eq!(from_str::<UpdateSettings>("{}").unwrap().deletion_protected, None);
}

#[test]
fn what_a_body_is_about_must_be_there() {
    for body in
        [r#"{"created":"now"}"#, r#"{"number":null}"#, r#"{"number":"3"}"#, r#"{"number":-1}"#]
    {
        assert!(from_str::<Revision>(body).is_err(), "{body}");
    }
    assert!(from_str::<Environments>("{}").is_err());
    assert!(from_str::<OpenResponse>("{}").is_err());
}

#[test]
fn the_last_page_of_tags_says_so_with_a_zero() {
    assert_eq!(to_string(&EnvironmentTags::default()).unwrap(), r#"{"tags":{},"nextToken":"0"}"#);
    assert_eq!(from_str::<EnvironmentTags>(r#"{"tags":{}}"#).unwrap().next_token, "0");
}

#[test]
fn a_tag_of_an_environment_has_all_members() {
    let tag = EnvironmentTag { name: "a".to_owned(), ..EnvironmentTag::default() };
    let members = ["created", "editorLogin", "editorName", "modified", "name", "value"];
    let Value::Object(written) = to_value(&tag).unwrap() else { panic!() };
    assert_eq!(written.keys().map(String::as_str).collect::<Vec<_>>(), members);
}

#[test]
fn a_plain_failure_has_two_members() {
    let failure = Failure { code: 404, message: "not found".to_owned(), diagnostics: Vec::new() };
    assert_eq!(to_string(&failure).unwrap(), r#"{"code":404,"message":"not found"}"#);
}

#[test]
fn a_range_always_has_an_environment() {
    let written = to_value(Range::default()).unwrap();
    assert_eq!(written["environment"], json!(""));
    assert_eq!(written["begin"], json!({"line": 0, "column": 0, "byte": 0}));
    let bare = r#"{"begin":{"line":1,"column":1,"byte":0},"end":{"line":1,"column":2,"byte":1}}"#;
    assert_eq!(from_str::<Range>(bare).unwrap().environment, "");
}

#[test]
fn an_update_and_an_opening_without_findings_have_no_diagnostics() {
    assert_eq!(to_string(&UpdateResponse::default()).unwrap(), "{}");
    let opened = OpenResponse { id: "s".to_owned() };
    assert_eq!(to_string(&opened).unwrap(), r#"{"id":"s"}"#);
}

#[test]
fn one_broken_diagnostic_does_not_hide_the_others() {
    let body = r#"{"code":400,"diagnostics":[7,{"summary":"a","severity":""},{"range":1},
        {"summary":"b","severity":"warning"},null,{"summary":"c","severity":"info"}]}"#;
    let found = from_str::<Failure>(body).unwrap().diagnostics;
    let found: Vec<_> = found.iter().map(|d| (d.summary.as_str(), d.severity)).collect();
    assert_eq!(found, [("a", None), ("b", Some(Severity::Warning)), ("c", None)]);
    assert_eq!(from_str::<Failure>(r#"{"diagnostics":null}"#).unwrap(), Failure::default());
}

#[test]
fn rotations_are_asked_for_in_two_spellings() {
    let paths = |body: &str| from_str::<RotateEnvironment>(body).unwrap().paths;
    assert_eq!(paths(r#"{"Paths":["a.b"]}"#), ["a.b"]);
    assert_eq!(paths(r#"{"paths":["a.b"]}"#), ["a.b"]);
    for all in [r#"{"Paths":null}"#, r#"{"paths":[]}"#, "{}"] {
        assert!(paths(all).is_empty(), "{all}");
    }
}

#[test]
fn a_failed_rotation_has_a_message() {
    let rotation = Rotation {
        id: "r".to_owned(),
        environment_path: "a".to_owned(),
        status: RotationStatus::Failed { error_message: String::new() },
    };
    assert_eq!(
        to_value(&rotation).unwrap(),
        json!({"id": "r", "environmentPath": "a", "status": "failed", "errorMessage": ""})
    );
    let bare = r#"{"id":"r","environmentPath":"a","status":"failed"}"#;
    assert_eq!(from_str::<Rotation>(bare).unwrap(), rotation);
}

#[test]
fn tokens_are_asked_for_as_json_and_as_a_form() {
    let request = TokenRequest {
        grant_type: TokenRequest::EXCHANGE.to_owned(),
        subject_token: Some(Sensitive::new("a+b c")),
        scope: Some(String::new()),
        expiration: Some(7200),
        ..TokenRequest::default()
    };
    let form = serde_urlencoded::to_string(&request).unwrap();
    assert_eq!(
        form,
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange\
         &subject_token=a%2Bb+c&scope=&expiration=7200"
    );
    assert_eq!(serde_urlencoded::from_str::<TokenRequest>(&form).unwrap(), request);
    let json = to_string(&request).unwrap();
    assert!(json.ends_with(r#""expiration":7200}"#), "{json}");
    assert_eq!(from_str::<TokenRequest>(&json).unwrap(), request);
    assert!(from_str::<TokenRequest>(r#"{"grant_type":"x","expiration":-1}"#).is_err());
    assert!(serde_urlencoded::from_str::<TokenRequest>("grant_type=x&expiration=soon").is_err());
}

#[test]
fn lives_of_tokens_are_read_in_every_form() {
    let life = |text: &str| {
        let body = format!(r#"{{"access_token":"t","expires_in":{text}}}"#);
        from_str::<TokenResponse>(&body).ok().map(|response| response.expires_in)
    };
    assert_eq!(life("7200"), Some(7200));
    assert_eq!(life("59.9"), Some(59));
    assert_eq!(life("\"60\""), Some(60));
    assert_eq!(life("1e300"), Some(u64::MAX));
    assert_eq!([life("-1"), life("-0.5"), life("null"), life("[]")], [None; 4]);
}
