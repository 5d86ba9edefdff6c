"""Audience: setup."""

from flask import Blueprint

blueprint = Blueprint("setup", __name__)
