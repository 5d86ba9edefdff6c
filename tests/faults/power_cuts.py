"""A disk of our own whose power can be cut: what was not yet on it is gone.

An ext4 in a file, mounted over a loop device. Its shutdown ioctl stops all writing at
once and forgets what only memory held, as a power cut does; killing processes does
not, since the system goes on writing for them.
"""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.waiting import until

_SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN."""
_NO_LOG_FLUSH = 2
_MEGABYTES = 64
_SUPERUSER = 0


class PowerDisk:
    """The disk's file and where it is mounted."""

    def __init__(self, folder: Path) -> None:
        self._image = folder / "disk.img"
        self.mounted = folder / "disk"
        self.mounted.mkdir()
        with self._image.open("wb") as file:
            file.truncate(_MEGABYTES * 1024 * 1024)
        _run("mkfs.ext4", "-q", "-F", str(self._image))
        self.mount()

    def mount(self) -> None:
        """Mount the disk, as at the next start; its journal is played back."""
        _run("mount", "-o", "loop", str(self._image), str(self.mounted))

    def cut(self) -> None:
        """Cut the power. Who still has a file open must be killed before `unmount`."""
        handle = os.open(self.mounted, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, _SHUTDOWN, _NO_LOG_FLUSH.to_bytes(4, "little"))
        finally:
            os.close(handle)

    def unmount(self) -> None:
        """Unmount it, as soon as the last killed process has let go of it."""
        until(self._unmounted)

    def _unmounted(self) -> bool:
        tried = subprocess.run(
            ["umount", str(self.mounted)], capture_output=True, check=False
        )
        return tried.returncode == 0 or not self.mounted.is_mount()


@contextmanager
def power_disk(folder: Path) -> Iterator[PowerDisk]:
    """Yield a mounted disk; skip with the reason where none can be had."""
    reason = _why_not()
    disk = None
    if reason is None:
        try:
            disk = PowerDisk(folder)
        except subprocess.CalledProcessError as failed:
            reason = f"{failed.cmd[0]} says {failed.stderr.decode().strip()}"
    if disk is None:
        pytest.skip(f"NOT TESTED: power cuts; {reason}")
    try:
        yield disk
    finally:
        disk.unmount()


def _why_not() -> str | None:
    if os.geteuid() != _SUPERUSER:
        return "they need the right to mount (run as root)"
    missing = [tool for tool in ("mkfs.ext4", "mount") if shutil.which(tool) is None]
    return f"{', '.join(missing)} missing" if missing else None


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
