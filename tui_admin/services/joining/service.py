"""What visitors of the portal can do, as one method per page: a step is one transaction."""

from __future__ import annotations

from asyncio import ensure_future, sleep
from typing import TYPE_CHECKING, Final, TypeVar

from tui_admin.domain.errors import Denied, Invalid, Reason
from tui_admin.mail.facts import language_of
from tui_admin.services.joining import (
    arriving,
    claiming,
    codes,
    details,
    proving,
    sessions,
    settling,
    signing,
    starting,
)
from tui_admin.services.joining.journeys import (
    journey,
    latest,
    offer_to_all,
    product_row,
)
from tui_admin.services.joining.visitor import Door
from tui_admin.services.operators import Hashing, check_password
from tui_admin.store.schema.products import product

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from tui_admin.domain.joining import Journey, Offer, Passed, Visit
    from tui_admin.services.work import Policy, Work
    from tui_admin.store.store import Store

T = TypeVar("T")
FLOOR: Final = 0.4
"""Seconds that an answer takes at least which must not tell whether there is an account."""


async def evened(answer: Awaitable[T]) -> T:
    """Return an answer, or raise what it raises, not before the floor of time has passed."""
    floor = ensure_future(sleep(FLOOR))
    try:
        return await answer
    finally:
        await floor


def passed(found: Passed | Reason) -> Passed:
    """Return the step that was taken; raises the reason why it was not."""
    if isinstance(found, Reason):
        raise found.refusal
    return found


class Joining:
    """Invitations accepted, addresses proven, registrations handed in and completed.

    A `session` is the token of the visitor's cookie, "" for none. Where a method needs one that
    carries something and it does not (unknown, expired, signed out, blocked), `Denied` is raised
    with `session_over`. Addresses and texts are taken as they were typed.
    """

    def __init__(
        self,
        store: Store,
        policy: Policy,
        now: Callable[[], datetime],
        origin: str,
        hashing: Hashing | None = None,
    ) -> None:
        """Serve visitors of this store; `origin` is where the audit log says acts come from.

        `hashing` is shared with others who hash passwords, so that all together are bounded.
        """
        self._door = Door(store, policy, now, origin)
        self._hashing = hashing or Hashing()

    # Looking

    async def invited(self, token: str) -> Offer:
        """Return what the link of an invitation offers; looking never uses it up.

        Raises `NotFound` (`invitation_unknown`) for a forged or replaced link, and `Refused`
        (`invitation_is`, fact `status`: accepted, revoked, expired, undone, failed) for one that
        is over.
        """
        return await self._door.read(lambda work: arriving.invited(work, token))

    async def offered(self, product_code: str) -> Offer:
        """Return what one may register for by oneself; raises `NotFound` (`product_unknown`)."""

        async def ask(work: Work) -> Offer:
            goods = await product_row(work, product.c.code == product_code, product_code)
            return await offer_to_all(work, goods)

        return await self._door.read(ask)

    async def visit(self, session: str) -> Visit:
        """Return who has this session; an empty `Visit` for one that is unknown or over."""
        found, stale = await self._door.read(lambda work: arriving.visit(work, session))
        if stale:
            await self._door.touch(lambda work: sessions.seen(work, session))
        return found

    async def journeys(self, session: str) -> tuple[Journey, ...]:
        """Return the registrations of whoever is signed in, newest first."""

        async def ask(work: Work) -> tuple[Journey, ...]:
            person = await sessions.signed_in(work, session)
            return tuple([await journey(work, row) for row in await latest(work, person.id)])

        return await self._door.read(ask)

    async def password_link(self, token: str) -> str:
        """Return the address whose password a link sets.

        Raises `Refused` (`password_link_over`).
        """

        async def ask(work: Work) -> str:
            return str((await signing.linked(work, token)).email)

        return await self._door.read(ask)

    # Getting an account, or into it

    async def accept(self, token: str, email: str, session: str, language: str) -> Passed:
        """Take up an invitation: step PASSWORD, SIGN_IN, or CODE where a code was mailed already.

        Somebody who is signed in with that address goes straight to DETAILS. Raises as `invited`
        does, `address_*` for what is no address, `address_not_invited` where it has to be the one
        invited, `account_blocked`.
        """
        language = language_of(language)
        return await evened(
            self._door.write(lambda work: arriving.accept(work, token, email, session, language))
        )

    async def begin(self, product_code: str, email: str, session: str, language: str) -> Passed:
        """Begin to register for a product by oneself: step PASSWORD, whoever it is.

        Raises `NotFound` (`product_unknown`), and `Refused` for what is no address.
        """
        language = language_of(language)
        act = self._door.write(
            lambda work: arriving.begin(work, product_code, email, session, language)
        )
        return await evened(act)

    async def choose_password(self, session: str, password: str) -> Passed:
        """Choose the password and have the code mailed: step CODE.

        Somebody who has an account is mailed that instead, which the answer does not tell. Raises
        `Refused`: `password_length`, `text_control_character`, `code_too_often`, `invitation_is`.
        """
        check_password(password)
        # Nobody has a hash computed who is not expected here.
        await self._door.read(lambda work: sessions.expected(work, session))
        hashed = await self._hashing.hashed(password)
        return await evened(self._door.write(lambda work: proving.choose(work, session, hashed)))

    async def send_code_again(self, session: str) -> None:
        """Mail another code, which replaces the one before.

        Raises `Refused`: `code_too_soon` (fact `seconds`), `code_too_often`, `code_over` where no
        password was chosen yet, `invitation_is`.
        """
        await evened(self._door.write(lambda work: proving.again(work, session)))

    async def verify(self, session: str, code: str) -> Passed:
        """Prove the address by the code that was mailed: a new session, step DETAILS.

        Raises `Refused`: `code_wrong` (fact `left`: tries), `code_over` (used up, expired or
        replaced), `invitation_is`, `account_blocked`.
        """
        return passed(await self._door.write(lambda work: proving.verify(work, session, code)))

    async def sign_in(self, session: str, email: str, password: str) -> Passed:
        """Sign in: a new session, and the step of what the old one carried, or of the latest.

        An invitation or product that the session carries is linked: step DETAILS. Without any
        registration the step is DETAILS and `registration` None. Raises `Denied`
        (`sign_in_failed`) for all that can be wrong, and `Refused`: `sign_in_paused` (fact
        `minutes`) after too many tries, `address_not_invited` or `invitation_is` where what the
        session carried cannot be linked; it carries nothing then, and the next try goes through.
        """
        return await evened(self._sign_in(session, email, password))

    async def _sign_in(self, session: str, email: str, password: str) -> Passed:
        key = signing.key_of(email)
        # Within one turn, or many at once would all be counted before the first was tried.
        async with self._hashing.turn:
            person = await self._door.write(lambda work: signing.count(work, key))
            if isinstance(person, Reason):
                raise person.refusal
            stored = person.password_hash if person is not None else ""
            right = await self._hashing.right_in_turn(stored, password)
        if person is None or not right or person.status != "active":
            raise Denied("sign_in_failed")
        return passed(await self._door.write(lambda work: signing.enter(work, session, person)))

    async def sign_out(self, session: str) -> None:
        """End a session; one that is over already stays so."""
        await self._door.write(lambda work: sessions.end(work, session))

    async def ask_password(self, email: str, language: str) -> None:
        """Mail a link to set a password where the address has an account; never tells whether."""
        language = language_of(language)
        await evened(self._door.write(lambda work: signing.mail_link(work, email, language)))

    async def set_password(self, token: str, password: str) -> Passed:
        """Set a password by the link that was mailed, and sign in; step as `sign_in`.

        Other sessions of the account and other links end. Raises `Refused`: `password_link_over`,
        `password_length`, `text_control_character`.
        """
        check_password(password)
        await self._door.read(lambda work: signing.linked(work, token))
        hashed = await self._hashing.hashed(password)
        return await self._door.write(lambda work: signing.set_password(work, token, hashed))

    # Registering

    async def start(self, session: str, product_code: str) -> Passed:
        """Register for another product with the account that is signed in: step DETAILS.

        One that is on its way without an organisation yet is taken up again. Raises `NotFound`
        (`product_unknown`).
        """
        return await self._door.write(lambda work: starting.start(work, session, product_code))

    async def keep(self, session: str, registration_id: int, answers: Mapping[str, str]) -> None:
        """Remember what was typed, valid or not: known fields, 500 characters of each.

        Raises `NotFound` (`registration_unknown`), `Refused` (`registration_is`, fact `status`).
        """
        await self._door.write(lambda work: details.keep(work, session, registration_id, answers))

    async def hand_in(
        self, session: str, registration_id: int, answers: Mapping[str, str]
    ) -> Journey:
        """Hand in the details: WAITING for approval, or APPROVED where none is needed.

        Known fields: given_names, family_name, date_of_birth, phone, organisation_name,
        registration_number, coupon; a phone and a coupon may be left out. Raises `Invalid` with a
        reason per field and `Refused` (`has_product`), which keep what was typed, and as `keep`
        does. A second time changes nothing.
        """
        found = await self._door.write(
            lambda work: details.hand_in(work, session, registration_id, answers)
        )
        if isinstance(found, Reason):
            raise found.refusal
        if isinstance(found, dict):
            raise Invalid(found)
        return found

    async def complete(self, session: str, registration_id: int) -> Journey:
        """Complete an approved registration: COMPLETED; a second time changes nothing.

        Raises `NotFound` (`registration_unknown`), `Refused` (`registration_is`).
        """
        return await self._door.write(
            lambda work: settling.complete(work, session, registration_id)
        )

    async def withdraw(self, session: str, registration_id: int) -> None:
        """Give a registration up; a second time changes nothing.

        Raises `NotFound` (`registration_unknown`), `Refused` (`registration_is`).
        """
        await self._door.write(lambda work: settling.withdraw(work, session, registration_id))

    # Domains

    async def claim_of(self, token: str) -> tuple[str, str]:
        """Return the domain that a link is about, and who claims it; raises `NotFound`."""
        return await self._door.read(lambda work: claiming.claim_of(work, token))

    async def confirm_claim(self, token: str) -> str:
        """Make a domain this environment's, and return it; raises `NotFound` for a link over."""
        return await self._door.write(lambda work: claiming.confirm(work, token))

    # Keeping house

    async def tidy(self) -> None:
        """Remove sessions and codes that are over."""

        async def sweep(work: Work) -> None:
            await sessions.sweep(work)
            await codes.sweep(work)

        await self._door.write(sweep)
