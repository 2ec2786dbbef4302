//! Runs a command with the variables of an environment, and restarts it when they change.
//!
//! `cargo run -p esc-examples --example watch -- examples/environments shop/production sh -c 'echo $STAGE; sleep 999'`
//!
//! Edit the environment meanwhile. With `--changes 2` before the directory it ends after two changes.

use std::error::Error;
use std::path::Path;
use std::process::{Child, Command};

use esc_core::value::{Value, environment_variables};
use esc_providers::Catalog;
use esc_providers::local::{Files, Local};
use esc_sdk::crypto::Key;
use esc_sdk::{Client, DirectorySource, FromEnvironment};

/// Only the variables are of interest. Which there are is the environment's business.
#[derive(FromEnvironment)]
struct Config {
    #[esc(name = "environmentVariables")]
    variables: Value,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut changes_left = u64::MAX;
    if arguments.first().is_some_and(|argument| argument == "--changes") {
        changes_left = arguments.get(1).ok_or("`--changes` needs a number")?.parse()?;
        arguments.drain(..2);
    }
    let [directory, name, command @ ..] = arguments.as_slice() else {
        return Err("usage: watch [--changes N] DIRECTORY NAME COMMAND…".into());
    };
    let source = DirectorySource::new(directory)?
        .with_key(Key::from_file(&Path::new(env!("CARGO_MANIFEST_DIR")).join("demo.key"))?);
    let local = Local::new().with_files(Files::new(directory)?);
    let providers = Catalog::new().family(&local).registry();
    let client = Client::builder(source).providers(providers).build();

    // An edit of the files is noticed at once, the environments that are imported included.
    let watch = client.watch::<Config>(name).await?;
    let mut changes = watch.changes();
    while changes_left > 0 {
        let mut child = start(command, &watch.current())?;
        let change = changes.next().await;
        // A real supervisor asks first, and gives the child time.
        child.kill()?;
        child.wait()?;
        let Some(change) = change else { break };
        changes_left -= 1;
        // Secrets are not shown.
        change.fields.iter().for_each(|field| println!("{field}"));
    }
    watch.stop().await;
    Ok(())
}

fn start(command: &[String], config: &Config) -> Result<Child, Box<dyn Error>> {
    let (program, arguments) = command.split_first().ok_or("there is no command")?;
    let values = Value::object([("environmentVariables", config.variables.clone())]);
    let variables = environment_variables(&values).entries.into_iter();
    let variables = variables.map(|v| (v.name.to_string(), v.value.as_str().to_owned()));
    Ok(Command::new(program).args(arguments).envs(variables).spawn()?)
}
