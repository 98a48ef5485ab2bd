"""One line of pasted text taken apart: cells between separators, with the addresses in them.

One regular expression walks the line once. No alternative can run over the same characters twice,
so a line of a megabyte costs what a thousand lines of a kilobyte cost.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from tui_admin.domain.text import EDGES, HOSTILE

ROUND_WORDS: Final = EDGES + "\u200e\u200f"
"""Trimmed from every word: blanks, and invisible characters that many programs copy along."""


class Item(NamedTuple):
    """One word, one quoted phrase, or one candidate for an address."""

    text: str
    start: int
    end: int
    address: bool = False
    bracketed: bool = False
    quoted: bool = False


class Cell(NamedTuple):
    """What stands between two separators; `before` is the one in front, empty at the start."""

    items: list[Item]
    before: str
    start: int
    end: int
    hostile: str

    @property
    def has_address(self) -> bool:
        """Whether something in it has an @."""
        return any(item.address for item in self.items)

    @property
    def words(self) -> list[str]:
        """Return the texts of what is no address."""
        return [item.text for item in self.items if not item.address]


_FULL_WIDTH = str.maketrans("，；、،؛｜＜＞（）［］｛｝：＂＇＠﹫【】", ",;,,;|<>()[]{}:\"'@@[]")
_SPACE = " \xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BREAKS = rf"{_SPACE}\t,;|<>()\[\]{{}}\"“”„«»‹›`"

_CELL_TAGS = "br|p|div|li|ul|ol|td|tr|th|table|tbody|thead|tfoot|dd|dt|dl|hr|html|head|body|h[1-6]"
_SOFT_TAGS = "b|i|u|em|strong|span|font|code|pre|small|o:p|meta|style|title|script|link|img|address"
# Right in front of an address in brackets a quoted phrase is a name, an @ in it or not; only an
# address in it is read as one, so that nobody is left out in silence.
_IN_FRONT = rf"(?=[{_SPACE}]{{0,9}}<[^<>\s]*+>)"
# In brackets the parameters of a link end with them; bare, where the next address begins.
_PARAMETERS = r"\?(?:subject|body|cc|bcc|to)="
_ITEM = re.compile(
    rf"""
      (?P<anchor> </?a (?:\s[^<>]*)? > )
    | (?P<celltag> </? (?:{_CELL_TAGS}) (?:[\s/][^<>]*)? > )
    | (?P<softtag> </? (?:{_SOFT_TAGS}) (?:[\s/][^<>]*)? > | <!--[^<>]*> )
    | (?P<space> [{_SPACE}]+ )
    | (?P<sep> [\t,;|] )
    | (?P<quoted> (?<![^\s,;:=(\[{{<>|])
          (?: (?!"[^"]*?[^\s"@]@[^\s"@.]++\.) "(?![\s,;"])[^"<>\t]*+" {_IN_FRONT}
            | (?!“[^“”]*?[^\s“”@]@[^\s“”@.]++\.) “[^“”<>\t]*+[”“] {_IN_FRONT}
            | "(?![\s,;"])[^"@]*+" | “[^“”@]*+[”“] | „[^„“”@]*+[“”] | «[^«»@]*+» ) )
    | (?P<open> [<(\[{{] )
    | (?P<close> [>)\]}}] )
    | (?P<quote> ["“”„«»‹›`] )
    | (?P<linked> (?<=[<(]) [^{_BREAKS}?@]*+ @ [^{_BREAKS}?@]*+ {_PARAMETERS}
          [^{_SPACE}\t<>()\[\]"]*+ )
    | (?P<mail> [^{_BREAKS}?@]*+ @ [^{_BREAKS}?@]*+ {_PARAMETERS}
          (?: (?! [,;]\s* [^\s,;@&=<>]{{1,72}} @ ) [^{_SPACE}\t<>()\[\]"] )*+ )
    | (?P<word> [^{_BREAKS}]+ )
    """,
    re.VERBOSE | re.IGNORECASE,
)

# The sequences a terminal acts on, so that a separator inside one does not cut it in two and leave
# its tail to pose as the head of an address.
_ESCAPE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*+"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])(?:[^\x07\x1b\x9c]{0,200}(?=\x07|\x9c|\x1b\\)|[\d;]*+)"
)
_INSIDE_ESCAPE = str.maketrans(",;|\t", "::::")

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|lt|gt|amp|quot|apos|nbsp|commat);")

_LABEL = re.compile(
    r"(?:mailto|e-?mail(?:adres|address)?|mail|adres|address|smtp|href|to|cc|bcc|from|aan|van|an|von)[:=]",
    re.IGNORECASE,
)
_LEADING = ROUND_WORDS + "'‘’‚*•·‣◦▪■●○–—-…¿¡✓✔☐☑→>"
_TRAILING = ROUND_WORDS + "'‘’‚*.,:;!?…。！？"


def cells_of(line: str) -> tuple[str, list[Cell]]:
    """Return the line as it was read (entities decoded), and its cells; empty ones are left out."""
    line = _prepared(line)
    clean = line.isprintable() or not HOSTILE.search(line.replace("\t", " "))
    walk = _Walk(line, clean)
    for match in _ITEM.finditer(line):
        walk.step(match.lastgroup or "", match.group(), match.start(), match.end())
    walk.close_anchor(len(line))
    walk.end_cell(len(line))
    return line, walk.cells


def _prepared(line: str) -> str:
    if not line.isascii():
        line = line.translate(_FULL_WIDTH)
    if "&" in line:
        line = _ENTITY.sub(_decoded, line)
    if not line.isprintable():
        line = _ESCAPE.sub(_shielded, line)
    return line


def _decoded(match: re.Match[str]) -> str:
    entity = match.group()
    if entity.startswith("&#"):
        number = int(entity[3:-1], 16) if entity[2] in "xX" else int(entity[2:-1])
        # A character reference to a control is kept as that control, to be refused, not dropped.
        # So is one to a separator: it is no way to cut an address in two.
        char = chr(number) if number < 0x110000 else "\x00"
        return "\x00" if char in "\r\n\t,;|" else char
    names = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&nbsp;": " ", "&amp;": "&"}
    return names.get(entity, "@")


def _shielded(match: re.Match[str]) -> str:
    return match.group().translate(_INSIDE_ESCAPE)


class _Walk:
    """What is known while the items of a line go by."""

    def __init__(self, line: str, clean: bool) -> None:
        self.line, self.clean = line, clean
        self.cells: list[Cell] = []
        self.items: list[Item] = []
        self.before, self.start = "", 0
        self.opened = False
        self.glued = False  # a quotation mark stands right behind a word
        self.anchor = ""

    def step(self, kind: str, text: str, start: int, end: int) -> None:
        """Take in one match of the expression, named by its group."""
        if kind in ("word", "mail", "linked"):
            self.word(text, start, end)
        elif kind in ("sep", "celltag"):
            self.end_cell(start)
            self.before, self.start = (text if kind == "sep" else "\t"), end
        elif kind == "open":
            self.opened, self.glued = True, False
            return
        elif kind == "quoted":
            self.items.append(Item(text[1:-1].strip(ROUND_WORDS), start, end, quoted=True))
        elif kind == "anchor":
            self.close_anchor(start)
            self.anchor = _target(text)
        if kind == "quote":
            behind_word = bool(self.items) and self.items[-1].end == start
            self.glued = behind_word and self.line[start - 1] not in ":=("
            return  # `("jan@…")` is bracketed, too
        self.glued = False
        if kind != "space":
            self.opened = False

    def word(self, text: str, start: int, end: int) -> None:
        """Keep a word; one with an @ is a candidate, bracketed or bare."""
        if "@" not in text:
            plain = text.strip(ROUND_WORDS)
            if plain:
                self.items.append(Item(self._with_parentheses(plain, start, end), start, end))
            return
        address = peeled(text)
        last = self.items[-1] if self.items else None
        if last and not last.address and (self.glued or (last.quoted and last.end == start)):
            # `a"b@…` and `"a"b@…` are attempts at something, not a word and an address.
            address = self.line[max(last.start, start - 80) : start] + address
            start = self.items.pop().start
        self.add(Item(address, start, end, address=True, bracketed=self.opened))

    def _with_parentheses(self, word: str, start: int, end: int) -> str:
        before = "(" if self.line[start - 1 : start] == "(" else ""
        return before + word + (")" if self.line[end : end + 1] == ")" else "")

    def add(self, item: Item) -> None:
        """Take an address in, unless it only repeats the one before (`jan@… <mailto:jan@…>`)."""
        last = self.items[-1] if self.items else None
        if last and last.address and item.bracketed and last.text.lower() == item.text.lower():
            self.items[-1] = last._replace(end=item.end, bracketed=True)
        else:
            self.items.append(item)

    def close_anchor(self, at: int) -> None:
        """Put a link's address behind its text, as `Jan <jan@…>` has it."""
        if self.anchor:
            self.add(Item(peeled(self.anchor), at, at, address=True, bracketed=True))
            self.anchor = ""

    def end_cell(self, end: int) -> None:
        """Close the cell at a separator or the end of the line."""
        if self.items:
            hostile = "" if self.clean else _first_hostile(self.items)
            self.cells.append(Cell(self.items, self.before, self.start, end, hostile))
        self.items = []


def _first_hostile(items: list[Item]) -> str:
    for item in items:
        found = HOSTILE.search(item.text)
        if found:
            return found.group()
    return ""


def _target(tag: str) -> str:
    """Return the `mailto:` target of an opening tag, or nothing."""
    before, _, rest = tag.partition("mailto:")
    quote = before[-1:] if before.endswith(('"', "'")) else ">"
    target = rest.partition(quote)[0].partition(" ")[0]
    return target if "@" in target else ""


def peeled(word: str) -> str:
    """Return a word with an @ without what clings to it: labels, `mailto:`, parameters, marks.

    Only what cannot belong to an address is taken off; a word never becomes somebody else's
    address by losing its middle or its start.
    """
    mailto = False
    for _ in range(3):
        word = _unadorned(word.lstrip(_LEADING))
        label = _LABEL.match(word)
        if not label or "@" not in word:
            break
        mailto = mailto or label.group().lower() == "mailto:"
        word = word[label.end() :]
    head, at, tail = word.partition("@")
    word = (head + at + tail.partition("?")[0]).rstrip(_TRAILING)
    if mailto and "%" in word and len(word) < 1000:
        from urllib.parse import unquote

        word = unquote(word)
    if word.startswith("_") and word.endswith("_"):
        word = word.strip("_")  # Markdown's emphasis: no domain ends so
    return word


def _unadorned(word: str) -> str:
    """Return the word without the emoji, arrows and typographic signs in front of it."""
    start = 0
    while start < len(word) and word[start] > "\x7f":
        kind = unicodedata.category(word[start])
        if kind[0] not in "SP" and not (start and kind == "Mn"):
            break
        start += 1
    return word[start:]
