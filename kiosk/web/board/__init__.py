"""Audience: board."""

from flask import Blueprint

blueprint = Blueprint("board", __name__)
