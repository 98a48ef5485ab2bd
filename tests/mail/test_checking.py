"""The operator's templates: they replace ours, and what is wrong with them is told at start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tui_admin.domain.errors import Refused
from tui_admin.i18n import say
from tui_admin.mail.checking import TemplatesInvalid, faults
from tui_admin.mail.facts import NEEDED
from tui_admin.mail.samples import FULL, prepared, sample
from tui_admin.mail.templating import NAMES, OURS, SHIPPED, Templates
from tui_admin.mail.words import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path


def with_file(tmp_path: Path, name: str, text: str) -> Templates:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return Templates(tmp_path)


def said(templates: Templates) -> list[str]:
    return [say(each) for each in faults(templates)]


def test_ours_are_right_also_as_a_folder_of_ones_own() -> None:
    assert faults(OURS) == ()
    assert said(Templates(SHIPPED)) == []
    assert Templates(SHIPPED).replaced() == NAMES


def test_a_file_replaces_ours_for_its_kind_language_and_part_alone(tmp_path: Path) -> None:
    own = with_file(tmp_path, "nl/invitation.txt.j2", "Hoi {{ invitee_name }}: {{ link }}\n")
    assert said(own) == []
    assert sample("invitation", "nl", own).text == f"Hoi Jan Jansen: {FULL['link']}"
    assert sample("invitation", "nl", own).html == sample("invitation", "nl", OURS).html
    assert sample("invitation", "en", own) == sample("invitation", "en", OURS)
    assert own.replaced() == ("nl/invitation.txt.j2",)


def test_pages_escape_what_they_are_given_and_texts_do_not(tmp_path: Path) -> None:
    with_file(tmp_path, "en/rejected.html.j2", "<p>{{ reason }}</p>")
    own = with_file(tmp_path, "en/rejected.txt.j2", "{{ reason }}")
    found = sample("rejected", "en", own, reason="1 < 2 & 3")
    assert (found.text, found.html) == ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>")


def test_another_frame_goes_round_every_page(tmp_path: Path) -> None:
    frame = "<b>{{ environment }}</b>{% macro button(a, b) %}{{ a }}{% endmacro %}"
    frame += "{% macro quote(lines) %}{{ lines|join }}{% endmacro %}{% block body %}{% endblock %}"
    own = with_file(tmp_path, "layout.html.j2", frame)
    assert said(own) == []
    assert sample("completed", "nl", own).html.startswith("<b>Example</b>")


WRONG = [
    ("en/invitation.txt.j2", "Hello\n{{ organization }} {{ link }}", ":2", "mean organisation?"),
    ("en/invitation.txt.j2", "{{ link }}\n\n{% if product %}", ":", "mend it there"),
    ("en/invitation.txt.j2", "{{ link }}\n{{ product.price }}", ":2", "no attribute 'price'"),
    ("en/invitation.txt.j2", "{{ link }}\n{{ 1 / 0 }}", ":2", "division by zero"),
    ("en/invitation.txt.j2", "{{ link }}{% include 'foot.j2' %}", ":1", "foot.j2"),
    ("en/invitation.txt.j2", "Come and join us.", "", "{{ link }}"),
    ("en/invitation.txt.j2", "{% if note_lines %}{{ link }}{% endif %}", "", "no condition"),
    ("nl/verification.html.j2", "<p>Uw code</p>", "", "{{ code }}"),
    ("nl/rejected.txt.j2", "Helaas.", "", "{{ reason }}"),
    ("en/invitation.subject.j2", "Come\nBcc: eve@evil.example", ":2", "Bcc: eve@evil.example"),
    ("en/invitation.subject.j2", "{{ note_lines|join('\n') }}", ":1", "second line"),
    ("en/invitation.subject.j2", "=?utf-8?q?a=0D=0ABcc:e?=", "", "=?"),
    ("en/invitation.subject.j2", "{{ product and '' }}", "", "empty subject"),
    ("en/invitation.subject.j2", "Go to {{ link }}", "", "keep it in the text"),
    ("en/verification.subject.j2", "Code {{ code }}", "", "keep it in the text"),
    ("en/invitaton.txt.j2", "{{ link }}", "", "name it invitation.txt.j2"),
    ("de/invitation.txt.j2", "{{ link }}", "", "en, nl"),
    ("invitation.txt.j2", "{{ link }}", "", "move it to en/invitation.txt.j2"),
    ("layout.html.j2", "{{ colour }}", ":1", "no “colour”"),
]


@pytest.mark.parametrize(
    ("name", "text", "line", "mend"), WRONG, ids=[f"{w[0]}-{w[3]}" for w in WRONG]
)
def test_what_is_wrong_is_told_once_with_file_line_and_mend(
    tmp_path: Path, name: str, text: str, line: str, mend: str
) -> None:
    (told,) = said(with_file(tmp_path, name, text))
    assert told.startswith(f"{tmp_path / name}{line}")
    assert mend in told


def test_what_is_not_text_or_not_there_is_told(tmp_path: Path) -> None:
    file = tmp_path / "en" / "approved.txt.j2"
    file.parent.mkdir()
    file.write_bytes(b"caf\xe9 {{ link }}")
    assert said(Templates(tmp_path)) == [f"{file} is not UTF-8 text; save it as UTF-8."]
    (told,) = said(Templates(tmp_path / "none"))
    assert told.startswith(f"mail.templates: {tmp_path / 'none'} cannot be read: No such file")


def test_what_editors_leave_behind_and_parts_of_ones_own_are_no_faults(tmp_path: Path) -> None:
    for name in (".invitation.txt.j2.swp", "README.md", "en/#invitation.txt.j2"):
        with_file(tmp_path, name, "{{ nonsense")
    with_file(tmp_path, "parts/foot.j2", "{{ environment }} greets")
    own = with_file(tmp_path, "en/completed.txt.j2", "Done.\n{% include 'parts/foot.j2' %}")
    assert said(own) == []
    assert sample("completed", "en", own).text == "Done.\nExample greets"


def test_a_fault_of_a_shared_part_is_told_once_where_it_is(tmp_path: Path) -> None:
    with_file(tmp_path, "foot.j2", "{{ environment }}\n{{ environment.nothing }}")
    for language in LANGUAGES:
        with_file(tmp_path, f"{language}/completed.txt.j2", "{% include 'foot.j2' %}")
    (told,) = said(Templates(tmp_path))
    assert told.startswith(f"{tmp_path / 'foot.j2'}:2: ")


def test_the_first_text_that_is_wanted_refuses_a_folder_that_is_wrong(tmp_path: Path) -> None:
    with_file(tmp_path, "en/approved.txt.j2", "nothing")
    wrong = with_file(tmp_path, "en/invitation.txt.j2", "nothing")
    with pytest.raises(TemplatesInvalid) as raised:
        sample("completed", "en", wrong)
    assert len(raised.value.problems) == 2
    assert raised.value.exit_code == 2


def test_what_fails_only_for_some_fails_that_mail_with_the_place(tmp_path: Path) -> None:
    text = "{{ link }}\n{{ 10 // (environment|length - 4) }}"
    own = with_file(tmp_path, "en/invitation.txt.j2", text)
    with pytest.raises(Refused, match="mail_template_failed") as raised:
        own.render(
            "en/invitation.txt.j2", prepared("invitation", "en", {**FULL, "environment": "Demo"})
        )
    assert raised.value.reason.values["line"] == 2
    assert FULL["link"] not in say(raised.value.reason)


@pytest.mark.parametrize("kind", NEEDED)
def test_every_kind_has_a_sample_in_every_language(kind: str) -> None:
    for language in LANGUAGES:
        found = sample(kind, language, OURS)
        assert found.subject
        assert found.text
        assert f'<html lang="{language}"' in found.html
