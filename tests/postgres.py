"""A PostgreSQL server of the tests' own: found, started as a plain user, stopped."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_SUPERUSER = 0


def find_binaries() -> Path | None:
    """Return the newest folder with initdb and pg_ctl, or None."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[-3].split(".")[0]),
    )
    if debian:
        return debian[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[str]:
    """Yield the address of an empty database on a server started here.

    durable: commits reach the disk, which only a measurement needs.

    Skips with the reason where no server can be had, and fails instead when
    KIOSK_REQUIRE_PG is set, so that a test machine cannot lose it unnoticed.
    """
    given = os.environ.get("KIOSK_TEST_DATABASE_URL")
    if given:
        yield given
        return
    binaries = find_binaries()
    if binaries is None:
        missing = "PostgreSQL is not installed (apt-get install postgresql)"
        if os.environ.get("KIOSK_REQUIRE_PG"):
            pytest.fail(missing)
        pytest.skip(missing)
    # Not pytest's own folder: the server's user could not enter it.
    folder = Path(tempfile.mkdtemp(prefix="kiosk-pg-"))
    runner: list[str] = []
    if os.geteuid() == _SUPERUSER:
        shutil.chown(folder, "postgres")
        runner = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"
    port = free_port()

    def run(*command: str) -> None:
        subprocess.run(
            [*runner, *command], check=True, cwd="/", stdout=subprocess.DEVNULL
        )

    run(
        str(binaries / "initdb"), "--no-sync", "--auth=trust", "--username=postgres",
        "--locale=C.UTF-8", "-E", "UTF8", "-D", str(data),
    )  # fmt: skip
    fsync = "on" if durable else "off"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync={fsync} -k {folder}"
    control = [str(binaries / "pg_ctl"), "-D", str(data), "-w", "-s"]
    run(*control, "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        run(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
