"""Registering somebody in one step: account, person, organisation and product on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType

from tui_admin.domain.errors import AdminError, Invalid
from tui_admin.domain.people_plan import DETAILS
from tui_admin.domain.permissions import BASIC
from tui_admin.services.enlisting import Enlistment
from tui_admin.tui.dialogs.account import AccountDialog
from tui_admin.tui.dialogs.choose import Item
from tui_admin.tui.dialogs.field import ChoiceField
from tui_admin.tui.dialogs.invite.coupons import NO_COUPON, coupon_items
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.domain.errors import Reason
    from tui_admin.services.facade import Desk
    from tui_admin.services.options import Options

LINES: Final = (
    ("email", "E-mail"),
    ("username", "Username"),
    ("given_names", "First names"),
    ("family_name", "Family name"),
    ("date_of_birth", "Born"),
    ("phone", "Telephone"),
)
CHOICES: Final = (
    ("organisation", "Organisation"),
    ("product", "Product"),
    ("coupon", "Coupon"),
    ("role", "Role"),
)


class Enlist(AccountDialog):
    """Register somebody with everything at once; gives the outcome, or None."""

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f10", "save", "Register", show=False, id="enlist.save"),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]
    heading = "Register somebody"
    keys = (("ctrl+s", "Register"), ("tab", "Next field"), ("esc", "Cancel"))

    def __init__(self, desk: Desk, *, organisation: str = "") -> None:
        """Register as this operator, by default for `organisation`."""
        super().__init__(desk, id="enlist")
        self._organisation = organisation
        self._options: Options | None = None

    def fill(self) -> ComposeResult:
        """Yield the fields."""
        for field, label in LINES:
            yield from self.row(field, label)
        for field, label in CHOICES:
            yield ChoiceField(label, id=field)

    def on_mount(self) -> None:
        """Ask what can be chosen."""
        self.query_one("#email").focus()
        self._offer()

    def _choice(self, field: str) -> ChoiceField:
        return self.query_one(f"#{field}", ChoiceField)

    @work(group="enlist-options")
    async def _offer(self) -> None:
        try:
            options = await self._desk.registering.options()
        except AdminError as error:
            self.notice.tell(error.reason)
            return
        self._options = options
        for field, offered, value in (
            ("organisation", options.organisations, self._organisation),
            ("product", options.products, None),
            ("role", options.roles, BASIC),
        ):
            items = tuple(Item(each.value, each.label) for each in offered)
            self._choice(field).offer(items, value)
        self._offer_coupons()

    def _offer_coupons(self) -> None:
        """Offer the coupons of the product; which one, or none, is always chosen anew."""
        product, place = self._choice("product").value, self._choice("organisation").value
        coupons = self._options.coupons if self._options and product else ()
        items = coupon_items(coupons, product or "", place or "")
        field = self._choice("coupon")
        field.disabled = not product
        field.offer((NO_COUPON, *items), field.value)

    @on(ChoiceField.Changed)
    def _chosen(self, event: ChoiceField.Changed) -> None:
        if event.field.id in ("product", "organisation"):
            self._offer_coupons()
        self.look_again()

    @property
    def wanted(self) -> Enlistment:
        """What is filled in."""
        coupon = self._choice("coupon").value
        return Enlistment(
            email=self.value("email"),
            given_names=self.value("given_names"),
            family_name=self.value("family_name"),
            date_of_birth=self.value("date_of_birth"),
            phone=self.value("phone"),
            username=self.typed_username,
            role=self._choice("role").value or "",
            organisation=self._choice("organisation").value or "",
            product=self._choice("product").value or "",
            coupon=coupon or "",
            no_coupon=coupon == "",
        )

    async def judge_others(self) -> dict[str, Reason]:
        """Return what is wrong with what was filled in; what is empty is not nagged about."""
        wrong = await self._desk.registering.check(self.wanted)
        return {field: why for field, why in wrong.items() if self._is_told(field)}

    def _is_told(self, field: str) -> bool:
        if field in ("email", "username"):
            return False  # told beside them
        if field in DETAILS:
            return bool(self.value(field))
        return bool(self._choice(field).value)

    def action_save(self) -> None:
        """Register; what is not right is told, and the first field of it has the focus."""
        if not self._saving and not any(each.is_choosing for each in self.query(ChoiceField)):
            self._saving = True
            self.notice.tell("Registering …", "info")
            self._save(self.wanted)

    @work(group="enlist")
    async def _save(self, wanted: Enlistment) -> None:
        try:
            outcome = await self._desk.registering.enlist(wanted)
        except Invalid as invalid:
            self._saving = False
            fields = [field for field, _ in (*LINES, *CHOICES)]
            self.wrong = dict(
                sorted(invalid.reasons.items(), key=lambda each: fields.index(each[0]))
            )
            first = next(iter(self.wrong))
            self.query_one(f"#{first}").focus()
            self.notice.tell(self.wrong[first])
        except AdminError as error:
            self._saving = False
            self.notice.tell(error.reason)
        else:
            self.dismiss(outcome)
