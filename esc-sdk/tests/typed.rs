//! Values and environments as Rust types.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod common;

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use common::{block_on, client, golden};
use esc_core::value::Reveal;
use esc_sdk::{Base64, Error, FromEnvironment, Secret, Snapshot, Value, ValueProblem};
use proptest::prelude::*;
use serde::Deserialize;

const BASE: &str = "values:
  database:
    host: db.example
    port: '5432'
    replicas: [a, {name: b}]
  empty: {}
  nothing: null
";
const DEV: &str = "imports: [shop/base]
values:
  database:
    user: me
    password: {fn::secret: hunter2}
";

fn open(environments: &[(&str, &str)], name: &str) -> Snapshot {
    block_on(client(environments).0.open(name)).unwrap()
}

fn dev() -> Snapshot {
    open(&[("shop/base", BASE), ("shop/dev", DEV)], "shop/dev")
}

#[test]
fn values_are_read_by_path() {
    let opened = dev();
    assert_eq!(opened.get::<String>("database.host").unwrap(), "db.example");
    assert_eq!(opened.get::<Secret<String>>("database.password").unwrap().expose(), "hunter2");
    assert_eq!(opened.get_exposed::<String>("database.password").unwrap(), "hunter2");
    assert_eq!(opened.get::<String>("database.replicas[1].name").unwrap(), "b");
    let whole: serde_json::Value = opened.deserialize_exposed().unwrap();
    assert_eq!(whole["database"]["user"], "me");
    assert!(opened.deserialize::<serde_json::Value>().is_err());
}

#[test]
fn what_is_missing_is_none_and_what_is_wrong_an_error() {
    let opened = dev();
    for path in ["absent", "absent.far.away", "database.absent", "nothing", "nothing.at.all"] {
        assert_eq!(opened.get_optional::<String>(path).unwrap(), None, "{path}");
    }
    assert_eq!(opened.get_optional("database.user").unwrap(), Some("me".to_owned()));
    #[derive(Debug, Deserialize)]
    struct Wants {
        #[allow(dead_code, reason = "it is missing")]
        more: String,
    }
    for path in ["database.port", "database.host.more", "database.password"] {
        assert!(opened.get_optional::<u16>(path).is_err(), "{path}");
    }
    assert!(opened.get_optional::<Wants>("database").is_err());
}

/// Every message of a failed lookup, to the letter.
#[test]
fn errors_say_where_what_and_what_instead() {
    let opened = dev();
    fn message<T: serde::de::DeserializeOwned>(opened: &Snapshot, path: &str) -> String {
        opened.get::<T>(path).err().unwrap().to_string()
    }
    let messages = [
        message::<u16>(&opened, "database.port"),
        message::<String>(&opened, "database.pasword"),
        message::<String>(&opened, "databse"),
        message::<String>(&opened, "database.password"),
        message::<HashMap<String, String>>(&opened, "database"),
        message::<String>(&opened, "database.host.name"),
        message::<String>(&opened, "database.replicas[7]"),
        message::<String>(&opened, "database[0]"),
        message::<String>(&opened, "nothing"),
        message::<String>(&opened, "a..b["),
    ];
    let expected = [
        "`shop/dev`: `database.port`: expected u16, found a string (defined at shop/base:4:11)",
        "`shop/dev`: `database.pasword` is missing; did you mean `database.password`? (the object is defined at shop/dev:4:5)",
        "`shop/dev`: `databse` is missing; did you mean `database`?",
        "`shop/dev`: `database.password` is secret, and a plain type would let it be seen (defined at shop/dev:5:28)",
        "`shop/dev`: `database.password` is secret, and a plain type would let it be seen (defined at shop/dev:5:28)",
        "`shop/dev`: `database.host`: expected an object, found a string (defined at shop/base:3:11)",
        "`shop/dev`: `database.replicas`: expected a list of at least 8 elements, found one of 2 (defined at shop/base:5:15)",
        "`shop/dev`: `database`: expected a list, found an object (defined at shop/dev:4:5)",
        "`shop/dev`: `nothing`: expected a string, found null (defined at shop/base:7:12)",
        "`a..b[` is not a property path: missing closing bracket in array index",
    ];
    assert_eq!(messages.join("\n"), expected.join("\n"));
}

#[test]
fn names_in_secrets_are_not_suggested() {
    let text = "values:\n  s: {fn::fromJSON: {fn::secret: '{\"password\": 1}'}}\n";
    let error = open(&[("a", text)], "a").get::<u8>("s.pasword").unwrap_err().to_string();
    assert_eq!(error, "`a`: `s.pasword` is missing (the object is defined at a:2:6)");
}

#[test]
fn leaves_are_visited_in_order() {
    let opened = dev();
    let leaves: Vec<String> = opened
        .leaves()
        .map(|(path, value)| format!("{path}={}", value.to_json(Reveal::Redacted)))
        .collect();
    let expected = [
        "database.host=\"db.example\"",
        "database.password=\"[secret]\"",
        "database.port=\"5432\"",
        "database.replicas[0]=\"a\"",
        "database.replicas[1].name=\"b\"",
        "database.user=\"me\"",
        "empty={}",
        "nothing=null",
    ];
    assert_eq!(leaves, expected);
}

const CALLS: &str = "values:
  vault: {fn::open::vault: {}}
  other: {fn::open::other: {}}
  url: ${vault.user}@${host}
  host: h
  broken: ${nowhere}
";

#[test]
fn one_value_calls_only_what_it_needs() {
    let (client, vault, other) = client(&[("a", CALLS)]);
    let url: String = block_on(client.get("a", "url")).unwrap();
    assert_eq!((url.as_str(), vault.opened(), other.opened()), ("app@h", 1, 0));
    let host: String = block_on(client.get("a", "host")).unwrap();
    assert_eq!((host.as_str(), vault.opened(), other.opened()), ("h", 1, 0));
    let error = block_on(client.get::<String>("a", "hst")).unwrap_err().to_string();
    assert_eq!(error, "`a`: `hst` is missing; did you mean `host`?");
    let error = block_on(client.get::<String>("a", "other.usr")).unwrap_err().to_string();
    assert_eq!(
        error,
        "`a`: `other.usr` is missing; did you mean `other.user`? (the object is defined at a:3:10)"
    );
    assert!(matches!(block_on(client.get::<String>("a", "broken")), Err(Error::Environment(_))));
    assert_eq!((vault.opened(), other.opened()), (1, 1));
}

#[test]
fn what_was_not_asked_for_is_told_from_what_is_not_there() {
    let (client, ..) = client(&[("a", CALLS)]);
    let opened = block_on(client.open_paths("a", &["vault.user"])).unwrap();
    assert_eq!(opened.get::<String>("vault.user").unwrap(), "app");
    let message = |path: &str| opened.get::<String>(path).unwrap_err().to_string();
    assert_eq!(message("other"), "`a`: `other`: was not asked for when the environment was opened");
    assert_eq!(message("othr"), "`a`: `othr` is missing; did you mean `other`?");
    assert_eq!(
        message("vault.usr"),
        "`a`: `vault.usr` is missing; did you mean `vault.user`? (the object is defined at a:2:10)"
    );
}

#[test]
fn base64_is_told_from_other_text() {
    let text = "values: {good: {fn::secret: AAEC}, plain: '%%', bad: {fn::secret: '%%'}}\n";
    let opened = open(&[("a", text)], "a");
    assert_eq!(opened.get::<Base64>("good").unwrap().expose(), [0, 1, 2]);
    let message = |path: &str| opened.get::<Base64>(path).unwrap_err().to_string();
    assert_eq!(message("plain"), "`a`: `plain`: is not base64 text (defined at a:1:43)");
    assert_eq!(
        message("bad"),
        "`a`: `bad`: is secret and does not fit its type (defined at a:1:67)"
    );
}

#[test]
fn opening_can_move_between_threads() {
    fn moves<T: Send + Sync>(value: T) -> T {
        value
    }
    fn sent<T: Send>(value: T) -> T {
        value
    }
    let (client, ..) = client(&[("a", "values: {x: 1}\n")]);
    assert_eq!(block_on(sent(client.get::<u8>("a", "x"))).unwrap(), 1);
    block_on(sent(client.check_type::<BTreeMap<String, u8>>("a"))).unwrap();
    let map: BTreeMap<String, u8> = block_on(sent(client.open_as("a"))).unwrap();
    assert_eq!(map["x"], 1);
    assert_eq!(moves(block_on(client.open("a")).unwrap()).get::<u8>("x").unwrap(), 1);
}

#[derive(Debug, FromEnvironment)]
#[esc(rename_all = "camelCase")]
struct Config {
    log_level: Level,
    #[esc(path = "database.port")]
    port: u16,
    database: Database,
    #[esc(name = "odd name", default)]
    odd: Vec<String>,
    #[esc(default = 1 + 1)]
    two: i8,
    proxy: Option<Proxy>,
    #[esc(parse)]
    address: IpAddr,
    #[esc(serde, default)]
    window: Window,
    limits: BTreeMap<String, Option<f64>>,
    key: Base64,
    raw: Secret<Vec<u8>>,
    r#type: Value,
}

#[derive(Debug, FromEnvironment)]
struct Database {
    host: String,
    password: Secret<String>,
    #[esc(default)]
    pool: Pool,
}

#[derive(Debug, Default, PartialEq, FromEnvironment)]
struct Pool {
    max: Option<u8>,
}

#[derive(Debug, FromEnvironment)]
#[allow(dead_code, reason = "there is none")]
struct Proxy {
    url: String,
}

#[derive(Debug, PartialEq, FromEnvironment)]
#[esc(rename_all = "kebab-case")]
enum Level {
    VeryQuiet,
    #[esc(name = "LOUD!")]
    Loud,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
enum Window {
    #[default]
    Closed,
    Open(u8),
}

const GOOD: &str = "values:
  logLevel: LOUD!
  database: {host: h, port: 5432, password: {fn::secret: hunter2}}
  odd name: [x]
  address: '::1'
  window: {Open: 3}
  limits: {a: 1.5, b: null}
  key: {fn::secret: AAEC}
  raw: {fn::secret: bytes}
  type: [anything]
  unused: {fn::open::other: {}}
";

#[test]
fn a_type_is_read_and_only_what_it_needs_is_opened() {
    let (client, _, other) = client(&[("a", GOOD)]);
    block_on(client.check_type::<Config>("a")).unwrap();
    let config: Config = block_on(client.open_as("a")).unwrap();
    assert_eq!(other.opened(), 0);
    assert_eq!(config.log_level, Level::Loud);
    assert_eq!((config.port, config.database.host.as_str()), (5432, "h"));
    assert_eq!((config.two, config.odd, config.database.pool.max), (2, vec!["x".to_owned()], None));
    assert!(config.proxy.is_none() && config.address.is_loopback());
    assert_eq!(config.window, Window::Open(3));
    assert_eq!(config.limits["a"], Some(1.5));
    assert_eq!(config.limits["b"], None);
    assert_eq!(
        (config.key.expose(), config.raw.expose().as_slice()),
        (&[0u8, 1, 2][..], &b"bytes"[..])
    );
    assert_eq!(config.r#type.to_json(Reveal::Redacted), "[\"anything\"]");
    assert_eq!(config.database.password.expose(), "hunter2");
    assert_eq!(config.database.pool, Pool::default());
    let whole = block_on(client.open("a")).unwrap();
    assert_eq!(whole.extract::<Config>().unwrap().log_level, Level::Loud);
    assert_ne!(config.log_level, Level::VeryQuiet);
}

#[test]
fn what_does_not_fit_is_told_all_at_once_without_opening() {
    let base = "values:
  database: {hosts: h, password: {fn::open::vault: {}}}
  key: {fn::secret: '%%'}
";
    let bad = "imports: [base]
values:
  vault: {fn::open::vault: {}}
  logLevel: silent
  database: {port: 70000}
  odd name: ${vault.password}
  two: half
  proxy: {}
  address: a.b
  limits: {a: no, b: 1}
  raw: [1, 2, 256]
";
    let (client, vault, _) = client(&[("base", base), ("bad", bad)]);
    let error = block_on(client.check_type::<Config>("bad")).unwrap_err();
    let Error::Mismatch(mismatches) = &error else { panic!("{error}") };
    assert_eq!(mismatches.environment, "bad");
    golden("mismatches.txt", &error.to_string());
    assert_eq!(vault.opened(), 0);
}

#[derive(Debug, FromEnvironment)]
#[allow(dead_code, reason = "it does not fit")]
struct Plain {
    user: String,
    port: u16,
    url: String,
    json: String,
    list: Vec<String>,
    safe: Secret<String>,
    #[esc(path = "creds.level")]
    level: Option<String>,
    sealed: String,
}

#[test]
fn secrets_are_followed_to_where_they_would_be_seen() {
    let ciphertext = esc_core::envelope::encode(&[7; 40]);
    let text = format!(
        "values:
  creds: {{fn::open::vault: {{}}}}
  user: ${{creds.user}}
  port: ${{creds.port}}
  url: postgres://${{both}}@h
  both: ${{creds.user}}:${{creds.password}}
  json: {{fn::toJSON: {{a: ['${{creds}}']}}}}
  list: [a, '${{sealed}}']
  sealed: {{fn::secret: {{ciphertext: {ciphertext}}}}}
  safe: ${{both}}
"
    );
    let (client, vault, _) = client(&[("a", &text)]);
    let error = block_on(client.check_type::<Plain>("a")).unwrap_err().to_string();
    let expected = "`a` does not fit `Plain`:
  `json` is secret, and a plain type would let it be seen (defined at a:7:9)
  `list[1]` is secret, and a plain type would let it be seen (defined at a:8:13)
  `sealed` is secret, and a plain type would let it be seen (defined at a:9:11)
  `url` is secret, and a plain type would let it be seen (defined at a:5:8)";
    assert_eq!(error, expected);
    assert_eq!(vault.opened(), 0);
}

#[test]
fn what_only_opening_can_tell_is_not_blamed() {
    let text = "values: {creds: {fn::open::vault: {}}, more: {fn::fromJSON: '${creds.user}'}}\n";
    let overlay = "imports: [a]\nvalues: {creds: {extra: 1}}\n";
    let (client, ..) = client(&[("a", text), ("b", overlay)]);
    #[derive(FromEnvironment)]
    struct Fits {
        #[esc(path = "creds.user")]
        _user: String,
        #[esc(path = "creds.level")]
        _level: Option<String>,
        #[esc(path = "more.anything")]
        _anything: Option<u8>,
    }
    #[derive(FromEnvironment)]
    struct Misses {
        #[esc(path = "creds.usr")]
        _user: String,
        #[esc(path = "creds.user")]
        _number: u8,
    }
    for name in ["a", "b"] {
        block_on(client.check_type::<Fits>(name)).unwrap();
        let error = block_on(client.check_type::<Misses>(name)).unwrap_err().to_string();
        let place = if name == "a" { "a:1:17" } else { "b:2:17" };
        assert!(
            error.contains("`creds.user`: expected a whole number from 0 to 255, found a string"),
            "{error}"
        );
        let missing = format!("`creds.usr` is missing (the object is defined at {place})");
        assert!(error.contains(&missing), "{error}");
    }
}

/// JSON that an environment can be written as: no keys or strings with a meaning of their own.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<i32>().prop_map(|n| (f64::from(n) / 8.0).into()),
        "[a-z0-9 é世]{0,30}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            proptest::collection::btree_map("[a-z]{1,8}", inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

#[derive(Debug, FromEnvironment)]
#[allow(dead_code, reason = "reading is what counts")]
struct Random {
    a: String,
    b: u8,
    c: Option<Vec<bool>>,
    d: Secret<String>,
    #[esc(path = "e.f")]
    f: Option<f64>,
    #[esc(path = "e.g", default)]
    g: BTreeMap<String, i32>,
    #[esc(name = "h")]
    h: Random2,
}

#[derive(Debug, FromEnvironment)]
#[allow(dead_code, reason = "reading is what counts")]
struct Random2 {
    i: Option<String>,
    j: Secret<Vec<u8>>,
    #[esc(default)]
    k: Option<Box<Level>>,
}

/// What may stand for a field: sometimes right, sometimes not.
fn field(right: &'static str) -> impl Strategy<Value = Option<serde_json::Value>> {
    let parse = |text: &str| Some(serde_json::from_str(text).unwrap());
    let wrong = [
        "null",
        "\"text\"",
        "7",
        "-1",
        "300",
        "1.5",
        "true",
        "[]",
        "[1,2]",
        "[true]",
        "{}",
        "{\"x\":1}",
        "{\"x\":\"y\"}",
        "{\"fn::secret\":\"hunter2\"}",
        "[{\"fn::secret\":\"hunter2\"}]",
        "\"LOUD!\"",
        "{\"x\":{\"fn::secret\":\"1\"}}",
    ];
    prop_oneof![
        8 => Just(parse(right)),
        1 => Just(None),
        2 => proptest::sample::select(wrong.to_vec()).prop_map(parse),
    ]
}

fn object(fields: Vec<(&str, Option<serde_json::Value>)>) -> serde_json::Value {
    fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn random() -> impl Strategy<Value = serde_json::Value> {
    let top =
        (field("\"text\""), field("8"), field("[true,false]"), field("{\"fn::secret\":\"s\"}"));
    let e = (field("1.5"), field("{\"x\":-5}"), any::<bool>());
    let h =
        (field("\"i\""), field("{\"fn::secret\":\"bytes\"}"), field("\"LOUD!\""), any::<bool>());
    (top, e, h).prop_map(|((a, b, c, d), (f, g, has_e), (i, j, k, has_h))| {
        let e = has_e.then(|| object(vec![("f", f), ("g", g)]));
        let h = has_h.then(|| object(vec![("i", i), ("j", j), ("k", k)]));
        object(vec![("a", a), ("b", b), ("c", c), ("d", d), ("e", e), ("h", h)])
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn decoding_loses_nothing(json in json()) {
        let text = serde_json::json!({ "values": { "v": json } }).to_string();
        let opened = open(&[("a", &text)], "a");
        let decoded: serde_json::Value = opened.get("v").unwrap();
        let value = opened.value_at("v").unwrap().unwrap();
        let revealed: serde_json::Value = serde_json::from_str(&value.to_json(Reveal::Revealed)).unwrap();
        // Numbers of equal size may be written differently: 1e2, 100.
        prop_assert_eq!(numbers(decoded), numbers(revealed));
    }

    /// Where nothing is unknown, checking a type and reading it come to the same.
    #[test]
    fn what_fits_can_be_read_and_what_does_not_cannot(values in random()) {
        let text = serde_json::json!({ "values": values }).to_string();
        let (client, ..) = client(&[("a", &text)]);
        let checked = block_on(client.check_type::<Random>("a"));
        let read = block_on(client.open_as::<Random>("a"));
        match (&checked, &read) {
            (Ok(()), Ok(_)) => {}
            (Err(Error::Mismatch(mismatches)), Err(Error::Lookup(error))) => {
                // The first thing that reading stumbles over is among what the check found.
                let same = |m: &esc_sdk::LookupError| m.path == error.path
                    && std::mem::discriminant(&m.problem) == std::mem::discriminant(&error.problem);
                prop_assert!(mismatches.all.iter().any(same), "{mismatches}\n{error}");
                let told = format!("{mismatches}{error}");
                prop_assert!(!told.contains("hunter2"));
            }
            other => prop_assert!(false, "{text}\n{other:?}"),
        }
    }
}

fn numbers(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Number(n) => match (n.as_i64(), n.as_u64()) {
            (None, None) => n.as_f64().map_or(serde_json::Value::Null, |f| {
                let whole = f.fract() == 0.0 && f.abs() <= 9_007_199_254_740_992.0;
                if whole { (f as i64).into() } else { f.into() }
            }),
            _ => n.into(),
        },
        serde_json::Value::Array(items) => items.into_iter().map(numbers).collect(),
        serde_json::Value::Object(map) => {
            map.into_iter().map(|(key, value)| (key, numbers(value))).collect()
        }
        other => other,
    }
}

#[test]
fn problems_can_be_told_apart() {
    let Err(Error::Lookup(error)) = dev().get::<u8>("database.port") else { panic!("it is text") };
    assert!(matches!(error.problem, ValueProblem::Mistyped { .. }));
    assert_eq!(error.origin.unwrap().environment, "shop/base");
    let (client, ..) = client(&[("a", CALLS)]);
    let checked = block_on(client.check("a")).unwrap();
    for path in ["vault", "vault.user"] {
        let Err(Error::Lookup(error)) = checked.get::<Secret<String>>(path) else {
            panic!("{path}")
        };
        assert_eq!(
            (error.problem, error.path.to_string()),
            (ValueProblem::Unknown, "vault".to_owned())
        );
    }
}
