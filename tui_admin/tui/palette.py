"""The palette: every declared command by name, also those without a key."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui_admin.i18n import say
from tui_admin.tui.commands import Offer, offers
from tui_admin.tui.frame import key_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_admin.tui.app import Dashboard


class Declared(Provider):
    """Offers what can be done on the screen below the palette."""

    def _offers(self) -> Iterator[Offer]:
        for each in offers(self.screen, typed=False):
            if each.command.id != "app.palette":
                yield each

    async def discover(self) -> Hits:
        """Yield everything, while nothing is typed."""
        for each in self._offers():
            yield DiscoveryHit(_display(each), self._runs(each), each.command.label, _help(each))

    async def search(self, query: str) -> Hits:
        """Yield what resembles the letters typed."""
        matcher = self.matcher(query)
        for each in self._offers():
            text = f"{each.command.label} – {each.command.help}"
            score = matcher.match(text)
            if score > 0:
                shown = matcher.highlight(text)
                yield Hit(score, shown, self._runs(each), each.command.label, _help(each))

    def _runs(self, offer: Offer) -> partial[None]:
        app: Dashboard = self.app  # type: ignore[assignment]
        return partial(app.gate.run, offer.node, offer.command)


def _display(offer: Offer) -> Content:
    return Content.assemble(
        offer.command.label, (f"  {key_name(offer.command.key)}", "bold $accent")
    )


def _help(offer: Offer) -> str:
    return say(offer.refusal) if offer.refusal else offer.command.help


def open_palette(app: Dashboard) -> None:
    """Open the palette over the screen."""
    app.push_screen(CommandPalette(providers=[Declared], placeholder="What would you like to do?"))
