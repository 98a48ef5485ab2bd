"""The texts of mails: ours, and in their place those of the operator's own folder.

A name is `LANGUAGE/KIND.PART.j2`; the part is `subject`, `txt` or `html`.
"""

from __future__ import annotations

import traceback
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tui_admin.domain.errors import Refused
from tui_admin.mail.facts import NEEDED, without_tokens
from tui_admin.mail.words import LANGUAGES

if TYPE_CHECKING:
    from jinja2 import Environment

SHIPPED: Final = Path(__file__).parent / "templates"
PARTS: Final = ("subject", "txt", "html")
NAMES: Final = tuple(
    f"{language}/{kind}.{part}.j2" for language in LANGUAGES for kind in NEEDED for part in PARTS
)
"""Every template that a mail is made of."""


class Templates:
    """Makes texts of facts; what `folder` has goes before what is shipped.

    Pure but for reading files once; safe to use from threads.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Use these in place of ours; nothing is read yet."""
        self.folder = folder

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Templates) and other.folder == self.folder

    def __hash__(self) -> int:
        return hash(self.folder)

    def prove(self) -> None:
        """Raise `TemplatesInvalid` unless the operator's own are right; looks once."""
        if self.folder is not None:
            self._proven  # noqa: B018 - asked for what it raises

    @cached_property
    def _proven(self) -> bool:
        from tui_admin.mail.checking import TemplatesInvalid, faults

        found = faults(self)
        if found:
            raise TemplatesInvalid(found)
        return True

    def render(self, name: str, facts: dict[str, Any]) -> str:
        """Return the text; raises `Refused` (`mail_template_failed`) where it cannot be made."""
        self.prove()
        try:
            return self.made(name, facts)
        except Exception as error:
            # Whatever an expression of the operator's can raise: the mail fails, not the worker.
            file, line = place(error, name)
            why = without_tokens(words(error))
            raise Refused("mail_template_failed", file=file, line=line, why=why) from error

    def made(self, name: str, facts: dict[str, Any]) -> str:
        """Return the text, or raise whatever the template does."""
        return self.of(name).get_template(name).render(facts)

    def of(self, name: str) -> Environment:
        """Return what reads a template of this name."""
        return self.markup if name.endswith(".html.j2") else self.plain

    def replaced(self) -> tuple[str, ...]:
        """Return the names of what the operator has in place of ours."""
        return tuple(name for name in NAMES if self.own(name))

    def own(self, name: str) -> Path | None:
        """Return the operator's file of this name, None where ours is used."""
        file = self.folder / name if self.folder is not None else None
        return file if file is not None and file.is_file() else None

    @cached_property
    def plain(self) -> Environment:
        """Texts and subjects."""
        return self._environment(autoescape=False)

    @cached_property
    def markup(self) -> Environment:
        """Pages. `select_autoescape()` looks at the last suffix only: it would escape nothing."""
        return self._environment(autoescape=True)

    def _environment(self, *, autoescape: bool) -> Environment:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        folders = [SHIPPED] if self.folder is None else [self.folder, SHIPPED]
        return Environment(
            loader=FileSystemLoader(folders),
            autoescape=autoescape,  # noqa: S701 - off for plain text only
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )


def place(error: BaseException, name: str) -> tuple[str, int]:
    """Return the file and the line that an error came from, as an operator knows them."""
    file, line = getattr(error, "filename", None), getattr(error, "lineno", None)
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.endswith(".j2"):
            file, line = frame.filename, frame.lineno
    return file or name, line or 1


def words(error: BaseException) -> str:
    """Return what an error says, on one line."""
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__


OURS: Final = Templates()
"""What is shipped, and nothing else."""


@cache
def templates_in(folder: str) -> Templates:
    """Return the templates with a folder of the operator's, or ours for the empty name."""
    return Templates(Path(folder)) if folder else OURS
