"""One process that has imported the product and starts it by forking.

Importing the product takes two seconds of a processor. A suite that starts servers
and commands by the hundred would spend minutes on that alone, so one process does it
once and each server or command is forked from it: the same `flask` and `gunicorn`
with their own words, environment, folder and output, in a process of their own.
"""

import atexit
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress

from flask.cli import main as flask
from gunicorn.app.wsgiapp import run as gunicorn

import kiosk.app

_PROGRAMS = {"flask": flask, "gunicorn": gunicorn}
_MOST = 1 << 17
_PATIENCE = 60


class Launched:
    """A process started by the launcher; as much of `subprocess.Popen` as is used."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self.pid = int(line.recv(_MOST))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, or None while it runs."""
        if self.returncode is None and select.select([self._line], [], [], 0)[0]:
            self._hear()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return how it ended; raise `subprocess.TimeoutExpired` while it runs on."""
        if self.returncode is None:
            if not select.select([self._line], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            self._hear()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _hear(self) -> None:
        self.returncode = int(self._line.recv(_MOST))
        self._line.close()


def launch(
    program: str, *words: str, environment: dict[str, str], out: int, err: int
) -> Launched:
    """Start `flask` or `gunicorn` as the leader of a session of its own."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    order = json.dumps([[program, *words], environment]).encode()
    line, lock = _launcher()
    with theirs, lock:
        socket.send_fds(line, [order], [out, err, theirs.fileno()])
    return Launched(ours)


def run(
    program: str, *words: str, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; return what it said."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        launched = launch(
            program,
            *words,
            environment=environment,
            out=out.fileno(),
            err=err.fileno(),
        )
        code = launched.wait()
        out.seek(0)
        err.seek(0)
        command = [program, *words]
        return subprocess.CompletedProcess(command, code, out.read(), err.read())


@functools.cache
def _launcher() -> tuple[socket.socket, threading.Lock]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.launcher", str(theirs.fileno())],
            cwd=kiosk.app.ROOT,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )

    def end() -> None:
        ours.close()
        process.wait(_PATIENCE)

    atexit.register(end)
    return ours, threading.Lock()


# In the launcher


def serve(line: socket.socket) -> list[str] | None:
    """Fork for each order. Returns its words in the child, None when no more come."""
    keepers: list[int] = []
    while True:
        order, handles, *_ = socket.recv_fds(line, _MOST, 3)
        if not order:
            return None
        keepers = [one for one in keepers if os.waitpid(one, os.WNOHANG) == (0, 0)]
        keeper = os.fork()
        if keeper == 0:
            line.close()
            keep_or_be(*handles)
            words, environment = json.loads(order)
            os.environ.clear()
            os.environ.update(environment)
            return words
        keepers.append(keeper)
        for handle in handles:
            os.close(handle)


def keep_or_be(out: int, err: int, answers: int) -> None:
    """Return in the process that is to be the program; its parent tells its end."""
    child = os.fork()
    if child != 0:
        with socket.socket(fileno=answers) as line:
            line.send(str(child).encode())
            ended = os.pidfd_open(child)
            if ended not in select.select([ended, line], [], [])[0]:
                # Whoever asked for it is gone: killed tests leave no servers behind.
                os.killpg(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            with suppress(BrokenPipeError):
                line.send(str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    os.setsid()
    os.dup2(out, 1)
    os.dup2(err, 2)
    for handle in (out, err, answers):
        os.close(handle)


def main() -> None:
    with socket.socket(fileno=int(sys.argv[1])) as line:
        words = serve(line)
    if words is not None:
        sys.argv = words
        _PROGRAMS[words[0]]()


if __name__ == "__main__":
    main()
