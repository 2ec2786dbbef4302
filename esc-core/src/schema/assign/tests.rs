use super::super::compile;
use super::*;

fn schema(text: &str) -> SchemaRef {
    compile(&Schema::parse(text).unwrap()).unwrap()
}

/// All messages; those the reference does not have in parentheses.
fn messages(accept: &str, from: &str) -> Vec<String> {
    assignable(&schema(accept), &schema(from))
        .iter()
        .map(|m| if m.extension { format!("({m})") } else { m.to_string() })
        .collect()
}

#[test]
fn booleans() {
    assert!(messages("true", "false").is_empty());
    assert!(messages(r#"{"type":"string"}"#, "true").is_empty());
    assert_eq!(messages("false", "true"), ["(no value is allowed here)"]);
    assert_eq!(messages(r#"{"type":"string"}"#, "false"), ["(there is no such value)"]);
}

#[test]
fn only_structure_matters() {
    let accept = r#"{"type":"string","const":"x","enum":["x"],"minLength":9,"pattern":"^x"}"#;
    assert!(messages(accept, r#"{"type":"string"}"#).is_empty());
    assert_eq!(messages(accept, r#"{"type":"number"}"#), ["expected string, got number"]);
    assert!(messages(r#"{"type":"string"}"#, "{}").is_empty());
}

#[test]
fn unions() {
    let either = r#"{"anyOf":[{"type":"string"},{"type":"number"}]}"#;
    let both = r#"{"oneOf":[{"type":"string"},{"type":"number"}]}"#;
    assert!(messages(either, r#"{"type":"number"}"#).is_empty());
    assert!(messages(r#"{"type":"number"}"#, both).is_empty());
    let failed = [
        "expected string, got null",
        "expected number, got null",
        "at least one subschema must match",
    ];
    assert_eq!(messages(either, r#"{"type":"null"}"#), failed);
    assert_eq!(messages(both, r#"{"type":"null"}"#), failed);
    assert_eq!(
        messages(r#"{"type":"null"}"#, either),
        [
            "expected null, got string",
            "expected null, got number",
            "at least one subschema must match"
        ]
    );
}

#[test]
fn arrays() {
    let tuple =
        |items: &str| format!(r#"{{"type":"array","items":false,"prefixItems":[{items}]}}"#);
    let (n, s) = (r#"{"type":"number"}"#, r#"{"type":"string"}"#);
    let (one, two) = (tuple(s), tuple(&format!("{s},{s}")));
    assert_eq!(messages(&tuple(&format!("{s},{n}")), &two), ["[1]: expected number, got string"]);
    assert_eq!(messages(&two, &one), ["([1]: missing element)"]);
    assert_eq!(messages(&one, &two), ["([1]: no value is allowed here)"]);
    let numbers = format!(r#"{{"type":"array","items":{n}}}"#);
    assert_eq!(
        messages(&numbers, &two),
        ["[0]: expected number, got string", "[1]: expected number, got string"]
    );
    assert_eq!(
        messages(&one, &numbers),
        ["[0]: expected string, got number", "(no value is allowed here)"]
    );
    assert!(messages(&two, r#"{"type":"array"}"#).is_empty());
    assert!(messages(r#"{"type":"array"}"#, &two).is_empty());
}

#[test]
fn objects() {
    let accept = r#"{"type":"object","properties":{"a":{"type":"string"},"b":true},
        "additionalProperties":{"type":"number"},"required":["b","a"],"dependentRequired":{"c":["d"]}}"#;
    assert_eq!(
        messages(
            accept,
            r#"{"type":"object","properties":{"x y":{"type":"null"},"a":{"type":"null"},"c":true},"required":["c"]}"#
        ),
        [
            "a: expected string, got null",
            r#"["x y"]: expected number, got null"#,
            "b: missing required property",
            "a: missing required property",
            "d: missing required property",
        ]
    );
    assert_eq!(
        messages(accept, r#"{"type":"object","additionalProperties":{"type":"string"}}"#),
        ["expected number, got string"]
    );
    assert!(messages(accept, r#"{"type":"object","additionalProperties":false}"#).is_empty());
    assert_eq!(
        messages(
            r#"{"type":"object","additionalProperties":false}"#,
            r#"{"type":"object","properties":{"x":true}}"#
        ),
        [r#"(x: unknown property "x")"#]
    );
    assert_eq!(
        messages(
            r#"{"properties":{"p":{"items":{"type":"null"}}}}"#,
            r#"{"type":"object","properties":{"p":{"type":"array","prefixItems":[true,{"type":"string"}]}}}"#
        ),
        ["p[1]: expected null, got string"]
    );
}

const LIST: &str = r##"{"$defs":{"l":{"oneOf":[{"type":"null"},{"type":"object","properties":
    {"next":{"$ref":"#/$defs/l"},"value":{"type":"T"}},"required":["next"]}]}},"$ref":"#/$defs/l"}"##;

#[test]
fn recursive_pairs_come_to_an_end() {
    let list = |ty: &str| LIST.replace("\"T\"", &format!("\"{ty}\""));
    assert!(messages(&list("string"), &list("string")).is_empty());
    // `null` fits, and a union fits if a branch does.
    assert!(messages(&list("string"), &list("number")).is_empty());
    let endless = |ty: &str| {
        format!(
            r##"{{"$defs":{{"l":{{"type":"object","properties":{{"next":{{"$ref":"#/$defs/l"}},
                "value":{{"type":"{ty}"}}}}}}}},"$ref":"#/$defs/l"}}"##
        )
    };
    assert!(messages(&endless("string"), &endless("string")).is_empty());
    assert!(
        messages(&endless("string"), &endless("number"))
            .contains(&"value: expected string, got number".to_owned())
    );
}

#[test]
fn what_was_assumed_in_vain_is_forgotten() {
    // `a` fits in the second branch only if nothing is remembered of the first, in which it rests on `r`.
    let accept = r##"{"$defs":{
        "r":{"type":"object","properties":{"a":{"$ref":"#/$defs/a"},"z":{"type":"null"}}},
        "a":{"type":"object","properties":{"r":{"$ref":"#/$defs/r"}}}},
        "anyOf":[{"$ref":"#/$defs/r"},{"type":"object","properties":{"a":{"$ref":"#/$defs/a"}}}]}"##;
    let from = r##"{"$defs":{
        "r":{"type":"object","properties":{"a":{"$ref":"#/$defs/a"},"z":{"type":"string"}}},
        "a":{"type":"object","properties":{"r":{"$ref":"#/$defs/r"}}}},
        "$ref":"#/$defs/r"}"##;
    let messages = messages(accept, from);
    assert_eq!(messages.last().unwrap(), "at least one subschema must match");
}

#[test]
fn deep_and_wide_schemas_come_to_an_end() {
    let mut deep = Schema::string();
    for _ in 0..MAX_DEPTH - 1 {
        deep = Schema::array(deep);
    }
    assert!(assignable(&deep, &deep).is_empty());
    let branches = |ty: &str| {
        let reference = r##"{"type":"array","items":{"$ref":"#/$defs/x"}}"##;
        format!(
            r##"{{"$defs":{{"x":{{"anyOf":[{}]}}}},"$ref":"#/$defs/x"}}"##,
            [reference; 8].join(",") + &format!(r#",{{"type":"array","items":{{"type":"{ty}"}}}}"#)
        )
    };
    assignable(&schema(&branches("string")), &schema(&branches("number")));
    // Circles of different lengths meet only after as many steps as their product.
    let circle = |n: usize| {
        let defs: Vec<String> = (0..n)
            .map(|i| {
                let next = (i + 1) % n;
                format!(r##""d{i}":{{"type":"array","items":{{"$ref":"#/$defs/d{next}"}}}}"##)
            })
            .collect();
        format!(r##"{{"$defs":{{{}}},"$ref":"#/$defs/d0"}}"##, defs.join(","))
    };
    let far = messages(&circle(97), &circle(101));
    assert_eq!(far.last().unwrap(), "the schemas are too complex to compare");
    assert!(messages(&circle(3), &circle(4)).is_empty());
}
