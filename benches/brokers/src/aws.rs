//! 500 secrets and 500 parameters, in 50 environments that one imports, within AWS's quotas.

use std::error::Error;
use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use esc_providers::Standard;
use esc_providers::aws::Settings;
use esc_providers::identity::NoIdentity;
use esc_sdk::{Client, MemorySource};
use esc_test_servers::{FakeAws, ParameterKind};

use crate::outcome::Outcome;

/// Environments, and in each so many secrets and so many parameters.
const ENVIRONMENTS: usize = 50;
const EACH: usize = 10;
/// What AWS answers in one call at most.
const SECRETS_IN_CALL: usize = 20;
const PARAMETERS_IN_CALL: usize = 10;
/// The crate's own pace for parameters: a quota of 40 a second, and at most half of it at once.
const PARAMETER_CALLS_A_SECOND: f64 = 40.0;
const PARAMETER_CALLS_AT_ONCE: usize = 20;

const LOGIN: &str = "
values:
  aws:
    fn::open::aws-login:
      static:
        accessKeyId: AKIDBENCH
        secretAccessKey: {fn::secret: bench}
";

/// Measures.
pub async fn measure(outcome: &mut Outcome) -> Result<(), Box<dyn Error>> {
    let all = ENVIRONMENTS * EACH;
    let fake = FakeAws::start().await;
    for n in 0..all {
        fake.put_secret(&format!("bench/{n}"), &format!("secret {n}"));
        fake.put_parameter(&format!("/bench/{n}"), ParameterKind::SecureString, &n.to_string());
    }
    println!("AWS: {all} secrets and {all} parameters in {ENVIRONMENTS} environments");

    let mut best: Option<(Times, Duration)> = None;
    for _ in 0..outcome.runs() {
        // The longest chain of calls, one after the other: a login (which asks nobody), and one fetch.
        let chain = open(&fake, source([0])?, 1).await?.took;
        fake.forget();
        // What has been used up of the quotas comes back.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let times = open(&fake, source(0..ENVIRONMENTS)?, ENVIRONMENTS).await?;
        counts(&fake, outcome);
        if best.as_ref().is_none_or(|(best, _)| times.took < best.took) {
            best = Some((times, chain));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let Some((Times { evaluation, took }, chain)) = best else { return Ok(()) };
    let paced = all.div_ceil(PARAMETERS_IN_CALL).saturating_sub(PARAMETER_CALLS_AT_ONCE);
    let pace = Duration::from_secs_f64(paced as f64 / PARAMETER_CALLS_A_SECOND);
    println!(
        "  evaluation {:.0} ms, longest chain {:.0} ms, rate limit {:.0} ms",
        ms(evaluation),
        ms(chain),
        ms(pace)
    );
    outcome.time("wall time", took, evaluation + chain + pace, 1.2);
    println!("  without counting the evaluation: factor {:.2}", ms(took) / ms(chain + pace));
    Ok(())
}

/// The calls of one run.
fn counts(fake: &FakeAws, outcome: &mut Outcome) {
    let all = ENVIRONMENTS * EACH;
    for (operation, promised) in [
        ("BatchGetSecretValue", all.div_ceil(SECRETS_IN_CALL)),
        ("GetSecretValue", 0),
        ("GetParameters", all.div_ceil(PARAMETERS_IN_CALL)),
        ("GetParameter", 0),
    ] {
        outcome.count(operation, fake.count(operation), promised);
    }
    let refused = fake.calls().iter().filter(|call| call.error.is_some()).count();
    outcome.count("answers of throttling and other errors", refused, 0);
}

/// How long it took.
struct Times {
    /// A check: all of the evaluation, and no calls.
    evaluation: Duration,
    /// Opening.
    took: Duration,
}

/// Opens everything with a fresh client, and looks whether it is right.
async fn open(
    fake: &FakeAws,
    source: MemorySource,
    environments: usize,
) -> Result<Times, Box<dyn Error>> {
    let settings = Settings::default().with_endpoint(fake.endpoint());
    let registry = Standard::new(Arc::new(NoIdentity)).aws(settings).catalog()?.registry();
    let client = Client::builder(source).providers(registry).build();
    let start = Instant::now();
    client.check("bench/root").await?;
    let evaluation = start.elapsed();
    let start = Instant::now();
    let opened = client.open("bench/root").await?;
    let took = start.elapsed();
    let last = environments * EACH - 1;
    let got: String = opened.get_exposed(&format!("all.s{last}"))?;
    let parameter: String = opened.get_exposed(&format!("all.p{last}"))?;
    if got != format!("secret {last}") || parameter != last.to_string() {
        return Err("the values are not those that were stored".into());
    }
    Ok(Times { evaluation, took })
}

/// A root that imports environments, which all import one login.
fn source(environments: impl IntoIterator<Item = usize>) -> Result<MemorySource, Box<dyn Error>> {
    let mut source = MemorySource::new().with("bench/login", LOGIN)?;
    let mut root = String::from("imports:\n");
    for number in environments {
        writeln!(root, "  - bench/e{number}")?;
        source = source.with(&format!("bench/e{number}"), environment(number)?)?;
    }
    Ok(source.with("bench/root", root)?)
}

/// Every other environment fetches all with one call for each backend, the rest with one call for each value.
fn environment(number: usize) -> Result<String, std::fmt::Error> {
    let mut text = String::from("imports: [bench/login]\nvalues:\n");
    let names = number * EACH..(number + 1) * EACH;
    let common = "region: eu-west-1, login: '${aws}'";
    let secret = |n: usize| format!("v{n}: {{secretId: bench/{n}}}");
    let parameter = |n: usize| format!("v{n}: {{name: /bench/{n}, decrypt: true}}");
    if number.is_multiple_of(2) {
        let list = |entry: &dyn Fn(usize) -> String| {
            names.clone().map(entry).collect::<Vec<_>>().join(", ")
        };
        let (secrets, parameters) = (list(&secret), list(&parameter));
        writeln!(
            text,
            "  ss{number}: {{fn::open::aws-secrets: {{{common}, get: {{{secrets}}}}}}}"
        )?;
        writeln!(
            text,
            "  ps{number}: {{fn::open::aws-parameter-store: {{{common}, get: {{{parameters}}}}}}}"
        )?;
    } else {
        for n in names.clone() {
            writeln!(
                text,
                "  s{n}: {{fn::open::aws-secrets: {{{common}, get: {{{}}}}}}}",
                secret(n)
            )?;
            writeln!(
                text,
                "  p{n}: {{fn::open::aws-parameter-store: {{{common}, get: {{{}}}}}}}",
                parameter(n)
            )?;
        }
    }
    writeln!(text, "  all:")?;
    for n in names {
        let (s, p) = match number.is_multiple_of(2) {
            true => (format!("ss{number}"), format!("ps{number}")),
            false => (format!("s{n}"), format!("p{n}")),
        };
        writeln!(text, "    s{n}: ${{{s}.v{n}}}\n    p{n}: ${{{p}.v{n}}}")?;
    }
    Ok(text)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
