"""Are the operator's templates right? Asked at start, with made-up facts, before any mail needs it.

What is wrong is told as reasons that name the file, the line and the mend.
"""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import TemplateSyntaxError, meta, nodes

from tui_admin.domain.errors import Misconfigured, Reason, because
from tui_admin.domain.text import safe
from tui_admin.mail.facts import NEEDED
from tui_admin.mail.samples import BARE, CODE, FULL, LINK, REASON, prepared
from tui_admin.mail.templating import NAMES, place, words
from tui_admin.mail.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_admin.mail.templating import Templates

SUFFIX: Final = ".j2"
SHOWN: Final = {"link": LINK, "code": CODE, "reason": REASON}
"""Facts without which the mail is of no use to anybody, and what stands for them."""
SECRETS: Final = ("link", "code")
"""Facts that may not stand in a subject: lists, logs and locked screens show it."""


class TemplatesInvalid(Misconfigured):
    """The operator's templates cannot be used; `problems` is all that is wrong with them."""

    def __init__(self, problems: tuple[Reason, ...]) -> None:
        """Keep them all; the first is what is said where there is room for one."""
        self.problems = problems
        super().__init__(problems[0].id, **problems[0].values)


def faults(templates: Templates) -> tuple[Reason, ...]:
    """Return what is wrong with the operator's folder; nothing where there is none."""
    if templates.folder is None:
        return ()
    try:
        files = _files(templates.folder)
    except OSError as error:
        why = error.strerror or str(error)
        return (because("templates_unreadable", folder=str(templates.folder), why=why),)
    return tuple(dict.fromkeys(_faults(templates, files)))


def _files(folder: Path) -> list[str]:
    """Return the names of the templates in a folder; what editors leave behind is none."""
    found = []
    for root, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for file in sorted(files):
            if file.endswith(SUFFIX) and not file.startswith((".", "#")):
                found.append((Path(root) / file).relative_to(folder).as_posix())
    return found


def _raise(error: OSError) -> None:
    raise error


def _faults(templates: Templates, files: list[str]) -> Iterator[Reason]:
    unreadable = {name: tuple(_unreadable(templates, name)) for name in files}
    shared = [name for name in files if name not in NAMES]
    yield from filter(None, (_misplaced(templates, name) for name in shared))
    for wrong in unreadable.values():
        yield from wrong
    if any(unreadable[name] for name in shared):
        return  # whatever is made with such a part would only say so again
    for name in NAMES:
        if not unreadable.get(name) and (shared or name in files):
            yield from _untrue(templates, name)


# Names


def _misplaced(templates: Templates, name: str) -> Reason | None:
    """Return what is wrong with a name that is no mail's: parts of others may be called anything.

    But for what looks like a slip: a mail's name without its language or with another, and
    whatever else is in a language's folder.
    """
    file, (parent, _, last) = _file(templates, name), name.rpartition("/")
    if parent in LANGUAGES:
        near = get_close_matches(last, {each.rpartition("/")[2] for each in NAMES}, 1, 0.5)
        mend = f"name it {near[0]}" if near else "`tui-admin mail kinds` lists what there is"
        return because("template_name_unknown", file=file, mend=mend)
    if last.partition(".")[0] not in NEEDED:
        return None
    if parent:
        return because("template_language_unknown", file=file, known=", ".join(LANGUAGES))
    return because("template_without_language", file=file, mend=f"{LANGUAGES[0]}/{last}")


def _file(templates: Templates, name: str) -> str:
    return str(templates.own(name) or name)


# What can be told from the text alone


def _unreadable(templates: Templates, name: str) -> Iterator[Reason]:
    file = _file(templates, name)
    try:
        tree = templates.of(name).parse(Path(file).read_text(encoding="utf-8"), name, file)
    except TemplateSyntaxError as error:
        yield because("template_syntax", file=file, line=error.lineno, why=words(error))
        return
    except UnicodeDecodeError:
        yield because("template_not_utf8", file=file)
        return
    except OSError as error:
        yield because("template_unreadable", file=file, why=error.strerror or words(error))
        return
    known = _known(name)
    for unknown in sorted(meta.find_undeclared_variables(tree) - known - _bound(tree)):
        lines = [each.lineno for each in tree.find_all(nodes.Name) if each.name == unknown]
        near = get_close_matches(unknown, sorted(known), 1)
        mend = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}."
        line = min(lines, default=1)
        yield because("template_variable_unknown", file=file, line=line, name=unknown, mend=mend)


def _bound(tree: nodes.Template) -> set[str]:
    """Return the names that a template gives itself: its blocks see them, though Jinja says no."""
    names = {each.name for each in tree.find_all(nodes.Macro)}
    names |= {each.target for each in tree.find_all(nodes.Import)}
    names |= {each.name for each in tree.find_all(nodes.Name) if each.ctx == "store"}
    for each in tree.find_all(nodes.FromImport):
        names |= {one if isinstance(one, str) else one[1] for one in each.names}
    return names


def _known(name: str) -> set[str]:
    """Return the variables that a template may use; a shared part those of every kind."""
    kind = name.rpartition("/")[2].partition(".")[0]
    kinds = (kind,) if name in NAMES else tuple(NEEDED)
    known = {fact for each in kinds for fact in prepared(each, LANGUAGES[0], FULL)}
    return known | ({"subject"} if name.endswith(".html.j2") else set())


# What shows when a mail is made of it


def _untrue(templates: Templates, name: str) -> Iterator[Reason]:
    """Make a mail of somebody of whom all is known, and of somebody of whom nothing is."""
    language, _, rest = name.partition("/")
    kind, part, _ = rest.split(".")
    file = _file(templates, name)
    for facts in (FULL, BARE):
        given = prepared(kind, language, facts) | {"subject": "Subject"}
        try:
            text = templates.made(name, given)
        except Exception as error:  # an expression may raise anything
            where, line = place(error, file)
            yield because("template_fails", file=where, line=line, why=safe(words(error), 200))
            return
        found = _subject_faults(file, text) if part == "subject" else _lacking(file, kind, text)
        wrong = tuple(found)
        if wrong:
            yield from wrong
            return


def _lacking(file: str, kind: str, text: str) -> Iterator[Reason]:
    for fact in NEEDED[kind]:
        if fact in SHOWN and SHOWN[fact] not in text:
            yield because("template_lacks", file=file, name=fact)


def _subject_faults(file: str, text: str) -> Iterator[Reason]:
    lines = text.strip().splitlines()
    if not lines:
        yield because("template_subject_empty", file=file)
    elif len(lines) > 1:
        line, second = _line_of(lines[1], file), safe(lines[1], 80)
        yield because("template_subject_lines", file=file, line=line, second=second)
    elif "=?" in text or safe(lines[0]) != lines[0]:
        yield because("template_subject_unsafe", file=file)
    for fact in SECRETS:
        if SHOWN[fact] in text:
            yield because("template_subject_secret", file=file, name=fact)


def _line_of(said: str, file: str) -> int:
    """Return the line of a file that words stand on; the first where they are made of facts."""
    source = Path(file).read_text(encoding="utf-8").splitlines()
    return next((at for at, line in enumerate(source, 1) if said.strip() in line), 1)
