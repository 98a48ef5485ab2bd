"""A portal before an open store, and people who come to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.support.visitor import Visitor
from tui_admin.portal.address import address_of
from tui_admin.portal.app import make_app
from tui_admin.portal.site import Site
from tui_admin.services.joining import service

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.portal.door import App

Browse = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nothing: what takes as long as something else is looked at by itself."""
    monkeypatch.setattr(service, "FLOOR", 0)


class Incidents:
    """What was written down because it should not have happened."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []

    def __call__(self, error: BaseException) -> str:
        self.errors.append(error)
        return "0badcafe"


def site_of(company: Company, portal_url: str = "http://127.0.0.1:8080") -> Site:
    """Return a portal for an open store, for visitors."""
    return Site(
        company.hub.joining,
        company.hub.policy.environment,
        address_of(portal_url),
        lambda: company.hub.joining.visit("nobody"),
        Incidents(),
    )


def app_of(company: Company, portal_url: str = "http://127.0.0.1:8080") -> App:
    """Return the application for an open store."""
    return make_app(site_of(company, portal_url))


@pytest.fixture
def browse(company: Company) -> Browse:
    """Give visitors of a portal, on both engines."""
    app = app_of(company)
    return lambda **more: Visitor(app, **more)


@pytest.fixture
def browse_small(small: Company) -> Browse:
    """Give visitors of a portal, for what does not depend on the engine."""
    app = app_of(small)
    return lambda **more: Visitor(app, **more)
