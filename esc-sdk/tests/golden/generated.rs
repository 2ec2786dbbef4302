// Written by `esc_sdk::codegen` from the environment `shop/dev`. Do not edit.

/// All values of the environment.
#[derive(Debug, ::esc_sdk::FromEnvironment)]
#[allow(dead_code, reason = "no program needs all of an environment")]
pub struct Config {
    /// `anything`
    pub anything: ::esc_sdk::Value,
    /// `creds`
    pub creds: ConfigCreds,
    /// `database`
    pub database: ConfigDatabase,
    /// `empty`
    pub empty: ConfigEmpty,
    /// `matrix`
    pub matrix: ::std::vec::Vec<::esc_sdk::Value>,
    /// `mixed`
    pub mixed: ::std::vec::Vec<::esc_sdk::Value>,
    /// `nothing`
    pub nothing: ::esc_sdk::Value,
    /// `odd "name"\n`
    #[esc(name = "odd \"name\"\\n")]
    pub odd_name_n: i64,
    /// `odd-name`
    #[esc(name = "odd-name")]
    pub odd_name: i64,
    /// `on`
    pub on: bool,
    /// `plain`
    pub plain: ::std::string::String,
    /// `ratio`
    pub ratio: f64,
    /// `secrets`
    pub secrets: ::std::vec::Vec<::esc_sdk::Secret<::std::string::String>>,
    /// `self`
    #[esc(name = "self")]
    pub self_: i64,
    /// `servers`
    pub servers: ::std::vec::Vec<ConfigServersItem>,
    /// `type`
    pub r#type: ::std::string::String,
}

/// An object of the environment.
#[derive(Debug, ::esc_sdk::FromEnvironment)]
#[allow(dead_code, reason = "no program needs all of an environment")]
pub struct ConfigCreds {
    /// `level`
    pub level: ::std::option::Option<ConfigCredsLevel>,
    /// `password`
    pub password: ::esc_sdk::Secret<::std::string::String>,
    /// `port`
    pub port: i64,
    /// `user`
    ///
    /// Who logs in.
    pub user: ::std::string::String,
}

/// One of the texts that are possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ::esc_sdk::FromEnvironment)]
#[allow(dead_code, reason = "no program needs all of an environment")]
pub enum ConfigCredsLevel {
    /// `read`
    #[esc(name = "read")]
    Read,
    /// `write`
    #[esc(name = "write")]
    Write,
}

/// An object of the environment.
#[derive(Debug, ::esc_sdk::FromEnvironment)]
#[allow(dead_code, reason = "no program needs all of an environment")]
pub struct ConfigDatabase {
    /// `hostName`
    #[esc(name = "hostName")]
    pub host_name: ::std::string::String,
    /// `port`
    pub port: i64,
    /// `url`
    pub url: ::esc_sdk::Secret<::std::string::String>,
}

/// An object of the environment.
#[derive(Debug, ::esc_sdk::FromEnvironment)]
#[allow(dead_code, reason = "no program needs all of an environment")]
pub struct ConfigEmpty {
}

/// An object of the environment.
#[derive(Debug, ::esc_sdk::FromEnvironment)]
#[allow(dead_code, reason = "no program needs all of an environment")]
pub struct ConfigServersItem {
    /// `name`
    pub name: ::std::string::String,
    /// `weight`
    pub weight: i64,
}
