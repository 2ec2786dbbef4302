use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;
use crate::json::Json;
use crate::secret::Secret;

fn value(json: &str) -> Value {
    Value::from_json(&Json::parse(json).unwrap())
}

fn error<T: DeserializeOwned + std::fmt::Debug>(value: &Value) -> String {
    deserialize::<T>(value).unwrap_err().to_string()
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Server {
    host_name: String,
    port: u16,
    #[serde(default)]
    tags: Vec<String>,
    parent: Option<Box<Server>>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Off,
    Level(u8),
    Pair(u8, u8),
    Full { depth: i32 },
}

#[test]
fn shapes_are_read() {
    let server: Server = deserialize(&value(
        r#"{"hostName":"a","port":80,"parent":{"hostName":"b","port":8e1},"x":1}"#,
    ))
    .unwrap();
    assert_eq!(server.parent.unwrap().port, 80);
    let modes: Vec<Mode> = deserialize(&value(
        r#"["off",{"level":3},{"pair":[1,2]},{"full":{"depth":-1}},{"off":null}]"#,
    ))
    .unwrap();
    let expected =
        [Mode::Off, Mode::Level(3), Mode::Pair(1, 2), Mode::Full { depth: -1 }, Mode::Off];
    assert_eq!(modes, expected);
    assert_eq!(deserialize::<(u8, Option<bool>)>(&value("[1,null]")).unwrap(), (1, None));
    assert_eq!(deserialize::<f64>(&value("2")).unwrap(), 2.0);
    assert_eq!(deserialize::<u64>(&value("18446744073709551615")).unwrap(), u64::MAX);
    assert_eq!(deserialize::<BTreeMap<String, i64>>(&value(r#"{"a":-1}"#)).unwrap()["a"], -1);
}

#[test]
fn errors_tell_where_and_what() {
    for (json, message) in [
        (r#"{"hostname":"a","port":1}"#, "`hostName` is missing; did you mean `hostname`?"),
        (r#"{"hostName":"a"}"#, "`port` is missing"),
        (r#"{"hostName":"a","port":"80"}"#, "port: expected u16, found a string"),
        (
            r#"{"hostName":"a","port":70000}"#,
            "port: expected u16, found a whole number that is not",
        ),
        (r#"{"hostName":"a","port":1.5}"#, "port: expected u16, found a number"),
        (
            r#"{"hostName":"a","port":1,"parent":{"hostName":"b","port":1,"tags":["x",1]}}"#,
            "parent.tags[1]: expected a string, found a whole number",
        ),
        ("[]", "expected struct Server, found a list"),
    ] {
        assert_eq!(error::<Server>(&value(json)), message, "{json}");
    }
    assert_eq!(
        error::<(u8, u8)>(&value("[1,2,3]")),
        "expected a list of 2 elements, found one of 3"
    );
    assert_eq!(
        error::<Mode>(&value("\"on\"")),
        "expected one of `off`, `level`, `pair`, `full`, found another string"
    );
    assert_eq!(
        error::<Mode>(&value("\"level\"")),
        "expected an object with the property `level`, found the name alone"
    );
    assert_eq!(error::<Vec<u8>>(&Value::unknown()), "is not known without opening the environment");
}

#[test]
fn secrets_go_only_where_they_are_safe() {
    let secret = value(r#"{"a":["hunter2"],"n":4711}"#).into_secret();
    let a = secret.get("a").unwrap();
    let safe: Vec<Secret<String>> = deserialize(a).unwrap();
    assert_eq!(safe[0].expose(), "hunter2");
    let bytes: Secret<Vec<u8>> = deserialize(a.index(0).unwrap()).unwrap();
    assert_eq!(bytes.expose(), b"hunter2");
    let whole: Secret<Vec<String>> = deserialize(a).unwrap();
    assert_eq!(whole.expose(), &["hunter2"]);
    assert_eq!(
        deserialize::<Option<Secret<u32>>>(secret.get("n").unwrap()).unwrap().unwrap().expose(),
        &4711
    );
    assert_eq!(deserialize::<Secret<String>>(&value("\"plain\"")).unwrap().expose(), "plain");

    let refused = "[0]: is secret, and a plain type would let it be seen";
    assert_eq!(error::<Vec<String>>(a), refused);
    assert_eq!(error::<BTreeMap<String, u32>>(&secret), "a: expected u32, found a list");
    assert_eq!(deserialize_exposed::<Vec<String>>(a).unwrap(), ["hunter2"]);
    assert_eq!(deserialize::<serde::de::IgnoredAny>(a).map(|_| ()), Ok(()));
}

#[test]
fn what_types_say_of_secrets_is_not_shown() {
    #[derive(Debug)]
    struct Picky;
    impl<'de> Deserialize<'de> for Picky {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            Err(serde::de::Error::custom(format!("bad text {text}")))
        }
    }
    impl zeroize::Zeroize for Picky {
        fn zeroize(&mut self) {}
    }
    let secret = Value::object([("p", Value::string("hunter2").into_secret())]);
    let error = deserialize::<BTreeMap<String, Secret<Picky>>>(&secret).unwrap_err();
    assert_eq!(error.to_string(), "p: is secret and does not fit its type");
    assert!(
        deserialize::<Secret<u8>>(secret.get("p").unwrap())
            .is_err_and(|e| !e.to_string().contains("hunter2"))
    );
}
