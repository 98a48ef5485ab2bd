"""The command line: every action of the dashboard without a screen."""
