//! A server that is out of reach: it hangs, answers 503 or is gone.

use std::time::Duration;

use esc_core::secret::Secret;
use esc_sdk::remote::{Api, Remote, Retries};
use esc_sdk::{Client, Error, FromEnvironment};
use esc_test_servers::{FaultProxy, Rule};

use crate::look_alike::{LookAlike, TOKEN};
use crate::{Site, offline};

#[derive(FromEnvironment)]
struct Config {
    host: String,
    pin: esc_sdk::Secret<String>,
}

#[tokio::test]
async fn a_server_that_hangs_or_fails_is_replaced_by_what_it_said_last() {
    let server = LookAlike::start().await;
    let proxy = FaultProxy::start(&server.url).await;
    let first = Duration::from_millis(10);
    let api = Api::builder("acme")
        .url(proxy.endpoint())
        .access_token(Secret::new(TOKEN.to_owned()))
        .jitter(|| 0.0)
        .retries(Retries { attempts: 1, first, longest: first })
        .timeout(Duration::from_millis(500))
        .allow_plain_http(true)
        .build()
        .unwrap();
    api.create(&"shop/prod".parse().unwrap()).await.unwrap();
    let text = "values:\n  host: db.example\n  pin: {fn::secret: hunter2}\n";
    api.update(&"shop/prod".parse().unwrap(), text, None).await.unwrap();

    let site = Site::new();
    // Each of these is as good as a new process.
    let client = || Client::remote(Remote::new(api.clone())).offline(site.cache("web")).build();
    let live = client().open("shop/prod").await.unwrap();
    assert_eq!(offline(&live), None);
    let outages = [
        Rule::latency(Duration::from_secs(60)),
        Rule::status(503, "{}"),
        Rule::status(429, "{}"),
        Rule::reset(),
    ];
    for outage in outages {
        let what = format!("{outage:?}");
        proxy.push(outage);
        let opened = client().open("shop/prod").await.unwrap();
        assert!(offline(&opened).is_some(), "{what}");
        assert_eq!(opened.value(), live.value());
        assert_eq!(client().get::<String>("shop/prod", "host").await.unwrap(), "db.example");
        let config: Config = client().open_as("shop/prod").await.unwrap();
        assert_eq!((config.host.as_str(), config.pin.expose().as_str()), ("db.example", "hunter2"));
        let error = client().open("shop/other").await.unwrap_err();
        assert!(matches!(error, Error::Api(_)) && error.is_unavailable(), "{what}: {error}");
        proxy.clear();
    }
    // Answers are answers.
    for status in [400, 401, 403, 404] {
        proxy.push(Rule::status(status, "{}"));
        let error = client().open("shop/prod").await.unwrap_err();
        assert!(!error.is_unavailable(), "{status}: {error}");
        proxy.clear();
    }
    assert_eq!(offline(&client().open("shop/prod").await.unwrap()), None);
}
