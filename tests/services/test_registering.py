"""Registering on somebody's behalf: who they are, or account, person and product at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.support.applicants import members, waiting
from tests.support.company import ACME
from tests.support.faults import dump
from tui_admin.domain.errors import Denied, Invalid, Refused, Stale
from tui_admin.services.enlisting import Enlistment
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company

MARIE = {
    "given_names": "Marie",
    "family_name": "Curie",
    "date_of_birth": "31-01-1990",
    "phone": "020 123 4567",
}
JAN = Enlistment(
    "jan@x.example",
    "Jan",
    "Jansen",
    "1990-01-31",
    organisation=ACME,
    product="documents",
    no_coupon=True,
)


async def rows(company: Company, table: Any) -> list[Any]:
    return list(await company.execute(select(table)))


async def test_details_are_kept_from_step_to_step_and_then_registered(company: Company) -> None:
    await company.add("marie")
    desk = company.desk.registering
    missing = await desk.keep("marie", {"given_names": "Marie"})
    assert missing.keys() == {"family_name", "date_of_birth"}
    found = await desk.details("marie")
    assert found.drafted
    assert (found.answers["given_names"], found.status, found.version) == ("Marie", "", 0)
    with pytest.raises(Invalid) as caught:
        await desk.register(found.id, found.answers, found.version)
    assert caught.value.reasons.keys() == {"family_name", "date_of_birth"}
    assert await desk.keep("marie", MARIE) == {}
    done = await desk.register("marie", MARIE, found.version)
    found = await desk.details("marie")
    assert not found.drafted
    assert (found.answers["date_of_birth"], found.status) == ("1990-01-31", "registered")
    assert (await company.user("marie")).display_name == "Marie Curie"
    assert "1990-01-31" not in str((await dump(company.hub._store))["audit_event"])
    assert (await company.desk.audit.verify()).bad is None
    assert done.undo is not None
    await company.desk.undo(done.undo)
    assert await rows(company, schema.digital_identity) == []
    assert (await company.user("marie")).display_name == ""


async def test_a_draft_is_the_operators_own(small: Company) -> None:
    other = await small.add("admin", "Administrator")
    await small.add("marie")
    await small.desk.registering.keep("marie", MARIE)
    assert not (await other.registering.details("marie")).drafted


async def test_whoever_comes_second_is_told_and_overwrites_nothing(small: Company) -> None:
    await small.add("marie")
    seen = await small.desk.registering.details("marie")
    await small.desk.registering.register("marie", MARIE, seen.version)
    with pytest.raises(Stale, match="moved_on"):
        await small.desk.registering.register("marie", MARIE | {"phone": ""}, seen.version)
    again = await small.desk.registering.register("marie", MARIE)
    assert [row.reason.id for row in again.skipped if row.reason] == ["people_same"]
    changed = await small.desk.registering.register("marie", MARIE | {"phone": ""})
    assert changed.done
    assert changed.undo is None


async def test_nobody_vouches_for_themselves_or_for_those_above(small: Company) -> None:
    await small.add_role("Clerk", "can_view", "can_register_identity")
    clerk = await small.add("clark", "Clerk")
    await small.add("marie")
    with pytest.raises(Refused, match="not_yourself"):
        await clerk.registering.register("clark", MARIE)
    with pytest.raises(Refused, match="stands_above"):
        await clerk.registering.register("founder", MARIE)
    assert (await clerk.registering.register("marie", MARIE)).done


async def test_everything_at_once_is_complete_where_the_operator_may_approve(
    company: Company,
) -> None:
    await company.add_product("documents")
    done = await company.desk.registering.enlist(JAN)
    (row,) = await rows(company, schema.registration)
    assert (row.status, row.decided_by, row.submitted_at) == ("completed", 1, company.clock())
    assert await members(company, ACME) == {
        "founder": ("administrator", True),
        "jan": ("member", False),
    }
    (identity,) = await rows(company, schema.digital_identity)
    assert (identity.family_name, identity.status) == ("Jansen", "registered")
    person = await company.user("jan")
    assert (person.display_name, person.status) == ("Jan Jansen", "active")
    assert {each.kind for each in await company.mails()} == {"set_password", "completed"}
    assert not await company.hub.outgoing.claim("w")
    assert done.undo is not None
    await company.desk.undo(done.undo)
    for table in (schema.registration, schema.digital_identity):
        assert await rows(company, table) == []
    assert await members(company, ACME) == {"founder": ("administrator", True)}
    assert [each.username for each in await company.users()] == ["founder"]
    assert {each.status for each in await company.mails()} == {"cancelled"}
    assert (await company.desk.audit.verify()).bad is None


async def test_it_waits_for_approval_where_the_operator_may_not(company: Company) -> None:
    await company.add_product("documents")
    await company.add_role(
        "Clerk", "can_view", "can_register_identity", "can_add_user", "documents.view"
    )
    clerk = await company.add("clark", "Clerk")
    done = await clerk.registering.enlist(JAN)
    assert [row.email for row in await waiting(company.desk)] == ["jan@x.example"]
    assert "approval_asked" in {each.kind for each in await company.mails()}
    assert done.undo is not None
    await clerk.undo(done.undo)
    assert await waiting(company.desk) == []


async def test_every_field_that_is_not_right_is_told_at_once(small: Company) -> None:
    await small.add_product("documents")
    wrong = Enlistment(
        "founder@acme.example",
        username="Not One",
        date_of_birth="2020-01-01",
        organisation="Nobody BV",
        product="documents",
    )
    reasons = await small.desk.registering.check(wrong)
    assert {field: reason.id for field, reason in reasons.items()} == {
        "email": "email_taken",
        "username": "username_form",
        "given_names": "text_missing",
        "family_name": "text_missing",
        "date_of_birth": "date_too_young",
        "organisation": "organisation_unknown",
    }
    with pytest.raises(Invalid) as caught:
        await small.desk.registering.enlist(wrong)
    assert caught.value.reasons == reasons
    reasons = await small.desk.registering.check(JAN._replace(no_coupon=False, role="Nobody"))
    assert reasons.keys() == {"role"}
    reasons = await small.desk.registering.check(JAN._replace(no_coupon=False))
    assert reasons.keys() == {"coupon"}
    assert await small.desk.registering.check(JAN) == {}


async def test_registering_all_at_once_needs_both_rights(small: Company) -> None:
    await small.add_role("Half", "can_view", "can_register_identity")
    half = await small.add("hal", "Half")
    with pytest.raises(Denied, match="can_add_user"):
        await half.registering.enlist(JAN)
    with pytest.raises(Denied, match="can_add_user"):
        await half.registering.check(JAN)
