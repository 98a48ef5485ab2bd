"""Turning what was decided into messages, and handing them to a mail server."""
