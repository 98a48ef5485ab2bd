"""Skeletons give what composing gives, byte for byte, and are not used where they would not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tui_admin.domain.errors import Refused
from tui_admin.mail.compose import Letter, Sender, compose
from tui_admin.mail.facts import NEEDED
from tui_admin.mail.samples import FULL
from tui_admin.mail.skeleton import STAND_INS, Composer
from tui_admin.mail.templating import OURS, Templates

if TYPE_CHECKING:
    from pathlib import Path

SENDER = Sender("no-reply@demo.example", "Démo")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAMES = ("Ann", "Jörg Müller", 'Piet "de <b>Wit</b>" & Co', "x" * 60, "van 't Hof", "李雷", "O.K.")


def letter(number: int, kind: str = "invitation", **facts: Any) -> Letter:
    name = NAMES[number % len(NAMES)]
    own = {
        "link": f"https://portal.example/invitation/{number:_>43}",
        "code": f"{number:06}",
        "invitee_name": name,
    }
    return Letter(
        kind,
        ("en", "nl")[number % 2],
        f"p{number}@north.example",
        name,
        FULL | own | facts,
        f"<{number}.test@demo.example>",
        NOW + timedelta(seconds=number),
        "ada@demo.example",
        f"{kind}-{number}",
    )


@pytest.mark.parametrize("kind", NEEDED)
def test_every_mail_is_byte_for_byte_as_if_it_were_composed_alone(kind: str) -> None:
    composer = Composer(SENDER)
    for number in range(2 * len(NAMES)):
        one = letter(number, kind)
        assert composer.compose(one) == compose(one, SENDER)
    assert all(composer._skeletons.values())
    assert len(composer._skeletons) == 2


def test_mails_that_say_something_else_share_no_skeleton() -> None:
    composer = Composer(SENDER)
    for number in range(6):
        one = letter(number, language_says=str(number % 3), product=f"Level {number % 3}")
        assert composer.compose(one) == compose(one, SENDER)
        nameless = letter(number, invitee_name="")
        assert composer.compose(nameless) == compose(nameless, SENDER)


def test_a_template_that_does_more_with_a_name_than_print_it_gets_none(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    own = "{{ invitee_name|upper }}: {{ link }}\n{{ environment }}"
    (tmp_path / "en" / "invitation.txt.j2").write_text(own, encoding="utf-8")
    templates = Templates(tmp_path)
    composer = Composer(SENDER, templates)
    for number in range(0, 8, 2):
        one = letter(number)
        assert composer.compose(one) == compose(one, SENDER, templates)
    assert list(composer._skeletons.values()) == [None]


@pytest.mark.parametrize(
    "change",
    [
        {"to": "ann@north.example\r\nDATA"},
        {"message_id": "<a@b>\r\nBcc: eve@evil.example"},
        {"reference": "a b"},
        {"facts": {**FULL, "link": "javascript:alert(1)"}},
    ],
)
def test_what_composing_refuses_a_skeleton_does_not_let_through(change: dict[str, Any]) -> None:
    composer = Composer(SENDER)
    for number in (0, 2, 4):
        composer.compose(letter(number))
    with pytest.raises(Refused):
        composer.compose(letter(6)._replace(**change))


def test_a_hostile_name_stays_a_name() -> None:
    composer = Composer(SENDER)
    for name in ("Ann", "Bob", "=?utf-8?q?a=0D=0ABcc:e?=", "a\r\nBcc: eve@evil.example", "\x1b[1m"):
        one = letter(0, invitee_name=name)._replace(to_name=name)
        assert composer.compose(one) == compose(one, SENDER, OURS)


def test_no_stand_in_is_ever_sent() -> None:
    composer = Composer(SENDER)
    made = [composer.compose(letter(number)) for number in range(10)]
    for mark in STAND_INS[:2]:
        assert not any(mark.encode() in each.data or mark in each.text for each in made)
