"""Bringing many people at once: verdicts, what is written, rights, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.support.faults import dump
from tests.support.post import claim
from tui_admin.domain.errors import Refused, Stale
from tui_admin.domain.people_roster import read_pairs, read_people, read_table
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.support.company import Company
    from tui_admin.domain.people_plan import RowVerdict
    from tui_admin.services.facade import Desk

HEADER = "email,username,name,role,status,given_names,family_name,date_of_birth,phone\n"
DETAILS = "Marie,Curie,1990-01-31,"


def told(items: Sequence[RowVerdict]) -> list[str]:
    """Return the verdicts in a word or two."""
    return [f"{each.verdict} {each.detail.id}" if each.detail else each.verdict for each in items]


async def preview(company: Company, rows: str, desk: Desk | None = None) -> list[str]:
    """Return the verdicts on the rows of a table."""
    roster = read_table(HEADER + rows)
    return told(await (desk or company.desk).importing.preview(roster))


async def identity(company: Company, username: str) -> Any:
    """Return the digital identity of an account, None for none."""
    joined = schema.digital_identity.join(
        schema.user, schema.digital_identity.c.user_id == schema.user.c.id
    )
    found = await company.execute(
        select(schema.digital_identity)
        .select_from(joined)
        .where(schema.user.c.username == username)
    )
    return found[0] if found else None


async def test_every_row_gets_its_verdict_and_the_good_ones_are_carried_out(
    company: Company,
) -> None:
    await company.add("known")
    await company.add("same")
    rows = (
        "marie@acme.example,marie,Marie,Advanced user,,Marie,Curie,31-01-1990,020 123 4567\n"
        "nonsense,,,,,,,,\n"
        "MARIE@acme.example,,,,,,,,\n"
        "known@acme.example,known.one,Known,Advanced user,blocked,,,,\n"
        "same@acme.example,same,,Basic user,active,,,,\n"
        "piet@acme.example,marie,,,,,,,\n"
        "kees@acme.example,,,King,,,,,\n"
        "klaas@acme.example,,,,,,,,\n"
        "wide@acme.example,,,,,,,,,,more\n"
        "young@acme.example,,,,,Jong,Persoon,2020-01-01,\n"
        "part@acme.example,,,,,Half,,1990-01-01,\n"
        "odd@acme.example,,,,invited,,,,\n"
        "new@acme.example,,,,blocked,,,,\n"
    )
    expected = [
        "create",
        "refuse address_no_at",
        "refuse duplicate_of",
        "update",
        "skip people_same",
        "refuse username_of_line",
        "refuse role_unknown",
        "create",
        "refuse people_row_wide",
        "refuse date_too_young",
        "refuse text_missing",
        "refuse people_status",
        "refuse people_new_blocked",
    ]
    before = await dump(company.hub._store)
    assert await preview(company, rows) == expected
    assert await dump(company.hub._store) == before
    roster = read_table(HEADER + rows)
    shown = await company.desk.importing.preview(roster)
    done = await company.desk.importing.carry_out(roster, shown)
    assert done.done
    assert done.items == shown
    changes = {each.field: (each.old, each.new) for each in done.items[3].changes}
    assert changes == {
        "username": ("known", "known.one"),
        "name": ("", "Known"),
        "role": ("Basic user", "Advanced user"),
        "status": ("active", "blocked"),
    }
    marie = await company.user("marie")
    assert (marie.display_name, marie.role, marie.status) == ("Marie", "Advanced user", "active")
    person = await identity(company, "marie")
    assert (person.given_names, person.date_of_birth, person.phone, person.status) == (
        "Marie",
        "1990-01-31",
        "0201234567",
        "registered",
    )
    known = await company.user("known.one")
    assert (known.status, known.role) == ("blocked", "Advanced user")
    assert {each.to for each in await company.mails()} == {
        "marie@acme.example",
        "klaas@acme.example",
    }
    assert (await company.desk.audit.verify()).bad is None


async def test_names_alone_name_the_account_and_are_no_identity(small: Company) -> None:
    await small.desk.importing.carry_out(
        read_table("email,voornaam,tussenvoegsel,achternaam\njan@x.example,Jan,de,Vries\n")
    )
    assert (await small.user("jan")).display_name == "Jan de Vries"
    assert await identity(small, "jan") is None


async def test_an_empty_cell_changes_nothing(small: Company) -> None:
    await small.desk.users.add("jan@x.example", name="Jan", role="Advanced user")
    assert await preview(small, "jan@x.example,,,,,,,,\n") == ["skip people_same"]


async def test_usernames_asked_for_come_before_those_made_from_addresses(small: Company) -> None:
    await small.add("jan")
    await small.desk.importing.carry_out(
        read_pairs("jan@other.example\nkees@a.example\nx@a.example kees\njan@b.example")
    )
    names = {row.email: row.username for row in await small.users()}
    assert names["jan@other.example"] == "jan-2"
    assert names["jan@b.example"] == "jan-3"
    assert names["x@a.example"] == "kees"
    assert names["kees@a.example"] == "kees-2"


async def test_what_was_shown_is_what_is_done_or_nothing_is(company: Company) -> None:
    await company.add("marie")
    roster = read_people("new@acme.example\nmarie@acme.example,mies\nlast@acme.example")
    shown = await company.desk.importing.preview(roster)
    await company.desk.users.add("new@acme.example", mail=False)
    before = await dump(company.hub._store)
    answer = await company.desk.importing.carry_out(roster, shown)
    assert not answer.done
    assert answer.differing == (0,)
    assert answer.undo is None
    assert told(answer.items) == ["skip people_same", "update", "create"]
    assert await dump(company.hub._store) == before
    assert (await company.desk.importing.carry_out(roster, answer.items)).done


async def test_a_row_does_what_the_operator_may_do_and_no_more(small: Company) -> None:
    await small.add_role("Adder", "can_view", "can_add_user", "documents.view")
    await small.add_role("Clerk", "can_view", "can_add_user", "can_change_role", "can_block")
    adder, clerk = await small.add("addy", "Adder"), await small.add("clark", "Clerk")
    await small.add("marie")
    await small.company_administrator("carla")
    await small.invite("piet@x.example")
    cases = {
        "new@x.example,,,Administrator,,,,,\n": "refuse above_ceiling",
        "new@x.example,,,,,Nieuw,Mens,1990-01-31,\n": "refuse not_allowed",
        "marie@acme.example,,,Advanced user,,,,,\n": "refuse not_allowed",
        "marie@acme.example,,,,blocked,,,,\n": "refuse not_allowed",
        "marie@acme.example,,Mies,,,,,,\n": "update",
        "founder@acme.example,,Boss,,,,,,\n": "refuse stands_above",
        "founder@acme.example,addy2,,,,,,,\n": "refuse stands_above",
        "carla@acme.example,,Karel,,,,,,\n": "refuse stands_above",
    }
    for rows, verdict in cases.items():
        assert await preview(small, rows, adder) == [verdict], rows
    cases = {
        "marie@acme.example,,,Administrator,,,,,\n": "refuse above_ceiling",
        "marie@acme.example,,,Clerk,blocked,,,,\n": "update",
        "clark@acme.example,,,,blocked,,,,\n": "refuse not_yourself",
        "piet@x.example,,,,active,,,,\n": "refuse people_not_verified",
        "founder@acme.example,,,Basic user,,,,,\n": "refuse last_administrator",
    }
    for rows, verdict in cases.items():
        assert await preview(small, rows, clerk) == [verdict], rows
    own = f"founder@acme.example,,,,,{DETAILS}\n"
    assert await preview(small, own) == ["refuse not_yourself"]


async def test_one_administrator_stays_over_all_rows_together(small: Company) -> None:
    await small.add_role("Super", "can_add_user", "can_change_role", "can_block")
    sue = await small.add("sue", "Super")
    await small.add("admin", "Administrator")
    rows = "founder@acme.example,,,Basic user,,,,,\nadmin@acme.example,,,,blocked,,,,\n"
    assert await preview(small, rows, sue) == ["update", "refuse last_administrator"]


async def test_taking_an_import_back_leaves_everything_as_it_was(company: Company) -> None:
    await company.add("marie")
    before = await company.users()
    rows = (
        f"marie@acme.example,mies,Mies,Advanced user,blocked,{DETAILS}\n"
        f"jan@x.example,jan,Jan,,,{DETAILS}\n"
    )
    done = await company.desk.importing.carry_out(read_table(HEADER + rows))
    assert await identity(company, "mies") is not None
    assert done.undo is not None
    assert done.undo.until is not None
    undone = await company.desk.undo(done.undo)
    assert len(undone.done) == 2
    after = await company.users()
    assert [row._replace(version=0) for row in after] == [row._replace(version=0) for row in before]
    assert await identity(company, "marie") is None
    assert {each.status for each in await company.mails()} == {"cancelled"}
    assert (await company.desk.audit.verify()).bad is None
    again = await company.desk.importing.carry_out(read_table(HEADER + rows))
    assert told(again.items) == ["update", "create"]


async def test_nobody_is_taken_back_who_went_further(small: Company) -> None:
    roster = read_pairs("jan@x.example\nkees@x.example")
    done = await small.desk.importing.carry_out(roster, mail=False)
    await small.invite("jan@x.example")
    assert done.undo is not None
    with pytest.raises(Stale, match="undo_went_further"):
        await small.desk.undo(done.undo)
    assert (await small.user("kees")).status == "active"
    done = await small.desk.importing.carry_out(read_pairs("mail@x.example"))
    small.clock.move(seconds=small.hub.policy.undo_seconds)
    await claim(small)
    assert done.undo is not None
    with pytest.raises(Refused, match="undo_mail_left"):
        await small.desk.undo(done.undo)


async def test_details_that_gave_way_to_others_are_not_in_the_log_and_not_taken_back(
    small: Company,
) -> None:
    await small.desk.importing.carry_out(
        read_table(HEADER + f"jan@x.example,,,,,{DETAILS}\n"), mail=False
    )
    done = await small.desk.importing.carry_out(
        read_table("email,phone\njan@x.example,+31 6 12345678\n")
    )
    assert told(done.items) == ["update"]
    assert done.undo is not None  # there was no telephone number before
    done = await small.desk.importing.carry_out(
        read_table("email,phone\njan@x.example,+31 6 87654321\n")
    )
    assert done.undo is None
    log = (await dump(small.hub._store))["audit_event"]
    assert "1990-01-31" not in str(log)
    assert "87654321" not in str(log)


async def test_somebody_who_left_the_lists_comes_back_and_can_be_taken_back(
    small: Company,
) -> None:
    sent = await small.invite("piet@x.example")
    assert sent.undo is not None
    await small.desk.undo(sent.undo)
    done = await small.desk.importing.carry_out(read_pairs("piet@x.example"))
    assert (await small.user("piet")).status == "active"
    assert done.undo is not None
    await small.desk.undo(done.undo)
    assert [row.username for row in await small.users()] == ["founder"]


async def test_a_thousand_rows_take_a_number_of_statements_that_hardly_grows(
    small: Company,
) -> None:
    from tests.support.faults import fail_at

    counts = []
    for size in (10, 1_000):
        text = "\n".join(f"p{number}.{size}@x.example" for number in range(size))
        with fail_at(small.hub._store, 0) as said:
            done = await small.desk.importing.carry_out(read_pairs(text))
        assert done.count("create") == size
        counts.append(said.count)
    assert counts[1] < counts[0] + 20
