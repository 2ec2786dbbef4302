use super::super::Builder;
use super::*;

fn compiled(text: &str) -> SchemaRef {
    compile(&Schema::parse(text).unwrap()).unwrap()
}

fn error(text: &str) -> String {
    compile(&Schema::parse(text).unwrap()).unwrap_err().to_string()
}

#[test]
fn references_resolve_in_the_root() {
    let root = compiled(
        r##"{"$defs":{"a b":{"type":"string"}},"properties":{"x":{"$ref":"#/$defs/a%20b"}}}"##,
    );
    let x = root.own_property("x").unwrap();
    assert_eq!(x.resolved().unwrap(), Schema::string());
    assert_eq!(x.to_json_text(), r##"{"$ref":"#/$defs/a%20b","type":""}"##);
}

#[test]
fn recursive_references_live_as_long_as_needed_and_no_longer() {
    let text = r##"{"$defs":{"list":{"anyOf":[{"type":"null"},
        {"type":"object","properties":{"next":{"$ref":"#/$defs/list"}}}]}},
        "properties":{"head":{"$ref":"#/$defs/list"}}}"##;
    let root = compiled(text);
    let head = root.own_property("head").unwrap().clone();
    drop(root);
    let list = head.resolved().unwrap();
    let next = |list: &SchemaRef| list.any_of()[1].own_property("next").unwrap().resolved();
    assert!(Arc::ptr_eq(&next(&list).unwrap(), &list));
    let weak = Arc::downgrade(&list);
    drop(head);
    assert!(next(&list).is_none());
    drop(list);
    assert!(weak.upgrade().is_none());
}

#[test]
fn errors_have_known_texts() {
    let unsupported = "only fragment references of the form #/$defs/ref are supported";
    for reference in [
        "x",
        "#/definitions/x",
        "http://x/y#/$defs/x",
        "#/$defs/x/y",
        "#/$defs/%zz",
        "#/$defs/x%2fy",
    ] {
        assert_eq!(error(&format!(r#"{{"$ref":"{reference}"}}"#)), unsupported, "{reference}");
    }
    assert_eq!(error(r##"{"$ref":"#/$defs/y"}"##), "unknown subschema #/$defs/y");
    assert_eq!(
        error(r#"{"items":{"minLength":1.5}}"#),
        r#"strconv.ParseUint: parsing "1.5": invalid syntax"#
    );
    assert_eq!(error(r#"{"maxItems":-1}"#), r#"strconv.ParseUint: parsing "-1": invalid syntax"#);
    assert_eq!(
        error(r#"{"maxItems":18446744073709551616}"#),
        r#"strconv.ParseUint: parsing "18446744073709551616": value out of range"#
    );
    assert_eq!(error(r#"{"pattern":"("}"#), "error parsing regexp: missing closing ): `(`");
    assert!(error(r#"{"pattern":"a{1000}{1000}{1000}"}"#).starts_with("error parsing regexp: "));
}

#[test]
fn definitions_nobody_uses_are_not_looked_at() {
    compiled(r##"{"$defs":{"x":{"pattern":"(","$ref":"y"}},"properties":{"a":true}}"##);
}

#[test]
fn circles_that_go_nowhere_are_refused() {
    assert_eq!(
        error(r##"{"$defs":{"a":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}"##),
        "subschema #/$defs/a refers to itself"
    );
    assert!(error(
        r##"{"$defs":{"a":{"anyOf":[true,{"oneOf":[{"$ref":"#/$defs/b"}]}]},"b":{"$ref":"#/$defs/a"}},
            "items":{"$ref":"#/$defs/a"}}"##
    )
    .ends_with("refers to itself"));
    compiled(
        r##"{"$defs":{"a":{"items":{"$ref":"#/$defs/b"}},"b":{"anyOf":[{"$ref":"#/$defs/a"}]}},
            "$ref":"#/$defs/b"}"##,
    );
}

#[test]
fn rotate_only_is_pushed_down() {
    let root = compiled(
        r##"{"$defs":{"r":{"type":"object","properties":{"q":{"$ref":"#/$defs/r"}}}},"type":"object",
            "properties":{
                "a":{"type":"object","properties":{"z":true,"y":{"type":"array","items":{"type":"string"}}}},
                "b":{"$ref":"#/$defs/r"},"c":{"$ref":"#/$defs/r"}},
            "rotateOnly":["a","b"]}"##,
    );
    assert!(!root.is_rotate_only());
    let a = root.own_property("a").unwrap();
    assert!(a.is_rotate_only());
    assert_eq!(a.rotate_only(), ["y", "z"]);
    let z = a.own_property("z").unwrap();
    assert!(z.is_rotate_only() && z.is_always());
    assert!(a.own_property("y").unwrap().items().unwrap().is_rotate_only());
    let b = root.own_property("b").unwrap().resolved().unwrap();
    assert!(b.is_rotate_only());
    assert!(b.own_property("q").unwrap().resolved().unwrap().is_rotate_only());
    let c = root.own_property("c").unwrap().resolved().unwrap();
    assert!(
        !c.is_rotate_only() && !c.own_property("q").unwrap().resolved().unwrap().is_rotate_only()
    );
    assert!(!Schema::always().is_rotate_only());
}

#[test]
fn compiled_schemas_can_be_part_of_others() {
    let inner = compiled(r##"{"$defs":{"s":{"type":"string"}},"items":{"$ref":"#/$defs/s"}}"##);
    let record = Schema::record([("x", inner.clone())]);
    assert!(Arc::ptr_eq(&compile(&record).unwrap(), &record));
    let marked = Builder::from(&*record).rotate_only(["x"]).build();
    let marked = compile(&marked).unwrap();
    let item = marked.own_property("x").unwrap().items().unwrap().clone();
    drop((inner, record, marked));
    let target = item.resolved().unwrap();
    assert!(target.is_rotate_only());
}

#[test]
fn ready_schemas_stay_themselves() {
    for schema in [Schema::always(), Schema::string(), Schema::record([("a", Schema::number())])] {
        assert!(Arc::ptr_eq(&compile(&schema).unwrap(), &schema));
    }
    let once =
        compiled(r#"{"type":"object","properties":{"a":{"pattern":"a"}},"rotateOnly":["a"]}"#);
    assert!(Arc::ptr_eq(&compile(&once).unwrap(), &once));
}

#[test]
fn depth_is_bounded() {
    let mut schema = Builder::string().pattern("x").build();
    for _ in 0..2 * MAX_DEPTH {
        schema = Schema::array(schema);
    }
    assert_eq!(compile(&schema).unwrap_err(), SchemaError::TooDeep);
}
