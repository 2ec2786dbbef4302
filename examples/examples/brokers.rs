//! Starts backends on this machine, and runs an application whose environment draws from all of them.
//!
//! `cargo run -p esc-examples --example brokers`
//!
//! It takes Rust, Python 3 and, the first time, a network to install Moto and OpenBao from.

use std::error::Error;

use esc_examples::brokers;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if esc_test_servers::offline() {
        println!(
            "ESC_TEST_OFFLINE is set, so no servers are started and there is nothing to show."
        );
        return Ok(());
    }
    println!(
        "Starting Moto (AWS), a fake STS, OpenBao (Vault), a fake Kubernetes and an issuer of tokens."
    );
    println!("The first time they are installed, which takes a minute or two.\n");
    if let Some(report) = brokers::run().await? {
        println!("{report}\nThe servers are stopped.");
    }
    Ok(())
}
