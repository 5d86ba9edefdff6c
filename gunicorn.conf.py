"""How the real server runs. Read by gunicorn from the project's top folder."""

import fcntl
import os
import sys
import time

from kiosk.app import start_maintenance
from kiosk.config import load_settings
from kiosk.extensions.sqlite import server_lock

_settings = load_settings()
_SQLITE_THREADS = 16
_CITY_WORKERS = 2
_LAST_BREATH_SECONDS = 3

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
# SQLite has one writer and one checkpointer: one process, many threads.
workers = (
    1 if _settings.sqlite else int(os.environ.get("WEB_CONCURRENCY", _CITY_WORKERS))
)
threads = _SQLITE_THREADS if _settings.sqlite else 8
keepalive = 75
graceful_timeout = 5
timeout = 60
control_socket_disable = True
# Who stands in front is said by trusted_proxies alone; gunicorn itself would believe
# whoever asks from this machine.
forwarded_allow_ips = ""
accesslog = None
errorlog = "-"
loglevel = os.environ.get("KIOSK_LOG_LEVEL", "warning")
proc_name = "kiosk"


def on_starting(server):
    """Refuse a second server on one SQLite file, before any worker starts."""
    database = _settings.sqlite_path
    if database is None:
        return
    # The handle lives as long as the server; its end, even a crash, frees it.
    server.kiosk_lock = server_lock(database).open("w")
    # A server killed a moment ago may still have a worker that waits for the disk.
    deadline = time.monotonic() + _LAST_BREATH_SECONDS
    while not _locked(server.kiosk_lock):
        if time.monotonic() > deadline:
            sys.exit(
                "Another server already runs on this database, or a long command does "
                f"({database}). Stop it first, or use PostgreSQL for many."
            )
        time.sleep(0.1)


def _locked(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def post_worker_init(worker):
    """Start what a worker does beside answering requests."""
    start_maintenance(worker.app.wsgi())
