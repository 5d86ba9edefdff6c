"""Audience: everybody who looks at the board, on the wall or at a desk."""

from kiosk.web.board.views import blueprint

__all__ = ["blueprint"]
