from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tui_admin.demo.catalogue import ROLES
from tui_admin.demo.data import generate
from tui_admin.demo.happenings import ODDITIES
from tui_admin.demo.names import FIRST_ORGANISATION, LAST, domain, organisation_names, people
from tui_admin.demo.world import World
from tui_admin.domain.addresses import identity_key
from tui_admin.domain.lifecycle import INVITATION_STATUSES, LIVE
from tui_admin.domain.permissions import ALL
from tui_admin.domain.text import fold, safe
from tui_admin.domain.usernames import check
from tui_admin.mail.compose import Sender, compose
from tui_admin.services.outgoing import letter_of
from tui_admin.services.people import naming
from tui_admin.store.schema.everything import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
SECRET = {"token_hash", "facts", "dedupe_key"}
Tables = dict[str, list[dict[str, Any]]]


def made(users: int, seed: int = 1, now: datetime = NOW) -> Tables:
    tables: Tables = defaultdict(list)
    for name, rows in generate(users, seed, now):
        tables[name] += rows
    return tables


@pytest.fixture(scope="module")
def small() -> Tables:
    return made(200)


@pytest.fixture(scope="module")
def large() -> Tables:
    return made(30_000)


def public(tables: Tables) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [{key: row[key] for key in row.keys() - SECRET} for row in rows]
        for name, rows in tables.items()
    }


def values(rows: Iterable[dict[str, Any]], column: str) -> list[Any]:
    return [row[column] for row in rows]


def test_the_same_seed_makes_the_same_data(small: Tables) -> None:
    assert public(made(200)) == public(small)


def test_another_seed_makes_other_people(small: Tables) -> None:
    others = values(made(200, seed=2)["user"], "email")
    assert others[:6] == values(small["user"], "email")[:6]
    assert len(set(others) & set(values(small["user"], "email"))) < 50


def test_another_time_moves_every_time_and_nothing_else(small: Tables) -> None:
    later = made(200, now=NOW + timedelta(days=3))
    assert values(later["user"], "email") == values(small["user"], "email")
    moved = {
        b["created_at"] - a["created_at"] for a, b in zip(small["user"], later["user"], strict=True)
    }
    assert moved == {timedelta(days=3)}


@pytest.mark.parametrize("users", [6, 7, 20, 333])
def test_there_are_as_many_users_as_asked_for(users: int) -> None:
    assert values(made(users)["user"], "id") == list(range(1, users + 1))


def test_a_row_fits_its_table_and_refers_to_rows_before_it(large: Tables) -> None:
    there: dict[str, set[Any]] = defaultdict(set)
    for name, rows in generate(2_000, 1, NOW):
        table = metadata.tables[name]
        assert len({tuple(row) for row in rows}) == 1, f"{name}: rows of several shapes"
        assert set(rows[0]) <= set(table.c.keys())
        required = {
            column.name
            for column in table.columns
            if not column.nullable and column.server_default is None
        }
        assert required <= set(rows[0]), name
        there[name] |= {row.get("id") for row in rows}
        for key in table.foreign_keys:
            if key.parent.name in rows[0]:
                known = there[key.column.table.name] | {None}
                assert set(values(rows, key.parent.name)) <= known, f"{name}.{key.parent.name}"


def test_what_must_be_unique_is(large: Tables) -> None:
    for name, rows in large.items():
        for column in metadata.tables[name].columns:
            if column.unique or (column.primary_key and name != "role_permission"):
                found = values(rows, column.name)
                assert len(set(found)) == len(found), f"{name}.{column.name}"
    live = [
        (row["email_key"], row["organisation_id"], row["product_id"])
        for row in large["invitation"]
        if row["status"] in LIVE
    ]
    assert len(set(live)) == len(live)
    places = [(row["user_id"], row["organisation_id"]) for row in large["membership"]]
    assert len(set(places)) == len(places)


def test_the_named_six_are_who_the_contract_says(small: Tables) -> None:
    six = small["user"][:6]
    roles = {key: name for name, key in ROLES.items()}
    assert [(row["username"], roles[row["role_id"]]) for row in six] == [
        ("founder", "Administrator"),
        ("admin", "Administrator"),
        ("helpdesk", "Helpdesk"),
        ("companyadmin", "Basic user"),
        ("advanced", "Advanced user"),
        ("basic", "Basic user"),
    ]
    assert {row["status"] for row in six} == {"active"}
    places: dict[int, list[int]] = defaultdict(list)
    company = defaultdict(list)
    for row in small["membership"]:
        places[row["user_id"]].append(row["organisation_id"])
        if row["company_administrator"]:
            company[row["user_id"]].append(row["organisation_id"])
    assert places[1] == values(small["organisation"], "id")
    assert company[4] == places[4] == [1]
    assert company[2] == company[3] == company[5] == company[6] == []
    held = defaultdict(set)
    for row in small["role_permission"]:
        held[row["role_id"]].add(row["permission"])
    assert held[ROLES["Administrator"]] == ALL
    assert held[ROLES["Helpdesk"]] == {"can_view", "can_approve"}


def test_organisations_products_and_coupons_are_those_of_the_contract(
    small: Tables, large: Tables
) -> None:
    assert len(small["organisation"]) == 12
    assert len(large["organisation"]) == 60
    assert small["organisation"][0]["name"] == "Acme Nederland BV"
    numbers = values(large["organisation"], "registration_number")
    assert all(re.fullmatch("[0-9]{8}", number) for number in numbers)
    assert {row["code"]: row["needs_approval"] for row in small["product"]} == {
        "eherkenning-3": True,
        "eherkenning-2plus": False,
        "documents": False,
    }
    coupons = {row["code"]: row for row in small["coupon"]}
    assert coupons["WELCOME10"]["discount_percent"] == 10
    assert not coupons["WELCOME10"]["prepaid"]
    assert coupons["PREPAID"]["prepaid"]
    assert coupons["EXPIRED"]["expires_at"] < NOW
    assert coupons["PREPAID"]["expires_at"] is coupons["WELCOME10"]["expires_at"] is None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_statuses_are_spread_also_among_few_people(seed: int) -> None:
    found = Counter(values(made(200, seed)["user"], "status"))
    assert found["active"] in range(155, 180)
    assert found["invited"] in range(16, 34)
    assert found["blocked"] in range(3, 11)


def test_statuses_are_85_12_and_3_among_many(large: Tables) -> None:
    found = Counter(values(large["user"], "status"))
    assert found["active"] == pytest.approx(25_500, rel=0.02)
    assert found["invited"] == pytest.approx(3_600, rel=0.1)
    assert found["blocked"] == pytest.approx(900, rel=0.1)


def test_accounts_are_what_the_services_would_have_written(large: Tables) -> None:
    for row in large["user"]:
        assert check(row["username"]) == row["username"]
        assert row["email"].endswith(".example")
        named = naming(row["email_key"], row["username"], row["display_name"])
        assert {key: row[key] for key in named} == named
        assert safe(row["display_name"]) == row["display_name"]
        assert (row["status"] == "blocked") == bool(row["blocked_from"])
        assert (row["status"] == "invited") == (row["leaves_at"] is not None)
        assert (row["status"] == "invited") == (row["seen_at"] is None)
        if row["seen_at"]:
            assert row["created_at"] <= row["seen_at"] <= NOW
    assert all(identity_key(row["email"]) == row["email_key"] for row in large["user"][:500])


def test_the_newest_account_has_the_highest_id_and_two_years_are_behind(large: Tables) -> None:
    times = values(large["user"], "created_at")
    assert times == sorted(times)
    assert times[0] == NOW - timedelta(days=730)
    assert NOW - timedelta(days=1) < times[-1] <= NOW


def test_an_invited_person_has_one_live_invitation_and_leaves_with_it(large: Tables) -> None:
    live = defaultdict(list)
    for row in large["invitation"]:
        if row["status"] in LIVE and row["expires_at"] > NOW:
            live[row["user_id"]].append(row)
    for row in large["user"]:
        if row["status"] == "invited":
            (invitation,) = live[row["id"]]
            assert invitation["expires_at"] == row["leaves_at"]
            assert invitation["email_key"] == row["email_key"]


@pytest.mark.parametrize("users", [6, 200])
def test_there_are_invitations_in_every_status(users: int) -> None:
    tables = made(users)
    assert set(values(tables["invitation"], "status")) == set(INVITATION_STATUSES)
    overdue = [
        row for row in tables["invitation"] if row["status"] == "sent" and row["expires_at"] <= NOW
    ]
    assert overdue


def test_a_batch_has_the_size_it_says_and_at_most_250(large: Tables) -> None:
    sizes = Counter(values(large["invitation"], "batch_id"))
    assert sizes == {row["id"]: row["size"] for row in large["invitation_batch"]}
    assert max(sizes.values()) <= 250
    undone = {row["id"] for row in large["invitation_batch"] if row["undone_at"]}
    assert undone == {row["batch_id"] for row in large["invitation"] if row["status"] == "undone"}


@pytest.mark.parametrize(("users", "expected"), [(6, 30), (200, 30), (20_000, 40)])
def test_registrations_wait_for_approval_for_minutes_to_weeks(users: int, expected: int) -> None:
    waiting = [r for r in made(users)["registration"] if r["status"] == "awaiting_approval"]
    times = values(waiting, "submitted_at")
    assert len(waiting) == expected
    assert times == sorted(times)
    assert NOW - times[0] > timedelta(weeks=4)
    assert NOW - times[-1] < timedelta(minutes=10)


def oddities(tables: Tables, row: dict[str, Any]) -> set[str]:
    """Return what an approver would have to look into."""
    ours = {each["registration_number"]: each for each in tables["organisation"]}
    letters = {each["id"]: each for each in tables["invitation"]}
    letter, company = letters.get(row["invitation_id"]), ours.get(row["company_number"])
    found = set()
    if letter is not None and letter["email_key"] != row["email"]:
        found.add("address")
    if not row["company_number"]:
        found.add("domain")
    elif company is None:
        found.add("unknown")
    elif company["name"] != row["company_name"]:
        found.add("name")
    if any(
        each["status"] == "rejected" and each["user_id"] == row["user_id"]
        for each in tables["registration"]
    ):
        found.add("rejected")
    return found


def test_the_oldest_twenty_have_no_warnings_and_some_others_have(small: Tables) -> None:
    people = {row["id"]: row for row in small["user"]}
    waiting = [r for r in small["registration"] if r["status"] == "awaiting_approval"]
    odd = [oddities(small, row) for row in waiting]
    assert not any(odd[:20])
    assert {"", *ODDITIES} == {"", *set[str]().union(*odd)}
    assert set() in odd[20:]
    assert all(people[row["user_id"]]["status"] == "active" for row in waiting)
    # Nobody approves what they asked for themselves, so the staff's own are no use to anybody.
    assert len({row["user_id"] for row in waiting}) == len(waiting)


@pytest.mark.parametrize("users", [6, 30, 60])
def test_the_oldest_twenty_have_no_warnings_among_few_people_either(users: int) -> None:
    tables = made(users)
    waiting = [r for r in tables["registration"] if r["status"] == "awaiting_approval"]
    odd = [oddities(tables, row) for row in waiting]
    assert not any(odd[:20])
    assert any(odd[20:])


def test_who_waits_said_who_they_are_and_for_which_company(small: Tables) -> None:
    people = {row["id"]: row for row in small["user"]}
    known = {row["user_id"]: row for row in small["digital_identity"]}
    for row in (r for r in small["registration"] if r["status"] == "awaiting_approval"):
        assert row["email"] == people[row["user_id"]]["email"]
        assert row["language"] in ("en", "nl")
        assert bool(row["company_name"]) == bool(row["company_number"])
        who = known[row["user_id"]]
        name = f"{who['given_names']} {who['family_name']}"
        assert name == people[row["user_id"]]["display_name"]
        assert date(1950, 1, 1) < date.fromisoformat(who["date_of_birth"]) < date(2005, 1, 1)
        assert who["phone"]


def test_who_has_no_company_came_by_a_claimed_domain(small: Tables) -> None:
    claimed = {row["domain"] for row in small["email_domain"] if row["kind"] == "claimed"}
    joined = [row for row in small["registration"] if not row["company_number"]]
    assert joined
    assert all(row["email"].rpartition("@")[2] in claimed for row in joined)
    assert all(row["organisation_id"] is row["invitation_id"] is None for row in joined)


@pytest.mark.parametrize("users", [6, 200])
def test_whoever_registered_has_one_digital_identity(users: int) -> None:
    tables = made(users)
    identified = values(tables["digital_identity"], "user_id")
    assert len(set(identified)) == len(identified)
    assert set(identified) == set(values(tables["registration"], "user_id"))


def test_a_decision_has_a_time_and_whoever_had_to_approve(large: Tables) -> None:
    approval = {row["id"]: row["needs_approval"] for row in large["product"]}
    for row in large["registration"]:
        decided = row["status"] in ("approved", "rejected", "completed")
        assert (row["decided_at"] is not None) == decided
        assert (row["decided_by"] is not None) == (decided and approval[row["product_id"]])
        assert (row["completed_at"] is not None) == (row["status"] == "completed")
        assert bool(row["reason"]) == (row["status"] == "rejected")
        times = [row[f"{each}_at"] for each in ("created", "submitted", "decided", "completed")]
        steps = [each for each in times if each is not None]
        assert steps == sorted(steps)
        assert steps[-1] <= NOW
    assert {"approved", "completed", "details", "rejected", "withdrawn"} <= set(
        values(large["registration"], "status")
    )


def test_only_what_needs_approval_waits_for_it_or_was_rejected(large: Tables) -> None:
    approval = {row["id"]: row["needs_approval"] for row in large["product"]}
    for row in large["registration"]:
        if row["status"] in ("awaiting_approval", "approved", "rejected"):
            assert approval[row["product_id"]]


def test_who_did_not_come_through_is_no_member(large: Tables) -> None:
    places = {(row["user_id"], row["organisation_id"]) for row in large["membership"]}
    for row in large["registration"]:
        place = (row["user_id"], row["organisation_id"])
        if row["status"] in ("approved", "completed"):
            assert place in places
        elif row["invitation_id"] and row["status"] != "awaiting_approval":
            assert place not in places


def test_nothing_happened_in_the_future(large: Tables) -> None:
    for name in ("invitation", "invitation_batch", "registration", "outbox_message"):
        assert max(values(large[name], "created_at")) <= NOW, name
    assert max(values(large["audit_event"], "at")) <= NOW
    assert all(row["sent_at"] is None or row["sent_at"] <= NOW for row in large["invitation"])


def test_only_a_mail_that_may_yet_go_out_holds_a_link(small: Tables) -> None:
    for row in small["outbox_message"]:
        waiting = row["status"] in ("queued", "failed", "unknown")
        assert ("link" in row["facts"]) == waiting
        assert bool(row["shown"]) != waiting
        assert not re.search(r"/invitation/[A-Za-z0-9_-]{20}", row["shown"])
    assert {"queued", "sent", "failed"} <= set(values(small["outbox_message"], "status"))


def test_a_mail_that_waits_can_be_made_into_a_message(small: Tables) -> None:
    waiting = [row for row in small["outbox_message"] if row["status"] in ("queued", "failed")]
    for row in waiting:
        letter = letter_of(SimpleNamespace(**{"language": "en", **row}))
        composed = compose(letter, Sender("noreply@demo.example", "Demo"))
        assert composed.subject == row["subject"]
        assert json.loads(row["facts"])["link"].encode() not in composed.text.encode()


def test_many_users_leave_a_bounded_history(large: Tables) -> None:
    for name in ("outbox_message", "audit_event"):
        assert 1_000 < len(large[name]) < 10_000, name


def test_people_never_share_a_local_part_and_names_have_accents() -> None:
    world = World(6, 1, NOW)
    several = people(world.random)
    found = [next(several) for _ in range(50_000)]
    assert len({name.local for name in found}) == len(found)
    assert all(check(name.local) and name.folded == fold(name.shown) for name in found)
    assert any(not name.shown.isascii() for name in found)
    assert "van der Berg" in LAST


def test_organisations_differ_also_as_domains() -> None:
    names = organisation_names(World(6, 1, NOW).random, 2_000)
    assert names[0] == FIRST_ORGANISATION
    assert len({domain(name) for name in names}) == len(names) == 2_000
    assert domain(FIRST_ORGANISATION) == "acme-nederland.example"
