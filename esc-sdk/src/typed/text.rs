//! Types that are written as a text: what each accepts, and how it is read.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use esc_core::deserialize::{ValueError, deserialize};
use esc_core::path::PropertyPath;
use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::value::{Value, ValueKind};

use super::FromEnvironment;
use super::words::wanted;
use crate::inspect::{kind, mistyped};

/// The schema of a text. `accepted` says in words what is accepted, with an example: errors show it.
pub(super) fn schema(accepted: &'static str, pattern: &'static str) -> SchemaRef {
    let schema = Builder::string().description(accepted);
    match pattern {
        "" => schema.build(),
        pattern => schema.pattern(pattern).build(),
    }
}

/// Reads a text. Neither the text nor what a parser says of it is shown: it may quote it.
pub(super) fn read<T: FromEnvironment, E>(
    value: &Value,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, ValueError> {
    let text: String = match &value.kind {
        // The accepted form says more than "a string" does.
        kind if is_other(kind) && !value.unknown && !value.is_secret() => {
            return Err(unaccepted::<T>(self::kind(value)));
        }
        _ => deserialize(value)?,
    };
    parse(&text).map_err(|_| unaccepted::<T>("another string"))
}

fn is_other(kind: &ValueKind) -> bool {
    !matches!(kind, ValueKind::String(_))
}

/// That a value is none of what a type accepts.
pub(super) fn unaccepted<T: FromEnvironment>(found: &str) -> ValueError {
    let problem = mistyped(wanted(&T::expected()), found);
    ValueError { path: PropertyPath::new(), problem }
}

/// Types that have `FromStr`.
macro_rules! parsed {
    ($($(#[$about:meta])* $t:ty: $accepted:literal, $pattern:literal;)*) => {$(
        $(#[$about])*
        impl $crate::typed::FromEnvironment for $t {
            fn expected() -> esc_core::schema::SchemaRef {
                $crate::typed::text::schema($accepted, $pattern)
            }

            fn from_value(
                value: &esc_core::value::Value,
            ) -> Result<Self, esc_core::deserialize::ValueError> {
                $crate::typed::text::read(value, str::parse)
            }
        }
    )*};
}

#[allow(unused_imports, reason = "types behind features need it")]
pub(super) use parsed;

parsed! {
    IpAddr: "an IP address such as `192.0.2.1` or `2001:db8::1`", r"^[0-9A-Fa-f:.]+$";
    Ipv4Addr: "an IPv4 address such as `192.0.2.1`", r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$";
    Ipv6Addr: "an IPv6 address such as `2001:db8::1`", r"^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$";
    /// Names of hosts are not resolved.
    SocketAddr: "an IP address and a port such as `192.0.2.1:8080` or `[2001:db8::1]:8080`",
        r"^([0-9.]+|\[[^\[\]]+\]):[0-9]{1,5}$";
    PathBuf: "a path such as `/etc/ssl/certs`", "";
}

impl FromEnvironment for char {
    fn expected() -> SchemaRef {
        schema("one character such as `,`", r"(?s)^.$")
    }

    fn from_value(value: &Value) -> Result<char, ValueError> {
        read(value, str::parse)
    }
}

/// Texts that are shared or never grow.
macro_rules! strings {
    ($($t:ty)*) => {$(
        impl FromEnvironment for $t {
            fn expected() -> SchemaRef {
                Schema::string()
            }

            fn from_value(value: &Value) -> Result<$t, ValueError> {
                deserialize::<String>(value).map(<$t>::from)
            }
        }
    )*};
}

strings! { Arc<str> Box<str> }
