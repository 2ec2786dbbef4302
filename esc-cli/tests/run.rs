//! `esc run`: variables, files, arguments, hidden secrets, signals, exit codes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod common;

use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

use common::{Bench, Ran};
use rustix::process::{Pid, Signal, kill_process};

fn bench() -> Bench {
    Bench::new(&[(
        "default/test",
        "\
values:
  secret: {\"fn::secret\": \"hunter2\"}
  plain: plaintext
  yup: true
  pi: 3.14
  environmentVariables: {SECRET: \"${secret}\", PLAIN: \"${plain}\", BOOL: \"${yup}\", NUM: \"${pi}\"}
  files:
    FILE: |
      F_SECRET=${secret}
      F_PLAIN=${plain}
    BOOL_FILE: ${yup}
",
    )])
}

#[test]
fn variables_are_set_and_secrets_hidden() {
    let script =
        "echo \"secret: $SECRET, plain: $PLAIN, bool: $BOOL, num: $NUM\"; echo $SECRET >&2";
    let ran = bench().esc(&["run", "default/test", "sh", "-c", script]);
    assert_eq!(ran.out, "secret: [secret], plain: plaintext, bool: true, num: 3.14\n");
    assert_eq!((ran.code, ran.err.as_str()), (0, "[secret]\n"));
    let ran = bench().esc(&["run", "-i", "default/test", "sh", "-c", script]);
    assert_eq!(ran.out, "secret: hunter2, plain: plaintext, bool: true, num: 3.14\n");
}

#[test]
fn arguments_are_filled_in() {
    let text = "secret: ${secret}, plain: ${plain}, $${plain} $x";
    let expected = "secret: [secret], plain: plaintext, ${plain} $x\n";
    bench().esc(&["run", "test", "echo", text]).quiet(expected);
    let ran = bench().esc(&["run", "-i", "test", "echo", text]);
    ran.quiet("secret: hunter2, plain: plaintext, ${plain} $x\n");
    bench().esc(&["run", "test", "echo", "${HOME}"]).failed(2, "write `$${HOME}`");
}

#[test]
fn files_exist_while_the_command_runs() {
    let bench = bench();
    let script = "cat $FILE; stat -c %a $FILE $(dirname $FILE) 2>/dev/null || stat -f %Lp $FILE $(dirname $FILE)";
    let ran = bench.esc(&["run", "test", "sh", "-c", script]);
    ran.quiet("F_SECRET=[secret]\nF_PLAIN=plaintext\n600\n700\n");
    assert_eq!(bench.left_behind(), 0);
    bench.esc(&["run", "test", "--", "sh", "-c", "exit 3"]);
    assert_eq!(bench.left_behind(), 0);
}

#[test]
fn a_separator_may_stand_before_the_command() {
    bench().esc(&["run", "default/test", "--", "printf", "hunter2"]).quiet("[secret]");
    bench().esc(&["run", "default/test", "-i", "--", "printf", "hunter2"]).quiet("hunter2");
    bench().esc(&["run", "test", "--", "echo", "-i", "--", "--help"]).quiet("-i -- --help\n");
    bench().esc(&["run", "test", "echo", "-i", "--", "--help"]).quiet("-i -- --help\n");
    bench().esc(&["run", "--", "echo", "x"]).failed(2, "no environment is specified");
    bench().esc(&["run", "test"]).failed(2, "no command is specified");
}

#[test]
fn the_commands_code_is_passed_on() {
    let code = |script| bench().esc(&["run", "test", "--", "sh", "-c", script]).code;
    assert_eq!(code("exit 0"), 0);
    assert_eq!(code("exit 42"), 42);
    assert_eq!(code("kill -TERM $$"), 143);
    assert_eq!(code("kill -KILL $$"), 137);
}

#[test]
fn commands_that_are_not_there() {
    let bench = bench();
    bench
        .esc(&["run", "test", "no-such-command"])
        .failed(127, "there is no command `no-such-command`");
    bench.esc(&["run", "test", "./none"]).failed(127, "there is no `./none`");
    bench.esc(&["run", "test", "/etc/passwd"]).failed(126, "cannot be executed");
    // The command is looked for first, and in the caller's PATH.
    bench.esc(&["run", "none", "no-such-command"]).failed(127, "no-such-command");
    bench.write("default/path", "values: {environmentVariables: {PATH: /nowhere}}\n");
    bench.esc(&["run", "path", "--", "sh", "-c", "echo $PATH"]).quiet("/nowhere\n");
}

#[test]
fn the_key_does_not_reach_the_command() {
    bench()
        .esc(&[
            "run",
            "test",
            "--",
            "sh",
            "-c",
            "echo ${ESC_KEY-none}".replace("${", "$${").as_str(),
        ])
        .quiet("none\n");
}

#[test]
fn standard_input_passes_through() {
    let mut command = bench_command(&["run", "test", "cat"]);
    let mut child = command.1.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"a hunter2 b").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"a [secret] b");
}

/// The bench must outlive the command.
fn bench_command(args: &[&str]) -> (Bench, std::process::Command) {
    let bench = bench();
    let command = bench.command(args);
    (bench, command)
}

#[test]
fn output_that_is_not_secret_is_not_held_back() {
    let (_bench, mut command) =
        bench_command(&["run", "test", "--", "sh", "-c", "printf 'prompt: '; sleep 60"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut found = [0; 8];
    child.stdout.as_mut().unwrap().read_exact(&mut found).unwrap();
    assert_eq!(&found, b"prompt: ");
    signal(&child, Signal::TERM);
    child.wait().unwrap();
}

fn signal(child: &std::process::Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

#[test]
fn signals_reach_the_command_and_files_are_removed() {
    for (sent, name, code) in [
        (Signal::TERM, "TERM", 143),
        (Signal::INT, "INT", 130),
        (Signal::HUP, "HUP", 129),
        (Signal::QUIT, "QUIT", 131),
    ] {
        // One command ends by the signal, the other handles it.
        let dies = "echo ready; while :; do sleep 0.05; done".to_owned();
        let handles = format!("trap 'echo got {name}; exit 7' {name}; {dies}");
        for (script, expected, words) in [(dies, code, ""), (handles, 7, name)] {
            let (bench, mut command) = bench_command(&["run", "test", "--", "sh", "-c", &script]);
            let mut child = command
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let mut ready = [0; 6];
            child.stdout.as_mut().unwrap().read_exact(&mut ready).unwrap();
            assert_eq!(bench.left_behind(), 1);
            signal(&child, sent);
            let started = Instant::now();
            let ran = Ran::from(child.wait_with_output().unwrap());
            assert_eq!(ran.code, expected, "{name}: {ran:?}");
            assert!(ran.out.contains(words));
            assert!(started.elapsed() < Duration::from_secs(20));
            assert_eq!(bench.left_behind(), 0);
        }
    }
}

#[test]
fn a_reader_that_leaves_ends_the_command() {
    let (bench, mut command) =
        bench_command(&["run", "test", "--", "sh", "-c", "while :; do echo yes || exit 9; done"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut start = [0; 4];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    let status = child.wait().unwrap();
    assert!(!status.success());
    assert_eq!(bench.left_behind(), 0);
}

#[test]
fn environments_with_errors_run_nothing() {
    let bench = bench();
    bench.write("default/broken", "values: {a: \"${b}\"}\n");
    bench.esc(&["run", "broken", "echo", "x"]).failed(1, "unknown property");
    bench.write("default/name", "values: {environmentVariables: {\"A=B\": x}}\n");
    bench.esc(&["run", "name", "echo", "x"]).failed(2, "no variable can have the name");
}
