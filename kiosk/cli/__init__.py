"""`flask --app wsgi …`: thin commands; each parses, calls one thing and prints."""

from flask import Flask
from flask.cli import AppGroup

from kiosk.cli import board, demo, history, installation, posters, tablets, windows

imports = AppGroup("import", help="Take in lists and histories.")


def register(app: Flask) -> None:
    """Give the application its commands."""
    app.cli.add_command(installation.init)
    app.cli.add_command(tablets.tablets)
    app.cli.add_command(posters.posters)
    app.cli.add_command(imports)
    app.cli.add_command(demo.demo)
    app.cli.add_command(board.board)
    imports.add_command(history.ratings)
    imports.add_command(windows.windows)
