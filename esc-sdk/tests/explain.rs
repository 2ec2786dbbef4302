//! Where values come from.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may panic")]

mod common;

use common::{block_on, client, golden};
use esc_sdk::inspect::ValueMaker;
use esc_sdk::{Client, Snapshot};

const BASE: &str = "values:
  creds: {fn::open::vault: {}}
  database:
    host: db.example
    name: shop
";
const DEV: &str = "imports: [shop/base]
values:
  creds: {extra: 1}
  database:
    host: db.${region}
    url: postgres://${creds.user}:${creds.password}@${database.host}/${database.name}
    alias: ${database.url}
    list: {fn::split: [',', '${database.alias}']}
  region: eu
  token: {fn::secret: hunter2}
  who: ${context.rootEnvironment.name}
";

fn shop() -> (Client, std::sync::Arc<common::Vault>) {
    let (client, vault, _) = client(&[("shop/base", BASE), ("shop/dev", DEV)]);
    (client, vault)
}

fn explained(opened: &Snapshot, paths: &[&str]) -> String {
    let texts = paths.iter().map(|path| opened.explain(path).unwrap().to_string());
    texts.collect::<Vec<_>>().join("\n")
}

const PATHS: [&str; 7] = [
    "database.host",
    "database.name",
    "database.list[0]",
    "creds.password",
    "token",
    "creds",
    "who",
];

#[test]
fn every_layer_is_told_after_opening() {
    let opened = block_on(shop().0.open("shop/dev")).unwrap();
    let told = explained(&opened, &PATHS);
    golden("explained-opened.txt", &told);
    assert!(!told.contains("hunter2"));
}

#[test]
fn every_layer_is_told_without_opening() {
    let (client, vault) = shop();
    let checked = block_on(client.check("shop/dev")).unwrap();
    golden("explained-inspected.txt", &explained(&checked, &PATHS));
    assert_eq!(vault.opened(), 0);
}

#[test]
fn tools_read_explanations_as_json() {
    let opened = block_on(shop().0.open("shop/dev")).unwrap();
    let told = serde_json::to_string_pretty(&opened.explain("creds.password").unwrap()).unwrap();
    golden("explained.json", &told);
    let winner = opened.explain("token").unwrap().winner;
    assert_eq!((winner.made_by, winner.secret, winner.line), (ValueMaker::Secret, true, 10));
}

#[test]
fn what_is_not_there_cannot_be_explained() {
    let opened = block_on(shop().0.open("shop/dev")).unwrap();
    let error = opened.explain("database.hots").unwrap_err().to_string();
    assert_eq!(
        error,
        "`shop/dev`: `database.hots` is missing; did you mean `database.host`? (the object is defined at shop/dev:5:5)"
    );
}

#[test]
fn references_to_references_are_bounded() {
    let mut text = String::from("values:\n  v0: x\n");
    for i in 1..200 {
        text.push_str(&format!(
            "  v{i}: {}\n",
            format!("${{v{}}}", i - 1).repeat(if i < 14 { 2 } else { 1 })
        ));
    }
    let (client, ..) = client(&[("a", &text)]);
    let opened = block_on(client.open("a")).unwrap();
    for path in ["v199", "v13"] {
        assert!(opened.explain(path).unwrap().to_string().lines().count() <= 3_000);
    }
}
