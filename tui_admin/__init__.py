"""A terminal dashboard for administering people."""

__version__ = "0.1.0"
