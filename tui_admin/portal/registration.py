"""Registrations of somebody who is signed in: details, waiting, completing."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from tui_admin.domain.errors import Invalid, NotFound, Refused
from tui_admin.domain.joining import Step
from tui_admin.domain.personal import ANSWERS
from tui_admin.portal.problems import problems
from tui_admin.portal.steps import journey_path, path_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.responses import Response

    from tui_admin.domain.joining import Journey, Offer
    from tui_admin.portal.call import Call

    Handler = Callable[[Call], Awaitable[Response]]
    Act = Callable[[str, int], Awaitable[object]]

PAGES = {
    Step.DETAILS: "details",
    Step.WAITING: "waiting",
    Step.APPROVED: "approved",
    Step.COMPLETED: "ended",
    Step.REJECTED: "ended",
    Step.WITHDRAWN: "ended",
}
MOST = 2**62
"""What is larger no store has given out."""


def for_members(handler: Handler) -> Handler:
    """Show a page to those who are signed in, and others where they can do so."""

    @functools.wraps(handler)
    async def handle(call: Call) -> Response:
        visit = await call.look()
        return call.go(path_of(visit)) if visit.member is None else await handler(call)

    return handle


@for_members
async def overview(call: Call) -> Response:
    """Show the one registration that there is, or all of them to choose from."""
    journeys = await call.joining.journeys(call.session)
    if len(journeys) == 1:
        return _page(call, journeys[0])
    return call.page("registrations", journeys=journeys)


@for_members
async def show(call: Call) -> Response:
    """Show the page of the step at which a registration is."""
    return _page(call, await _journey(call), several=True)


@for_members
async def kept(call: Call) -> Response:
    """Show the details after they were saved for later."""
    journey = await _journey(call)
    if journey.step != Step.DETAILS:
        return call.go(journey_path(journey.id))
    return _page(call, journey, saved=True)


@for_members
async def sure(call: Call) -> Response:
    """Ask once whether a registration is to be given up."""
    journey = await _journey(call)
    if journey.step not in (Step.DETAILS, Step.WAITING):
        return call.go(journey_path(journey.id))
    return call.page("withdraw", journey=journey, offer=journey.offer)


def _page(
    call: Call,
    journey: Journey,
    found: Mapping[str, str] | None = None,
    *,
    several: bool = False,
    saved: bool = False,
) -> Response:
    return call.page(
        PAGES[journey.step],
        422 if found else 200,
        step=journey.step,
        problems=found,
        values=_values(journey),
        journey=journey,
        offer=journey.offer,
        about=about(journey.offer),
        since=call.words.day(journey.submitted_at) if journey.submitted_at else "",
        several=several,
        saved=saved,
    )


def _values(journey: Journey) -> dict[str, str]:
    """Return what the fields hold: what was typed last, but not over what the invitation says."""
    offer = journey.offer
    values = {**dict.fromkeys(ANSWERS, ""), "coupon": offer.coupon, **journey.answers}
    if not journey.company_fixed:
        return values
    return values | {
        "organisation_name": offer.organisation,
        "registration_number": offer.registration_number,
        "coupon": offer.coupon,
    }


def about(offer: Offer) -> str:
    """Return what a registration is for, as the words' keys end."""
    if offer.product:
        return "product"
    return "organisation" if offer.organisation else "environment"


async def hand_in(call: Call) -> Response:
    """Hand the details in, or keep them for later; what was typed is kept either way."""
    number, answers = _number(call), _answers(call)
    try:
        if call.field("then") == "later":
            await call.joining.keep(call.session, number, answers)
            return call.go(f"{journey_path(number)}/saved")
        await call.joining.hand_in(call.session, number, answers)
    except Invalid as error:
        await call.joining.keep(call.session, number, answers)
        return await _again(call, error)
    except NotFound:
        raise
    except Refused as error:
        if error.reason.id == "registration_is":  # a second click, or decided meanwhile
            return call.go(journey_path(number))
        return await _again(call, error)
    return call.go(journey_path(number))


async def _again(call: Call, error: Refused) -> Response:
    await call.look()
    return _page(call, await _journey(call), problems(error, call.words, *ANSWERS))


async def complete(call: Call) -> Response:
    """Complete an approved registration; a second click changes nothing."""
    return await _act(call, call.joining.complete)


async def withdraw(call: Call) -> Response:
    """Give a registration up."""
    return await _act(call, call.joining.withdraw)


async def _act(call: Call, act: Act) -> Response:
    number = _number(call)
    try:
        await act(call.session, number)
    except NotFound:
        raise
    except Refused as error:
        if error.reason.id != "registration_is":
            raise
    return call.go(journey_path(number))


async def _journey(call: Call) -> Journey:
    number = _number(call)
    for each in await call.joining.journeys(call.session):
        if each.id == number:
            return each
    raise NotFound("registration_unknown", id=number)


def _number(call: Call) -> int:
    number = int(call.request.path_params["number"])
    if number > MOST:
        raise NotFound("registration_unknown", id=number)
    return number


def _answers(call: Call) -> dict[str, str]:
    return {name: call.fields[name] for name in ANSWERS if name in call.fields}
