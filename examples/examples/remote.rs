//! Opens an environment on a server that speaks the hosted service's HTTP API.
//!
//! `cargo run -p esc-examples --example remote -- https://esc.example acme shop/production token.txt`

use std::error::Error;

use esc_core::value::Reveal;
use esc_sdk::remote::{Api, Remote};
use esc_sdk::{Client, Secret};

const USAGE: &str = "\
usage: remote URL ORGANIZATION NAME TOKEN-FILE

  URL           where the server is, such as https://api.pulumi.com
  ORGANIZATION  whose environments
  NAME          project/name, or project/name@version
  TOKEN-FILE    a file with an access token";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, organization, name, token] = arguments.as_slice() else {
        println!("{USAGE}");
        return Ok(());
    };
    let token = Secret::new(std::fs::read_to_string(token)?.trim().to_owned());
    let api = Api::builder(organization.as_str())
        .url(url)
        .access_token(token)
        // Only for a server on this machine: anywhere else it is refused without encryption.
        .allow_plain_http(url.starts_with("http://127.0.0.1:"))
        .build()?;

    // From here on everything is as with environments that are evaluated here.
    let client = Client::remote(Remote::new(api)).build();
    let opened = client.open(name).await?;
    println!("{}", opened.value().to_json(Reveal::Redacted));
    println!("environments that took part: {}", opened.environments().join(", "));
    Ok(())
}
