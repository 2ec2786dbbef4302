//! Keys, `esc encrypt` and `esc decrypt`.

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use common::Bench;

const PLAIN: &str = "\
# The shop.
values:
  token:
    fn::secret: hunter2 # rotate me
  list: [{fn::secret: \"two words\"}]
";

#[test]
fn secrets_are_encrypted_in_place_and_open_all_the_same() {
    let bench = Bench::new(&[("shop/a", PLAIN), ("shop/b", "values: {c: 1}\n")]);
    let opened = bench.esc(&["open", "shop/a"]);
    let ran = bench.esc(&["encrypt", "--all"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "encrypted the secrets of `shop/a`\n"));
    let text = bench.read("shop/a");
    assert!(!text.contains("hunter2") && !text.contains("two words"), "{text}");
    assert!(text.contains("# The shop.") && text.contains("# rotate me"));
    assert_eq!(bench.esc(&["open", "shop/a"]), opened);
    bench.esc(&["encrypt", "shop/a"]).quiet("");
    bench.esc(&["decrypt", "shop/a"]).quiet(PLAIN);
    assert_eq!(bench.read("shop/a"), text);
    assert_eq!(bench.esc(&["decrypt", "shop/a", "--in-place"]).code, 0);
    assert_eq!(bench.read("shop/a"), PLAIN);
    bench.esc(&["encrypt"]).failed(2, "--all");
}

#[test]
fn encrypting_keeps_the_files_mode() {
    let bench = Bench::new(&[("shop/a", PLAIN)]);
    let path = bench.environments().join("shop/a.yaml");
    fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
    bench.esc(&["encrypt", "shop/a"]);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(bench.environments().join("shop")).unwrap().count(), 1);
}

#[test]
fn moved_ciphertexts_are_refused_in_clear_words() {
    let bench = Bench::new(&[("shop/a", PLAIN)]);
    bench.esc(&["encrypt", "shop/a"]);
    bench.write("shop/b", &bench.read("shop/a"));
    bench.esc(&["open", "shop/b"]).failed(6, "the ciphertext belongs to another environment");
    bench.esc(&["decrypt", "shop/b"]).failed(6, "the ciphertext belongs to another environment");
    bench.write("shop/c", "imports: [shop/a]\n");
    assert_eq!(bench.esc(&["open", "shop/c"]).code, 0);
}

#[test]
fn wrong_and_missing_keys_have_a_code_of_their_own() {
    let bench = Bench::new(&[("shop/a", PLAIN)]);
    bench.esc(&["encrypt", "shop/a"]);
    let with = |key: &str, args: &[&str]| {
        common::Ran::from(bench.command(args).env("ESC_KEY", key).output().unwrap())
    };
    let other = "CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=";
    with(other, &["open", "shop/a"]).failed(6, "encrypted under a key that is not available here");
    with("", &["open", "shop/a"]).failed(6, "no key was given");
    with("", &["decrypt", "shop/a"]).failed(6, "no key");
    with("", &["encrypt", "shop/a"]).failed(6, "no key");
    with("hunter2", &["open", "shop/a"]).failed(2, "a key is 32 bytes");
    with("", &["check", "shop/a"]).quiet("");
}

#[test]
fn keys_are_made_for_files_and_pipes() {
    let bench = Bench::new(&[("shop/a", PLAIN)]);
    assert_eq!(bench.esc(&["key", "generate"]).out.len(), 45);
    let path = bench.dir.path().join("key");
    let path = path.to_str().unwrap();
    assert_eq!(bench.esc(&["key", "generate", "--output", path]).code, 0);
    let mode = |m| fs::set_permissions(path, PermissionsExt::from_mode(m)).unwrap();
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    // An old key is not overwritten.
    bench.esc(&["key", "generate", "--output", path]).failed(5, "cannot write the key");
    assert_eq!(bench.esc(&["encrypt", "shop/a", "--key-file", path]).code, 0);
    assert_eq!(bench.esc(&["open", "shop/a", "--key-file", path]).code, 0);
    mode(0o644);
    bench.esc(&["open", "shop/a", "--key-file", path]).failed(6, "chmod 600");
    bench.esc(&["open", "shop/a", "--key-file", "/none"]).failed(6, "cannot read the key file");
}

#[test]
fn secrets_do_not_show_in_errors() {
    let bench = Bench::new(&[(
        "shop/a",
        "values:\n  s: {fn::secret: hunter2}\n  x: {fn::fromJSON: \"${s}\"}\n  y: ${s.z}\n",
    )]);
    let ran = bench.esc(&["open", "shop/a"]);
    assert_eq!(ran.code, 1);
    assert!(!ran.err.contains("hunter"), "{}", ran.err);
}
