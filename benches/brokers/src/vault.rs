//! 40 secrets of a Vault that takes 200 ms for each answer.

use std::error::Error;
use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use esc_providers::Standard;
use esc_providers::identity::NoIdentity;
use esc_sdk::{Client, MemorySource};
use esc_test_servers::{FaultProxy, OpenBao, Rule};
use serde_json::json;

use crate::outcome::Outcome;

const READS: usize = 40;
const LATENCY: Duration = Duration::from_millis(200);

/// Measures; without a network it says that it does not.
pub async fn measure(outcome: &mut Outcome) -> Result<(), Box<dyn Error>> {
    let Some(bao) = OpenBao::start().await else {
        println!("Vault: NOT MEASURED, without a network there is no OpenBao");
        return Ok(());
    };
    for n in 0..READS {
        let path = format!("secret/data/bench/{n}");
        bao.write(&path, json!({ "data": { "value": n.to_string() } })).await;
    }
    let proxy = FaultProxy::start(bao.address()).await;
    proxy.push(Rule::latency(LATENCY));
    println!("Vault: {READS} reads, {LATENCY:?} of latency each");
    for (how, environment) in
        [("in one call", one_call as Environment), ("in as many calls", many_calls)]
    {
        let (mut one, mut all) = (Duration::MAX, Duration::MAX);
        for _ in 0..outcome.runs() {
            one = one.min(open(&proxy, &bao, environment, 1).await?);
            proxy.forget();
            all = all.min(open(&proxy, &bao, environment, READS).await?);
            outcome.count(&format!("reads {how}"), proxy.count(""), READS);
        }
        outcome.time(&format!("wall time {how}"), all, one, 1.3);
    }
    Ok(())
}

/// The text of an environment for so many reads with that login.
type Environment = fn(&str, usize) -> Result<String, std::fmt::Error>;

async fn open(
    proxy: &FaultProxy,
    bao: &OpenBao,
    environment: Environment,
    reads: usize,
) -> Result<Duration, Box<dyn Error>> {
    // The root token as it is: this is about reads, not about logins.
    let login = format!(
        "{{address: '{}', token: {{fn::secret: '{}'}}}}",
        proxy.endpoint(),
        bao.root_token()
    );
    let source = MemorySource::new().with("bench/vault", environment(&login, reads)?)?;
    let registry = Standard::new(Arc::new(NoIdentity)).catalog()?.registry();
    let client = Client::builder(source).providers(registry).build();
    let start = Instant::now();
    let opened = client.open("bench/vault").await?;
    let took = start.elapsed();
    let last = reads - 1;
    let value: String = opened.get_exposed(&format!("all[{last}]"))?;
    if value != last.to_string() {
        return Err("the values are not those that were stored".into());
    }
    Ok(took)
}

fn one_call(login: &str, reads: usize) -> Result<String, std::fmt::Error> {
    let mut text =
        format!("values:\n  s:\n    fn::open::vault-secrets:\n      login: {login}\n      read:\n");
    for n in 0..reads {
        writeln!(text, "        v{n}: {{path: secret/data/bench/{n}}}")?;
    }
    writeln!(text, "  all:")?;
    (0..reads).try_for_each(|n| writeln!(text, "    - ${{s.v{n}.data.value}}"))?;
    Ok(text)
}

fn many_calls(login: &str, reads: usize) -> Result<String, std::fmt::Error> {
    let mut text = format!("values:\n  login: {login}\n");
    for n in 0..reads {
        let inputs =
            format!("{{login: '${{login}}', read: {{v: {{path: secret/data/bench/{n}}}}}}}");
        writeln!(text, "  s{n}: {{fn::open::vault-secrets: {inputs}}}")?;
    }
    writeln!(text, "  all:")?;
    (0..reads).try_for_each(|n| writeln!(text, "    - ${{s{n}.v.data.value}}"))?;
    Ok(text)
}
