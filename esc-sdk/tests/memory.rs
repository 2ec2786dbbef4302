//! Nothing of a secret is left in the process's memory once it is dropped.
//!
//! This is a test of its own, so that nothing else runs in the process. What it looks for is kept masked: the secrets
//! are in clear only where the library has them.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use async_trait::async_trait;
use esc_core::crypt::Encrypter;
use esc_core::envelope;
use esc_core::provider::{OpenRequest, Output, Provider, ProviderError, ProviderSchema, Registry};
use esc_core::schema::Schema;
use esc_core::secret::{Secret, Text};
use esc_core::value::Value;
use esc_sdk::crypto::{Key, KeyCrypter};
use esc_sdk::{Client, DirectorySource};
use memchr::memmem::Finder;

const CANARIES: usize = 100;
const LENGTH: usize = 40;
const MASK: u8 = 0x15;

/// Printable text that is unlike all others, under the mask.
fn masked(canary: usize) -> [u8; LENGTH] {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(canary as u64 + 1);
    std::array::from_fn(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (b'a' + (state >> 59) as u8 % 26) ^ MASK
    })
}

/// The canary in clear, in memory that is wiped.
fn secret(canary: usize) -> String {
    let mut text = String::with_capacity(LENGTH);
    text.extend(masked(canary).iter().map(|byte| (byte ^ MASK) as char));
    text
}

/// Returns the canary of that number.
struct Canaries;

#[async_trait]
impl Provider for Canaries {
    fn schema(&self) -> ProviderSchema {
        let inputs = Schema::record([("n", Schema::number())]);
        ProviderSchema { description: None, inputs, outputs: Schema::string() }
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        let n: usize =
            esc_core::deserialize::deserialize(request.inputs.get("n").unwrap()).unwrap();
        Ok(Value::string(Text::secret(secret(n))).into())
    }
}

/// How much is searched at once.
const WINDOW: usize = 1 << 20;

/// How many of the canaries are somewhere in memory that can be written.
fn found() -> Vec<usize> {
    let memory = File::open("/proc/self/mem").unwrap();
    let canaries: Vec<[u8; LENGTH]> = (0..CANARIES).map(masked).collect();
    let finders: Vec<Finder<'_>> = canaries.iter().map(Finder::new).collect();
    // It never grows, so there are no copies of it, and it is wiped in the end.
    let mut window: Vec<u8> = Vec::with_capacity(WINDOW + LENGTH);
    // What the test itself holds is left out: masked twice, it would be in clear, and be found here or the next time.
    let own = [canaries.as_ptr_range().start as u64..canaries.as_ptr_range().end as u64, {
        let start = window.as_ptr() as u64;
        start..start + window.capacity() as u64
    }];
    let mut found = Vec::new();
    for line in std::fs::read_to_string("/proc/self/maps").unwrap().lines() {
        let mut fields = line.split_whitespace();
        let (range, permissions) = (fields.next().unwrap(), fields.next().unwrap());
        if !permissions.starts_with("rw") {
            continue;
        }
        let (start, end) = range.split_once('-').unwrap();
        let end = u64::from_str_radix(end, 16).unwrap();
        let mut at = u64::from_str_radix(start, 16).unwrap();
        window.clear();
        while at < end {
            // Masked as it is read, so that the window does not hold what it looks for.
            let mut chunk = [0; 4096];
            let Ok(read) = memory.read_at(&mut chunk, at) else { break };
            if read == 0 {
                break;
            }
            for (byte, address) in chunk[..read].iter_mut().zip(at..) {
                let is_own = own.iter().any(|range| range.contains(&address));
                window.push(if is_own { 0 } else { *byte ^ MASK });
                *byte = 0;
            }
            std::hint::black_box(&chunk);
            at += read as u64;
            if window.len() + chunk.len() > WINDOW || at >= end {
                let is_there = |(n, finder): (usize, &Finder<'_>)| finder.find(&window).map(|_| n);
                found.extend(finders.iter().enumerate().filter_map(is_there));
                // A canary may lie across the end.
                let rest = window.len().min(LENGTH - 1);
                let from = window.len() - rest;
                window.copy_within(from.., 0);
                window.truncate(rest);
            }
        }
    }
    window.clear();
    window.resize(WINDOW + LENGTH, 0);
    std::hint::black_box(&window);
    found.sort_unstable();
    found.dedup();
    found
}

#[derive(serde::Deserialize)]
struct Config {
    opened: Vec<Secret<String>>,
    decrypted: Vec<Secret<Vec<u8>>>,
    url: Secret<String>,
}

#[test]
fn secrets_are_wiped() {
    let home = tempfile::tempdir().unwrap();
    let key = Key::generate().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let crypter = KeyCrypter::new(&key, "shop/production").unwrap();
        let mut document = String::from("values:\n  opened:\n");
        for n in 0..CANARIES / 2 {
            document.push_str(&format!("    - fn::open::canary: {{n: {n}}}\n"));
        }
        document.push_str("  decrypted:\n");
        for n in CANARIES / 2..CANARIES {
            let sealed = crypter.encrypt(&Secret::new(secret(n).into_bytes())).await.unwrap();
            let envelope = envelope::encode(&sealed);
            document.push_str(&format!("    - fn::secret: {{ciphertext: {envelope}}}\n"));
        }
        document.push_str("  url: postgres://app:${opened[0]}@db/${decrypted[1]}\n");
        std::fs::create_dir(home.path().join("shop")).unwrap();
        std::fs::write(home.path().join("shop/production.yaml"), document).unwrap();
    });

    let source = DirectorySource::new(home.path()).unwrap().with_key(key);
    let registry = Registry::new().with_provider("canary", Arc::new(Canaries));
    let client = Client::builder(source).providers(registry).build();
    runtime.block_on(async {
        let opened = client.open("shop/production").await.unwrap();
        let config: Config = esc_core::deserialize::deserialize(opened.value()).unwrap();
        assert!(config.opened.len() + config.decrypted.len() == CANARIES);
        assert!(config.url.expose().len() > 2 * LENGTH);
        assert_eq!(found().len(), CANARIES, "the test must see what is there");
    });
    assert_eq!(found(), Vec::<usize>::new());
}
