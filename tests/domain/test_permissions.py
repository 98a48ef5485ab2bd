"""Rights, scope, ceiling and the last administrator, as rules without a store."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.domain.permissions import (
    ADMINISTRATOR,
    ADVANCED,
    ALL,
    BASIC,
    BUILT_IN,
    COMPANY_ADMINISTRATOR,
    PERMISSIONS,
    Rights,
    Scope,
    plan_block,
    plan_role,
    plan_unblock,
)

ME = 1


class Somebody(NamedTuple):
    id: int
    status: str = "active"
    role_id: int = 1


def rights(*permissions: str, active: bool = True, companies: tuple[int, ...] = ()) -> Rights:
    return Rights(ME, "me", active, 1, frozenset(permissions), frozenset(companies))


def why(plan: object) -> dict[int, str]:
    return {person.id: reason.id for person, reason in plan.refused}  # type: ignore[attr-defined]


def test_basic_and_advanced_cannot_act_on_people_and_administrators_can_do_all() -> None:
    for name in (BASIC, ADVANCED):
        assert {each.partition(".")[0] for each in BUILT_IN[name]} == {"documents"}
    assert BUILT_IN[BASIC] < BUILT_IN[ADVANCED] < BUILT_IN[ADMINISTRATOR] == ALL
    assert len(ALL) == len(PERMISSIONS)
    assert COMPANY_ADMINISTRATOR < ALL


@pytest.mark.parametrize("permission", sorted(ALL))
def test_a_permission_holds_where_it_was_given(permission: str) -> None:
    assert rights(permission).scope(permission) == Scope(everywhere=True)
    assert not rights(*(ALL - {permission})).scope(permission)
    assert not rights(permission, active=False, companies=(5,)).scope(permission)
    there = rights(companies=(5,)).scope(permission)
    assert bool(there) == (permission in COMPANY_ADMINISTRATOR)
    assert there.covers(5) == bool(there)
    assert not there.covers(6)
    assert not there.covers(None)  # the environment itself


def test_a_scope_everywhere_covers_every_place_and_an_empty_one_none() -> None:
    assert all(Scope(everywhere=True).covers(place) for place in (None, 1, 99))
    assert not any(Scope().covers(place) for place in (None, 1, 99))
    assert not Scope()


SETS = st.frozensets(st.sampled_from(sorted(ALL)))


@given(held=SETS, wanted=SETS)
def test_nobody_hands_on_what_they_do_not_hold(
    held: frozenset[str], wanted: frozenset[str]
) -> None:
    assert rights(*held).beyond(wanted) == wanted - held
    assert rights(*held, active=False).beyond(wanted) == wanted
    # What company administrators may do in one place is not theirs to give everywhere.
    assert rights(*held, companies=(5,)).beyond(wanted) == wanted - held
    plan = plan_role(rights(*held), [Somebody(2)], (9, "Some role", wanted), frozenset())
    assert bool(plan.allowed) == (wanted <= held)
    assert plan_role(rights(*held), [Somebody(2)], (9, BASIC, wanted), frozenset()).allowed


PEOPLE = st.lists(
    st.builds(Somebody, st.integers(1, 6), st.sampled_from(("active", "invited", "blocked"))),
    unique_by=lambda person: person.id,
)


@given(people=PEOPLE, others=st.frozensets(st.integers(1, 6)))
def test_an_administrator_is_always_left(people: list[Somebody], others: frozenset[int]) -> None:
    active = {person.id for person in people if person.status == "active"}
    administrators = frozenset(others & (active | {8}))
    for plan in (
        plan_block(rights(*ALL), people, administrators, {}),
        plan_role(rights(*ALL), people, (9, ADVANCED, frozenset()), administrators),
    ):
        changed = {person.id for person in plan.allowed}
        assert not administrators or administrators - changed
        # Everybody is told of, once.
        assert sorted([*changed, *why(plan)]) == sorted(person.id for person in people)


def test_those_who_cannot_be_blocked_are_left_with_their_reasons() -> None:
    people = [
        Somebody(ME),
        Somebody(2, "blocked"),
        Somebody(3),
        Somebody(4),
        Somebody(5, "invited"),
    ]
    plan = plan_block(rights("can_block"), people, frozenset({3, 4}), {})
    assert why(plan) == {ME: "not_yourself", 2: "blocked_already", 4: "last_administrator"}
    assert [person.id for person in plan.allowed] == [3, 5]


def test_only_the_blocked_can_be_unblocked() -> None:
    plan = plan_unblock([Somebody(1), Somebody(2, "blocked"), Somebody(3, "invited")])
    assert [person.id for person in plan.allowed] == [2]
    assert why(plan) == {1: "not_blocked", 3: "not_blocked"}


def test_nobody_is_given_the_role_they_have() -> None:
    plan = plan_role(rights(*ALL), [Somebody(2, role_id=9)], (9, "Some", frozenset()), frozenset())
    assert why(plan) == {2: "has_role_already"}


def test_the_last_administrator_may_be_given_that_role_again_but_no_other() -> None:
    last = [Somebody(2, role_id=5)]
    assert plan_role(rights(*ALL), last, (3, ADMINISTRATOR, ALL), frozenset({2})).allowed
    assert why(plan_role(rights(*ALL), last, (1, BASIC, frozenset()), frozenset({2}))) == {
        2: "last_administrator"
    }
