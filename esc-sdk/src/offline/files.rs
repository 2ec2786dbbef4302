//! Files that only their owner can read or have written.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use super::error::OfflineError;

/// How the files of entries end.
pub(super) const EXTENSION: &str = ".esc-offline";

/// No entry is larger, in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// Puts a file in place of the one at `path`, as a whole or not at all.
pub(super) fn replace(directory: &Path, path: &Path, bytes: &[u8]) -> Result<(), OfflineError> {
    make_private(directory)?;
    let write = || {
        // Made for its owner only, under a name that nobody can have prepared.
        let mut file = tempfile::Builder::new().prefix(".esc-").tempfile_in(directory)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        // A link that stands there is replaced, not followed.
        file.persist(path).map_err(|e| e.error)?;
        File::open(directory)?.sync_all()
    };
    write().map_err(|e| failed(path, &e))
}

/// The bytes of the file; none if there is none.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, OfflineError> {
    let file = match open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(failed(path, &e)),
    };
    let metadata = file.metadata().map_err(|e| failed(path, &e))?;
    if let Some(problem) = distrust(&metadata) {
        return Err(refused(path, problem));
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(|e| failed(path, &e))?;
    Ok(Some(bytes))
}

/// Deletes the entries in the directory, and what was left of writing some.
pub(super) fn wipe(directory: &Path) -> Result<usize, OfflineError> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(e) => return Err(failed(directory, &e)),
    };
    let mut count = 0;
    for entry in entries {
        let entry = entry.map_err(|e| failed(directory, &e))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.ends_with(EXTENSION) || name.starts_with(".esc-") {
            fs::remove_file(entry.path()).map_err(|e| failed(&entry.path(), &e))?;
            count += usize::from(name.ends_with(EXTENSION));
        }
    }
    Ok(count)
}

#[cfg(unix)]
fn make_private(directory: &Path) -> Result<(), OfflineError> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};
    let cannot = |e: io::Error| failed(directory, &e);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(cannot)?;
    let metadata = fs::symlink_metadata(directory).map_err(cannot)?;
    if !metadata.is_dir() {
        return Err(refused(directory, "is not a directory"));
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(refused(directory, "belongs to another user"));
    }
    if metadata.mode() & 0o077 != 0 {
        return Err(refused(directory, "is open to other users; its mode must be 700"));
    }
    Ok(())
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    // Not to wait for a pipe that somebody put there.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

#[cfg(unix)]
fn distrust(metadata: &fs::Metadata) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt;
    if !metadata.is_file() {
        Some("is not a file")
    } else if metadata.uid() != rustix::process::geteuid().as_raw() {
        Some("belongs to another user")
    } else if metadata.mode() & 0o077 != 0 {
        Some("is open to other users; its mode must be 600")
    } else if metadata.nlink() > 1 {
        Some("has a second name elsewhere")
    } else {
        None
    }
}

#[cfg(not(unix))]
fn make_private(directory: &Path) -> Result<(), OfflineError> {
    fs::create_dir_all(directory).map_err(|e| failed(directory, &e))
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(not(unix))]
fn distrust(metadata: &fs::Metadata) -> Option<&'static str> {
    (!metadata.is_file()).then_some("is not a file")
}

fn failed(path: &Path, error: &io::Error) -> OfflineError {
    #[cfg(unix)]
    if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) {
        return refused(path, "is a link");
    }
    OfflineError::File { path: path.to_owned(), problem: error.to_string() }
}

fn refused(path: &Path, problem: &str) -> OfflineError {
    OfflineError::File { path: path.to_owned(), problem: format!("not used: it {problem}") }
}
