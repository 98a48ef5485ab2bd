"""Dialogs: each opens over a screen, takes one decision and hands back one value."""
