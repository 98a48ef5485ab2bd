"""Stylesheets of the dashboard, one per screen over shared tokens."""
