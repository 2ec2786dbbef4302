//! The child: its signals, its output and its end.

use std::ffi::OsStr;
use std::future::Future;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use esc_sdk::output::redact::{Redactor, Secrets};
use rustix::process::{Pid, Signal, getpgrp, kill_process};
use rustix::termios::tcgetpgrp;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

use crate::failure::Failure;

/// How long output may take to arrive after a child that got a signal has ended.
const GRACE: Duration = Duration::from_secs(1);

/// The signals that are passed on.
pub struct Signals {
    interrupt: tokio::signal::unix::Signal,
    quit: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
}

impl Signals {
    /// From now on signals wait here instead of ending the process.
    pub fn listen() -> Result<Signals, Failure> {
        let listen = |kind| signal(kind).map_err(|e| Failure::system("cannot handle signals", e));
        Ok(Signals {
            interrupt: listen(SignalKind::interrupt())?,
            quit: listen(SignalKind::quit())?,
            terminate: listen(SignalKind::terminate())?,
            hangup: listen(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::INT,
            _ = self.quit.recv() => Signal::QUIT,
            _ = self.terminate.recv() => Signal::TERM,
            _ = self.hangup.recv() => Signal::HUP,
        }
    }
}

/// Runs the command and answers its exit code. What it prints is filtered if there are secrets to hide.
pub async fn supervise(
    mut command: Command,
    program: &OsStr,
    mut signals: Signals,
    hidden: Option<&Secrets>,
) -> Result<u8, Failure> {
    let hidden = hidden.filter(|secrets| !secrets.is_empty());
    if hidden.is_some() {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
    }
    let mut child = command.spawn().map_err(|e| spawn_failure(program, e))?;
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    let output = copy(child.stdout.take(), hidden, tokio::io::stdout());
    let errors = copy(child.stderr.take(), hidden, tokio::io::stderr());
    let output = async { tokio::join!(output, errors) };
    tokio::pin!(output);

    let (mut copied, mut signalled) = (false, false);
    let status = loop {
        tokio::select! {
            status = child.wait() => break status,
            _ = &mut output, if !copied => copied = true,
            signal = signals.next() => {
                signalled = true;
                forward(signal, pid);
            }
        }
    };
    // Others may still write: what the child started in the background. Whoever sends a signal will not wait for that.
    if !copied {
        tokio::select! {
            _ = &mut output => {}
            _ = signals.next() => {}
            _ = tokio::time::sleep(GRACE), if signalled => {}
        }
    }
    let status = status.map_err(|e| Failure::system("cannot wait for the command", e))?;
    Ok(exit_code(status))
}

fn forward(signal: Signal, child: Option<Pid>) {
    // Ctrl-C and Ctrl-\ go to everybody in the terminal's foreground, the child included. Once is enough.
    let from_terminal = matches!(signal, Signal::INT | Signal::QUIT)
        && tcgetpgrp(rustix::stdio::stdin()).is_ok_and(|group| group == getpgrp());
    if let (false, Some(child)) = (from_terminal, child) {
        // It may just have ended.
        let _ = kill_process(child, signal);
    }
}

/// Copies what the child prints, without the secrets. Ends early if nobody reads it; the child then sees that too.
fn copy<R, W>(
    from: Option<R>,
    hidden: Option<&Secrets>,
    mut to: W,
) -> impl Future<Output = io::Result<()>>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let redactor = hidden.map(Redactor::new);
    async move {
        let (Some(mut from), Some(mut redactor)) = (from, redactor) else { return Ok(()) };
        let mut buffer = vec![0; 16 << 10];
        loop {
            let count = from.read(&mut buffer).await?;
            let shown = match count {
                0 => redactor.finish(),
                _ => redactor.push(buffer.get(..count).unwrap_or_default()),
            };
            to.write_all(&shown).await?;
            to.flush().await?;
            if count == 0 {
                return Ok(());
            }
        }
    }
}

fn exit_code(status: ExitStatus) -> u8 {
    let code = match (status.code(), status.signal()) {
        (Some(code), _) => code,
        (None, Some(signal)) => 128 + signal,
        (None, None) => 1,
    };
    u8::try_from(code).unwrap_or(u8::MAX)
}

fn spawn_failure(program: &OsStr, cause: io::Error) -> Failure {
    let shown = program.to_string_lossy();
    match cause.kind() {
        io::ErrorKind::ArgumentListTooLong => Failure::NotExecutable(format!(
            "`{shown}`: its arguments and variables are too large: {cause}"
        )),
        _ => Failure::NotExecutable(format!("`{shown}` cannot be executed: {cause}")),
    }
}
