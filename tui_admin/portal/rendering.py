"""The templates of the pages, and the files that go out as they are."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from jinja2 import Environment

PAGES: Final = Path(__file__).parent / "templates"
STATIC: Final = Path(__file__).parent / "static"
KINDS: Final = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


def render(name: str, **facts: Any) -> str:
    """Return a page as HTML; whatever is put into it is text."""
    return _environment().get_template(f"{name}.html.j2").render(facts)


@lru_cache(maxsize=1)
def static_files() -> dict[str, tuple[bytes, str]]:
    """Return content and media type of every file by its name."""
    return {
        file.name: (file.read_bytes(), KINDS[file.suffix])
        for file in sorted(STATIC.iterdir())
        if file.suffix in KINDS
    }


@lru_cache(maxsize=1)
def edition() -> str:
    """Return what changes whenever one of those files does, so that browsers may keep them."""
    return hashlib.sha256(b"".join(body for body, _ in static_files().values())).hexdigest()[:12]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # `select_autoescape()` looks at the last suffix and would leave `.html.j2` unescaped.
    environment = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["edition"] = edition()
    return environment
