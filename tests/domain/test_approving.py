"""Who may be approved, and what to look at before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.domain.approving import (
    Applicant,
    Personal,
    Promise,
    lost_right,
    warnings,
    why_not_approve,
    why_not_decide,
)
from tui_admin.domain.lifecycle import WAITING
from tui_admin.domain.lists.approvals import APPROVALS
from tui_admin.domain.permissions import ALL, BASIC, BUILT_IN, COMPANY_ADMINISTRATOR, Rights
from tui_admin.i18n import say

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
STATUSES = ("started", "details", WAITING, "approved", "completed", "rejected", "withdrawn")
organisations = st.one_of(st.none(), st.integers(1, 3))
permissions = st.frozensets(st.sampled_from(sorted(ALL)))


def rights(operator_id: int = 9, **more: Any) -> Rights:
    return Rights(operator_id, f"user{operator_id}", **({"active": True, "role_id": 1} | more))


def applicant(**more: Any) -> Applicant:
    given: dict[str, Any] = {
        "user_id": 1,
        "status": WAITING,
        "email": "ann@x.example",
        "invited": "",
        "organisation_id": 1,
        "company": ("Acme", "12345678"),
        "known": "Acme",
        "promise": None,
    }
    return Applicant(**(given | more))


operators = st.builds(
    rights,
    st.integers(1, 3),
    environment=permissions,
    companies=st.frozensets(st.integers(1, 3)),
    active=st.booleans(),
)
promises = st.builds(
    Promise,
    operators,
    organisations,
    st.sampled_from([BASIC, "Advanced user", "Other"]),
    permissions,
)
texts = st.text(max_size=20)
applicants = st.builds(
    Applicant,
    st.integers(1, 3),
    st.sampled_from(STATUSES),
    texts,
    texts,
    organisations,
    st.tuples(texts, texts),
    texts,
    st.one_of(st.none(), promises),
    st.one_of(st.just(("", None)), st.tuples(st.just("eve"), st.just(NOON))),
    st.one_of(st.none(), st.just(NOON)),
    st.booleans(),
    st.booleans(),
)


@given(operators, applicants)
def test_what_is_approved_waited_and_is_somebody_elses_within_the_operators_scope(
    operator: Rights, who: Applicant
) -> None:
    if why_not_approve(operator, who) is None:
        assert who.status == WAITING
        assert who.user_id != operator.operator_id
        assert operator.active
        held = "can_approve" in operator.environment or who.organisation_id in operator.companies
        assert held


@given(operators, applicants)
def test_what_an_approval_gives_its_inviter_may_still_give(
    operator: Rights, who: Applicant
) -> None:
    if who.promise is not None and why_not_approve(operator, who) is None:
        inviter = who.promise.inviter
        assert inviter.active
        everywhere = "can_invite" in inviter.environment
        assert everywhere or who.promise.organisation_id in inviter.companies
        assert who.promise.role == BASIC or who.promise.permissions <= inviter.environment


@given(operators, applicants)
def test_whoever_may_approve_may_reject_and_never_needs_the_inviter(
    operator: Rights, who: Applicant
) -> None:
    if why_not_approve(operator, who) is None:
        assert why_not_decide(operator, who) is None
    held = who._replace(promise=None, blocked=False, archived=False)
    assert (why_not_decide(operator, who) is None) == (why_not_approve(operator, held) is None)


@given(applicants)
def test_every_warning_has_words_and_is_told_once(who: Applicant) -> None:
    found = warnings(who)
    assert len({each.id for each in found}) == len(found)
    for each in found:
        assert not say(each).startswith(each.id)


@pytest.mark.parametrize(
    ("more", "ids"),
    [
        ({}, []),
        ({"known": "ACMÉ"}, []),
        ({"known": "Other BV"}, ["company_differs"]),
        ({"company": ("", ""), "known": "Acme"}, []),
        ({"known": ""}, ["company_unknown"]),
        ({"company": ("", ""), "known": "", "organisation_id": None}, ["no_company"]),
        ({"invited": "Ann@X.example"}, []),
        ({"invited": "bob@x.example"}, ["address_differs"]),
        ({"rejected_at": NOON}, ["rejected_before"]),
        ({"blocked": True}, ["account_blocked"]),
        ({"archived": True}, ["organisation_archived"]),
        ({"invited": "b@x.example", "known": ""}, ["address_differs", "company_unknown"]),
    ],
)
def test_what_to_look_at(more: dict[str, Any], ids: list[str]) -> None:
    assert [each.id for each in warnings(applicant(**more))] == ids


def promise(role: str = BASIC, organisation_id: int | None = 1, **more: Any) -> Promise:
    return Promise(rights(5, **more), organisation_id, role, BUILT_IN[role])


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (promise(environment=frozenset({"can_invite"})), ""),
        (promise(companies=frozenset({1})), ""),
        (promise(companies=frozenset({2})), "inviter_lost_right"),
        (promise(organisation_id=None, companies=frozenset({1})), "inviter_lost_right"),
        (promise(environment=ALL, active=False), "inviter_not_active"),
        (promise(), "inviter_lost_right"),
        (promise("Advanced user", environment=ALL), ""),
        (promise("Advanced user", environment=COMPANY_ADMINISTRATOR), "inviter_lost_right"),
        (promise("Advanced user", companies=frozenset({1})), "inviter_lost_right"),
    ],
)
def test_an_invitation_is_held_once_its_inviter_lost_what_it_takes(
    given: Promise, reason: str
) -> None:
    found = lost_right(given)
    assert (found.id if found else "") == reason


def test_a_decision_is_told_with_who_and_when() -> None:
    done = applicant(status="rejected", decided=("eve", NOON))
    found = why_not_decide(rights(environment=ALL), done)
    assert found
    assert say(found) == "eve decided already, on 2 Mar 2026 at 12:00 UTC: rejected."
    left = why_not_decide(rights(environment=ALL), applicant(status="withdrawn"))
    assert left
    assert left.id == "registration_is"


def test_the_queue_opens_with_who_has_waited_longest() -> None:
    assert APPROVALS.sort == ("submitted_at", False)


ME = Personal("Anna de Wit", "1990-01-31", "+31612345678")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (ME, True),
        (Personal("ANNA DE WIT", "1990-01-31", ""), True),
        (Personal("Anna de Wit", "", "+31612345678"), True),
        (Personal("Anna de Wit", "1991-01-31", ""), False),
        (Personal("Anna de Wit"), False),
        (Personal("Piet de Wit", "1990-01-31", "+31612345678"), False),
        (Personal(), False),
    ],
)
def test_nobody_lets_themselves_in_by_their_own_invitation(other: Personal, same: bool) -> None:
    me = rights(9, environment=ALL)
    promise = Promise(me, 1, BASIC, frozenset())
    mine = applicant(promise=promise, person=other, inviter=ME)
    why = why_not_decide(me, mine)
    assert (why.id if why else "") == ("own_second_account" if same else "")
    assert why_not_decide(rights(8, environment=ALL), mine) is None
