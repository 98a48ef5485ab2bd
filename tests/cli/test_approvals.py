from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from tests.support.applicants import KVK, account, applicant, organisation_id
from tests.support.company import ACME, Company
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.cli.deployment import Deployment

KEYS = {"id", "email", "display_name", "organisation", "product", "submitted_at", "warnings"}


async def _furnish(company: Company) -> None:
    await company.add_product("documents")
    acme = await organisation_id(company, ACME)
    await applicant(company, "zoe", organisation_id=acme, product_id=1)
    company.clock.move(hours=1)
    await applicant(company, "ann", company_name="=Nova", company_number=KVK)
    company.clock.move(hours=1)
    await applicant(company, "bob")
    await company.execute(
        insert(schema.digital_identity).values(
            user_id=select(schema.user.c.id)
            .where(schema.user.c.username == "zoe")
            .scalar_subquery(),
            given_names="Zoë",
            family_name="de Wit",
            date_of_birth="1990-01-31",
            phone="+31 6 12345678",
            created_at=company.clock(),
            updated_at=company.clock(),
        )
    )
    await company.add_role("Viewer", "can_view")
    await company.add("vera", "Viewer")
    await account(company, "asleep", status="invited")


@pytest.fixture
def queue(deployment: Deployment) -> Deployment:
    """Give a deployment in which zoe, ann and bob wait, in this order."""

    async def furnish() -> None:
        async with Company.at(f"sqlite:///{deployment.store}") as company:
            await _furnish(company)

    asyncio.run(furnish())
    return deployment


def waiting(queue: Deployment) -> dict[str, int]:
    return {each["email"].partition("@")[0]: each["id"] for each in approvals(queue)}


def approvals(queue: Deployment, *options: str) -> list[dict[str, Any]]:
    return queue.items("approvals", "list", *options)


def test_the_longest_waiting_come_first_with_what_to_look_at(queue: Deployment) -> None:
    found = approvals(queue)
    assert [each["email"] for each in found] == ["zoe@x.example", "ann@x.example", "bob@x.example"]
    assert all(each.keys() >= KEYS for each in found)
    zoe, ann, bob = found
    assert (zoe["organisation"], zoe["product"], zoe["warnings"]) == (ACME, "documents", [])
    assert zoe["submitted_at"] == "2026-03-02T09:00:00Z"
    assert ann["warnings"] == [f"A company that is not known yet: =Nova, {KVK}."]
    assert bob["warnings"] == ["No company was given."]
    told = queue.ok("approvals", "list")
    assert "No company was given." in told
    assert [each["email"] for each in approvals(queue, "--organisation", "acme")] == [zoe["email"]]
    assert len(approvals(queue, "--limit", "2")) == 2


def test_everything_on_one_registration_is_shown(queue: Deployment) -> None:
    number = str(waiting(queue)["zoe"])
    seen = queue.json("approvals", "show", number)
    assert seen.keys() >= KEYS
    assert (seen["given_names"], seen["family_name"]) == ("Zoë", "de Wit")
    assert (seen["known_company"], seen["status"]) == (ACME, "awaiting_approval")
    told = queue.ok("approvals", "show", number)
    assert "Zoë de Wit" in told
    assert "1990-01-31" in told
    assert "no registration 999" in queue.run("approvals", "show", "999").stderr


def test_who_is_approved_leaves_the_queue_and_is_told(queue: Deployment) -> None:
    ids = waiting(queue)
    done = queue.json("approvals", "approve", str(ids["zoe"]), str(ids["ann"]))
    assert [each["label"] for each in done["done"]] == ["zoe@x.example", "ann@x.example"]
    assert done["skipped"] == []
    assert waiting(queue).keys() == {"bob"}
    mails = queue.items("outbox", "list")
    assert {(each["to"], each["kind"]) for each in mails} == {
        ("zoe@x.example", "approved"),
        ("ann@x.example", "approved"),
    }
    assert queue.json("users", "show", "zoe")["organisations"] == [ACME]
    assert queue.json("users", "show", "ann")["organisations"] == ["=Nova"]
    assert "registration.approve" in [each["action"] for each in queue.items("audit", "list")]
    queue.ok("audit", "verify")


def test_a_second_decision_is_skipped_with_who_and_what(queue: Deployment) -> None:
    number = str(waiting(queue)["zoe"])
    queue.ok("approvals", "approve", number)
    late = queue.json("approvals", "reject", number, "--reason", "no", code=1)
    assert late["done"] == []
    [skipped] = late["skipped"]
    assert skipped["reason"] == "decided_already"
    assert re.fullmatch(r"founder decided already, on .* UTC: approved\.", skipped["detail"])


def test_one_that_nobody_knows_is_skipped_and_the_others_go_on(queue: Deployment) -> None:
    number = str(waiting(queue)["bob"])
    result = queue.run("approvals", "approve", number, "999")
    assert result.exit_code == 1
    assert "done     bob@x.example" in result.stdout
    assert "skipped  #999" in result.stdout


def test_a_rejection_needs_a_reason(queue: Deployment) -> None:
    number = str(waiting(queue)["ann"])
    assert queue.run("approvals", "reject", number).exit_code == 2
    assert queue.run("approvals", "reject", number, "--reason", " ").exit_code == 1
    assert queue.run("approvals", "reject", number, "--reason", "a\x1bb").exit_code == 1
    queue.ok("approvals", "reject", number, "--reason", "Number of another company")
    [mail] = queue.items("outbox", "list")
    assert (mail["to"], mail["kind"]) == ("ann@x.example", "rejected")
    assert "ann" not in waiting(queue)


def test_a_query_needs_yes(queue: Deployment) -> None:
    assert queue.run("approvals", "approve", "--where", "org:acme").exit_code == 2
    done = queue.json("approvals", "approve", "--where", "org:acme", "--yes")
    assert [each["label"] for each in done["done"]] == ["zoe@x.example"]


@pytest.mark.parametrize(
    "line",
    [
        ("approvals", "list"),
        ("approvals", "show", "1"),
        ("approvals", "approve", "1"),
        ("approvals", "reject", "1", "--reason", "no"),
        ("export", "approvals"),
    ],
)
def test_who_may_not_approve_is_told_so(queue: Deployment, line: tuple[str, ...]) -> None:
    result = queue.run(*line, "--as", "vera")
    assert result.exit_code == 3, result.output
    assert "Approve or reject registrations" in result.stderr
    assert waiting(queue).keys() == {"zoe", "ann", "bob"}


def test_the_queue_is_exported_in_every_form(queue: Deployment) -> None:
    rows = list(csv.DictReader(io.StringIO(queue.ok("export", "approvals"))))
    assert [row["email"] for row in rows] == ["zoe@x.example", "ann@x.example", "bob@x.example"]
    assert rows[0].keys() >= KEYS
    assert (rows[0]["warnings"], rows[2]["warnings"]) == ("", "No company was given.")
    assert rows[1]["organisation"] == "'=Nova"
    lines = queue.ok("export", "approvals", "--format", "jsonl").splitlines()
    assert [json.loads(line)["warnings"] for line in lines][2] == ["No company was given."]
    whole = json.loads(queue.ok("export", "approvals", "--format", "json"))
    assert whole["total"] == 3


# A person's way


def test_a_user_is_shown_with_registrations_and_details(queue: Deployment) -> None:
    queue.ok("approvals", "reject", str(waiting(queue)["zoe"]), "--reason", "Twice")
    zoe = queue.json("users", "show", "zoe")
    [registration] = zoe["registrations"]
    assert registration["product"] == "documents"
    assert registration["organisation"] == ACME
    assert registration["status"] == "rejected"
    assert registration["submitted_at"] == "2026-03-02T09:00:00Z"
    assert registration["reason"] == "Twice"
    assert zoe["identity"]["family_name"] == "de Wit"
    told = queue.ok("users", "show", "zoe")
    assert "Zoë de Wit (supplied)" in told
    assert "rejected" in told


def test_personal_details_are_for_those_who_decide_by_them(queue: Deployment) -> None:
    assert queue.json("users", "show", "zoe", "--as", "vera")["identity"] is None
    assert queue.json("users", "show", "zoe", "--as", "zoe")["identity"]["given_names"] == "Zoë"


def test_a_link_for_a_password_is_mailed_and_shown_to_nobody(queue: Deployment) -> None:
    done = queue.json("users", "password-link", "zoe", "asleep", code=1)
    assert [each["label"] for each in done["done"]] == ["zoe@x.example"]
    assert [each["reason"] for each in done["skipped"]] == ["password_link_not_active"]
    [mail] = queue.items("outbox", "list")
    assert (mail["to"], mail["kind"]) == ("zoe@x.example", "set_password")
    for line in (("audit", "list"), ("outbox", "list"), ("users", "show", "zoe")):
        assert "/password/" not in queue.ok(*line, "--json")
    assert queue.run("users", "password-link", "zoe", "--as", "vera").exit_code == 3


def test_people_are_asked_put_off_and_vouched_for(queue: Deployment) -> None:
    ids = {each["email"]: str(each["id"]) for each in queue.items("approvals", "list")}
    zoe, bob = ids["zoe@x.example"], ids["bob@x.example"]
    queue.ok("approvals", "validate", zoe)
    assert queue.json("approvals", "show", zoe)["identity_status"] == "validated"
    queue.ok("approvals", "snooze", zoe, "--for", "2d")
    put_off = queue.items("approvals", "list", "--where", "is:snoozed")
    assert [each["email"] for each in put_off] == ["zoe@x.example"]
    assert put_off[0]["snoozed_until"]
    queue.ok("approvals", "wake", zoe)
    assert queue.items("approvals", "list", "--where", "is:snoozed") == []
    queue.ok("approvals", "ask", bob, "--text", "Which company?")
    asked = queue.json("approvals", "show", bob)["asked"]
    assert (asked["by"], asked["text"], asked["answered_at"]) == ("founder", "Which company?", None)
    assert queue.run("approvals", "ask", bob, "--text", "Again?").exit_code == 1
    assert queue.run("approvals", "snooze", zoe, "--for", "soon").exit_code == 1
