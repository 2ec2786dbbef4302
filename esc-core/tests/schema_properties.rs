//! Laws that hold for all schemas.

use std::sync::Arc;

use esc_core::json::Json;
use esc_core::schema::{Builder, Schema, SchemaRef, Type, assignable, compile};
use esc_core::value::Value;
use proptest::prelude::*;

/// Schemas as they can be written: with references, patterns and things to rotate.
fn any_schema() -> impl Strategy<Value = SchemaRef> {
    let leaf = prop_oneof![
        Just(Schema::always()),
        Just(Schema::never()),
        prop::sample::select(&Type::ALL[..]).prop_map(Schema::of_type),
        "[a-c<>&]{0,4}".prop_map(|s| Schema::const_string(&s)),
        Just(Builder::string().pattern("^a+").min_length(2).build()),
        Just(Builder::number().minimum(1).multiple_of(3).description("three").build()),
        prop::sample::select(&["#/$defs/a", "#/$defs/b"][..])
            .prop_map(|r| Schema::array(Builder::reference(r))),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4);
        let named = prop::collection::btree_map("[a-e]", inner.clone(), 0..4);
        prop_oneof![
            several.clone().prop_map(Schema::tuple),
            several.clone().prop_map(Schema::either),
            several.prop_map(Schema::exactly_one),
            inner.prop_map(Schema::array),
            (named.clone(), any::<bool>()).prop_map(|(named, closed)| {
                let record = Builder::from(&*Schema::record(named));
                if closed {
                    record.closed().build()
                } else {
                    record.rotate_only(["a", "b"]).build()
                }
            }),
            named.prop_map(|named| {
                named.into_iter().fold(Schema::object(), |o, (k, s)| o.property(k, s)).build()
            }),
        ]
    })
}

/// The schema, with definitions for its references.
fn root(schema: &SchemaRef, a: SchemaRef, b: SchemaRef) -> SchemaRef {
    Builder::object()
        .definition("a", Schema::array(a))
        .definition("b", Schema::record([("x", b)]))
        .property("s", schema.clone())
        .build()
}

fn any_root() -> impl Strategy<Value = SchemaRef> {
    (any_schema(), any_schema(), any_schema()).prop_map(|(s, a, b)| root(&s, a, b))
}

/// Walks down, through references, which must all be resolved.
fn walk(schema: &SchemaRef, budget: &mut usize, depth: usize) {
    if *budget == 0 || depth == 50 {
        return;
    }
    *budget -= 1;
    if schema.reference().is_some() {
        let target = schema.resolved();
        assert!(target.is_some());
        target.iter().for_each(|s| walk(s, budget, depth + 1));
    }
    let lists = [schema.any_of(), schema.one_of(), schema.prefix_items()];
    lists.iter().flat_map(|l| l.iter()).for_each(|s| walk(s, budget, depth + 1));
    schema.items().into_iter().for_each(|s| walk(s, budget, depth + 1));
    schema.properties().iter().for_each(|(_, s)| walk(s, budget, depth + 1));
}

proptest! {
    #[test]
    fn json_goes_round(schema in any_root()) {
        let text = schema.to_json_text();
        let again = Schema::from_json(&Json::parse(&text).unwrap()).unwrap();
        prop_assert_eq!(again.to_json_text(), text);
    }

    #[test]
    fn compiling_is_pure(schema in any_root()) {
        let before = (schema.to_json_text(), format!("{schema:?}"));
        let compiled = compile(&schema).unwrap();
        prop_assert_eq!((schema.to_json_text(), format!("{schema:?}")), before);
        prop_assert!(Arc::ptr_eq(&compile(&compiled).unwrap(), &compiled));
        let s = compiled.own_property("s").unwrap();
        prop_assert!(Arc::ptr_eq(&compile(s).unwrap(), s));
        walk(&compiled, &mut 2_000, 0);
    }

    #[test]
    fn targets_die_with_what_refers_to_them(a in any_schema(), b in any_schema()) {
        let reference = Schema::array(Builder::reference("#/$defs/a"));
        let compiled = compile(&root(&reference, a, b)).unwrap();
        let target = compiled.own_property("s").unwrap().items().unwrap().resolved().unwrap();
        let weak = Arc::downgrade(&target);
        drop((compiled, target));
        prop_assert!(weak.upgrade().is_none());
    }

    #[test]
    fn comparisons_end_and_agree_with_themselves(a in any_root(), b in any_root()) {
        let (a, b) = (compile(&a).unwrap(), compile(&b).unwrap());
        let once = assignable(&a, &b);
        prop_assert_eq!(&assignable(&a, &b), &once);
        prop_assert!(assignable(&Schema::always(), &a).is_empty());
        prop_assert!(assignable(&a, &Schema::always()).is_empty());
    }

    #[test]
    fn merging_a_schema_over_nothing_changes_nothing(schema in any_root()) {
        prop_assert!(Arc::ptr_eq(&Schema::merge(None, &schema), &schema));
        prop_assert!(Arc::ptr_eq(&Schema::merge(Some(&Schema::always()), &schema), &schema));
    }

    #[test]
    fn literal_schemas_have_what_values_have(keys in prop::collection::btree_set("[a-z]{1,3}", 0..6)) {
        let value = Value::object(keys.iter().map(|k| (k.as_str(), Value::string(k.as_str()))));
        let schema = Schema::of_value(&value);
        for key in &keys {
            let property = schema.property(key);
            prop_assert_eq!(property.const_value().and_then(Value::as_str), Some(key.as_str()));
        }
        prop_assert!(schema.property("absent").is_never());
        prop_assert!(assignable(&schema, &schema).is_empty());
    }
}
