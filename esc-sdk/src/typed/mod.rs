//! Environments as Rust types.
//!
//! A type that derives [`FromEnvironment`] says what it needs of an environment and reads it. Because it says so, the
//! need can be [checked](crate::Client::check_type) before anything is opened, and [opening](crate::Client::open_as) fetches
//! nothing else.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! # use esc_sdk::{Client, DirectorySource};
//! # let dir = tempfile::tempdir()?;
//! # std::fs::create_dir(dir.path().join("shop"))?;
//! # std::fs::write(dir.path().join("shop/dev.yaml"), "values:\n  database: {host: db.example, password: {fn::secret: hunter2}}\n  logLevel: info\n")?;
//! # let client = Client::builder(DirectorySource::new(dir.path())?).build();
//! use esc_sdk::{FromEnvironment, Secret};
//!
//! #[derive(FromEnvironment)]
//! #[esc(rename_all = "camelCase")]
//! struct Config {
//!     database: Database,
//!     log_level: Level,
//!     #[esc(path = "server.port", default = 8080)]
//!     port: u16,
//!     proxy: Option<String>,
//! }
//!
//! #[derive(FromEnvironment)]
//! struct Database {
//!     host: String,
//!     password: Secret<String>,
//! }
//!
//! #[derive(Debug, PartialEq, FromEnvironment)]
//! #[esc(rename_all = "lowercase")]
//! enum Level {
//!     Info,
//!     Debug,
//! }
//!
//! client.check_type::<Config>("shop/dev").await?;
//! let config: Config = client.open_as("shop/dev").await?;
//! assert_eq!(config.database.host, "db.example");
//! assert_eq!(config.database.password.expose(), "hunter2");
//! assert_eq!((config.log_level, config.port, config.proxy), (Level::Info, 8080, None));
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod base64;
mod byte_size;
mod duration;
mod external;
#[doc(hidden)]
pub mod fields;
mod impls;
mod mismatches;
mod nonzero;
mod quantity;
mod text;
mod words;

pub use esc_core::deserialize::{ValueError, ValueProblem};
use esc_core::schema::SchemaRef;
use esc_core::value::Value;

pub use base64::Base64;
pub use byte_size::{ByteSize, ByteSizeError};
pub use mismatches::Mismatches;
pub(crate) use words::{described, wanted};

/// A type that can be read from an environment's values, and says what it needs of them.
///
/// Derive it for structs with named fields and for enums without fields. These are there already:
///
/// | | |
/// |---|---|
/// | as written | numbers and `NonZero…`, `bool`, `String`, `Box<str>`, `Arc<str>`, `char`, [`Value`] |
/// | secret | [`Secret`](crate::Secret), [`Base64`](crate::Base64) |
/// | with units | [`Duration`](std::time::Duration) (`1h30m`, `PT90S`, seconds), [`ByteSize`] (`64MiB`) |
/// | by their usual text | `IpAddr`, `Ipv4Addr`, `Ipv6Addr`, `SocketAddr`, `PathBuf` |
/// | with a feature of the name | types of `url`, `uuid`, `http`, `regex`, `jiff` and `chrono` |
/// | made of others | `Option`, `Box`, `Vec`, `BTreeMap`, `HashMap` |
///
/// # Attributes of structs and enums
///
/// * `#[esc(rename_all = "camelCase")]`: how names in the environment are made of names in Rust. Also `"PascalCase"`,
///   `"snake_case"`, `"SCREAMING_SNAKE_CASE"`, `"kebab-case"`, `"lowercase"` and `"UPPERCASE"`.
///
/// # Attributes of fields and variants
///
/// * `#[esc(name = "…")]`: the name of the property, whatever is in it; of a variant, its text.
/// * `#[esc(path = "database.port")]`: the way to the property through objects, instead of a name.
/// * `#[esc(default)]`, `#[esc(default = EXPRESSION)]`: what stands for a property that is missing. Options are `None`
///   without being asked.
/// * `#[esc(serde)]`: reads a type that has only [`serde::Deserialize`]. Nothing is known of what it needs.
/// * `#[esc(parse)]`: reads a string into a type that has [`FromStr`](std::str::FromStr).
/// * `#[esc(with = FUNCTION)]`: reads what the function takes, and calls it. It takes anything that implements this trait,
///   and returns a `Result` of the field's type and an error that can be shown. The need is that of what it takes:
///
/// ```
/// use esc_sdk::FromEnvironment;
///
/// #[derive(FromEnvironment)]
/// struct Config {
///     #[esc(with = percent)]
///     sample_rate: f64,
/// }
///
/// fn percent(text: String) -> Result<f64, String> {
///     let number = text.strip_suffix('%').and_then(|number| number.parse::<f64>().ok());
///     number.map(|number| number / 100.0).ok_or_else(|| "expected a percentage such as `12.5%`".to_owned())
/// }
/// ```
///
/// A type cannot contain itself, not even in a list: what it expects would have no end.
///
/// # What does not compile
///
/// A field of a type that cannot be read:
///
/// ```compile_fail,E0277
/// #[derive(esc_sdk::FromEnvironment)]
/// struct Config {
///     started: std::time::Instant,
/// }
/// ```
///
/// An attribute that does not exist (so do paths with holes, two fields of one property and structs without names):
///
/// ```compile_fail
/// #[derive(esc_sdk::FromEnvironment)]
/// struct Config {
///     #[esc(nmae = "port")]
///     port: u16,
/// }
/// ```
///
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from an environment",
    note = "derive `FromEnvironment` for it, or write `#[esc(with = …)]`, `#[esc(parse)]` or `#[esc(serde)]` at the field"
)]
pub trait FromEnvironment: Sized {
    /// What values of the type look like. Secrets are marked as such.
    fn expected() -> SchemaRef;

    /// Reads a value. Secrets go only into types that keep them.
    ///
    /// # Errors
    ///
    /// The value does not look as [expected](Self::expected), or is not known.
    fn from_value(value: &Value) -> Result<Self, ValueError>;

    /// What stands for a value that is missing; none if it has to be there.
    fn if_missing() -> Option<Self> {
        None
    }
}
