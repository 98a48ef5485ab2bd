"""Reasons for what somebody can or cannot do."""

from __future__ import annotations

from typing import Any

import pytest

from tui_admin.domain.permissions import ADMINISTRATOR, ALL, BASIC, BUILT_IN
from tui_admin.domain.why import Place, Standing, Where, ceiling, why

ACME, OTHER = Where(1, "Acme"), Where(2, "Other")
MEMBER = Place(1, "Acme", "member", False)
OFFICE = Place(1, "Acme", "administrator", True)


def basic(*places: Place, **more: Any) -> Standing:
    standing = Standing("Ada", "active", "", BASIC, BUILT_IN[BASIC], places)
    return standing._replace(**more)


@pytest.mark.parametrize(
    ("standing", "permission", "where", "can", "first"),
    [
        (basic(permissions=ALL), "can_invite", None, True, "why_role_gives"),
        (basic(permissions=ALL), "can_invite", OTHER, True, "why_role_gives"),
        (basic(permissions=ALL, status="blocked"), "can_invite", None, False, "why_blocked"),
        (basic(status="invited"), "documents.view", None, False, "why_not_accepted"),
        (basic(), "can_invite", None, False, "why_role_lacks"),
        (basic(OFFICE), "can_invite", None, True, "why_office_gives"),
        (basic(OFFICE), "can_invite", ACME, True, "why_office_gives"),
        (basic(OFFICE), "can_invite", OTHER, False, "why_role_lacks"),
        (basic(OFFICE), "can_block", ACME, False, "why_role_lacks"),
        (basic(), "documents.view", None, False, "why_no_place"),
        (basic(MEMBER), "documents.view", OTHER, False, "why_no_place_there"),
        (basic(MEMBER), "documents.view", ACME, True, "why_role_gives"),
    ],
)
def test_the_deciding_reason_stands_first(
    standing: Standing, permission: str, where: Where | None, can: bool, first: str
) -> None:
    answer = why(standing, permission, where)
    assert (answer.can, answer.reasons[0].id) == (can, first)


@pytest.mark.parametrize(
    ("standing", "permission", "where", "told"),
    [
        (basic(OFFICE), "can_invite", OTHER, "why_office_elsewhere"),
        (basic(MEMBER), "can_invite", ACME, "why_member_only"),
        (basic(), "can_invite", ACME, "why_no_member"),
        (basic(), "can_invite", None, "why_no_office"),
        (basic(OFFICE), "can_block", ACME, "why_office_never"),
    ],
)
def test_a_no_also_says_what_is_missing_beside_the_role(
    standing: Standing, permission: str, where: Where | None, told: str
) -> None:
    assert told in [each.id for each in why(standing, permission, where).reasons]


def test_a_no_says_whether_the_one_who_asks_could_mend_it() -> None:
    answer = why(basic(), "can_invite")
    mine = ceiling(answer, "can_invite", ALL, [ADMINISTRATOR, "Helpdesk"])
    assert mine.reasons[-1].values == {"roles": "Administrator, Helpdesk"}
    theirs = ceiling(answer, "can_invite", frozenset(), [ADMINISTRATOR])
    assert theirs.reasons[-1].id == "why_ceiling"
    blocked = why(basic(status="blocked"), "can_invite")
    assert ceiling(blocked, "can_invite", ALL, []) == blocked
