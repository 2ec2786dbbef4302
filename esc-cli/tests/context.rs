//! Who opens environments: from flags, variables and the project file.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod common;

use common::{Bench, Ran};

const SESSION: &str = "\
values:
  session: pulumi-${context.pulumi.user.login}
  organization: ${context.pulumi.organization.login}
  ids: ${context.pulumi.user.id}/${context.pulumi.organization.id}
  names: ${context.rootEnvironment.name} ${context.currentEnvironment.name}
";

const PROJECT: &str = "\
context:
  user: {login: ana, id: u-1}
  organization: {login: acme, id: o-1}
";

fn bench() -> Bench {
    Bench::new(&[("shop/dev", SESSION)])
}

fn project(bench: &Bench, text: &str) {
    std::fs::write(bench.environments().join("esc.yaml"), text).unwrap();
}

fn open(bench: &Bench, args: &[&str], variables: &[(&str, &str)], path: &str) -> Ran {
    let args = [args, &["open", "shop/dev", path, "-f", "string"]].concat();
    let variables = variables.iter().copied();
    Ran::from(bench.command(&args).envs(variables).output().unwrap())
}

#[test]
fn what_is_not_set_checks_and_fails_to_open() {
    let bench = bench();
    bench.esc(&["check", "shop/dev"]).quiet("");
    let ran = open(&bench, &[], &[], "session");
    ran.failed(1, "`context.pulumi.user.login` is not set");
    for (path, words) in [
        ("session", ["`--user NAME`", "`ESC_USER`", "`context: {user: {login: …}}`"]),
        (
            "organization",
            [
                "`--organization NAME`",
                "`ESC_ORGANIZATION`",
                "`context: {organization: {login: …}}`",
            ],
        ),
    ] {
        for words in words {
            open(&bench, &[], &[], path).failed(1, words);
        }
    }
    open(&bench, &[], &[], "names").quiet("shop/dev shop/dev\n");
}

#[test]
fn flags_go_before_variables_and_variables_before_the_project_file() {
    let bench = bench();
    let variables = [("ESC_USER", "bob"), ("ESC_ORGANIZATION", "other")];
    open(&bench, &[], &variables, "session").quiet("pulumi-bob\n");
    open(&bench, &["--user", "eve"], &variables, "session").quiet("pulumi-eve\n");
    project(&bench, PROJECT);
    open(&bench, &[], &[], "session").quiet("pulumi-ana\n");
    open(&bench, &[], &[], "organization").quiet("acme\n");
    open(&bench, &[], &[], "ids").quiet("u-1/o-1\n");
    open(&bench, &[], &variables, "organization").quiet("other\n");
    open(&bench, &["--user-id", "7", "--organization-id", "8"], &[], "ids").quiet("7/8\n");
    open(&bench, &[], &[("ESC_USER", "")], "session").quiet("pulumi-ana\n");
}

#[test]
fn the_project_file_is_strict() {
    let bench = bench();
    for (text, words) in [
        ("context: {usr: {login: ana}}", "there is no setting `usr`; did you mean `user`?"),
        ("contexts: {}", "did you mean `context`?"),
        ("context: {user: {logn: ana}}", "did you mean `login`?"),
        ("context: {user: ana}", "expected a section with `id` or `login`"),
        ("context: {user: {id: 7}}", "expected a string: quote it"),
        ("context: {user: {id: ''}}", "expected a string that is not empty"),
        ("context: {user: {id: a, id: b}}", "`id` is given twice"),
        ("[]", "expected a section with `context`"),
        ("context: {", "esc.yaml:1:"),
    ] {
        project(&bench, text);
        bench.esc(&["check", "shop/dev"]).failed(2, words);
        bench.esc(&["check", "shop/dev"]).failed(2, "esc.yaml:1:");
    }
    for text in ["", "# nothing\n", "context:\n", "context: {user: }\n"] {
        project(&bench, text);
        bench.esc(&["check", "shop/dev"]).quiet("");
    }
}
