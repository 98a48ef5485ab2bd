"""Sending invitations: one press of Send is one batch, decided and queued in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.errors import Refused
from tui_admin.domain.outcomes import Undo
from tui_admin.domain.pricing import Price
from tui_admin.services.batches import letter_to, write_batch
from tui_admin.services.judging import judge
from tui_admin.services.options import Options, options_of
from tui_admin.services.places import undo_until
from tui_admin.services.planning import Plan, Resolved, coupon_spent, coupon_uses, resolve
from tui_admin.services.work import Service, Work, reads, writes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.domain.paste import Entry
    from tui_admin.domain.verdicts import Verdict
    from tui_admin.services.posting import Seen


class Sent(NamedTuple):
    """What became of a press of Send; `kept` are the lines that stay behind in the draft.

    `changed` are the rows, as places in `items`, that are not any more what they were shown as.
    """

    batch: int | None
    sent: int
    items: tuple[Verdict, ...]
    undo: Undo | None
    kept: tuple[int, ...]
    price: Price = Price(0)
    changed: tuple[int, ...] = ()


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

    @reads("can_invite")
    async def price(self, work: Work, plan: Plan) -> Price:
        """Return what each of those invited will cost."""
        return (await resolve(work, plan)).price

    @reads("can_invite")
    async def letter(self, work: Work, plan: Plan, entry: Entry) -> Seen:
        """Return the mail as it will look to somebody, without a link that works."""
        return letter_to(work, await resolve(work, plan), entry)

    @writes("can_invite")
    async def send(
        self,
        work: Work,
        plan: Plan,
        entries: Sequence[Entry],
        shown: Sequence[str] | None = None,
    ) -> Sent:
        """Invite those whose verdict is ok; with any over the limit, nobody.

        With `shown`, the verdicts that somebody has looked at, nothing is sent where any of them
        is another by now. Raises `Denied` for more than one address without `can_bulk_invite`,
        `Refused` for a product without a choice of coupon, and what `resolve` raises.
        """
        resolved = await resolve(work, plan)
        if resolved.product is not None and resolved.coupon is None and not plan.no_coupon:
            raise Refused("coupon_not_chosen", product=resolved.product.code)
        items = await judge(work, resolved, entries)
        changed = _changed(items, shown)
        good = [entry for entry, item in zip(entries, items, strict=True) if item.verdict == "ok"]
        nothing = bool(changed) or any(item.verdict == "over_limit" for item in items)
        kept = tuple(item.line for item in items if nothing or item.verdict != "ok")
        if nothing or not good:
            return Sent(None, 0, items, None, kept, resolved.price, changed)
        if len(good) > 1:
            work.require("can_bulk_invite", resolved.place[0])
        await self._check_coupon(work, resolved, len(good))
        batch = await write_batch(work, resolved, good)
        # The events are filled in when the work is finished.
        undo = Undo((), undo_until(work))
        return Sent(batch, len(good), items, undo, kept, resolved.price)

    async def _check_coupon(self, work: Work, resolved: Resolved, wanted: int) -> None:
        ticket = resolved.coupon
        if ticket is None:
            return
        used = (await coupon_uses(work, [ticket.id])).get(ticket.id, 0)
        if why := coupon_spent(ticket, used, work.now, wanted):
            raise why.refusal


def _changed(items: Sequence[Verdict], shown: Sequence[str] | None) -> tuple[int, ...]:
    """Return where the verdicts are others than those that were shown."""
    if shown is None:
        return ()
    return tuple(
        at for at, each in enumerate(items) if at >= len(shown) or each.verdict != shown[at]
    )
