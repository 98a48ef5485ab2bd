"""Coupons as they are offered: what each is worth, how often and until when it can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.i18n import say
from tui_admin.tui.dialogs.choose import Item

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui_admin.services.options import CouponChoice

NO_COUPON = Item("", "no coupon", "full price")


def coupon_items(coupons: Iterable[CouponChoice], product: str, place: str) -> tuple[Item, ...]:
    """Return the coupons that are for a product and an organisation, or for any."""
    return tuple(
        _item(each)
        for each in coupons
        if each.product in ("", product) and each.organisation in ("", place)
    )


def _item(coupon: CouponChoice) -> Item:
    worth = worth_of(coupon)
    refusal = say(coupon.why_not) if coupon.why_not else ""
    return Item(coupon.value, coupon.value, worth, refusal, worth)


def worth_of(coupon: CouponChoice) -> str:
    """Return what there is to know of a coupon: `10 % off · 12 left · until 3 Mar 2026`."""
    parts = ["prepaid" if coupon.prepaid else f"{coupon.discount_percent} % off"]
    parts += ["any number" if coupon.left is None else f"{coupon.left:,} left"]
    until = coupon.expires_at
    parts += [f"until {until:%-d %b %Y}" if until else "no end"]
    return " · ".join(parts)
