"""The terminal: what may reach it, how the program lives on it, and how it leaves it.

Nothing is imported here, since :mod:`.process` has to run before Textual is first imported.
"""
