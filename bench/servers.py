"""Real gunicorn servers: ours with its own configuration, the bare ones beside it."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
_START_SECONDS = 30.0


class NotStarted(RuntimeError):
    """A server did not begin to listen."""


@dataclass
class Server:
    """A running gunicorn master with its workers."""

    name: str
    process: subprocess.Popen[bytes]
    port: int

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        return HOST, self.port

    @property
    def pid(self) -> int:
        """The master's process id; its workers are children."""
        return self.process.pid

    def stop(self) -> None:
        """End master and workers, and wait for them."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def environment(instance: Path, **more: str) -> dict[str, str]:
    """Return our environment for a program that works on `instance` alone."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("KIOSK_")}
    return kept | {"KIOSK_INSTANCE": str(instance), "HOST": HOST} | more


def start_ours(
    instance: Path, app: str = "wsgi:app", name: str = "ours", **more: str
) -> Server:
    """Start the product, or a twin of it, as `make run` does, on a free port.

    `more`: settings beside the folder, as environment variables.
    """
    port = _free_port()
    env = environment(instance, PORT=str(port), **more)
    return _start(name, [app], env, port, instance)


def start_bare(name: str, app: str, folder: Path) -> Server:
    """Start `app` with the same gunicorn settings: one worker, 16 threads."""
    port = _free_port()
    env = environment(folder, PORT=str(port))
    command = ["--config", "python:bench.bare_gunicorn", app]
    return _start(name, command, env, port, folder)


def _start(
    name: str, command: list[str], env: dict[str, str], port: int, folder: Path
) -> Server:
    log = folder / f"{name}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--no-control-socket", *command],
            cwd=ROOT,
            env=env,
            stdout=out,
            stderr=out,
        )
    server = Server(name, process, port)
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(server.address) == 0:
                return server
        time.sleep(0.05)
    server.stop()
    raise NotStarted(f"{name} did not start:\n{log.read_text('utf-8', 'replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
