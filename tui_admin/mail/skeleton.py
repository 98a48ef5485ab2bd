"""One skeleton for all mails that say the same: only what differs is written for each of them.

A skeleton is cut out of a composed message in which stand-ins took the places of name, token and
code, so whatever `compose` does is done in it, too. It is used only where it was shown to give,
byte for byte, what `compose` gives: a template that does more with a name than print it gets none.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from datetime import timedelta
from email.quoprimime import body_encode
from email.utils import format_datetime
from quopri import decodestring
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from markupsafe import escape

from tui_admin.mail.compose import Composed, boundary, compose
from tui_admin.mail.guard import a_label, name_line
from tui_admin.mail.headers import Mailbox, reads_back, written
from tui_admin.mail.templating import OURS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from tui_admin.mail.compose import Letter, Sender
    from tui_admin.mail.templating import Templates

KEPT: Final = 64
"""How many skeletons are kept, the last used ones."""

LINE: Final = 78
"""Where `EmailMessage` breaks a line of quoted-printable text."""

_LINK = re.compile(r"(https?://[^\s\"'<>\\]*[/=])([A-Za-z0-9_-]{20,128})")
_CODE = re.compile(r"[0-9]{6}")
_PLAIN_ID = re.compile(r"<[A-Za-z0-9._~+=$-]{1,150}@[A-Za-z0-9.-]{1,150}>")
_PLAIN_REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,80}")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 -]*")
_NEW_FIELD = re.compile(rb"\r\n(?![ \t])")
_EACH = frozenset({b"message-id", b"date", b"to", b"x-entity-ref-id"})
_MIME = b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n"


class Parts(NamedTuple):
    """What differs between two mails that say the same; the empty text where there is none."""

    name: str
    token: str
    code: str


STAND_INS: Final = Parts("Zqwnamewqz", "Zqwtokenwqz-Zqwtokenwqz-Zqwtokenwqz-Zqwtoken", "830917")
PROBE: Final = Parts(
    "Zoë van 't Hof & <Söhne>, Oegstgeest", "_0-9azAZ" * 5 + "xyz", "102030"
)  # letters, marks and a length of its own
_MARKS = re.compile("(" + "|".join(STAND_INS) + ")")


class Shape(NamedTuple):
    """What all mails of one skeleton have in common, and what this one has for itself."""

    key: Hashable
    prefix: str
    parts: Parts


class Composer:
    """Composes for one sender. Not for use by two threads at once."""

    def __init__(self, sender: Sender, templates: Templates = OURS) -> None:
        """Start without skeletons."""
        self._sender, self._templates = sender, templates
        self._skeletons: OrderedDict[Hashable, Skeleton | None] = OrderedDict()
        self._met: OrderedDict[Hashable, tuple[Letter, Composed]] = OrderedDict()

    def compose(self, letter: Letter) -> Composed:
        """Return what `compose` returns, and raise what it raises."""
        shape = shape_of(letter)
        if shape is None:
            return self._whole(letter)
        if shape.key in self._skeletons:
            self._skeletons.move_to_end(shape.key)
        elif shape.key in self._met:
            known = self._met.pop(shape.key)
            _remember(self._skeletons, shape.key, proven(known, shape, self._whole))
        else:
            # What comes only once is not worth a skeleton.
            composed = self._whole(letter)
            _remember(self._met, shape.key, (letter, composed))
            return composed
        skeleton = self._skeletons[shape.key]
        filled = skeleton.fill(letter, shape.parts) if skeleton else None
        return filled or self._whole(letter)

    def _whole(self, letter: Letter) -> Composed:
        return compose(letter, self._sender, self._templates)


def _remember(kept: OrderedDict[Hashable, Any], key: Hashable, value: Any) -> None:
    kept[key] = value
    if len(kept) > KEPT:
        kept.popitem(last=False)


def shape_of(letter: Letter) -> Shape | None:
    """Return what a letter has in common with others; None where it must be composed whole."""
    facts = dict(letter.facts)
    link = _LINK.fullmatch(str(facts.pop("link", "")))
    code = str(facts.pop("code", ""))
    name = name_line(str(facts.pop("invitee_name", "") or ""))
    if ("link" in letter.facts and not link) or (code and not _CODE.fullmatch(code)):
        return None
    prefix, token = link.groups() if link else ("", "")
    key = (
        letter.kind,
        letter.language,
        letter.reply_to,
        letter.reply_to == letter.to,
        prefix,
        (bool(name), bool(code)),
        tuple(sorted((each, str(value)) for each, value in facts.items())),
    )
    return Shape(key, prefix, Parts(name, token, code))


def proven(
    known: tuple[Letter, Composed], shape: Shape, whole: Callable[[Letter], Composed]
) -> Skeleton | None:
    """Return the skeleton of a letter's shape; None where it does not give what `compose` gives.

    `known` is a letter of that shape and what it was composed to.
    """
    letter = known[0]
    skeleton = Skeleton(whole(_with(letter, shape, STAND_INS)), letter)
    other = letter._replace(
        message_id=f"<probe.{letter.message_id[1:]}",
        date=letter.date + timedelta(days=3),
        reference=f"probe-{letter.reference}"[:80],
    )
    probe = _with(other, shape, PROBE)
    for each, composed in (known, (probe, whole(probe))):
        parts = shape_of(each)
        if parts is None or skeleton.fill(each, parts.parts) != composed:
            return None
    return skeleton


def _with(letter: Letter, shape: Shape, parts: Parts) -> Letter:
    facts = dict(letter.facts)
    if shape.parts.token:
        facts["link"] = shape.prefix + parts.token
    if shape.parts.code:
        facts["code"] = parts.code
    if shape.parts.name:
        facts["invitee_name"] = parts.name
    return letter._replace(facts=facts)


class Line(NamedTuple):
    """A line of a body that differs from mail to mail: words, encoded, and between them marks."""

    pieces: tuple[str, ...]
    markup: bool

    def filled(self, values: dict[str, str]) -> bytes:
        """Return it with encoded values in the places of the marks."""
        return _broken("".join([values.get(each, each) for each in self.pieces])).encode("ascii")


def _encoded(words: str) -> str:
    """Return a part of a line as quoted-printable; only at the end of a line is a blank more."""
    if _PLAIN_NAME.fullmatch(words):
        return words
    return body_encode(words.encode().decode("latin-1") + ".", 1_000_000, "")[:-1]


def _broken(line: str) -> str:
    """Return an encoded line as lines of the length that `body_encode` gives them."""
    parts, start, room = [], 0, LINE - 1
    while len(line) - start > LINE:
        stop = start + room
        cut = line.rfind("=", stop - 2, stop)
        # An escape is not broken: what has begun goes to the next line.
        end = stop if cut < 0 else cut
        parts.append(line[start:end] + "=")
        start = end
    return "\r\n".join([*parts, line[start:]])


class Skeleton:
    """A message with gaps."""

    def __init__(self, composed: Composed, letter: Letter) -> None:
        """Cut the stand-ins out of a composed message."""
        self._subject = composed.subject
        self._text = _MARKS.split(composed.text)
        head, _, body = composed.data.partition(b"\r\n\r\n")
        self._boundary = boundary(letter.message_id).encode()
        self._head = [
            field if (name := field.partition(b":")[0].lower()) not in _EACH else name
            for field in _NEW_FIELD.split(head)
        ]
        self._body = self._joined(_lines(body))

    def _joined(self, lines: list[bytes | Line]) -> list[bytes | Line]:
        """Put what is between two differing lines together."""
        joined: list[bytes | Line] = [b""]
        for each in lines:
            last = joined[-1]
            if isinstance(each, Line):
                joined += [each, b"\r\n"]
            else:
                joined[-1] = last + each + b"\r\n"  # type: ignore[operator]
        joined[-1] = joined[-1][:-2]  # type: ignore[assignment]
        return joined

    def fill(self, letter: Letter, parts: Parts) -> Composed | None:
        """Return the message for a letter of this shape; None where it must be composed whole."""
        fields = _fields(letter)
        if fields is None:
            return None
        plain = dict(zip(STAND_INS, parts, strict=True))
        # Tokens and codes are of characters that stay as they are.
        encoded = plain | {STAND_INS.name: _encoded(parts.name)}
        markup = plain | {STAND_INS.name: _encoded(str(escape(parts.name)))}
        head = b"\r\n".join([fields.get(each, each) for each in self._head])
        body = b"".join(
            [
                each.filled(markup if each.markup else encoded) if isinstance(each, Line) else each
                for each in self._body
            ]
        )
        data = head + b"\r\n\r\n" + body
        data = data.replace(self._boundary, boundary(letter.message_id).encode())
        text = "".join([plain.get(each, each) for each in self._text])
        return Composed(self._subject, data, text)


def _lines(body: bytes) -> list[bytes | Line]:
    """Return the body's lines; those that hold a stand-in as what they were before encoding."""
    lines: list[bytes | Line] = []
    markup, begun = False, b""
    for each in body.split(b"\r\n"):
        begun += each
        if each.endswith(b"="):
            begun += b"\r\n"
            continue
        markup = markup or each.startswith(b"Content-Type: text/html")
        text = decodestring(begun).decode()
        pieces = _MARKS.split(text)
        differs = len(pieces) > 1
        lines.append(Line(tuple(map(_piece, pieces)), markup) if differs else begun)
        begun = b""
    return lines


def _piece(words: str) -> str:
    return words if words in STAND_INS else _encoded(words)


def _fields(letter: Letter) -> dict[bytes, bytes] | None:
    """Return the header fields that are each mail's own; None where they need a closer look."""
    address = a_label(letter.to)
    if (
        address is None
        or not _PLAIN_ID.fullmatch(letter.message_id)
        or not _PLAIN_REFERENCE.fullmatch(letter.reference)
    ):
        return None
    to = Mailbox(name_line(letter.to_name), address)
    line = written({"To": to})
    if not _PLAIN_NAME.fullmatch(to.name) and not reads_back(line + _MIME, {"To": to}):
        return None
    return {
        b"message-id": f"Message-ID: {letter.message_id}".encode(),
        b"date": f"Date: {format_datetime(letter.date)}".encode(),
        b"to": line.removesuffix(b"\r\n"),
        b"x-entity-ref-id": f"X-Entity-Ref-ID: {letter.reference}".encode(),
    }
