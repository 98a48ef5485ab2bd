"""`tui-admin mail`: what mails say, and the operator's own texts in place of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_admin.mail.facts import NEEDED
from tui_admin.mail.templating import NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.deployment import Deployment


def own(tmp_path: Path, name: str, text: str) -> dict[str, Any]:
    file = tmp_path / "texts" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return {"TUI_ADMIN_MAIL__TEMPLATES": str(tmp_path / "texts")}


def test_every_kind_is_listed_with_when_it_goes_out_and_what_it_can_say(
    deployment: Deployment,
) -> None:
    found = deployment.items("mail", "kinds")
    assert [each["kind"] for each in found] == list(NEEDED)
    assert all(each["when"] for each in found)
    assert {"link", "note_lines", "expires_words"} <= set(found[0]["variables"])
    assert "a registration is approved" in deployment.ok("mail", "kinds")


def test_a_preview_is_a_mail_of_made_up_facts(deployment: Deployment) -> None:
    said = deployment.ok("mail", "preview", "invitation", "--language", "nl")
    assert said.startswith("Subject: Anna de Vries nodigt u uit")
    assert "Neem de uitnodiging aan:" in said
    page = deployment.ok("mail", "preview", "invitation", "--html")
    assert page.startswith("<!doctype html>")
    assert deployment.json("mail", "preview", "completed").keys() == {
        *("kind", "language", "subject", "text", "html"),
    }
    assert "Test" in deployment.ok("mail", "preview", "set_password")
    assert deployment.run("mail", "preview", "nonsense").exit_code == 2


def test_ours_are_written_to_begin_from_and_never_over_what_is_there(
    deployment: Deployment, tmp_path: Path
) -> None:
    changed = own(tmp_path, "en/approved.txt.j2", "Yes! {{ link }}")
    folder = tmp_path / "texts"
    found = deployment.json("mail", "templates", str(folder))
    assert len(found["written"]) == len(NAMES)
    assert found["kept"] == ["en/approved.txt.j2"]
    assert (folder / "en/approved.txt.j2").read_text() == "Yes! {{ link }}"
    said = deployment.ok("mail", "preview", "approved", **changed)
    assert said.splitlines()[2].startswith("Yes! https://")
    assert {
        name
        for each in deployment.json("mail", "kinds", **changed)["items"]
        for name in each["replaced"]
    } == set(NAMES)


def test_one_kind_in_one_language_can_be_written_alone(
    deployment: Deployment, tmp_path: Path
) -> None:
    call = ("mail", "templates", str(tmp_path / "one"), "--kind", "invitation", "--language", "nl")
    assert deployment.json(*call)["written"] == [
        "layout.html.j2",
        *(f"nl/invitation.{part}.j2" for part in ("subject", "txt", "html")),
    ]


def test_a_wrong_template_ends_whatever_would_send_it_and_nothing_else(
    deployment: Deployment, tmp_path: Path
) -> None:
    wrong = own(tmp_path, "en/invitation.subject.j2", "Hello\nBcc: eve@evil.example")
    place = f"{tmp_path}/texts/en/invitation.subject.j2:2: "
    result = deployment.run("worker", "--once", **wrong)
    assert (result.exit_code, place in result.stderr) == (2, True)
    result = deployment.run("invite", "-", input="a@acme.example", **wrong)
    assert (result.exit_code, place in result.stderr) == (2, True)
    assert deployment.items("invitations", "list") == []
    assert deployment.run("users", "list", **wrong).exit_code == 0
    told = deployment.run("doctor", **wrong).stdout
    assert f"MEND  templates      {place}" in told


def test_an_invitation_goes_out_in_the_operators_words(
    deployment: Deployment, tmp_path: Path
) -> None:
    texts = own(tmp_path, "en/invitation.subject.j2", "Join {{ environment }}")
    own(tmp_path, "en/invitation.txt.j2", "Our own words: {{ link }}")
    deployment.run("invite", "-", input="a@acme.example", **texts)
    (mail,) = deployment.items("outbox", "list")
    assert mail["subject"] == "Join Test"
    assert "Our own words: https://join.acme.example/invitation/…" in deployment.ok(
        "outbox", "show", str(mail["id"]), **texts
    )
    assert "2 in place of ours" in deployment.run("doctor", **texts).stdout
