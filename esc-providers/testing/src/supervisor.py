# Holds a server for as long as standard input is open, then ends it and removes its directory.
#
# Arguments: the signal that ends the server, the directory, the command. Writes into the directory: `log`, all that
# the server says; `exited`, with its status, when it ends by itself.
import os, select, shutil, signal, subprocess, sys

stop, directory, *command = sys.argv[1:]


def die_with_supervisor():
    # Linux only; elsewhere a killed supervisor leaves its server.
    try:
        import ctypes

        ctypes.CDLL(None).prctl(1, int(signal.SIGKILL))
    except Exception:
        pass


def end(*_):
    sys.exit(0)


signal.signal(signal.SIGTERM, end)
with open(os.path.join(directory, "log"), "ab") as log:
    server = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd=directory,
        start_new_session=True,
        preexec_fn=die_with_supervisor,
    )
try:
    told = False
    while True:
        if server.poll() is not None and not told:
            told = True
            with open(os.path.join(directory, "exited"), "w") as file:
                file.write(str(server.returncode))
        ready, _, _ = select.select([0], [], [], 0.05 if not told else None)
        if ready and not os.read(0, 4096):
            break
finally:
    if server.poll() is None:
        server.send_signal(getattr(signal, stop))
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    shutil.rmtree(directory, ignore_errors=True)
