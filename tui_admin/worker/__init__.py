"""The mail worker: claim what is due, make the message, hand it over, write down what became of it.

A front end without a face; it runs by itself or inside a dashboard.
"""

from tui_admin.worker.worker import Worker

__all__ = ["Worker"]
