//! Environments as people write them in public: they check, and opening one says the one thing that it lacks.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod common;

use std::path::Path;

use common::{Bench, Ran};

fn esc(args: &[&str]) -> Ran {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let bench = Bench::new(&[]);
    let mut command = bench.command(args);
    command
        .env("ESC_DIR", examples.join("environments"))
        .env("ESC_KEY_FILE", examples.join("demo.key"));
    Ran::from(command.output().unwrap())
}

#[test]
fn all_check_clean() {
    for name in ["aws-snowflake", "kubeconfig", "onepassword", "gcp-azure", "aws-secrets"] {
        esc(&["check", &format!("public/{name}")]).quiet("");
    }
}

#[test]
fn opening_says_what_is_lacking() {
    for (name, words) in [
        ("aws-snowflake", "no crate implements the provider `snowflake-login` yet"),
        ("kubeconfig", "no crate implements the provider `pulumi-stacks` yet"),
        ("onepassword", "no crate implements the provider `1password-secrets` yet"),
        ("gcp-azure", "no crate implements the provider `gcp-login` yet"),
        ("gcp-azure", "no crate implements the provider `azure-login` yet"),
        ("aws-secrets", "`context.pulumi.user.login` is not set"),
    ] {
        esc(&["open", &format!("public/{name}")]).failed(1, words);
    }
    // Nobody vouches for who opens it here, and that is then the one thing.
    let named = esc(&["--user", "ana", "open", "public/aws-secrets"]);
    assert!(!named.err.contains("is not set"), "{}", named.err);
    named.failed(1, "issuer");
}
