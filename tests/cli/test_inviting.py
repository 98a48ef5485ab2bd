from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.smtp import SmtpServer

if TYPE_CHECKING:
    from tests.cli.deployment import Deployment

KEYS = {
    *("id", "email", "status", "organisation", "product", "coupon", "role", "invited_by"),
    *("created_at", "sent_at", "expires_at", "batch"),
}
ACME = ("--organisation", "Acme Nederland BV")


def test_every_address_gets_a_verdict_and_the_good_ones_a_mail(deployment: Deployment) -> None:
    pasted = "Jan Jansen <jan@firm.example>; piet@firm.example\njan@firm.example\nnot.an.address@\n"
    sent = deployment.json("invite", *ACME, "-", input=pasted, code=1)
    assert (sent["sent"], type(sent["batch"])) == (2, int)
    assert [each["verdict"] for each in sent["items"]] == ["ok", "ok", "duplicate", "invalid"]
    for each in sent["items"]:
        assert each.keys() >= {"line", "input", "email", "name", "username", "verdict", "detail"}
        assert isinstance(each["detail"], str)
    assert sent["items"][0]["name"] == "Jan Jansen"
    found = deployment.items("invitations", "list", "--batch", str(sent["batch"]))
    assert {each["email"] for each in found} == {"jan@firm.example", "piet@firm.example"}
    assert found[0].keys() >= KEYS
    assert found[0]["organisation"] == "Acme Nederland BV"
    assert {each["to"] for each in deployment.items("outbox", "list")} == {
        "jan@firm.example",
        "piet@firm.example",
    }


def test_a_dry_run_changes_nothing(deployment: Deployment) -> None:
    tried = deployment.json("invite", "--dry-run", "-", input="jan@firm.example")
    assert (tried["sent"], tried["batch"]) == (0, None)
    assert tried["items"][0]["verdict"] == "ok"
    assert deployment.items("invitations", "list") == []


def test_with_one_over_the_limit_nothing_is_sent(deployment: Deployment) -> None:
    pasted = "\n".join(f"u{number}@firm.example" for number in range(251))
    refused = deployment.json("invite", "-", input=pasted, code=1)
    assert (refused["sent"], refused["batch"]) == (0, None)
    assert [each["verdict"] for each in refused["items"]].count("over_limit") == 1
    assert len(refused["items"]) == 251
    assert deployment.items("invitations", "list") == []


def test_inviting_again_is_told_and_not_done(deployment: Deployment) -> None:
    deployment.invite("jan@firm.example")
    again = deployment.json("invite", "-", input="jan@firm.example", code=1)
    assert (again["sent"], again["items"][0]["verdict"]) == (0, "already_invited")
    assert again["items"][0]["detail"]


def test_a_file_in_any_encoding_is_read(deployment: Deployment) -> None:
    file = deployment.folder / "people.csv"
    file.write_bytes("naam;e-mailadres\r\nJosé;jose@firm.example\r\n".encode("cp1252"))
    (item,) = deployment.json("invite", str(file))["items"]
    assert (item["email"], item["name"], item["line"]) == ("jose@firm.example", "José", 2)


def test_plain_output_has_a_line_for_each_and_a_summary(deployment: Deployment) -> None:
    result = deployment.run("invite", "-", input="jan@firm.example\nnope@\n")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    assert "1 ok, 1 invalid; 1 sent" in result.stderr


def test_no_address_is_said(deployment: Deployment) -> None:
    result = deployment.run("invite", "-", input="")
    assert result.exit_code == 1
    assert "No address was found" in result.stderr


def test_more_than_a_file_holds_is_refused_clearly(deployment: Deployment) -> None:
    result = deployment.run("invite", "-", input="x" * (16 * 1_048_576 + 1))
    assert result.exit_code == 2
    assert "16 MB" in result.stderr


def test_hostile_rows_are_refused_alone_and_shown_escaped(deployment: Deployment) -> None:
    rows = [
        "jan@firm.example",
        "a" * 10_000_000 + "@firm.example",
        "a\x1b[31mb@firm.example",
        "nul\x00@firm.example",
        "\u202egro.elpmaxe@firm.example",
        "bcc%0d%0aBcc: evil@x.example <piet@firm.example>",
        "kees@firm.example",
    ]
    file = deployment.folder / "hostile.txt"
    file.write_text("\n".join(rows), newline="")
    sent = deployment.json("invite", str(file), code=1)
    found = {each["line"]: each for each in sent["items"]}
    assert [found[line]["verdict"] for line in (1, 2, 3, 4, 5, 7)] == [
        *("ok", "invalid", "invalid", "invalid", "invalid", "ok")
    ]
    assert "10,000,013" in found[2]["detail"] or "10000013" in found[2]["detail"]
    assert all(len(each["input"]) <= 200 for each in sent["items"])
    assert all(each["input"].isprintable() for each in sent["items"])
    assert {"jan@firm.example", "kees@firm.example"} <= {
        each["to"] for each in deployment.items("outbox", "list")
    }


def test_a_warning_is_told_and_refuses_nobody(deployment: Deployment) -> None:
    sent = deployment.json("invite", "-", input="jan@gmial.com\npiet@firm.example")
    assert sent["sent"] == 2
    first, second = sent["items"]
    assert (first["verdict"], first["suggestion"]) == ("ok", "jan@gmail.com")
    assert "gmail.com" in first["warning"]
    assert (second["warning"], second["suggestion"]) == ("", "")
    plain = deployment.run("invite", "--dry-run", "-", input="kees@gmial.com")
    assert "warning: Probably gmail.com was meant." in plain.stdout


def test_a_whole_batch_is_taken_back_before_its_mails_go(deployment: Deployment) -> None:
    both = "jan@firm.example piet@firm.example"
    sent = deployment.json("invite", "-", input=both, TUI_ADMIN_INVITATIONS__UNDO_SECONDS="600")
    done = deployment.json("invitations", "take-back", str(sent["batch"]))
    assert len(done["done"]) == 2
    assert {each["status"] for each in deployment.items("invitations", "list")} == {"undone"}
    assert {each["status"] for each in deployment.items("outbox", "list")} == {"cancelled"}
    assert deployment.run("invitations", "take-back", str(sent["batch"])).exit_code == 1
    assert deployment.run("invitations", "take-back", "99").exit_code == 1


def test_the_language_and_a_note_go_into_the_mail(deployment: Deployment) -> None:
    options = ("--language", "nl", "--note", "Tot maandag!")
    deployment.ok("invite", *options, "-", input="jan@firm.example")
    (mail,) = deployment.items("outbox", "list")
    assert "nodigt u uit" in mail["subject"]
    assert deployment.run("invite", "--language", "xx", "-", input="a@b.example").exit_code == 2
    long = ("--note", "x" * 501)
    assert deployment.run("invite", *long, "-", input="piet@firm.example").exit_code == 1


@pytest.mark.parametrize(
    "options",
    [
        ("--product", "p"),
        ("--product", "p", "--coupon", "c", "--no-coupon"),
        ("--coupon", "c"),
        ("--authorisations", "a"),
    ],
)
def test_an_offer_that_contradicts_itself_is_a_usage_error(
    deployment: Deployment, options: tuple[str, ...]
) -> None:
    assert deployment.run("invite", *options, "-", input="a@firm.example").exit_code == 2


@pytest.mark.parametrize(
    "options", [("--organisation", "Nowhere"), ("--product", "p", "--no-coupon"), ("--role", "r")]
)
def test_an_offer_of_what_is_not_there_is_refused(
    deployment: Deployment, options: tuple[str, ...]
) -> None:
    result = deployment.run("invite", *options, "-", input="a@firm.example")
    assert result.exit_code == 1, result.output
    assert result.stderr


def test_invitations_are_resent_and_revoked_by_number(deployment: Deployment) -> None:
    deployment.invite("jan@firm.example", "piet@firm.example")
    with SmtpServer() as server:
        deployment.configure(port=server.port)
        deployment.ok("worker", "--once")
    first, second = (each["id"] for each in deployment.items("invitations", "list"))
    done = deployment.json("invitations", "revoke", str(first), "999999", code=1)
    assert [each["id"] for each in done["done"]] == [first]
    assert [each["id"] for each in done["skipped"]] == [999999]
    (revoked,) = deployment.items("invitations", "list", "--status", "revoked")
    assert revoked["id"] == first
    assert deployment.json("invitations", "resend", str(second))["done"][0]["id"] == second
    assert deployment.json("invitations", "resend", str(first), code=1)["done"] == []


def test_a_query_revokes_all_that_match_with_yes(deployment: Deployment) -> None:
    deployment.invite("jan@firm.example", "piet@other.example")
    assert deployment.run("invitations", "revoke", "--where", "firm").exit_code == 2
    done = deployment.json("invitations", "revoke", "--where", "firm", "--yes")
    assert [each["label"] for each in done["done"]] == ["jan@firm.example"]


def test_filters_of_the_list(deployment: Deployment) -> None:
    deployment.invite("jan@firm.example", options=ACME)
    deployment.invite("piet@firm.example")
    (found,) = deployment.items("invitations", "list", "--organisation", "Acme")
    assert found["email"] == "jan@firm.example"
    assert deployment.items("invitations", "list", "--status", "expired") == []
    assert len(deployment.items("invitations", "list", "--where", "status:queued,sent")) == 2


def test_those_without_the_right_cannot_invite(deployment: Deployment) -> None:
    deployment.ok("users", "add", "anna@acme.example")
    result = deployment.run("invite", "--as", "anna", "-", input="jan@firm.example")
    assert result.exit_code == 3
    assert deployment.items("invitations", "list") == []


def test_a_mail_is_dropped_and_queued_again(deployment: Deployment) -> None:
    deployment.invite("jan@firm.example")
    (mail,) = deployment.items("outbox", "list")
    assert mail.keys() >= {
        *("id", "to", "subject", "kind", "status", "attempts", "next_attempt_at"),
        *("last_error", "message_id"),
    }
    number = str(mail["id"])
    assert deployment.json("outbox", "drop", number)["done"][0]["id"] == mail["id"]
    assert deployment.items("outbox", "list", "--status", "cancelled")[0]["id"] == mail["id"]
    assert deployment.run("outbox", "retry").exit_code == 2
    assert deployment.run("outbox", "retry", number, "--failed").exit_code == 2
    assert deployment.json("outbox", "retry", "--failed")["done"] == []


def test_a_link_is_made_to_hand_over(deployment: Deployment) -> None:
    deployment.invite("jan@firm.example")
    (invitation,) = deployment.items("invitations", "list")
    number = str(invitation["id"])
    (made,) = deployment.json("invitations", "link", number)["items"]
    assert made["url"].startswith("https://join.acme.example/invitation/")
    assert made["email"] == "jan@firm.example"
    again = deployment.ok("invitations", "link", number)
    assert again.startswith("https://join.acme.example/invitation/")
    assert again.strip() != made["url"]
    assert deployment.run("invitations", "link", "999").exit_code == 1


def test_a_mail_is_shown_without_its_link(deployment: Deployment) -> None:
    deployment.invite("jan@firm.example")
    number = str(deployment.items("outbox", "list")[0]["id"])
    with SmtpServer() as server:
        deployment.configure(port=server.port)
        deployment.ok("worker", "--once")
        token = server.mails[0].data.decode().replace("=\r\n", "").split("/invitation/")[1][:43]
    shown = deployment.json("outbox", "show", number)
    assert shown["to"] == "jan@firm.example"
    assert "invites you" in shown["text"]
    for written in (shown["text"], deployment.ok("outbox", "show", number)):
        assert token not in written
    assert deployment.run("outbox", "show", "999").exit_code == 1


def test_what_would_be_done_is_said_and_not_done(deployment: Deployment) -> None:
    deployment.invite("jan@firm.example")
    (before,) = deployment.items("invitations", "list")
    where = ("--where", "by:me", "--dry-run")
    assert deployment.json("invitations", "revoke", *where)["done"] == [
        {"id": before["id"], "label": "jan@firm.example"}
    ]
    for act in (("resend",), ("retry",), ("expiry", "--until", "30d"), ("link",)):
        tried = deployment.json("invitations", *act, *where, code=0 if act[0] in BOTH else 1)
        assert len(tried["done"]) + len(tried["skipped"]) == 1
    assert deployment.items("invitations", "list") == [before]
    assert deployment.run("invitations", "revoke", "--where", "by:me").exit_code == 2


BOTH = ("expiry", "link")
"""What can be done while the mail still waits."""


def test_another_expiry_is_a_date_or_a_length_of_time(deployment: Deployment) -> None:
    deployment.invite("jan@firm.example")
    (before,) = deployment.items("invitations", "list")
    number = str(before["id"])
    deployment.json("invitations", "expiry", number, "--until", "60d")
    (after,) = deployment.items("invitations", "list")
    assert after["expires_at"] > before["expires_at"]
    for wrong in ("tomorrow", "2001-01-31", "9999d"):
        refused = deployment.run("invitations", "expiry", number, "--until", wrong)
        assert refused.exit_code == 2
    assert deployment.items("invitations", "list") == [after]
