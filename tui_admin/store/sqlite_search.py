"""SQLite's own furniture: search indexes and kept counts, with the triggers that keep them true.

A search index holds every three letters in a row, by the rows that have them. A word of three
letters or more is found by all its threes; a shorter one by the threes that begin with it, for
which two blanks are added behind each text. Whether the letters stand in a row is asked of the rows
themselves. An index is made anew where it or a trigger of it is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import column, select, table

from tui_admin.domain.lifecycle import INVITATION_STATUSES, MESSAGE_STATUSES, USER_STATUSES
from tui_admin.store.schema.columns import UNSTORABLE, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Select

SEARCHED = ("user", "invitation", "outbox_message", "audit_event")
"""Tables with a text that is searched, and many rows."""
COUNTED = {
    "user": USER_STATUSES,
    "invitation": INVITATION_STATUSES,
    "outbox_message": MESSAGE_STATUSES,
}
"""Tables of whose rows it is kept how many have each status."""
MOST = 12
"""Threes that words are looked up by, about; what they miss the rows tell."""
LAST = "\U0010ffff"

Do = Callable[[str], Any]
"""Runs a statement, and returns something that `fetchall` can be asked of."""


def index_of(name: str) -> str:
    """Return the name of a table's search index."""
    return f"{name}_search"


def furnish(do: Do) -> None:
    """Make what is missing; idempotent."""
    for name in SEARCHED:
        if _lacks(do, [index_of(name), *_triggers(name, SEARCH)]):
            unfurnish_search(do, name)
            _all(do, _index(name), _triggers(name, SEARCH).values())
            do(_fill(name))
    for name in COUNTED:
        if _lacks(do, [*_triggers(name, COUNT)]):
            _all(do, _drops(name, COUNT), _triggers(name, COUNT).values())
            _all(do, _counts(name))


def lay_aside(do: Do) -> None:
    """Drop what would be kept true row by row while a store is filled; `furnish` makes it anew."""
    for name in SEARCHED:
        unfurnish_search(do, name)
    for name in COUNTED:
        _all(do, _drops(name, COUNT))


def unfurnish_search(do: Do, name: str) -> None:
    """Drop a search index with its triggers, as far as they are there."""
    _all(do, _drops(name, SEARCH))
    do(f"DROP TABLE IF EXISTS {index_of(name)}_threes")
    do(f"DROP TABLE IF EXISTS {index_of(name)}")


def lacking(do: Do) -> tuple[str, ...]:
    """Return the names of what should be there and is not."""
    wanted = [index_of(name) for name in SEARCHED]
    wanted += [each for name in SEARCHED for each in _triggers(name, SEARCH)]
    wanted += [each for name in COUNTED for each in _triggers(name, COUNT)]
    there = _there(do)
    return tuple(each for each in wanted if each not in there)


def kept(name: str) -> Select[Any]:
    """Return the statement for how many rows of a table have each status."""
    counter = table("counter", column("name", Words), column("value"))
    mine = counter.c.name.startswith(f"{name}.", autoescape=True)
    return select(counter.c.name, counter.c.value).where(mine, counter.c.value > 0)


def having(name: str, words: Sequence[str]) -> Select[Any]:
    """Return the ids of rows that may have all words; too many, but never too few."""
    words = [UNSTORABLE.sub("\ufffd", word) for word in words]
    threes = [each for word in words for each in _threes(word)][: 2 * MOST]
    if not threes:
        return _beginning(name, max(words, key=len))
    index = table(index_of(name), column("rowid"), column(index_of(name), Words))
    quoted = " ".join('"' + each.replace('"', '""') + '"' for each in threes)
    return select(index.c.rowid).where(index.c[index_of(name)].op("MATCH")(quoted))


def _threes(word: str) -> list[str]:
    every = [word[at : at + 3] for at in range(len(word) - 2)]
    return every[:: max(1, -(-len(every) // MOST))]


def _beginning(name: str, short: str) -> Select[Any]:
    threes = table(f"{index_of(name)}_threes", column("term", Words), column("doc"))
    wanted = threes.c.term.between(short, short + LAST)
    return select(threes.c.doc).where(wanted).distinct()


def _index(name: str) -> tuple[str, str]:
    index = index_of(name)
    return (
        f"CREATE VIRTUAL TABLE {index} USING fts5(search, content='', detail=none, columnsize=0,"
        " tokenize='trigram case_sensitive 1')",
        f"CREATE VIRTUAL TABLE {index}_threes USING fts5vocab('{index}', 'instance')",
    )


def _fill(name: str) -> str:
    index = index_of(name)
    return (
        f"INSERT INTO {index} (rowid, search)"  # noqa: S608
        f" SELECT id, search || '  ' FROM \"{name}\" ORDER BY id"
    )


SEARCH, COUNT = "search", "count"


def _triggers(name: str, purpose: str) -> dict[str, str]:
    """Return the statements that make a table's triggers, by the triggers' names."""
    whole, changed = (_indexing if purpose == SEARCH else _counting)(name)
    column_name = "search" if purpose == SEARCH else "status"
    events = {
        "added": ("INSERT", "", whole["new"]),
        "removed": ("DELETE", "", whole["old"]),
        "changed": (
            f"UPDATE OF {column_name}",
            f"WHEN old.{column_name} <> new.{column_name} ",
            changed,
        ),
    }
    return {
        f"{name}_{purpose}_{event}": f"CREATE TRIGGER {name}_{purpose}_{event}"
        f' AFTER {when} ON "{name}" {only}BEGIN {act} END'
        for event, (when, only, act) in events.items()
    }


def _indexing(name: str) -> tuple[dict[str, str], str]:
    index = index_of(name)
    into = f"INSERT INTO {index} (rowid, search) VALUES (new.id, new.search || '  ');"  # noqa: S608
    out = (
        f"INSERT INTO {index} ({index}, rowid, search)"  # noqa: S608
        " VALUES ('delete', old.id, old.search || '  ');"
    )
    return {"new": into, "old": out}, f"{out} {into}"


def _counting(name: str) -> tuple[dict[str, str], str]:
    def step(row: str, by: str) -> str:
        return f"UPDATE counter SET value = value {by} WHERE name = '{name}.' || {row}.status;"  # noqa: S608

    more, less = step("new", "+ 1"), step("old", "- 1")
    return {"new": more, "old": less}, f"{less} {more}"


def _counts(name: str) -> tuple[str, ...]:
    """Return the statements that count a table's rows by each status there may be."""
    return (
        f"DELETE FROM counter WHERE name LIKE '{name}.%'",  # noqa: S608
        *(
            f"INSERT INTO counter (name, value) VALUES ('{name}.{status}', 0)"  # noqa: S608
            for status in COUNTED[name]
        ),
        "UPDATE counter SET value = counted.number FROM"  # noqa: S608
        f' (SELECT status, count(*) AS number FROM "{name}" GROUP BY status) AS counted'
        f" WHERE counter.name = '{name}.' || counted.status",
    )


def _drops(name: str, purpose: str) -> list[str]:
    return [f"DROP TRIGGER IF EXISTS {each}" for each in _triggers(name, purpose)]


def _lacks(do: Do, names: Iterable[str]) -> bool:
    there = _there(do)
    return any(each not in there for each in names)


def _there(do: Do) -> set[str]:
    return {name for (name,) in do("SELECT name FROM sqlite_master").fetchall()}


def _all(do: Do, *several: Iterable[str]) -> None:
    for statements in several:
        for statement in statements:
            do(statement)
