from __future__ import annotations

import fcntl
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tui_admin import bootstrap
from tui_admin.demo import environment
from tui_admin.demo.environment import Made, build, furnish
from tui_admin.domain.errors import Misconfigured, Refused
from tui_admin.domain.lifecycle import INVITATION_STATUSES
from tui_admin.domain.listings import Ask
from tui_admin.domain.lists.approvals import APPROVALS
from tui_admin.domain.lists.outbox import MESSAGES
from tui_admin.domain.lists.users import USERS
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.query import EVERYTHING, Query, Term
from tui_admin.settings import load

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.postgres import Postgres
    from tui_admin.services.facade import Desk
    from tui_admin.settings import Settings


@asynccontextmanager
async def at_desk(made: Made, who: str = "founder") -> AsyncIterator[Desk]:
    async with at_desk_of(load(made.config), who) as desk:
        yield desk


@asynccontextmanager
async def at_desk_of(settings: Settings, who: str) -> AsyncIterator[Desk]:
    hub = await bootstrap.connect(settings, origin="cli")
    try:
        yield hub.acting(await hub.operators.named(who))
    finally:
        await hub.close()


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def modes(directory: Path) -> set[int]:
    return {path.stat().st_mode & 0o077 for path in (directory, *directory.rglob("*"))}


async def test_what_was_made_opens_through_the_real_bootstrap(tmp_path: Path) -> None:
    made = await build(tmp_path / "demo", 200, 1)
    settings = load(made.config)
    assert settings.environment.name == "Demo"
    assert settings.environment.portal_url == made.portal_url
    assert settings.operator.identify_by == "flag"
    assert settings.operator.default == "founder"
    assert settings.mail.demo_mailbox == str(made.mailbox)
    assert settings.portal.with_dashboard
    assert made.portal_url == f"http://{settings.portal.host}:{settings.portal.port}"
    assert made.mailbox.is_dir()
    async with at_desk(made) as desk:
        tabs = await desk.users.tabs()
        assert tabs[""] == sum(tabs[each] for each in ("active", "invited", "blocked")) == 200
        assert set(await desk.invitations.tabs()) == {"", *INVITATION_STATUSES}
        numbers = await desk.overview.numbers()
        assert numbers.waiting == 30
        page = await desk.users.page(Ask(EVERYTHING, USERS.sort))
        assert page.rows[0].created_at > page.rows[-1].created_at
        assert (await desk.users.page(Ask(Query(words=("bjorn",)), USERS.sort))).rows


async def test_its_audit_log_verifies_and_grows(tmp_path: Path) -> None:
    made = await build(tmp_path / "demo", 50, 1)
    async with at_desk(made) as desk:
        before = await desk.audit.verify()
        assert before.bad is None
        await desk.users.block(Picks.of((await desk.users.show("basic")).row.id), "test")
        assert await desk.audit.verify() == before._replace(events=before.events + 1)


async def test_a_shared_store_is_furnished_alike_and_goes_on_counting(
    tmp_path: Path, postgres: Postgres
) -> None:
    url = await postgres.create_database()
    await furnish(url, 50, 1, "http://127.0.0.1:8080")
    settings = load(environ={"TUI_ADMIN_STORE__URL": url}, cwd=tmp_path)
    assert settings.store.url.get_secret_value() == url
    async with at_desk_of(settings, "founder") as desk:
        assert (await desk.users.tabs())[""] == 50
        await desk.users.add("fresh@acme-nederland.example")
        assert (await desk.users.show("fresh")).row.id == 51
        assert (await desk.audit.verify()).bad is None


async def test_a_mail_in_doubt_explains_itself_and_can_be_sent_again(tmp_path: Path) -> None:
    made = await build(tmp_path / "demo", 50, 1)
    async with at_desk(made) as desk:
        asked = Ask(Query(terms=(Term("status", ":", "unknown"),)), MESSAGES.sort)
        (mail,) = (await desk.outbox.page(asked)).rows
        assert mail.last_error == "It is not known whether the mail server took it."
        assert not (await desk.outbox.retry(Picks.of(mail.id), again=True)).skipped


async def test_failed_mail_can_be_tried_again(tmp_path: Path) -> None:
    made = await build(tmp_path / "demo", 50, 1)
    async with at_desk(made) as desk:
        failed = (await desk.overview.numbers()).mail.failed.number
        outcome = await desk.outbox.retry_failed()
        assert len(outcome.done) == failed > 0
        assert not outcome.skipped


@pytest.mark.parametrize(
    ("who", "can", "organisations"),
    [("helpdesk", {"can_view", "can_approve"}, 12), ("companyadmin", set(), 1)],
)
async def test_the_named_people_may_do_what_they_should(
    tmp_path: Path, who: str, can: set[str], organisations: int
) -> None:
    made = await build(tmp_path / "demo", 20, 1)
    async with at_desk(made, who) as desk:
        rights = await desk.rights()
        administers = {name for name in rights.environment if name.startswith("can_")}
        assert administers == can
        assert (await desk.organisations.count(EVERYTHING)).number == organisations


async def test_nobody_else_on_the_machine_can_read_it(tmp_path: Path) -> None:
    await build(tmp_path / "demo", 20, 1)
    assert modes(tmp_path / "demo") == {0}


async def test_it_is_reused_with_what_was_done_in_it(tmp_path: Path) -> None:
    made = await build(tmp_path / "demo", 20, 1)
    async with at_desk(made) as desk:
        await desk.users.add("kept@acme-nederland.example")
    assert await build(tmp_path / "demo", 20, 1) == made
    async with at_desk(made) as desk:
        assert (await desk.users.show("kept@acme-nederland.example")).row.username == "kept"


async def test_one_made_before_there_was_a_portal_serves_it_from_then_on(tmp_path: Path) -> None:
    made = await build(tmp_path / "demo", 20, 1)
    text = made.config.read_text()
    made.config.write_text(text[: text.index("\n[portal]")])

    assert await build(tmp_path / "demo", 20, 1) == made
    assert made.config.read_text().strip() == text.strip()
    assert load(made.config).portal.with_dashboard


@pytest.mark.parametrize(("users", "seed"), [(21, 1), (20, 2)])
async def test_another_environment_is_never_written_over(
    tmp_path: Path, users: int, seed: int
) -> None:
    await build(tmp_path / "demo", 20, 1)
    before = (tmp_path / "demo/store.db").read_bytes()
    with pytest.raises(Refused) as refused:
        await build(tmp_path / "demo", users, seed)
    assert refused.value.reason.id == "demo_other"
    assert refused.value.reason.values["users"] == 20
    assert (tmp_path / "demo/store.db").read_bytes() == before


async def test_a_directory_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(Refused) as refused:
        await build(tmp_path, 20, 1)
    assert refused.value.reason.id == "demo_directory_taken"
    assert names(tmp_path) == {"thesis.txt"}


async def test_what_an_interruption_left_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stopped_half_way(url: str, users: int, seed: int, portal_url: str) -> None:
        await furnish(url, users // 2, seed, portal_url)
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "furnish", stopped_half_way)
    with pytest.raises(KeyboardInterrupt):
        await build(tmp_path / "demo", 40, 1)
    monkeypatch.undo()
    assert not (tmp_path / "demo/config.toml").exists()
    async with at_desk(await build(tmp_path / "demo", 40, 1)) as desk:
        assert (await desk.users.count(EVERYTHING)).number == 40
    assert not list((tmp_path / "demo").glob("building*"))


async def test_two_do_not_make_the_same_one_at_once(tmp_path: Path) -> None:
    await build(tmp_path / "demo", 20, 1)
    with (tmp_path / "demo/.demo.lock").open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(Refused) as refused:
            await build(tmp_path / "demo", 20, 1)
    assert refused.value.reason.id == "demo_being_made"


@pytest.mark.parametrize("users", [5, 1_000_001])
async def test_a_number_of_users_that_cannot_be_is_said_so(tmp_path: Path, users: int) -> None:
    with pytest.raises(Misconfigured) as refused:
        await build(tmp_path / "demo", users, 1)
    assert refused.value.reason.id == "demo_users"
    assert not (tmp_path / "demo").exists()


async def test_a_place_where_nothing_can_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured) as refused:
        await build(tmp_path / "file" / "demo", 20, 1)
    assert refused.value.reason.id == "demo_directory"


async def test_ports_that_are_taken_are_passed_over(tmp_path: Path) -> None:
    first = environment._free_ports(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first[0]))
        others = environment._free_ports(tmp_path)
    assert first[0] not in others
    assert len(set(others)) == 2


async def test_the_queue_is_the_one_that_approvers_are_promised(tmp_path: Path) -> None:
    made = await build(tmp_path / "demo", 200, 1)
    async with at_desk(made) as founder, at_desk(made, "helpdesk") as helpdesk:
        queue = (await founder.approvals.page(Ask(EVERYTHING, APPROVALS.sort))).rows
        assert len(queue) == (await helpdesk.approvals.waiting()).number == 30
        assert not any(row.warnings for row in queue[:20])
        told = {each.id for row in queue[20:] for each in row.warnings}
        assert {
            "address_differs",
            "rejected_before",
            "company_unknown",
            "company_differs",
            "no_company",
        } <= told
        for row in queue:
            known = await founder.approvals.show(row.id)
            assert known.given_names
            assert known.date_of_birth
            assert known.phone
            assert known.identity_status == "supplied"


async def test_everybody_in_the_queue_can_be_approved_and_the_log_verifies(tmp_path: Path) -> None:
    made = await build(tmp_path / "demo", 200, 1)
    async with at_desk(made) as founder:
        queue = (await founder.approvals.page(Ask(EVERYTHING, APPROVALS.sort))).rows
        outcome = await founder.approvals.approve(Picks.of(*(row.id for row in queue)))
        assert len(outcome.done) == 30
        assert not outcome.skipped
        assert (await founder.approvals.waiting()).number == 0
        assert (await founder.audit.verify()).bad is None


async def test_a_company_administrator_sees_the_queue_of_their_organisation(tmp_path: Path) -> None:
    made = await build(tmp_path / "demo", 200, 1)
    async with at_desk(made, "companyadmin") as desk:
        queue = (await desk.approvals.page(Ask(EVERYTHING, APPROVALS.sort))).rows
        assert {row.organisation for row in queue} == {"Acme Nederland BV"}
