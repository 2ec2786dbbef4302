//! A server as a process of its own, that ends with ours.
//!
//! Between us and the server stands a supervisor, a few lines of Python. It ends the server when its standard input is
//! closed, which the operating system does when our process dies, whether it ended, panicked or was killed. So servers
//! may live in statics, which are never dropped.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, Permissions};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use crate::install::last_lines;

const SUPERVISOR: &str = include_str!("supervisor.py");
/// How long a server may take to start.
const START: Duration = Duration::from_secs(60);
/// How long a supervisor may take to stop; it gives its server 5 s.
const STOP: Duration = Duration::from_secs(10);
/// `nobody`, for servers that refuse to be run by root.
const NOBODY: u32 = 65534;

/// What to run.
pub(crate) struct Spec<'a> {
    pub name: &'a str,
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
    pub variables: Vec<(&'a str, OsString)>,
    /// The name of the signal that ends it.
    pub stop: &'a str,
    /// Run as `nobody` if we are root.
    pub humble: bool,
}

/// A running server. Dropping it ends the server and removes its directory.
#[derive(Debug)]
pub(crate) struct Process {
    supervisor: Child,
    input: Option<ChildStdin>,
    directory: PathBuf,
}

impl Process {
    /// Starts it in that directory, made by [`scratch`], and waits until `ready` answers true.
    ///
    /// The error is what there is to say about it: the end of the log. The directory is removed.
    pub async fn start(
        spec: &Spec<'_>,
        directory: PathBuf,
        ready: impl AsyncFn() -> bool,
    ) -> Result<Process, String> {
        let mut process = Process::spawn(spec, directory)?;
        let deadline = Instant::now() + START;
        loop {
            let is_ready = ready().await;
            // Asked after, since some other process may have answered on that port.
            if let Some(why) = process.gone() {
                return Err(process.complain(spec.name, &why));
            }
            if is_ready {
                return Ok(process);
            }
            if Instant::now() > deadline {
                return Err(process.complain(spec.name, &format!("not ready after {START:?}")));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn spawn(spec: &Spec<'_>, directory: PathBuf) -> Result<Process, String> {
        let mut command = Command::new("python3");
        command.args(["-I", "-S", "-c", SUPERVISOR, spec.stop]).arg(&directory);
        command.arg(&spec.program).args(&spec.arguments);
        clean(&mut command, &directory).envs(spec.variables.iter().map(|(k, v)| (k, v)));
        if spec.humble {
            humbly(&mut command);
        }
        // Out of reach of an interrupt at the terminal: it ends when we have ended.
        command.process_group(0).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let spawned = command.spawn();
        let mut supervisor = spawned
            .map_err(|e| format!("cannot start {}: python3 cannot be run: {e}", spec.name))?;
        let input = supervisor.stdin.take();
        Ok(Process { supervisor, input, directory })
    }

    /// All that the server has said.
    pub fn log(&self) -> String {
        let bytes = fs::read(self.directory.join("log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn gone(&mut self) -> Option<String> {
        if let Ok(status) = fs::read_to_string(self.directory.join("exited")) {
            return Some(format!("it ended, status {status}"));
        }
        match self.supervisor.try_wait() {
            Ok(None) => None,
            other => Some(format!("its supervisor ended, {other:?}")),
        }
    }

    fn complain(&self, name: &str, why: &str) -> String {
        format!("cannot start {name}: {why}. The end of its log:\n{}", last_lines(&self.log(), 30))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.input.take());
        let deadline = Instant::now() + STOP;
        while let Ok(None) = self.supervisor.try_wait() {
            if Instant::now() > deadline {
                let _ = self.supervisor.kill();
                let _ = self.supervisor.wait();
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        // Done by the supervisor, unless it failed.
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// A new directory for a server, owned by whom it runs as.
pub(crate) fn scratch(humble: bool) -> PathBuf {
    let made = tempfile::Builder::new().prefix("esc-test-").tempdir();
    let directory = made.expect("a temporary directory").keep();
    fs::set_permissions(&directory, Permissions::from_mode(0o700)).expect("permissions");
    if humble && is_root() {
        chown(&directory, Some(NOBODY), Some(NOBODY)).expect("a directory of `nobody`");
    }
    directory
}

/// Makes a command run as `nobody` if we are root.
pub(crate) fn humbly(command: &mut Command) {
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
}

/// Keeps the settings of whoever runs the tests away from servers, proxies and addresses foremost.
pub(crate) fn clean<'a>(command: &'a mut Command, home: &Path) -> &'a mut Command {
    let path = env::var_os("PATH").unwrap_or_else(|| OsStr::new("/usr/bin:/bin").into());
    command.env_clear().env("PATH", path).env("HOME", home).env("LC_ALL", "C.UTF-8")
}

/// Whether this process is root's: files that it makes tell.
pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    tempfile::tempfile().and_then(|f| f.metadata()).is_ok_and(|m| m.uid() == 0)
}

/// A port of 127.0.0.1 that nothing listens on, nor on the one after it.
///
/// Somebody may take it before the server does, so starting must be tried again.
pub(crate) fn free_port() -> u16 {
    for _ in 0..100 {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = first.local_addr().expect("a port").port();
        let next = port.checked_add(1);
        if next.is_some_and(|next| TcpListener::bind((Ipv4Addr::LOCALHOST, next)).is_ok()) {
            return port;
        }
    }
    panic!("no two free ports in a row")
}

/// Tries to start a server three times, since its port may be taken just then.
pub(crate) async fn persist<T>(start: impl AsyncFn(u16) -> Result<T, String>) -> T {
    let mut last = String::new();
    for _ in 0..3 {
        match start(free_port()).await {
            Ok(server) => return server,
            Err(message) => last = message,
        }
    }
    panic!("{last}")
}

/// Runs what blocks where it may.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}
