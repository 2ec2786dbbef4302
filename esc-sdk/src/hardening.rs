//! Keeping a process's memory to itself.
//!
//! Secrets that a program uses are in its memory. These switches keep that memory out of core dumps and away from other
//! processes of the same user. They change the whole process, so nothing turns them on by itself: a program that wants
//! them calls [`harden`] first thing in `main`.

use std::io;

/// What to switch on.
///
/// ```no_run
/// use esc_sdk::hardening::{Hardening, harden};
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     harden(Hardening::all())?;
///     // …
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hardening {
    /// Core dumps are not written: `RLIMIT_CORE` is 0, and cannot be raised again. Unix.
    pub no_core_dumps: bool,
    /// The process is not dumpable (`PR_SET_DUMPABLE`): others of the same user cannot attach to it or read its memory.
    /// Debuggers and profilers cannot either. Linux.
    pub not_dumpable: bool,
    /// Should a dump be written all the same, by a handler that ignores limits, no memory of the program goes into it
    /// (`/proc/self/coredump_filter`). Linux.
    pub no_memory_in_dumps: bool,
}

impl Hardening {
    /// Everything.
    pub fn all() -> Hardening {
        Hardening { no_core_dumps: true, not_dumpable: true, no_memory_in_dumps: true }
    }
}

/// A switch that could not be set.
#[derive(Debug, thiserror::Error)]
#[error("cannot harden the process: {switch}: {cause}")]
pub struct HardeningError {
    /// Which: the name of the field.
    pub switch: &'static str,
    /// Why.
    pub cause: io::Error,
}

/// Sets what is asked for. It cannot be taken back. Child processes inherit the limit and the filter.
///
/// # Errors
///
/// A switch cannot be set; those before it are. On a system that does not have a switch that is an error too
/// ([`io::ErrorKind::Unsupported`]): nobody should believe to be protected.
pub fn harden(what: Hardening) -> Result<(), HardeningError> {
    let failed = |switch| move |cause| HardeningError { switch, cause };
    // Once the process is not dumpable the filter's file belongs to root.
    if what.no_memory_in_dumps {
        no_memory_in_dumps().map_err(failed("no_memory_in_dumps"))?;
    }
    if what.no_core_dumps {
        no_core_dumps().map_err(failed("no_core_dumps"))?;
    }
    if what.not_dumpable {
        not_dumpable().map_err(failed("not_dumpable"))?;
    }
    Ok(())
}

#[cfg(unix)]
fn no_core_dumps() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    Ok(setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?)
}

#[cfg(target_os = "linux")]
fn not_dumpable() -> io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

#[cfg(target_os = "linux")]
fn no_memory_in_dumps() -> io::Result<()> {
    std::fs::write("/proc/self/coredump_filter", "0")
}

#[cfg(not(unix))]
fn no_core_dumps() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(target_os = "linux"))]
fn not_dumpable() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(target_os = "linux"))]
fn no_memory_in_dumps() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
