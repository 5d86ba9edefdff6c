"""Audience: tablet."""

from flask import Blueprint

blueprint = Blueprint("tablet", __name__)
