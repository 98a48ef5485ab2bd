"""Where the stylesheets are: in the package when installed, at the top of the tree when not."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def sheet(name: str) -> Path:
    """Return the path of a stylesheet by its bare name."""
    inside = _PACKAGE / "styles" / f"{name}.tcss"
    return inside if inside.exists() else _PACKAGE.parent / "styles" / f"{name}.tcss"
