"""`flask init`: make or migrate the database and print where people go in."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask_migrate import upgrade
from sqlalchemy import text

from kiosk.cli import current
from kiosk.cli.progress import progress, resumable
from kiosk.clock import utc_now
from kiosk.extensions import db, reading, transaction, write
from kiosk.queries.installation import installation
from kiosk.queries.people import has_organiser
from kiosk.queries.places import open_windows
from kiosk.services.adoption import adopt, adoption_is_due
from kiosk.services.installation import ensure_installation, make_organiser_link
from kiosk.services.operator_pin import ensure_operator_pins

_LOCK_KEY = 0x6B696F736B  # "kiosk": one migration at a time on a PostgreSQL server


@click.command("init")
@click.option("--quiet", is_flag=True, help="Only migrate; make and print no link.")
def init(*, quiet: bool) -> None:
    """Make or migrate the database; print a one-time link while nobody organises."""
    with _alone():
        upgrade()
    with current.refusals(), transaction() as session:
        ensure_installation(session, utc_now())
    _adopt()
    # Centres of a release that knew no such PIN have none.
    with current.refusals(), transaction() as session:
        ensure_operator_pins(session, utc_now())
    if quiet:
        return
    base = current.base_url()
    click.echo("窗评 · Window Kiosk")
    with current.refusals():
        token = _organiser_link()
    if token:
        click.echo(f"  组织者 organiser  {base}/setup?key={token}")
        click.echo(
            "                    一次有效，请勿外传 works once, keep it to yourself"
        )
    else:
        click.echo(f"  登录 sign in      {base}/sign-in")
    _print_addresses(base)


def _adopt() -> None:
    """Enter into the ledger what an older release kept without one."""
    with current.refusals(), reading() as session:
        due = adoption_is_due(session.connection())
    if due:
        with resumable(), progress("Ratings entered into the ledger") as report:
            adopt(write, utc_now(), report)


def _organiser_link() -> str:
    """Return the secret of a new link; "" in a hall whose organisers sign in."""
    with transaction() as session:
        found = installation(session)
        real = found is not None and found.is_set_up and not found.demonstration
        if real and has_organiser(session):
            # Whoever sits at this terminal can make another: `accounts add`.
            return ""
        return make_organiser_link(session, utc_now())


def _print_addresses(base: str) -> None:
    centre = current.this_centre()
    with reading() as session:
        windows = open_windows(session, centre.id, current.today(centre))
    phone = f"{base}/w/{windows[0].code}" if windows else "after set-up: /manage"
    click.echo(f"  评价终端 tablet    {base}/tablet")
    click.echo(f"  手机 phone        {phone}")
    click.echo(f"  排行 board        {base}/board")


@contextmanager
def _alone() -> Iterator[None]:
    """Keep two processes from migrating one database at the same time."""
    settings = current.settings()
    if settings.sqlite:
        with (settings.instance / "migrate.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    with db.engine.connect() as connection:
        # Another's migration may take long; a transaction's lock goes with its end,
        # where a session's would stay with the pooled connection.
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(
            text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY}
        )
        yield
