"""`flask --app wsgi …`: thin commands; each parses, calls one thing and prints."""

from flask import Flask
from flask.cli import AppGroup

from kiosk.cli import installation, tablets

imports = AppGroup("import", help="Take in lists and histories.")


def register(app: Flask) -> None:
    """Give the application its commands."""
    app.cli.add_command(installation.init)
    app.cli.add_command(tablets.tablets)
    app.cli.add_command(imports)
