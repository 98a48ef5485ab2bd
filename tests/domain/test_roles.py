from __future__ import annotations

import pytest

from tui_admin.domain.errors import NotFound, Refused
from tui_admin.domain.permissions import ALL, Rights
from tui_admin.domain.roles import Difference, Edit, RoleRow, differences, known, why_not_edit

HELPDESK = RoleRow(4, 2, "Helpdesk", False, "Decides", frozenset({"can_view", "can_approve"}), 3)
FOUNDER = Rights(1, "founder", True, 3, ALL)


def test_an_edit_changes_what_it_names_and_leaves_the_rest() -> None:
    edit = Edit(4, grant=frozenset({"can_block"}), withdraw=frozenset({"can_view"}))
    after = edit.applied(HELPDESK)
    assert after.permissions == {"can_approve", "can_block"}
    assert (after.name, after.description) == ("Helpdesk", "Decides")
    assert Edit(4, name="  Desk ", description="").applied(HELPDESK)[2:5] == ("Desk", False, "")


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "De\x1bsk"])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        Edit(4, name=name).applied(HELPDESK)


def test_nobody_puts_into_a_role_what_they_may_not_do_themselves() -> None:
    limited = FOUNDER._replace(environment=frozenset({"can_edit_roles", "can_view"}))
    wider = HELPDESK._replace(permissions=HELPDESK.permissions | {"can_block", "can_view_audit"})
    why = why_not_edit(limited, HELPDESK, wider)
    assert why
    assert (why.id, why.values["permissions"]) == ("role_beyond", "can_block, can_view_audit")
    assert why_not_edit(FOUNDER, HELPDESK, wider) is None
    narrower = HELPDESK._replace(permissions=frozenset())
    assert why_not_edit(limited, HELPDESK, narrower) is None


def test_the_built_in_roles_mean_the_same_everywhere() -> None:
    basic = HELPDESK._replace(builtin=True)
    why = why_not_edit(FOUNDER, basic, basic._replace(name="Simple"))
    assert why
    assert why.id == "role_builtin"


def test_an_edit_that_changes_nothing_says_so() -> None:
    why = why_not_edit(FOUNDER, HELPDESK, Edit(4, grant=frozenset({"can_view"})).applied(HELPDESK))
    assert why
    assert why.id == "role_unchanged"


def test_a_permission_that_there_is_not_is_named() -> None:
    with pytest.raises(NotFound, match="can_fly"):
        known({"can_view", "can_fly"})


def test_what_changed_since_a_role_was_seen_is_told_field_by_field() -> None:
    now = HELPDESK._replace(name="Desk", permissions=frozenset({"can_view", "can_block"}), users=9)
    assert differences(HELPDESK, now) == (
        Difference("name", "Helpdesk", "Desk"),
        Difference("can_approve", "yes", "no"),
        Difference("can_block", "no", "yes"),
    )
    assert differences(HELPDESK, HELPDESK) == ()
