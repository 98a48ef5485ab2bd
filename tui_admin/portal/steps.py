"""Where each step of joining is to be found, and how far along it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui_admin.domain.joining import Step

if TYPE_CHECKING:
    from tui_admin.domain.joining import Passed, Visit

OF: Final = 5
NUMBER: Final = {
    Step.ACCEPT: 1,
    Step.PASSWORD: 2,
    Step.SIGN_IN: 2,
    Step.CODE: 3,
    Step.DETAILS: 4,
    Step.WAITING: 5,
    Step.APPROVED: 5,
}
"""How far along a step is, of `OF`; the others are ends."""

PATHS: Final = {
    Step.ACCEPT: "/invitation",
    Step.PASSWORD: "/account/password",
    Step.SIGN_IN: "/sign-in",
    Step.CODE: "/account/code",
}
REGISTRATION: Final = "/registration"


def path_after(passed: Passed) -> str:
    """Return the page that comes after a step was taken."""
    if passed.step in PATHS:
        return PATHS[passed.step]
    return REGISTRATION if passed.registration is None else journey_path(passed.registration)


def path_of(visit: Visit) -> str:
    """Return the page on which somebody goes on; the sign-in where nothing was begun."""
    if visit.member is not None:
        return REGISTRATION
    return PATHS[visit.step or Step.SIGN_IN]


def journey_path(registration: int) -> str:
    """Return the page of one registration."""
    return f"{REGISTRATION}/{registration}"
