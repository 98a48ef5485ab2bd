"""The choices of the Invite dialog: organisation, product, coupon, role, and what is rarer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.containers import Grid
from textual.message import Message

from tui_admin.domain.permissions import BASIC
from tui_admin.domain.pricing import Price
from tui_admin.tui.dialogs.choose import Item
from tui_admin.tui.dialogs.field import ChoiceField, FieldLine
from tui_admin.tui.dialogs.invite.coupons import NO_COUPON, coupon_items
from tui_admin.tui.dialogs.invite.more import MoreField

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.services.options import CouponChoice, Options, ProductChoice
    from tui_admin.tui.dialogs.invite.draft import Draft

NO_ORGANISATION = Item("", "none", "to the environment alone")
NO_PRODUCT = Item("", "none", "an account and nothing else")
NO_PRODUCTS_COUPON = "–"
UNCHOSEN_COUPON = "choose one, type its code, or none …"


class PlanFields(Grid):
    """The fields in a grid; says so when one of them changes."""

    class Changed(Message):
        """Another choice was made."""

    def __init__(self) -> None:
        """Make the fields; they are empty until the options are known."""
        super().__init__(id="plan")
        self.organisation = ChoiceField("Organisation", own="as typed", id="organisation")
        self.product = ChoiceField("Product", id="product")
        self.coupon = ChoiceField("Coupon", own="a code as typed", id="coupon")
        self.role = ChoiceField("Role", id="role")
        self.more = MoreField()
        self.options: Options | None = None

    def compose(self) -> ComposeResult:
        """Yield the fields in the order of the keyboard."""
        yield from self._fields

    @property
    def _fields(self) -> tuple[FieldLine, ...]:
        return (self.organisation, self.product, self.coupon, self.role, self.more)

    def offer(self, options: Options, draft: Draft) -> None:
        """Take the options, and the draft's choices as far as they still exist.

        Where there is exactly one organisation (a company administrator's) it is chosen.
        """
        self.options = options
        companies = tuple(
            Item(each.value, each.label, "member after approval") for each in options.organisations
        )
        alone = companies[0].value if len(companies) == 1 else ""
        wanted: str | None = alone
        if draft.organisation:
            wanted = _value(companies, draft.organisation)
        elif draft.organisation is not None:
            wanted = ""
        nowhere = (NO_ORGANISATION,) if options.environment_allowed else ()
        self.organisation.offer((*nowhere, *companies), wanted)
        products = tuple(Item(each.value, each.label) for each in options.products)
        self.product.offer((NO_PRODUCT, *products), draft.product or "")
        roles = tuple(Item(each.value, each.label) for each in options.roles)
        basic = next((each.value for each in roles if BASIC in (each.label, each.value)), None)
        self.role.offer(roles, draft.role or basic)
        self._offer_coupons(draft.coupon)
        self.more.offer(options, self.product.value or "", draft)

    def _offer_coupons(self, wanted: str | None) -> None:
        """Offer the coupons of the product; without a product there is nothing to take off."""
        if not self.options or not self.product.value:
            self.coupon.disabled = True
            self.coupon.unset = NO_PRODUCTS_COUPON
            self.coupon.offer((), None)
            return
        mine = coupon_items(self.options.coupons, self.product.value, self.organisation.value or "")
        self.coupon.disabled = False
        self.coupon.unset = UNCHOSEN_COUPON
        refused = {each.value for each in mine if each.refusal}
        self.coupon.offer((NO_COUPON, *mine), None if wanted in refused else wanted)

    @on(ChoiceField.Changed)
    def _chosen(self, event: ChoiceField.Changed) -> None:
        event.stop()
        if event.field in (self.product, self.organisation):
            self._offer_coupons(self.coupon.value)
        if event.field is self.product and self.options:
            self.more.change_product(self.options, self.product.value or "")
        self.post_message(self.Changed())

    @on(MoreField.Changed)
    def _more_changed(self, event: MoreField.Changed) -> None:
        event.stop()
        self.post_message(self.Changed())

    def into(self, draft: Draft) -> Draft:
        """Return the draft with the choices as they are.

        What is not there any more stays in it until something else is chosen, so that it never
        comes back as "none".
        """
        place, product = self.organisation.value, self.product.value
        return draft._replace(
            organisation=draft.organisation if place is None else place,
            product=draft.product if product is None else product,
            coupon=self.coupon.value,
            role=self.role.value,
            **self.more.extras._asdict(),
        )

    # What it costs

    @property
    def _product(self) -> ProductChoice | None:
        there = self.options.products if self.options else ()
        return next((each for each in there if each.value == self.product.value), None)

    @property
    def chosen_coupon(self) -> CouponChoice | None:
        """What is known of the chosen coupon; nothing of a code that was typed."""
        there = self.options.coupons if self.options else ()
        return next((each for each in there if each.value == self.coupon.value), None)

    @property
    def price(self) -> Price | None:
        """What each of those invited will cost; None while that is not known."""
        product, ticket = self._product, self.chosen_coupon
        if product is None or (self.coupon.value != "" and ticket is None):
            return None
        if ticket is None:
            return Price(product.price_cents)
        return Price(product.price_cents, ticket.discount_percent, ticket.prepaid)

    # What is missing

    @property
    def is_choosing(self) -> bool:
        """Whether a choice is being made, or still on its way."""
        return any(each.is_choosing for each in self.query(ChoiceField))

    def undecided(self) -> FieldLine | None:
        """Return the first field that needs a choice before anything can be sent."""
        choices = (self.organisation, self.product, self.coupon, self.role)
        open_ = (each for each in choices if not each.disabled and each.value is None)
        return next(open_, self.more if self.more.undecided else None)


def _value(items: tuple[Item, ...], wanted: str) -> str | None:
    """Return the value of the item that is so named; the dashboard's organisation is a name."""
    return next((each.value for each in items if wanted in (each.value, each.label)), None)
