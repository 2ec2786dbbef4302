//! The client of the HTTP API against a server that looks like the hosted service.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may panic"
)]

mod behaviour;
mod exchange;
mod faults;
mod golden;
mod look_alike;
mod opening;
mod python;

mod routes;
mod store;
mod tags;
mod wire;

use std::time::Duration;

use esc_core::secret::Secret;
use esc_sdk::EnvironmentName;
use esc_sdk::remote::{Api, ApiBuilder, Reference, Retries};

use crate::look_alike::{LookAlike, TOKEN};

fn builder(server: &LookAlike) -> ApiBuilder {
    let first = Duration::from_millis(10);
    let longest = Duration::from_secs(2);
    Api::builder("acme")
        .url(&server.url)
        .access_token(Secret::new(TOKEN.to_owned()))
        .jitter(|| 0.0)
        .retries(Retries { attempts: 3, first, longest })
        .timeout(Duration::from_secs(20))
}

fn api(server: &LookAlike) -> Api {
    builder(server).build().unwrap()
}

fn name(text: &str) -> EnvironmentName {
    text.parse().unwrap()
}

fn reference(text: &str) -> Reference {
    text.parse().unwrap()
}

/// An environment of that name with that definition.
async fn given(api: &Api, environment: &str, text: &str) {
    api.create(&name(environment)).await.unwrap();
    api.update(&name(environment), text, None).await.unwrap();
}
