"""The WSGI callable, with settings from the environment and `instance/`."""

from kiosk.app import create_app

app = create_app()
