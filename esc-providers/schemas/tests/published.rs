//! The inputs are those that Pulumi publishes, and ours beside them by name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use esc_core::schema::SchemaRef;
use esc_provider_schemas::{PROVIDERS, ROTATORS};

/// The places of all inputs, `!` behind those that are required.
fn places(schema: &SchemaRef) -> BTreeSet<String> {
    fn collect(schema: &SchemaRef, path: &str, out: &mut BTreeSet<String>) {
        for (name, inner) in schema.properties() {
            let required = schema.required().iter().any(|required| required == name);
            out.insert(format!("{path}{name}{}", if required { "!" } else { "" }));
            // What may be allowed is a list of its own, of one kind.
            if name != "permissions" {
                collect(inner, &format!("{path}{name}."), out);
            }
        }
        if let Some(each) = schema.additional_properties() {
            collect(each, &format!("{path}*."), out);
        }
        for inner in schema.items().into_iter().chain(schema.one_of()) {
            collect(inner, path, out);
        }
    }
    let mut out = BTreeSet::new();
    collect(schema, "", &mut out);
    out
}

#[test]
fn inputs_are_those_that_are_published_and_ours_by_name() {
    let mut published: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut current = "";
    for line in include_str!("published.txt").lines().filter(|line| !line.starts_with('#')) {
        if !line.starts_with(' ') {
            current = line;
        }
        let words =
            line.starts_with(' ').then_some(line).into_iter().flat_map(str::split_whitespace);
        let places = words.map(|word| word.trim_start_matches('+').to_owned());
        published.entry(current).or_default().extend(places);
    }
    let providers = PROVIDERS.iter().map(|p| (p.name().to_owned(), &p.schema().inputs));
    let rotators = ROTATORS.iter().map(|r| (format!("rotate {}", r.name()), &r.schema().inputs));
    let ours: BTreeMap<String, BTreeSet<String>> =
        providers.chain(rotators).map(|(name, inputs)| (name, places(inputs))).collect();
    assert_eq!(ours.len(), published.len());
    for (name, places) in ours {
        assert_eq!(published.get(name.as_str()), Some(&places), "{name}");
    }
}

/// What holds a credential: the last name of its place.
const CREDENTIALS: [&str; 15] = [
    "secretAccessKey",
    "sessionToken",
    "clientSecret",
    "accessToken",
    "token",
    "privateKey",
    "serviceAccountToken",
    "password",
    "secretValue",
    "secretId",
    "wrappedSecretId",
    "wrappedToken",
    "jwt",
    "current",
    "previous",
];

#[test]
fn credentials_are_secret_wherever_they_stand() {
    fn check(schema: &SchemaRef, name: &str, path: &str) {
        let text = schema.ty().is_some_and(|ty| ty.name() == "string");
        // The id of a secret of AWS or Azure is no credential; that of Vault's AppRole is.
        let id = name == "secretId" && !path.contains("approle");
        if text && CREDENTIALS.contains(&name) && !id {
            assert!(schema.secret(), "{path}");
        }
        for (name, inner) in schema.properties() {
            check(inner, name, &format!("{path}.{name}"));
        }
        let others = schema.additional_properties().into_iter().chain(schema.items());
        for inner in others.chain(schema.one_of()) {
            check(inner, "*", path);
        }
    }
    for published in PROVIDERS {
        check(&published.schema().inputs, "", published.name());
        check(&published.schema().outputs, "", published.name());
    }
    for published in ROTATORS {
        let schema = published.schema();
        for part in [&schema.inputs, &schema.state, &schema.outputs] {
            check(part, "", published.name());
        }
    }
}
