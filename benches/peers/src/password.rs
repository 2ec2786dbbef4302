//! The secret of all the sources.

/// The password, which changes with every write.
pub fn password(version: u64) -> String {
    format!("correct-horse-{version}")
}
