//! Generated types compile, and read the environment they were made from.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod common;

/// The generated types.
mod generated {
    include!("golden/generated.rs");
}

use common::{block_on, client, golden};
use esc_sdk::codegen::rust_types;
use generated::{Config, ConfigCredsLevel};

const BASE: &str = "values:
  creds: {fn::open::vault: {}}
  type: plain
";
const DEV: &str = "imports: [shop/base]
values:
  database:
    hostName: db.example
    port: 5432
    url: postgres://${creds.user}:${creds.password}@h
  ratio: 0.5
  on: true
  nothing: null
  matrix: [[1, 2], [3.5]]
  mixed: [1, a]
  servers: [{name: a, weight: 1}, {name: b, weight: 2}]
  secrets: [{fn::secret: hunter2}]
  'odd \"name\"\\n': 1
  odd-name: 2
  self: 3
  anything: {fn::fromJSON: {fn::toJSON: '${creds}'}}
  plain: {fn::toJSON: [1]}
  empty: {}
";

#[test]
fn generated_types_are_as_agreed_and_read_their_environment() {
    let (client, vault, _) = client(&[("shop/base", BASE), ("shop/dev", DEV)]);
    let checked = block_on(client.check("shop/dev")).unwrap();
    let text = rust_types(&checked, "config");
    assert_eq!(text, rust_types(&block_on(client.check("shop/dev")).unwrap(), "config"));
    golden("generated.rs", &text);
    assert!(!text.contains("hunter2"));
    block_on(client.check_type::<Config>("shop/dev")).unwrap();
    assert_eq!(vault.opened(), 0);

    let config: Config = block_on(client.open_as("shop/dev")).unwrap();
    assert_eq!(config.database.host_name, "db.example");
    assert_eq!(config.database.port, 5432);
    assert_eq!(config.database.url.expose(), "postgres://app:hunter2@h");
    assert_eq!(config.creds.password.expose(), "hunter2");
    assert_eq!(config.servers.iter().map(|server| server.weight).sum::<i64>(), 3);
    assert_eq!((config.r#type.as_str(), config.odd_name, config.self_), ("plain", 2, 3));
    assert!(config.creds.level.is_none_or(|level| level == ConfigCredsLevel::Read));
    assert!(!format!("{config:?}").contains("hunter2"));
}
