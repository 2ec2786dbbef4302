//! An interface and where what has it is to be found.

use std::fmt;
use std::sync::LazyLock;

/// The interface of a provider or rotator that documents may name.
pub struct Published<Schema: 'static> {
    name: &'static str,
    home: Home,
    schema: LazyLock<Schema>,
}

/// Which crate implements a provider or rotator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Home {
    /// This crate, which is behind this feature of `esc-providers`.
    Crate {
        /// The crate.
        name: &'static str,
        /// The feature of `esc-providers`.
        feature: &'static str,
    },
    /// None so far.
    Nowhere,
}

impl Home {
    pub(crate) const AWS: Home = Home::Crate { name: "esc-provider-aws", feature: "aws" };
    pub(crate) const VAULT: Home = Home::Crate { name: "esc-provider-vault", feature: "vault" };
    pub(crate) const OUTBOUND: Home =
        Home::Crate { name: "esc-provider-identity", feature: "outbound" };
}

impl<Schema> Published<Schema> {
    pub(crate) const fn new(name: &'static str, home: Home, make: fn() -> Schema) -> Self {
        Published { name, home, schema: LazyLock::new(make) }
    }

    /// The name that documents call it by.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Where it is implemented.
    pub fn home(&self) -> Home {
        self.home
    }

    /// The interface. It is made when somebody first asks.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }
}

impl<Schema> fmt::Debug for Published<Schema> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Published")
            .field("name", &self.name)
            .field("home", &self.home)
            .finish_non_exhaustive()
    }
}
