"""From what stands in a file to settings: every key is checked, and every fault is kept."""

from __future__ import annotations

from typing import Any, NamedTuple

from tui_admin.settings.checks import Wrong
from tui_admin.settings.models import SECTIONS, Settings

Tree = dict[str, Any]


class Fault(NamedTuple):
    """A section or a key, as `section.key`, and what it must be; nothing where there is no such."""

    key: str
    said: str = ""


NO_SECTION = "must be a section, with its keys below it"


def read(tree: Tree) -> tuple[Settings, list[Fault]]:
    """Return the settings and all that is wrong with them.

    What is wrong has its default in the settings, which are of use only without any fault.
    """
    faults = [Fault(name) for name in tree if name not in SECTIONS]
    parts = {name: _section(name, tree[name], faults) for name in SECTIONS if name in tree}
    return Settings(**parts), faults


def _section(name: str, given: object, faults: list[Fault]) -> Any:
    section: Any = SECTIONS[name]
    if not isinstance(given, dict):
        faults.append(Fault(name, NO_SECTION))
        return section()
    values = {}
    for key, value in given.items():
        kind = section.__annotations__.get(key)
        path = f"{name}.{key}"
        if kind is None:
            faults.append(Fault(path))
            continue
        try:
            values[key] = _checked(value, kind.__metadata__)
        except Wrong as wrong:
            faults += [Fault(path, said) for said in wrong.said]
    return section(**values)


def _checked(value: Any, checks: tuple[Any, ...]) -> Any:
    for check in checks:
        value = check(value)
    return value
