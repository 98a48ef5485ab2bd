"""Real parts for tests: a terminal, a mail server, PostgreSQL."""
