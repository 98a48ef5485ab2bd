"""Pictures of the lists at both sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.fakes import FakeHub, press, rest, user_row
from tests.support.settle import until
from tui_admin.domain.errors import OutOfReach

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.pilot import Pilot

    from tui_admin.tui.app import Dashboard

    Compare = Callable[..., bool]

SIZES = [(80, 24), (120, 40)]
NAMES = (
    ("ayse.gross@zeester-fietsen.example", "Ayşe Groß"),
    ("hamish.van.den.broek@van-dijk-drukkerij.example", "Hamish van den Broek"),
    ("janis@acme-nederland.example", "Jānis D'Angelo"),
    ("a@b.example", "李小龍"),
    ("maria.van.der.heijden@van-dijk-architecten-en-ingenieurs.example", "María"),
)


def store(number: int = 60) -> FakeHub:
    rows = []
    for each in range(1, number + 1):
        email, name = NAMES[each % len(NAMES)]
        status = "blocked" if each % 9 == 0 else "invited" if each % 4 == 0 else "active"
        rows.append(user_row(each, status, email=email, display_name=name))
    return FakeHub(rows)


def pressing(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    async def act(pilot: Pilot[Any]) -> None:
        app: Dashboard = pilot.app  # type: ignore[assignment]
        await until(pilot, lambda: app.desk)
        await rest(pilot)
        await press(pilot, *keys)

    return act


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("rows", ("down", "down")),
        ("marked", ("space", "down", "space")),
        ("filtered", ("slash", *"statsu:active")),
        ("filtered-empty", ("slash", *"nobody", "enter")),
        ("help", ("question_mark",)),
        ("palette", ("colon",)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_users(snap_compare: Compare, size: tuple[int, int], name: str, keys: Any) -> None:
    app = store().dashboard()
    assert snap_compare(app, terminal_size=size, run_before=pressing(*keys))


@pytest.mark.parametrize("theme", ["tui-admin-light", "plain"])
def test_users_in_another_theme(snap_compare: Compare, theme: str) -> None:
    app = store().dashboard(theme=theme)
    assert snap_compare(app, run_before=pressing("down", "space"))


def test_nobody(snap_compare: Compare) -> None:
    assert snap_compare(store(0).dashboard(), run_before=pressing())


def test_a_failure(snap_compare: Compare) -> None:
    hub = store()
    hub.desk.users.broken = OutOfReach("still_connecting")
    assert snap_compare(hub.dashboard(), run_before=pressing())
