"""The application: settings in, a Flask application with all its parts out."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_compress import Compress
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from kiosk import cli, web
from kiosk.clock import Clock, utc_now
from kiosk.config import ROOT, Settings, load_settings
from kiosk.extensions import (
    Checkpointer,
    babel,
    db,
    engine_options,
    migrate,
    prepare,
)
from kiosk.extensions.cases import CaseSweep
from kiosk.extensions.daily import DailyCheckpoints
from kiosk.extensions.holds import HoldSweep
from kiosk.extensions.mail import MailSender
from kiosk.extensions.webhooks import WebhookSender
from kiosk.web.language import compile_catalogues, select_language

Maintenance = (
    CaseSweep | DailyCheckpoints | HoldSweep | MailSender | WebhookSender | Checkpointer
)
LARGEST_BODY = 256 * 1024
"""Room for a long comment, so that it is given back and not cut off."""


def create_app(settings: Settings | None = None, *, clock: Clock = utc_now) -> Flask:
    """Return the application; tests pass their own settings and clock."""
    settings = settings or load_settings()
    app = Flask(
        "kiosk",
        instance_path=str(settings.instance),
        root_path=str(Path(__file__).parent),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(
            is_sqlite=settings.sqlite, wait_seconds=settings.storage_wait_seconds
        ),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        BABEL_DEFAULT_LOCALE=settings.default_language,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_ALGORITHM_STREAMING=["gzip"],
        COMPRESS_MIN_SIZE=400,
    )
    app.extensions["kiosk"] = {"settings": settings, "clock": clock}
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    compile_catalogues(ROOT / "translations")
    _extend(app, settings)
    web.register(app)
    cli.register(app)
    return app


def start_maintenance(app: Flask) -> list[Maintenance]:
    """Start what one process of a server does beside answering requests.

    Everywhere that is the ledger's daily checkpoint, the look at ratings that came
    in, the cases that come of them, messages to systems outside, and notices by
    e-mail; on SQLite also the thread that moves the WAL, while PostgreSQL looks
    after itself.
    """
    threads: list[Maintenance] = [
        DailyCheckpoints(app),
        HoldSweep(app),
        CaseSweep(app),
        WebhookSender(app),
        MailSender(app),
    ]
    path: Path | None = app.extensions["kiosk"]["settings"].sqlite_path
    if path is not None:
        with app.app_context():
            threads.append(Checkpointer(db.engine, path))
    for thread in threads:
        thread.start()
    return threads


def _extend(app: Flask, settings: Settings) -> None:
    db.init_app(app)
    migrate.init_app(
        app, db, directory=str(ROOT / "migrations"), render_as_batch=settings.sqlite
    )
    babel.init_app(app, locale_selector=select_language)
    Compress(app)
    with app.app_context():
        prepare(db.engine)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
