"""The Invite dialog: who joins what, a paste of anything, a verdict for each, and off they go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.message import Message

from tui_admin.domain.errors import AdminError, because
from tui_admin.tui.dialogs.base import Hints, Notice
from tui_admin.tui.dialogs.invite.area import AddressArea, line_ends
from tui_admin.tui.dialogs.invite.draft import NAME, Draft, Keeper, gone_from, remaining
from tui_admin.tui.dialogs.invite.fields import PlanFields
from tui_admin.tui.dialogs.invite.keeps import Keeps
from tui_admin.tui.dialogs.invite.keys import State, keys
from tui_admin.tui.dialogs.invite.mends import Mends
from tui_admin.tui.dialogs.invite.paste import PasteBox, warm
from tui_admin.tui.frame import HeaderLine
from tui_admin.tui.messages import StoreMoved
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.outcomes import Outcome
    from tui_admin.domain.paste import Entry
    from tui_admin.domain.verdicts import Verdict
    from tui_admin.services.facade import Desk
    from tui_admin.services.inviting import Sent
    from tui_admin.services.planning import Plan

WIDE = 100
"""Columns from which the verdicts stand beside the text instead of below it."""

ON_ITS_WAY = 0.02
"""Seconds until it is looked again whether a choice has been taken over."""


class InviteDialog(Mends, Keeps):
    """Invite people; gives what was sent, or None where the dialog was only closed."""

    class Answered(Message, bubble=False):
        """The answer to Send: what was sent, or why nothing was."""

        def __init__(self, sent: Sent | None, reason: Reason | None = None) -> None:
            """Bring the answer."""
            super().__init__()
            self.sent = sent
            self.reason = reason

    CSS_PATH: ClassVar[Any] = [sheet("frame"), sheet("dialogs"), sheet("invite")]
    AUTO_FOCUS = "#addresses"
    # f6 and f7 before the text: there they would select.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f10", "send", "Send", show=False, id="invite.send"),
        Binding("f8", "problem(1)", "Next problem", show=False, id="invite.next_problem"),
        Binding("shift+f8,f20", "problem(-1)", "Previous", show=False, id="invite.last_problem"),
        Binding("f7,ctrl+t", "mend", "Mend", show=False, priority=True, id="invite.mend"),
        Binding("shift+f7,f19", "mend_all", "Mend all", show=False, id="invite.mend_all"),
        Binding("f6", "preview", "Preview", show=False, priority=True, id="invite.preview"),
        Binding("f4,ctrl+o", "from_file", "From a file", show=False, id="invite.from_file"),
        Binding("f9", "bring_back", "Bring back", show=False, id="invite.bring_back"),
        Binding("escape", "leave", "Close", show=False, id="invite.leave"),
        Binding("ctrl+r,f5", "again", "Try again", show=False, id="invite.again"),
    ]
    heading = "Invite"

    def __init__(
        self,
        desk: Desk,
        *,
        limit: int = 250,
        organisation: str = "",
        files: bool = True,
        told: Callable[[Outcome], None] = lambda _: None,
    ) -> None:
        """Invite as this operator, at most `limit` at once, by default to `organisation`.

        `files` says whether files of this machine are theirs to read, and `told` is called with
        what was done meanwhile to invitations and users that are there already.
        """
        super().__init__(id="invite")
        self.desk, self.told = desk, told
        self._files = files
        self._organisation = organisation
        self.keeper = Keeper(desk.drafts.save)
        self._draft: Draft | None = None
        self._sending = False
        self._leaving = False
        self.fields = PlanFields()
        self.paste = PasteBox(limit)

    def compose(self) -> ComposeResult:
        """Lay out the frame's first line, the choices, the text with its verdicts."""
        yield HeaderLine()
        yield self.fields
        yield self.paste
        yield Notice()
        yield Hints()

    def on_mount(self) -> None:
        """Fetch the draft and what there is to choose from; load what the first paste needs."""
        self._load()
        self.run_worker(asyncio.to_thread(warm), group="invite-warm")

    def on_resize(self, event: events.Resize) -> None:
        """Put the verdicts beside the text where there is room, else below."""
        self.set_class(event.size.width >= WIDE, "-wide")

    @property
    def notice(self) -> Notice:
        """The line that says what is wrong."""
        return self.query_one(Notice)

    # Opening

    @work(group="invite-load", exclusive=True)
    async def _load(self) -> None:
        """Fetch the draft, then the options; what fails is said, and `ctrl+r` tries again."""
        try:
            if self._draft is None:
                self._take_up(Draft.read(await self.desk.drafts.load(NAME)))
            options = await self.desk.inviting.options()
            self.fields.offer(options, self._draft or Draft())
            self.paste.bulk = options.bulk_allowed
        except AdminError as error:
            self.notice.tell(error.reason)
            return
        self.notice.clear()
        self._changed()

    def _take_up(self, draft: Draft) -> None:
        self.keeper.saved = draft
        if not draft.text and self._organisation:
            draft = draft._replace(organisation=self._organisation)
        self._draft = draft
        if draft.text:
            self.paste.load(draft.text)
        self._show_keys()

    def action_again(self) -> None:
        """Ask once more for whatever did not come."""
        if self.fields.options is None:
            self._load()
        else:
            self._changed()

    def action_bring_back(self) -> None:
        """Put the list that was sent last below what is in the text, as after an undo."""
        draft = self.draft()
        if self._can_bring_back():
            self.paste.append(draft.last)
            self.fields.more.bring_back(draft.last_note)

    def _can_bring_back(self) -> bool:
        """Say whether there is a last list that is not in the text already."""
        last = self._draft.last.strip() if self._draft else ""
        return bool(last) and last not in self.paste.text

    # The draft

    def draft(self) -> Draft:
        """Return what is in the dialog; choices that could not be offered stay as they were."""
        stored = (self._draft or Draft())._replace(text=self.paste.text)
        return stored if self.fields.options is None else self.fields.into(stored)

    @on(PasteBox.Changed)
    @on(PlanFields.Changed)
    def _changed(self) -> None:
        """Save soon what changed, and have it judged."""
        if self._draft is None or self._sending:
            return
        self.warned = False
        self.keeper.newest = self.draft()
        self.save_soon()
        self._show_keys()
        place, ticket = self.fields.organisation, self.fields.chosen_coupon
        self.paste.tell_price(self.fields.price, ticket.left if ticket else None)
        if self.fields.options is not None and place.value is None:
            self.notice.tell(because("invite_undecided", field=place.label), "warning")
        elif self.fields.options is not None:
            self.paste.ask(self._judge)

    # Verdicts

    def plan(self) -> Plan:
        """Return the choices as the service takes them."""
        from tui_admin.services.planning import Plan

        draft = self.fields.into(Draft())
        return Plan(
            organisation=draft.organisation or "",
            product=draft.product or "",
            coupon=draft.coupon or "",
            no_coupon=bool(draft.product) and draft.coupon == "",
            role=draft.role or "",
            authorisations=draft.authorisations or "",
            note=draft.note,
            language=draft.language,
        )

    async def _judge(self, entries: tuple[Entry, ...]) -> tuple[Verdict, ...]:
        return await self.desk.inviting.verdicts(self.plan(), entries)

    @on(StoreMoved)
    def _store_moved(self) -> None:
        """Judge again: somebody changed something, and this may be about it."""
        settled = self.fields.options is not None and self.fields.organisation.value is not None
        if settled and self.paste.text.strip() and not self._sending:
            self.paste.ask(self._judge)

    @on(PasteBox.Says)
    def _say(self, event: PasteBox.Says) -> None:
        self._show_keys()
        if event.what is None:
            self.notice.clear()
        else:
            self.notice.tell(event.what, event.kind)

    def action_problem(self, step: int) -> None:
        """Go to the next or the previous row that will not be sent."""
        self.paste.step_to_problem(step)

    # Looking first, and files

    def action_preview(self) -> None:
        """Show the mail that the first of those invited will have."""
        if self.fields.options is not None and not self._sending:
            self._show_letter(self.plan())

    @work(group="invite-preview", exclusive=True)
    async def _show_letter(self, plan: Plan) -> None:
        from tui_admin.tui.dialogs.invite.preview import Preview

        entries = await self.paste.entries(self.paste.text)
        shown = self.paste.shown or ()
        good = (each for each, verdict in zip(entries, shown, strict=False) if verdict == "ok")
        entry = next(good, None)
        if entry is None:
            self.notice.tell(because("invite_no_preview"), "warning")
            return
        try:
            letter = await self.desk.inviting.letter(plan, entry)
        except AdminError as error:
            self.notice.tell(error.reason)
        else:
            self.app.push_screen(Preview(letter, self.paste.about))

    def action_from_file(self) -> None:
        """Put what a file holds below what is in the text."""
        from tui_admin.tui.dialogs.invite.file import FromFile

        if not self._files:
            self.notice.tell(because("invite_no_files"), "warning")
        elif not self._sending:
            self.app.push_screen(FromFile(), self._take_file)

    def _take_file(self, text: str | None) -> None:
        if text:
            self.paste.append(line_ends(text))
            self.paste.area.focus()

    # Sending

    def action_send(self) -> None:
        """Send what is good. While an answer is out the key is dead: nothing goes twice."""
        if self._sending or self.fields.options is None:
            return
        if self.fields.is_choosing:
            # The list has closed and what was chosen is on its way: never send without it.
            self.set_timer(ON_ITS_WAY, self.action_send)
            return
        undecided = self.fields.undecided()
        if undecided is not None:
            undecided.focus()
            self.notice.tell(because("invite_undecided", field=undecided.label))
        elif not self.paste.text.strip():
            self.notice.tell(because("invite_nobody"))
        else:
            self._sending = True
            shown = self.paste.shown
            self.paste.freeze(True)
            self.notice.tell("Sending …", "info")
            self._send(self.paste.text, self.plan(), shown)

    @work(group="invite-send")
    async def _send(self, text: str, plan: Plan, shown: tuple[str, ...] | None) -> None:
        """Send what was shown, and keep in the draft what stays behind."""
        try:
            sent = await self.desk.inviting.send(plan, await self.paste.entries(text), shown)
        except AdminError as error:
            self.post_message(self.Answered(None, error.reason))
            return
        if sent.sent:
            rest, gone = remaining(text, sent.kept, sent.items), gone_from(text, sent)
            kept = self.draft()._replace(text=rest, note="", last=gone, last_note=plan.note)
            self.keeper.newest = kept
            await self.keeper.flush_in_time()
        self.post_message(self.Answered(sent))

    @on(Answered)
    def _answered(self, event: Answered) -> None:
        """Close over what was sent; else give the dialog back, with everything still there."""
        sent = event.sent
        if sent is not None and sent.sent:
            self.dismiss(sent)
            return
        self._sending = False
        self.paste.freeze(False)
        if sent is not None:
            self.paste.show(sent.items)
        reason = event.reason if sent is None else self._why_nothing(sent)
        if sent is not None and sent.changed:
            self.paste.go_to(sent.items[sent.changed[0]])
        if reason:
            self.call_after_refresh(self.notice.tell, reason)
            self.paste.ask(self._judge)

    def _why_nothing(self, sent: Sent) -> Reason:
        if sent.changed:
            return because("invite_changed", number=len(sent.changed))
        return self.paste.too_many() if self.paste.over > 0 else because("invite_none_good")

    # Moving and leaving

    @on(AddressArea.Left)
    def _left_text(self) -> None:
        self.fields.organisation.focus()

    def on_descendant_focus(self) -> None:
        """Show the keys of where the focus is."""
        self._show_keys()

    def _show_keys(self) -> None:
        """Show the keys of where the focus is, and how many Send would send."""
        state = State(
            in_text=self.paste.area.has_focus,
            empty=not self.paste.text.strip(),
            good=self.paste.good,
            offer=self.offer,
            alike=len(self.alike()),
            can_bring_back=self._can_bring_back(),
        )
        self.query_one(Hints).show(keys(state))

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste for the text wherever the focus is."""
        event.stop()
        self.paste.area.take(event.text)

    def action_leave(self) -> None:
        """Close, with the draft saved; where that fails only a further press closes."""
        if self._sending:
            return
        if self.warned:
            self.dismiss(None)
            return
        if self._draft is not None:
            self.keeper.newest = self.draft()
        self._leave()

    @work(group="invite-leave")
    async def _leave(self) -> None:
        """Save and close; beside the messages, so that a store that hangs holds no key up."""
        if self._leaving:
            return
        self._leaving = True
        try:
            unread = self._draft is None
            kept = not self.paste.text if unread else await self.keeper.flush_in_time()
        finally:
            self._leaving = False
        if kept:
            self.dismiss(None)
            return
        self.warned = True
        self.notice.tell(because("invite_draft_lost"))
        self.paste.tell_kept("not saved!")
