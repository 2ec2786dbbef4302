//! Types that configuration is made of: what each accepts, what it says to what it does not, and what a check says before
//! anything is opened.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::{NonZeroI8, NonZeroI128, NonZeroU16, NonZeroU128};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use esc_sdk::typed::ByteSizeError;
use esc_sdk::{ByteSize, Client, Error, FromEnvironment, MemorySource, Secret};
use secrecy::ExposeSecret;

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A type with one value, so that each type goes through reading and checking.
#[derive(Debug, FromEnvironment)]
struct One<T: FromEnvironment> {
    v: T,
}

fn client(yaml: &str) -> Client {
    let text = format!("values: {{v: {yaml}}}");
    Client::builder(MemorySource::new().with("a", text).unwrap()).build()
}

/// Reads a value, and sees to it that a check says the same.
#[track_caller]
fn good<T: FromEnvironment>(yaml: &str) -> T {
    let client = client(yaml);
    block_on(client.check_type::<One<T>>("a")).unwrap_or_else(|e| panic!("{yaml}: {e}"));
    let one: One<T> = block_on(client.open_as("a")).unwrap_or_else(|e| panic!("{yaml}: {e}"));
    one.v
}

/// What is said to a value when it is opened.
#[track_caller]
fn bad<T: FromEnvironment + Debug>(yaml: &str) -> String {
    let client = client(yaml);
    let error = block_on(client.open("a")).unwrap().extract::<One<T>>().unwrap_err();
    let text = error.to_string();
    let (what, _) = text.rsplit_once(" (defined at").unwrap_or((&text, ""));
    what.trim_start_matches("`a/a`: ")
        .trim_start_matches("`a`: ")
        .trim_start_matches("`v`: ")
        .to_owned()
}

/// What is said to a value when it is opened, and before that by a check.
#[track_caller]
fn both<T: FromEnvironment + Debug>(yaml: &str) -> String {
    let said = bad::<T>(yaml);
    let error = block_on(client(yaml).check_type::<One<T>>("a")).unwrap_err();
    assert!(matches!(&error, Error::Mismatch(_)), "{error}");
    assert!(error.to_string().contains(&said), "{error}\n{said}");
    said
}

#[test]
fn durations() {
    for (yaml, millis) in [
        ("30s", 30_000),
        ("1h30m", 5_400_000),
        ("PT1H30M", 5_400_000),
        ("90", 90_000),
        ("0.25", 250),
        ("'15'", 15_000),
    ] {
        assert_eq!(good::<Duration>(yaml), Duration::from_millis(millis), "{yaml}");
    }
    let accepted =
        "expected a duration such as `30s`, `1h30m`, `PT1H30M` or a number of seconds, found";
    assert_eq!(both::<Duration>("soon"), format!("{accepted} another string"));
    assert_eq!(bad::<Duration>("5m1h"), format!("{accepted} another string"));
    assert_eq!(both::<Duration>("-1"), format!("{accepted} another number"));
    assert_eq!(both::<Duration>("true"), format!("{accepted} a boolean"));
    assert_eq!(both::<Option<Duration>>("[]"), format!("{accepted} a list"));
    assert_eq!(good::<Option<Duration>>("null"), None);
}

#[test]
fn sizes() {
    assert_eq!(good::<ByteSize>("64MiB"), ByteSize::new(64 << 20));
    assert_eq!(good::<ByteSize>("1.5 GB").bytes(), 1_500_000_000);
    assert_eq!(good::<ByteSize>("4096").as_usize(), 4096);
    let accepted = "expected a size such as `64MiB`, `1.5GB` or a number of bytes";
    assert_eq!(both::<ByteSize>("64 MByte"), format!("{accepted}, found another string"));
    assert_eq!(both::<ByteSize>("-1"), format!("{accepted}, found another number"));
    assert_eq!(both::<ByteSize>("1.5"), format!("{accepted}, found another number"));
    assert_eq!(both::<ByteSize>("{}"), format!("{accepted}, found an object"));
    assert_eq!("x".parse::<ByteSize>(), Err(ByteSizeError));
    assert_eq!(ByteSizeError.to_string(), accepted);
}

#[test]
fn addresses_and_paths() {
    assert_eq!(good::<IpAddr>("'::1'"), Ipv6Addr::LOCALHOST);
    assert_eq!(good::<Ipv4Addr>("127.0.0.1"), Ipv4Addr::LOCALHOST);
    assert_eq!(good::<Ipv6Addr>("'::ffff:192.0.2.1'").to_string(), "::ffff:192.0.2.1");
    assert_eq!(good::<SocketAddr>("'[::1]:80'").port(), 80);
    assert_eq!(good::<SocketAddr>("'127.0.0.1:80'").port(), 80);
    assert_eq!(good::<PathBuf>("/etc/ssl"), PathBuf::from("/etc/ssl"));
    assert_eq!(
        both::<IpAddr>("localhost"),
        "expected an IP address such as `192.0.2.1` or `2001:db8::1`, found another string"
    );
    assert_eq!(
        bad::<Ipv4Addr>("1.2.3.400"),
        "expected an IPv4 address such as `192.0.2.1`, found another string"
    );
    assert_eq!(
        both::<Ipv6Addr>("127.0.0.1"),
        "expected an IPv6 address such as `2001:db8::1`, found another string"
    );
    assert_eq!(
        both::<SocketAddr>("'127.0.0.1'"),
        "expected an IP address and a port such as `192.0.2.1:8080` or `[2001:db8::1]:8080`, found another string"
    );
    assert_eq!(both::<PathBuf>("1"), "expected a path such as `/etc/ssl/certs`, found a number");
}

#[test]
fn scalars() {
    assert_eq!(good::<char>("'ß'"), 'ß');
    assert_eq!(good::<char>("\"\\n\""), '\n');
    assert_eq!(&*good::<Arc<str>>("text"), "text");
    assert_eq!(&*good::<Box<str>>("text"), "text");
    assert_eq!(good::<NonZeroU16>("1").get(), 1);
    assert_eq!(good::<NonZeroI8>("-128").get(), -128);
    assert_eq!(good::<NonZeroU128>("1").get(), 1);
    assert_eq!(good::<NonZeroI128>("-1").get(), -1);
    assert_eq!(both::<char>("ab"), "expected one character such as `,`, found another string");
    assert_eq!(both::<char>("''"), "expected one character such as `,`, found another string");
    assert_eq!(bad::<NonZeroU16>("0"), "expected a whole number from 1 to 65535, found zero");
    assert_eq!(
        bad::<NonZeroI8>("0"),
        "expected a whole number from -128 to 127 other than 0, found zero"
    );
    for (yaml, fits) in [("0", false), ("65536", false), ("65535", true)] {
        assert_eq!(
            block_on(client(yaml).check_type::<One<NonZeroU16>>("a")).is_ok(),
            fits,
            "{yaml}"
        );
    }
    for (yaml, fits) in [("0", false), ("128", false), ("-128", true), ("127", true)] {
        assert_eq!(
            block_on(client(yaml).check_type::<One<NonZeroI8>>("a")).is_ok(),
            fits,
            "{yaml}"
        );
    }
}

#[test]
fn types_of_other_crates() {
    assert_eq!(good::<url::Url>("https://example.com").host_str(), Some("example.com"));
    assert_eq!(good::<http::Uri>("'/path?x=1'").query(), Some("x=1"));
    let uuid = good::<uuid::Uuid>("67e55044-10b1-426f-9247-bb680e5fe0c8");
    assert_eq!(good::<uuid::Uuid>(&uuid.simple().to_string()), uuid);
    assert_eq!(good::<uuid::Uuid>(&format!("'{}'", uuid.braced())), uuid);
    assert!(good::<regex::Regex>("'^[a-z]+$'").is_match("abc"));
    let (time, instant) = ("'2026-01-31T12:30:00Z'", 1_769_862_600);
    assert_eq!(good::<jiff::Timestamp>(time).as_second(), instant);
    assert_eq!(good::<chrono::DateTime<chrono::Utc>>(time).timestamp(), instant);
    assert_eq!(good::<chrono::DateTime<chrono::FixedOffset>>(time).timestamp(), instant);
    assert_eq!(
        good::<jiff::Zoned>("'2026-01-31T12:30:00+00:00[+00:00]'").timestamp().as_second(),
        instant
    );
    let (date, day) = ("'2026-01-31'", "'12:30:00'");
    assert_eq!(
        good::<jiff::civil::Date>(date).to_string(),
        good::<chrono::NaiveDate>(date).to_string()
    );
    assert_eq!(
        good::<jiff::civil::Time>(day).to_string(),
        good::<chrono::NaiveTime>(day).to_string()
    );
    let moment = "'2026-01-31T12:30:00'";
    assert_eq!(good::<jiff::civil::DateTime>(moment).hour(), 12);
    assert_eq!(good::<chrono::NaiveDateTime>(moment).to_string(), "2026-01-31 12:30:00");
    assert_eq!(good::<jiff::Span>("2 weeks").get_weeks(), 2);
    assert_eq!(good::<jiff::SignedDuration>("-5s").as_secs(), -5);

    assert_eq!(
        both::<url::Url>("example.com"),
        "expected a URL such as `https://example.com/path`, found another string"
    );
    assert_eq!(
        both::<http::Uri>("'a b'"),
        "expected a URI such as `https://example.com/path` or `/path`, found another string"
    );
    assert_eq!(
        both::<uuid::Uuid>("x"),
        "expected a UUID such as `67e55044-10b1-426f-9247-bb680e5fe0c8`, found another string"
    );
    assert_eq!(
        bad::<regex::Regex>("'['"),
        "expected a regular expression such as `^[a-z]+$`, found another string"
    );
    assert_eq!(
        both::<jiff::Timestamp>("now"),
        "expected a point in time such as `2026-01-31T12:30:00Z`, found another string"
    );
    assert_eq!(
        both::<chrono::NaiveDate>("today"),
        "expected a date such as `2026-01-31`, found another string"
    );
    assert_eq!(
        bad::<chrono::NaiveTime>("'25:00:00'"),
        "expected a time of day such as `12:30:00`, found another string"
    );
}

#[test]
fn secrets_go_into_none_of_them() {
    let secret = "{fn::secret: canary}";
    let all = [
        both::<Duration>(secret),
        both::<ByteSize>(secret),
        both::<IpAddr>(secret),
        both::<PathBuf>(secret),
        both::<char>(secret),
        both::<Arc<str>>(secret),
        both::<url::Url>(secret),
        both::<regex::Regex>(secret),
        both::<NonZeroU16>("{fn::fromJSON: {fn::secret: '7'}}"),
        both::<Duration>("{fn::fromJSON: {fn::secret: '7'}}"),
        both::<ByteSize>("{fn::fromJSON: {fn::secret: '7'}}"),
    ];
    for said in all {
        assert_eq!(said, "`v` is secret, and a plain type would let it be seen");
    }
    assert_eq!(good::<secrecy::SecretString>(secret).expose_secret(), "canary");
    assert_eq!(good::<Secret<NonZeroU16>>("{fn::fromJSON: {fn::secret: '7'}}").expose().get(), 7);
    let there: secrecy::SecretString = good::<Secret<String>>(secret).into();
    assert_eq!(Secret::<String>::from(there).expose(), "canary");
}

#[derive(Debug, PartialEq, FromEnvironment)]
struct With {
    #[esc(with = percent)]
    rate: f64,
    #[esc(with = |text: Option<String>| text.as_deref().unwrap_or("a,b").split(',').map(str::to_owned).collect::<Vec<_>>().into_ok())]
    names: Vec<String>,
    #[esc(with = login, default)]
    login: usize,
}

trait IntoOk: Sized {
    fn into_ok(self) -> Result<Self, std::convert::Infallible> {
        Ok(self)
    }
}

impl<T> IntoOk for T {}

fn percent(text: String) -> Result<f64, String> {
    let number = text.strip_suffix('%').and_then(|number| number.parse::<f64>().ok());
    number
        .map(|number| number / 100.0)
        .ok_or_else(|| format!("`{text}` is no percentage such as `12.5%`"))
}

fn login(parts: BTreeMap<String, Secret<String>>) -> Result<usize, String> {
    match parts.get("password") {
        Some(password) => Ok(password.expose().len()),
        None => Err(parts.values().map(|part| part.expose().as_str()).collect()),
    }
}

#[test]
fn functions_read_what_they_take() {
    let open = |text: &str| {
        let client = Client::builder(MemorySource::new().with("a", text).unwrap()).build();
        let checked = block_on(client.check_type::<With>("a")).map_err(|error| error.to_string());
        checked.and(block_on(client.open_as::<With>("a")).map_err(|error| error.to_string()))
    };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        open("values: {rate: 50%, login: {password: {fn::secret: hunter2}}}"),
        Ok(With { rate: 0.5, names: names(&["a", "b"]), login: 7 })
    );
    assert_eq!(
        open("values: {rate: 5%, names: c}"),
        Ok(With { rate: 0.05, names: names(&["c"]), login: 0 })
    );
    let error = |text| open(text).unwrap_err();
    assert!(error("values: {}").contains("`rate` is missing"));
    assert!(error("values: {rate: 5}").contains("`rate`: expected a string, found a number"));
    assert!(
        error("values: {rate: 5}").starts_with("`a/a` does not fit")
            || error("values: {rate: 5}").starts_with("`a` does not fit")
    );
    assert!(
        error("values: {rate: much}").contains("`rate`: `much` is no percentage such as `12.5%`")
    );
    assert!(error("values: {rate: {fn::secret: 5%}}").contains("`rate` is secret"));
    // What it says of secrets is not shown.
    let said = error("values: {rate: 5%, login: {user: {fn::secret: canary}}}");
    assert!(
        said.contains("`login`: is secret and does not fit its type") && !said.contains("canary"),
        "{said}"
    );
}
