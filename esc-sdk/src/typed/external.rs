//! Types of other crates, each behind a feature of its name.

#[cfg(feature = "url")]
super::text::parsed! {
    /// With the feature `url`. A URL with a password in it is a secret: read it as `Secret<String>`.
    url::Url: "a URL such as `https://example.com/path`", r"^\s*[A-Za-z][A-Za-z0-9+.-]*:";
}

#[cfg(feature = "http")]
super::text::parsed! {
    /// With the feature `http`.
    http::Uri: "a URI such as `https://example.com/path` or `/path`", r"^[!-~]+$";
}

#[cfg(feature = "uuid")]
super::text::parsed! {
    /// With the feature `uuid`.
    uuid::Uuid: "a UUID such as `67e55044-10b1-426f-9247-bb680e5fe0c8`",
        r"^(urn:uuid:)?\{?[0-9A-Fa-f]{8}-?([0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}\}?$";
}

#[cfg(feature = "regex")]
super::text::parsed! {
    /// With the feature `regex`.
    regex::Regex: "a regular expression such as `^[a-z]+$`", "";
}

#[cfg(feature = "jiff")]
super::text::parsed! {
    /// With the feature `jiff`.
    jiff::Timestamp: "a point in time such as `2026-01-31T12:30:00Z`", r"^[+-]?[0-9]";
    /// With the feature `jiff`.
    jiff::Zoned: "a point in time in a zone such as `2026-01-31T12:30:00[Europe/Berlin]`", r"^[+-]?[0-9].*\]$";
    /// With the feature `jiff`.
    jiff::civil::DateTime: "a date and time such as `2026-01-31T12:30:00`", r"^[+-]?[0-9]";
    /// With the feature `jiff`.
    jiff::civil::Date: "a date such as `2026-01-31`", r"^[+-]?[0-9]";
    /// With the feature `jiff`.
    jiff::civil::Time: "a time of day such as `12:30:00`", r"^[Tt]?[0-9]";
    /// With the feature `jiff`.
    jiff::Span: "a span of time such as `2 weeks`, `1mo 2d` or `P1M2D`", "";
    /// With the feature `jiff`.
    jiff::SignedDuration: "a duration such as `1h 30m`, `-5s` or `PT1H30M`", "";
}

#[cfg(feature = "chrono")]
super::text::parsed! {
    /// With the feature `chrono`.
    chrono::DateTime<chrono::Utc>: "a point in time such as `2026-01-31T12:30:00Z`", r"^[+-]?[0-9]";
    /// With the feature `chrono`.
    chrono::DateTime<chrono::FixedOffset>: "a point in time such as `2026-01-31T12:30:00+01:00`", r"^[+-]?[0-9]";
    /// With the feature `chrono`.
    chrono::NaiveDateTime: "a date and time such as `2026-01-31T12:30:00`", r"^[+-]?[0-9]";
    /// With the feature `chrono`.
    chrono::NaiveDate: "a date such as `2026-01-31`", r"^[+-]?[0-9]";
    /// With the feature `chrono`.
    chrono::NaiveTime: "a time of day such as `12:30:00`", r"^[0-9]";
}

/// With the feature `secrecy`. It takes secrets, as [`Secret`](crate::Secret) does.
#[cfg(feature = "secrecy")]
impl super::FromEnvironment for secrecy::SecretString {
    fn expected() -> esc_core::schema::SchemaRef {
        <crate::Secret<String> as super::FromEnvironment>::expected()
    }

    fn from_value(value: &esc_core::value::Value) -> Result<Self, super::ValueError> {
        <crate::Secret<String> as super::FromEnvironment>::from_value(value).map(Into::into)
    }
}
