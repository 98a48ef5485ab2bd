"""Lists: built once, used by every screen that shows rows."""
