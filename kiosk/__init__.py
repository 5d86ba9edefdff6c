"""窗评 · Window Kiosk: ratings at service windows and the selections they decide."""

__version__ = "0.1.0"
