"""Kills mail workers at random moments while the mail server misbehaves, and counts what arrived.

`make chaos` runs it at length; `python -m tests.chaos --help` says how to repeat one run.
"""
