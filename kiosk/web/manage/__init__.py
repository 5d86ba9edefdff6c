"""Audience: manage."""

from flask import Blueprint

blueprint = Blueprint("manage", __name__)
