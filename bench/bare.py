"""The floor: the least Flask that does the job, without anything of ours."""

import os
import sqlite3
import threading
from pathlib import Path

from flask import Flask, Response, jsonify, request

SCHEMA = """
CREATE TABLE rating (
    id INTEGER PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE,
    window INTEGER NOT NULL,
    level INTEGER NOT NULL,
    tapped_at TEXT NOT NULL,
    received_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
)
"""
INSERT = "INSERT INTO rating (event_id, window, level, tapped_at) VALUES (?, ?, ?, ?)"
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=0")
DATABASE = "bare.db"

app = Flask(__name__)
_local = threading.local()


def connect(path: Path) -> sqlite3.Connection:
    """Open the database; each statement is a transaction of its own."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in (*PRAGMAS, "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@app.get("/hello")
def hello() -> str:
    """Answer with two bytes."""
    return "ok"


@app.post("/windows/<int:window>/ratings")
def rate(window: int) -> Response:
    """Insert one row, durably, and name its id."""
    body = request.get_json()
    if body["level"] not in range(1, 6):
        return Response(status=422)
    if not hasattr(_local, "connection"):
        folder = Path(os.environ["KIOSK_INSTANCE"])
        _local.connection = connect(folder / DATABASE)
    row = (body["id"], window, body["level"], body["tapped_at"])
    _local.connection.execute(INSERT, row)
    return jsonify(id=body["id"])
