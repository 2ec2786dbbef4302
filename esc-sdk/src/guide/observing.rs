//! Spans and metrics.
//!
//! The crate prints nothing. With the features `tracing` and `metrics` it reports to the facades of these crates what it
//! does; your program decides where that goes. Values are in neither, nor are the messages
//! of errors.
//!
//! # Tracing
//!
//! | span | fields | from |
//! |---|---|---|
//! | `esc.environment` | `environment`, `work` (`open`, `check`) | the client, once for each evaluation |
//! | `provider.open` | `provider`, `account`, `environment`, `path`, `requests`, `attempts`, `cache_hits`, `failed`, `outcome`, `seconds` | the layer `Trace` of `esc-providers` |
//!
//! The client's span has one event of level `INFO`, with `outcome` and `seconds`.
//!
//! # Metrics
//!
//! | name | kind | labels |
//! |---|---|---|
//! | `esc_environments_total` | counter | `work`, `outcome` |
//! | `esc_environment_seconds` | histogram | `work` |
//! | `esc_provider_calls_total` | counter | `provider`, `outcome` |
//! | `esc_provider_call_seconds` | histogram | `provider` |
//! | `esc_provider_cache_total` | counter | `provider`, `result` (`hit`, `miss`) |
//! | `esc_provider_retries_total` | counter | `provider` |
//! | `esc_provider_throttles_total` | counter | `provider` |
//! | `esc_provider_wait_seconds` | histogram | `provider` |
//!
//! Those of providers come with the feature `metrics` of `esc-providers`.
//!
//! | `outcome` of an environment | |
//! |---|---|
//! | `ok` | opened, or checked without errors |
//! | `errors` | the environment has errors |
//! | `offline` | served from the offline cache |
//! | `unavailable` | something could not be reached |
//! | `refused` | anything else |
//!
//! What was served from the client's own cache is not counted: nothing was evaluated.
//!
//! # Alerts
//!
//! * `outcome` is `offline` or `unavailable`: something that you depend upon is down.
//! * `outcome` is `errors` or `refused`: somebody changed an environment, a policy or a secret.
//! * The [status of a watch](super::live) is old. Put its age into a gauge of your own.
