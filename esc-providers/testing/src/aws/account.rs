//! The one account that there is.

/// The account of everything.
pub(super) const ACCOUNT: &str = "123456789012";

/// The region in ARNs.
pub(super) const REGION: &str = "eu-west-1";
