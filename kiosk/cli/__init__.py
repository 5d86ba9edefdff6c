"""`flask --app wsgi …`: thin commands; each parses, calls one thing and prints."""

from flask import Flask
from flask.cli import AppGroup

from kiosk.cli import (
    accounts,
    backup,
    board,
    campaign,
    campaign_recompute,
    checkpoints,
    demo,
    history,
    installation,
    integrations,
    ledger,
    posters,
    retention,
    tablets,
    windows,
)

imports = AppGroup("import", help="Take in lists and histories.")


def register(app: Flask) -> None:
    """Give the application its commands."""
    app.cli.add_command(installation.init)
    app.cli.add_command(accounts.accounts)
    app.cli.add_command(tablets.tablets)
    app.cli.add_command(integrations.integrations)
    app.cli.add_command(posters.posters)
    app.cli.add_command(imports)
    app.cli.add_command(demo.demo)
    app.cli.add_command(ledger.ledger)
    app.cli.add_command(board.board)
    campaign.campaign.add_command(campaign_recompute.recompute)
    app.cli.add_command(campaign.campaign)
    app.cli.add_command(backup.backup)
    app.cli.add_command(backup.restore)
    app.cli.add_command(retention.retention)
    ledger.ledger.add_command(checkpoints.checkpoint)
    imports.add_command(history.ratings)
    imports.add_command(windows.windows)
