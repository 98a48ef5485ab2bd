"""Sending invitations: one press of Send is one batch, decided and queued in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.errors import Refused
from tui_admin.domain.outcomes import Undo
from tui_admin.services.batches import write_batch
from tui_admin.services.judging import judge
from tui_admin.services.options import Options, options_of
from tui_admin.services.places import undo_until
from tui_admin.services.planning import Plan, Resolved, coupon_spent, coupon_uses, resolve
from tui_admin.services.work import Service, Work, reads, writes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.domain.paste import Entry
    from tui_admin.domain.verdicts import Verdict


class Sent(NamedTuple):
    """What became of a press of Send; `kept` are the lines that stay behind in the draft."""

    batch: int | None
    sent: int
    items: tuple[Verdict, ...]
    undo: Undo | None
    kept: tuple[int, ...]


class Inviting(Service):
    """Choosing whom to invite for what, and sending."""

    @reads("can_invite")
    async def options(self, work: Work) -> Options:
        """Return what can be chosen."""
        return await options_of(work)

    @reads("can_invite")
    async def verdicts(
        self, work: Work, plan: Plan, entries: Sequence[Entry]
    ) -> tuple[Verdict, ...]:
        """Return what would become of each address if it were sent now."""
        return await judge(work, await resolve(work, plan), entries)

    @writes("can_invite")
    async def send(self, work: Work, plan: Plan, entries: Sequence[Entry]) -> Sent:
        """Invite those whose verdict is ok; with any over the limit, nobody.

        Raises `Denied` for more than one address without `can_bulk_invite`, `Refused` for a
        product without a choice of coupon, and what `resolve` raises.
        """
        resolved = await resolve(work, plan)
        if resolved.product is not None and resolved.coupon is None and not plan.no_coupon:
            raise Refused("coupon_not_chosen", product=resolved.product.code)
        items = await judge(work, resolved, entries)
        good = [entry for entry, item in zip(entries, items, strict=True) if item.verdict == "ok"]
        over = any(item.verdict == "over_limit" for item in items)
        kept = tuple(item.line for item in items if over or item.verdict != "ok")
        if over or not good:
            return Sent(None, 0, items, None, kept)
        if len(good) > 1:
            work.require("can_bulk_invite", resolved.place[0])
        await self._check_coupon(work, resolved, len(good))
        batch = await write_batch(work, resolved, good)
        # The events are filled in when the work is finished.
        return Sent(batch, len(good), items, Undo((), undo_until(work)), kept)

    async def _check_coupon(self, work: Work, resolved: Resolved, wanted: int) -> None:
        ticket = resolved.coupon
        if ticket is None:
            return
        used = await coupon_uses(work, ticket.id)
        if why := coupon_spent(ticket, used, work.now, wanted):
            raise why.refusal
