"""What visitors of the portal can do, as one method per page: a step is one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from tui_admin.domain.joining import Journey, Offer, Passed, Visit
    from tui_admin.services.work import Policy
    from tui_admin.store.store import Store


class Joining:
    """Invitations accepted, addresses proven, registrations handed in and completed.

    A `session` is the token of the visitor's cookie, "" for none. Where a method needs one that
    carries something and it does not (unknown, expired, signed out, blocked), `Denied` is raised
    with `session_over`. Addresses and texts are taken as they were typed.
    """

    def __init__(
        self, store: Store, policy: Policy, now: Callable[[], datetime], origin: str
    ) -> None:
        """Serve visitors of this store; `origin` is where the audit log says acts come from."""
        self._store, self._policy, self._now, self._origin = store, policy, now, origin

    # Looking

    async def invited(self, token: str) -> Offer:
        """Return what the link of an invitation offers; looking never uses it up.

        Raises `NotFound` (`invitation_unknown`) for a forged or replaced link, and `Refused`
        (`invitation_is`, fact `status`: accepted, revoked, expired, undone, failed) for one that
        is over.
        """
        raise NotImplementedError

    async def offered(self, product_code: str) -> Offer:
        """Return what one may register for by oneself; raises `NotFound` (`product_unknown`)."""
        raise NotImplementedError

    async def visit(self, session: str) -> Visit:
        """Return who has this session; an empty `Visit` for one that is unknown or over."""
        raise NotImplementedError

    async def journeys(self, session: str) -> tuple[Journey, ...]:
        """Return the registrations of whoever is signed in, newest first."""
        raise NotImplementedError

    async def password_link(self, token: str) -> str:
        """Return the address whose password a link sets.

        Raises `Refused` (`password_link_over`).
        """
        raise NotImplementedError

    # Getting an account, or into it

    async def accept(self, token: str, email: str, session: str, language: str) -> Passed:
        """Take up an invitation: step PASSWORD, SIGN_IN, or CODE where a code was mailed already.

        Somebody who is signed in with that address goes straight to DETAILS. Raises as `invited`
        does, `address_*` for what is no address, `address_not_invited` where it has to be the one
        invited, `account_blocked`.
        """
        raise NotImplementedError

    async def begin(self, product_code: str, email: str, session: str, language: str) -> Passed:
        """Begin to register for a product by oneself: step PASSWORD, whoever it is.

        Raises `NotFound` (`product_unknown`), and `Refused` for what is no address.
        """
        raise NotImplementedError

    async def choose_password(self, session: str, password: str) -> Passed:
        """Choose the password and have the code mailed: step CODE.

        Somebody who has an account is mailed that instead, which the answer does not tell. Raises
        `Refused`: `password_length`, `text_control_character`, `code_too_often`, `invitation_is`.
        """
        raise NotImplementedError

    async def send_code_again(self, session: str) -> None:
        """Mail another code, which replaces the one before.

        Raises `Refused`: `code_too_soon` (fact `seconds`), `code_too_often`, `code_over` where no
        password was chosen yet, `invitation_is`.
        """
        raise NotImplementedError

    async def verify(self, session: str, code: str) -> Passed:
        """Prove the address by the code that was mailed: a new session, step DETAILS.

        Raises `Refused`: `code_wrong` (fact `left`: tries), `code_over` (used up, expired or
        replaced), `invitation_is`, `account_blocked`.
        """
        raise NotImplementedError

    async def sign_in(self, session: str, email: str, password: str) -> Passed:
        """Sign in: a new session, and the step of what the old one carried, or of the latest.

        An invitation or product that the session carries is linked: step DETAILS. Without any
        registration the step is DETAILS and `registration` None. Raises `Denied`
        (`sign_in_failed`) for all that can be wrong, `Refused` (`sign_in_paused`, fact `minutes`)
        after too many tries, `address_not_invited`, `invitation_is`.
        """
        raise NotImplementedError

    async def sign_out(self, session: str) -> None:
        """End a session; one that is over already stays so."""
        raise NotImplementedError

    async def ask_password(self, email: str, language: str) -> None:
        """Mail a link to set a password where the address has an account; never tells whether."""
        raise NotImplementedError

    async def set_password(self, token: str, password: str) -> Passed:
        """Set a password by the link that was mailed, and sign in; step as `sign_in`.

        Other sessions of the account and other links end. Raises `Refused`: `password_link_over`,
        `password_length`, `text_control_character`.
        """
        raise NotImplementedError

    # Registering

    async def start(self, session: str, product_code: str) -> Passed:
        """Register for another product with the account that is signed in: step DETAILS.

        One that is on its way without an organisation yet is taken up again. Raises `NotFound`
        (`product_unknown`).
        """
        raise NotImplementedError

    async def keep(self, session: str, registration_id: int, answers: Mapping[str, str]) -> None:
        """Remember what was typed, valid or not: known fields, 500 characters of each.

        Raises `NotFound` (`registration_unknown`), `Refused` (`registration_is`, fact `status`).
        """
        raise NotImplementedError

    async def hand_in(
        self, session: str, registration_id: int, answers: Mapping[str, str]
    ) -> Journey:
        """Hand in the details: WAITING for approval, or APPROVED where none is needed.

        Known fields: given_names, family_name, date_of_birth, phone, organisation_name,
        registration_number, coupon. Raises `Invalid` with a reason per field, and as `keep` does.
        """
        raise NotImplementedError

    async def complete(self, session: str, registration_id: int) -> Journey:
        """Complete an approved registration: COMPLETED; a second time changes nothing.

        Raises `NotFound` (`registration_unknown`), `Refused` (`registration_is`).
        """
        raise NotImplementedError

    async def withdraw(self, session: str, registration_id: int) -> None:
        """Give a registration up; a second time changes nothing.

        Raises `NotFound` (`registration_unknown`), `Refused` (`registration_is`).
        """
        raise NotImplementedError

    # Keeping house

    async def tidy(self) -> None:
        """Remove sessions and codes that are over."""
        raise NotImplementedError
