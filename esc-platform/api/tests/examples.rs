//! Every example of the documentation is read and written again, and nothing else is an example.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use esc_api::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

type Members = BTreeMap<String, Value>;

/// A name, and what reads and writes the example of that name.
type Example = (&'static str, fn(&str));

/// The examples, each with what reads it and writes it again.
const EXAMPLES: &[Example] = &[
    ("access-tokens", both_ways::<AccessTokens>),
    ("callable-schema", both_ways::<CallableSchema<Value>>),
    ("capabilities", both_ways::<Capabilities>),
    ("check-response", both_ways::<CheckResponse<Members>>),
    ("cli-versions", both_ways::<CliVersions>),
    ("clone-environment", both_ways::<CloneEnvironment>),
    ("context-schema", both_ways::<ContextSchema<Value>>),
    ("create-access-token", both_ways::<CreateAccessToken>),
    ("create-environment", both_ways::<CreateEnvironment>),
    ("create-environment-tag", both_ways::<CreateEnvironmentTag>),
    ("create-revision-tag", both_ways::<CreateRevisionTag>),
    ("create-webhook", both_ways::<Webhook>),
    ("created-access-token", both_ways::<CreatedAccessToken>),
    ("default-organization", both_ways::<DefaultOrganization>),
    ("diagnostic", both_ways::<Diagnostic>),
    ("diagnostics", both_ways::<Diagnostics>),
    ("draft", both_ways::<Draft>),
    ("environment-summary", both_ways::<EnvironmentSummary>),
    ("environment-tag", both_ways::<EnvironmentTag>),
    ("environment-tags", both_ways::<EnvironmentTags>),
    ("environments", both_ways::<Environments>),
    ("failed-check", both_ways::<FailedCheck<Members>>),
    ("failure", both_ways::<Failure>),
    ("failure-of-definition", both_ways::<Failure>),
    ("open-requests", both_ways::<OpenRequests>),
    ("open-response", both_ways::<OpenResponse>),
    ("providers", both_ways::<Providers>),
    ("range", both_ways::<Range>),
    ("referrers", both_ways::<Referrers>),
    ("request-open", both_ways::<RequestOpen>),
    ("retract-revision", both_ways::<RetractRevision>),
    ("revision", both_ways::<Revision>),
    ("revision-retracted", both_ways::<Revision>),
    ("revision-tag", both_ways::<RevisionTag>),
    ("revision-tags", both_ways::<RevisionTags>),
    ("rotate-environment", both_ways::<RotateEnvironment>),
    ("rotate-response", both_ways::<RotateResponse>),
    ("rotators", both_ways::<Rotators>),
    ("schedule-history", both_ways::<ScheduleHistory>),
    ("schedule-rotation", both_ways::<ScheduleRotation>),
    ("scheduled-action", both_ways::<ScheduledAction>),
    ("scheduled-actions", both_ways::<ScheduledActions>),
    ("settings", both_ways_of_settings),
    ("submit-change-request", both_ways::<SubmitChangeRequest>),
    ("token-request", both_ways::<TokenRequest>),
    ("token-response", both_ways::<TokenResponse>),
    ("update-environment-tag", both_ways::<UpdateEnvironmentTag>),
    ("update-response", both_ways::<UpdateResponse>),
    ("update-revision-tag", both_ways::<UpdateRevisionTag>),
    ("user", both_ways::<User>),
    ("user-info", both_ways::<UserInfo>),
    ("webhook", both_ways::<Webhook>),
    ("webhook-delivery", both_ways::<WebhookDelivery>),
];

#[test]
fn examples_are_read_and_written_again() {
    for (name, check) in EXAMPLES {
        let path = format!("{}/examples/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap();
        println!("{name}");
        check(&text);
    }
}

#[test]
fn all_examples_are_checked() {
    let checked: BTreeSet<String> =
        EXAMPLES.iter().map(|(name, _)| format!("{name}.json")).collect();
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let files = std::fs::read_dir(directory).unwrap();
    let files: BTreeSet<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(files, checked);
}

/// Reads the example, writes the same members in the same order, hides its secrets, and does the same with members that
/// nobody knows.
fn both_ways<T: Serialize + DeserializeOwned + Debug + PartialEq>(text: &str) {
    let read: T = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string_pretty(&read).unwrap(), text.trim_end());
    assert!(!format!("{read:?}").contains("hunter2"), "{read:?}");
    let mut more: Value = serde_json::from_str(text).unwrap();
    if !text.contains("\"schema\"") {
        add_unknown_members(&mut more);
    }
    assert_eq!(serde_json::from_value::<T>(more).unwrap(), read);
}

/// One body, written by the server as a whole and by clients in part.
fn both_ways_of_settings(text: &str) {
    both_ways::<Settings>(text);
    both_ways::<UpdateSettings>(text);
}

/// Adds a member to every object whose members are declared, which those of maps are not.
fn add_unknown_members(json: &mut Value) {
    match json {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                if !matches!(name.as_str(), "tags" | "referrers" | "inputs") {
                    add_unknown_members(member);
                }
            }
            members.insert("fromTheFuture".to_owned(), json!({"a": [1]}));
        }
        Value::Array(items) if items.iter().all(|item| item.get("environment").is_none()) => {
            items.iter_mut().for_each(add_unknown_members);
        }
        _ => {}
    }
}
