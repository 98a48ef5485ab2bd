"""What stands beside a name in the queue, as pure text; and when a press counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tui_admin.domain.errors import because
from tui_admin.domain.lists.approvals import ApprovalRow
from tui_admin.services.candidates import Candidate, Earlier
from tui_admin.tui.approving import AGAIN, SHIFTED, Haste
from tui_admin.tui.details.candidate import (
    born,
    candidate_details,
    decision_words,
    glimpse,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROW = ApprovalRow(
    7, 1, "anna@x.example", "Anna Smit", "Acme BV", "signing", NOW - timedelta(days=3), (), 9
)


def candidate(row: ApprovalRow = ROW, **more: Any) -> Candidate:
    known = Candidate(
        row=row,
        status="awaiting_approval",
        given_names="Anna",
        family_name="Smit",
        date_of_birth="1990-03-03",
        phone="+31 6 00000001",
        identity_status="supplied",
        company_name="Acme BV",
        company_number="12345678",
        known_company="Acme BV",
        invited_by="founder",
        invited_email="anna@x.example",
        invited_at=NOW - timedelta(days=5),
        promised_role="Basic user",
        coupon="WELCOME10",
        role="Basic user",
        memberships=(),
        earlier=(),
        others=(),
        decided_by="",
        decided_at=None,
    )
    return known._replace(**more)


def said(**more: Any) -> str:
    return candidate_details(candidate(**more), NOW).plain


def test_everything_known_is_there_and_nothing_to_look_at() -> None:
    text = said()
    for part in ("Anna Smit", "anna@x.example", "3 d ago", "signing", "WELCOME10", "+31 6"):
        assert part in text
    assert "1990-03-03 · 35 years" in text
    assert "✓ Acme BV" in text
    assert "Invited by    founder" in text
    assert "!" not in text


def test_an_address_that_was_not_invited_is_said_in_words() -> None:
    text = said(invited_email="boss@x.example")
    assert "differs from the invited address" in text
    assert "boss@x.example" in text


def test_warnings_stand_before_everything_but_the_wish() -> None:
    warned = ROW._replace(warnings=(because("no_company"),))
    text = said(row=warned)
    assert text.index("! No company was given.") < text.index("Who")


def test_a_company_is_set_against_ours() -> None:
    assert "! Acme BV" in said(company_name="Acme Holding")
    assert "! no company of that number" in said(known_company="")
    assert "! none" in said(company_name="", company_number="", known_company="")


def test_how_they_came_is_told_for_those_nobody_invited() -> None:
    alone: dict[str, Any] = {"invited_by": "", "invited_email": "", "promised_role": ""}
    assert "By themselves" in said(**alone)
    assert "By the domain x.example" in said(**alone, company_name="", company_number="")


def test_the_role_that_approval_gives_is_told_beside_the_one_held() -> None:
    assert "Basic user → Editor" in said(promised_role="Editor")
    assert "→" not in said()


def test_former_registrations_are_told_with_the_reason() -> None:
    before = Earlier("rejected", "signing", "Acme BV", NOW - timedelta(days=9), "unknown", "bob")
    text = said(earlier=(before,), memberships=("Acme BV", "Other BV"))
    assert "“unknown”" in text
    assert "9 d ago by bob" in text
    assert "Other BV" in text


def test_a_decision_is_told_with_who_and_when_and_warns_no_more() -> None:
    decided: dict[str, Any] = {"decided_by": "bob", "decided_at": NOW - timedelta(minutes=2)}
    warned = ROW._replace(warnings=(because("no_company"),))
    text = said(row=warned, status="approved", **decided)
    assert "† approved by bob, 2 min ago" in text
    assert "Look at this first" not in text
    assert decision_words(candidate(status="rejected", **decided), NOW).startswith("rejected by")
    assert decision_words(candidate(status="withdrawn"), NOW) == "withdrawn"


def test_what_is_not_given_is_said_and_a_strange_birth_date_kept() -> None:
    assert "! not given" in said(given_names="", family_name="")
    assert born("long ago", NOW) == "long ago"
    assert born("", NOW) == ""
    assert born("1990-03-02", NOW).endswith("36 years")


def test_a_glimpse_says_who_it_is() -> None:
    assert "anna@x.example" in glimpse(ROW, NOW).plain


@given(st.text(), st.text(), st.text())
def test_foreign_text_never_breaks_the_details(name: str, company: str, born_on: str) -> None:
    row = ROW._replace(display_name=name)
    text = said(row=row, company_name=company, date_of_birth=born_on, phone=company)
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(text)


@given(st.lists(st.floats(0.001, 3.0), min_size=1, max_size=40))
def test_no_two_presses_count_within_a_moment_of_each_other(gaps: list[float]) -> None:
    haste, now, counted = Haste(), 0.0, list[float]()
    for gap in gaps:
        now += gap
        if haste.refusal(now, None) is None:
            counted.append(now)
    assert all(later - earlier >= AGAIN for earlier, later in pairwise(counted))
    assert counted[0] == gaps[0]


def test_a_press_is_ignored_as_long_as_nobody_can_have_read_what_is_shown() -> None:
    for late, reason in ((SHIFTED - 0.01, "approve_shifted"), (SHIFTED + 0.01, None)):
        refused = Haste().refusal(10.0 + late, 10.0)
        assert (refused.id if refused else None) == reason


def test_who_waits_longer_than_was_promised_is_told_in_words() -> None:
    late = ROW._replace(due_at=NOW - timedelta(hours=1))
    assert "longer than was promised" in said(row=late)
    assert "promised" not in said(row=ROW._replace(due_at=NOW + timedelta(hours=1)))


def test_what_the_person_registers_for_besides_is_told() -> None:
    other = Earlier("details", "documents", "Other BV", NOW - timedelta(days=1), "", "")
    assert "Also registering" in said(others=(other,))
    assert "documents · Other BV" in said(others=(other,))
