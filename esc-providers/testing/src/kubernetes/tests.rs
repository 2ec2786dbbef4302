use serde_json::{Value, json};
