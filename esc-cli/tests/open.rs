//! `esc open` and `esc check`: formats, diagnostics, exit codes.

mod common;

use common::Bench;

fn bench() -> Bench {
    Bench::new(&[
        ("default/test", "imports:\n  - test-2\nvalues:\n  foo: bar\n"),
        ("default/test-2", "values:\n  foo: baz\n  hello: world\n"),
        (
            "default/vars",
            "\
values:
  foo: bar
  yup: true
  pi: 3.14
  token: {\"fn::secret\": \"it's $HOME\"}
  list: [1]
  environmentVariables: {FOO: \"${foo}\", BOOL: \"${yup}\", NUM: \"${pi}\", TOKEN: \"${token}\"}
  files: {NUM_FILE: \"${pi}\"}
",
        ),
        (
            "default/broken",
            "values:\n  object: {}\n  missing: ${foo}\n  invalid: {'fn::toBase64': \"${object}\"}\n",
        ),
        ("default/warned", "values:\n  environmentVariables: {A: [1], B: x}\n"),
        ("default/empty", ""),
        ("shop/production", "values: {a: {b: [x, y]}, c: {\"fn::open::nothing\": {}}}\n"),
    ])
}

#[test]
fn json() {
    bench()
        .esc(&["open", "default/test"])
        .quiet("{\n  \"foo\": \"bar\",\n  \"hello\": \"world\"\n}\n");
    bench().esc(&["open", "test", "foo", "--format=json"]).quiet("\"bar\"\n");
    bench().esc(&["open", "empty"]).quiet("{}\n");
}

#[test]
fn yaml() {
    bench().esc(&["open", "test", "-f", "yaml"]).quiet("foo: bar\nhello: world\n");
}

#[test]
fn string() {
    bench().esc(&["open", "test", "-f", "string"]).quiet("\"foo\"=\"bar\",\"hello\"=\"world\"\n");
    bench().esc(&["open", "vars", "pi", "-f", "string"]).quiet("3.14\n");
}

#[test]
fn detailed() {
    let ran = bench().esc(&["open", "default/test", "--format", "detailed", "foo"]);
    ran.quiet(
        r#"{
  "value": "bar",
  "trace": {
    "def": {
      "environment": "default/test",
      "begin": {
        "line": 4,
        "column": 8,
        "byte": 35
      },
      "end": {
        "line": 4,
        "column": 11,
        "byte": 38
      }
    },
    "base": {
      "value": "baz",
      "trace": {
        "def": {
          "environment": "test-2",
          "begin": {
            "line": 2,
            "column": 8,
            "byte": 15
          },
          "end": {
            "line": 2,
            "column": 11,
            "byte": 18
          }
        }
      }
    }
  }
}
"#,
    );
    let whole = bench().esc(&["open", "default/test", "--format", "detailed"]);
    assert!(whole.out.contains("\"hello\": {\n      \"value\": \"world\""), "{}", whole.out);
    // The object of all values stands nowhere.
    let (_, end) = whole.out.rsplit_once("\n  \"trace\": ").unwrap();
    let expected =
        r#"{"def":{"begin":{"line":0,"column":0,"byte":0},"end":{"line":0,"column":0,"byte":0}}}}"#;
    assert_eq!(end.split_whitespace().collect::<String>(), expected);
}

#[test]
fn dotenv_and_shell_quote_and_leave_private_files() {
    use std::os::unix::fs::PermissionsExt;
    for (format, before, token) in
        [("dotenv", "", r#""it's \$HOME""#), ("shell", "export ", r"'it'\''s $HOME'")]
    {
        let bench = bench();
        let ran = bench.esc(&["open", "vars", "-f", format]);
        assert_eq!(ran.code, 0);
        let mut lines = ran.out.lines();
        for (name, value) in
            [("BOOL", "\"true\""), ("FOO", "\"bar\""), ("NUM", "\"3.14\""), ("TOKEN", token)]
        {
            assert_eq!(lines.next().unwrap(), format!("{before}{name}={value}"));
        }
        let path = lines.next().unwrap().strip_prefix(&format!("{before}NUM_FILE=\"")).unwrap();
        let path = path.strip_suffix('"').unwrap();
        assert_eq!(lines.next(), None);
        assert_eq!(std::fs::read_to_string(path).unwrap(), "3.14");
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let path = std::path::Path::new(path);
        assert_eq!((mode(path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert!(ran.err.contains("remove it when"), "{}", ran.err);
    }
    bench().esc(&["open", "vars", "foo", "-f", "shell"]).failed(2, "of whole environments");
}

#[test]
fn errors_are_shown_with_the_document() {
    let ran = bench().esc(&["open", "broken"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    for part in [
        "unknown property \"foo\"",
        "--> broken:3:14",
        "missing: ${foo}",
        "expected string, got object",
        "2 errors",
    ] {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
    assert!(!ran.err.contains('\x1b'));
    assert!(bench().esc(&["open", "broken", "--color=always"]).err.contains('\x1b'));
    bench().esc(&["check", "broken"]).failed(1, "unknown property");
    bench().esc(&["check", "test"]).quiet("");
}

#[test]
fn only_what_is_asked_for_is_opened() {
    bench().esc(&["open", "shop/production"]).failed(1, "unknown provider");
    bench().esc(&["open", "shop/production", "a.b[1]"]).quiet("\"y\"\n");
    bench()
        .esc(&["open", "shop/production", "a"])
        .quiet("{\n  \"b\": [\n    \"x\",\n    \"y\"\n  ]\n}\n");
}

#[test]
fn what_cannot_be_variables_is_warned_about() {
    let ran = bench().esc(&["open", "warned", "-f", "dotenv"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "B=\"x\"\n"));
    assert!(ran.err.contains("warning: `environmentVariables` has `A`"), "{}", ran.err);
}

#[test]
fn missing_things_have_a_code_of_their_own() {
    let bench = bench();
    bench.esc(&["open", "shop/prodction"]).failed(3, "did you mean `shop/production`?");
    bench.esc(&["open", "zzz/yyyyyyy"]).failed(3, "there is no environment `zzz/yyyyyyy`");
    bench.esc(&["open", "test", "none"]).failed(3, "`none` is missing");
    bench.esc(&["open", "test", "helo"]).failed(3, "`helo` is missing; did you mean `hello`?");
    bench.esc(&["open", "test", "foo.bar"]).failed(3, "`foo`: expected an object, found a string");
    bench.esc(&["open", "test", "--dir=/does/not/exist"]).failed(3, "cannot read the directory");
}

#[test]
fn names_and_options_that_make_no_sense() {
    let bench = bench();
    bench.esc(&["open", "../etc"]).failed(2, "is not a name");
    bench.esc(&["open", "/etc/passwd"]).failed(2, "is not a name");
    bench.esc(&["open", "test@stable"]).failed(2, "a directory has no versions");
    bench.esc(&["open", "test", "--format=flat"]).failed(2, "flat");
    bench.esc(&["open", "test", "a[[["]).failed(2, "not a property path");
    bench.esc(&["open"]).failed(2, "ENVIRONMENT");
}

#[test]
fn links_do_not_lead_out_of_the_directory() {
    let bench = bench();
    let outside = bench.dir.path().join("outside.yaml");
    std::fs::write(&outside, "values: {a: 1}\n").unwrap();
    std::os::unix::fs::symlink(&outside, bench.environments().join("shop/link.yaml")).unwrap();
    bench.esc(&["open", "shop/link"]).failed(4, "a link out of the directory");
    bench.write("shop/importer", "imports: [shop/link]\n");
    bench.esc(&["open", "shop/importer"]).failed(1, "a link out of the directory");
}

#[test]
fn variables_are_read_only_if_allowed() {
    let bench = Bench::new(&[("default/v", "values: {a: {\"fn::open::env\": {name: MINE}}}\n")]);
    let mut command = bench.command(&["open", "v", "a"]);
    let ran = common::Ran::from(command.env("MINE", "x").output().unwrap());
    ran.failed(1, "env: the variable `MINE`: not found");
    let mut command = bench.command(&["open", "v", "a", "--allow-env=MINE"]);
    common::Ran::from(command.env("MINE", "x").output().unwrap()).quiet("\"x\"\n");
}

#[test]
fn help_lists_the_exit_codes_and_completions_are_made() {
    let help = bench().esc(&["--help"]);
    assert!(help.out.contains("Exit codes:") && help.out.contains("127"), "{}", help.out);
    for shell in ["bash", "zsh", "fish"] {
        assert!(bench().esc(&["completions", shell]).out.contains("esc"));
    }
}
