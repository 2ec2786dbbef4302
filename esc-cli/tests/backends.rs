//! The providers that the command brings, and what of the machine they may use.

#![cfg(all(feature = "aws", feature = "outbound"))]
#![allow(clippy::expect_used, reason = "tests may panic")]

mod common;

use common::Bench;
use esc_providers::outbound::{Algorithm, SigningKey};

fn bench() -> Bench {
    Bench::new(&[
        (
            "shop/static",
            "\
values:
  aws:
    fn::open::aws-login: {static: {accessKeyId: AKIDEXAMPLE, secretAccessKey: hunter2}}
  environmentVariables:
    AWS_ACCESS_KEY_ID: ${aws.accessKeyId}
    AWS_SECRET_ACCESS_KEY: ${aws.secretAccessKey}
",
        ),
        ("shop/ambient", "values: {aws: {\"fn::open::aws-login\": {default: true}}}\n"),
        (
            "shop/claims",
            "values: {claims: {\"fn::open::debug-oidc-claims\": {audiencePrefix: aws}}}\n",
        ),
        ("shop/unknown", "values: {a: {\"fn::open::aws-logn\": {}}}\n"),
    ])
}

#[test]
fn a_login_without_a_call_opens() {
    let ran = bench().esc(&["open", "shop/static", "-f", "dotenv"]);
    ran.quiet("AWS_ACCESS_KEY_ID=\"AKIDEXAMPLE\"\nAWS_SECRET_ACCESS_KEY=\"hunter2\"\n");
}

#[test]
fn what_the_machine_has_is_refused_unless_allowed() {
    bench().esc(&["open", "shop/ambient"]).failed(1, "denied");
    bench().esc(&["open", "shop/ambient"]).failed(1, "= help:");
}

#[test]
fn an_issuer_is_made_of_a_key() {
    let bench = bench();
    let path = bench.tmp().join("issuer.pem");
    let signing = SigningKey::generate(Algorithm::Es256).expect("randomness");
    let pem = signing.to_pem().expect("a new key");
    std::fs::write(&path, pem.expose()).expect("a temporary file");
    let key = path.to_str().expect("a readable path");
    let issuer = ["--issuer", "https://esc.example/oidc", "--organization", "acme"];
    let open = ["open", "shop/claims", "claims.sub", "-f", "string"];
    let with_key = [&issuer[..], &["--issuer-key", key], &open].concat();
    bench.esc(&with_key).quiet("pulumi:environments:org:acme:env:shop/claims\n");

    bench.esc(&[&issuer[..], &open].concat()).failed(2, "--issuer-key");
    bench.esc(&open).failed(1, "configure an issuer");
    std::fs::write(&path, "no key").expect("a temporary file");
    bench.esc(&with_key).failed(2, "--issuer-key");
}

#[test]
fn an_unknown_provider_is_told_by_check() {
    bench().esc(&["check", "shop/unknown"]).failed(1, "unknown provider \"aws-logn\"");
}
