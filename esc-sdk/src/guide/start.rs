//! Sources, names, the first value.
//!
//! A [`Client`](crate::Client) opens environments. It is told where they are:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use esc_sdk::{Client, DirectorySource};
//!
//! # let dir = tempfile::tempdir()?;
//! # let root = dir.path();
//! # std::fs::create_dir(root.join("shop"))?;
//! # std::fs::write(root.join("shop/dev.yaml"), "values:\n  host: db.example\n  url: postgres://${host}\n")?;
//! let client = Client::builder(DirectorySource::new(root)?).build();
//! let url: String = client.get("shop/dev", "url").await?;
//! assert_eq!(url, "postgres://db.example");
//! # Ok(()) }
//! ```
//!
//! # Sources
//!
//! | source | environments are |
//! |---|---|
//! | [`DirectorySource`](crate::DirectorySource) | files `DIR/<project>/<name>.yaml` |
//! | [`MemorySource`](crate::MemorySource) | texts that the program brings along |
//! | your own [`EnvironmentSource`](esc_core::source::EnvironmentSource) | wherever you like: a database, a bucket, a repository |
//! | `Client::remote` | on a server that evaluates them: see the page `remote` |
//!
//! Make one client when the program starts, and clone it. Clones share their cache.
//!
//! # Names
//!
//! A name is `project/name`, or `name` in the project `default`. Imports go by the same names. A directory and memory
//! have no versions; a server has: `shop/dev@3`, `shop/dev@stable`. [`EnvironmentName`](crate::EnvironmentName) parses
//! and checks names.
//!
//! # Secrets at rest
//!
//! Secrets in documents are encrypted, each for its environment. The source gets the key:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use esc_sdk::crypto::Key;
//! use esc_sdk::{Client, DirectorySource, EnvironmentName, Secret};
//!
//! # let dir = tempfile::tempdir()?;
//! # let root = dir.path();
//! # std::fs::create_dir(root.join("shop"))?;
//! # std::fs::write(root.join("shop/dev.yaml"), "values:\n  token: {fn::secret: hunter2}\n")?;
//! # let key = Key::generate()?;
//! let source = DirectorySource::new(root)?.with_key(key);
//! let name: EnvironmentName = "shop/dev".parse()?;
//! source.encrypt(&name).await?;
//! assert!(!source.read(&name)?.contains("hunter2"));
//!
//! let client = Client::builder(source).build();
//! let token: Secret<String> = client.get("shop/dev", "token").await?;
//! assert_eq!(token.expose(), "hunter2");
//! # Ok(()) }
//! ```
//!
//! [`Key::from_file`](crate::crypto::Key::from_file) reads a key from a file that only its owner can read. The crate
//! itself looks nowhere: no variables, no home directory. What it uses is what you hand it.
