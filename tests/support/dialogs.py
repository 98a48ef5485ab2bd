"""Services for the dialogs' tests: they answer as told, when told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.app import App, ComposeResult
from textual.widgets import Static

from tui_admin.domain.errors import because
from tui_admin.domain.outcomes import Outcome, Picks, Row, Undo
from tui_admin.domain.verdicts import Verdict
from tui_admin.services.options import AuthorisationChoice, CouponChoice, ProductChoice
from tui_admin.services.posting import Seen
from tui_admin.tui import theme
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    import asyncio

HOSTILE = (
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[2Jgone",
    "[/foo] [@click=app.exit]x[/]",
    "x[/",
    "\u202egnp.exe",
    "a\r\nBcc: evil@x.example",
    "nul\x00byte",
    "\x9b31m",
)
INVITED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
ENDS = datetime(2027, 1, 31, 12, 0, tzinfo=UTC)
ACTS = ("\x1b", "\x9b", "\x07", "\u202e", "\x00")


class Choice(NamedTuple):
    value: str
    label: str


class Options(NamedTuple):
    organisations: tuple[Choice, ...] = (
        Choice("1", "Acme Nederland BV"),
        Choice("2", "Bakkerij Jansen"),
    )
    products: tuple[ProductChoice, ...] = (
        ProductChoice("eherkenning-3", "eHerkenning level 3", 2000),
        ProductChoice("documents", "Documents", 0),
    )
    coupons: tuple[CouponChoice, ...] = (
        CouponChoice("WELCOME10", "", "", 10, False, 12, ENDS, None),
        CouponChoice("PREPAID", "eherkenning-3", "", 0, True, None, None, None),
        CouponChoice(
            *("EXPIRED", "", "", 10, False, 12, INVITED),
            because("coupon_expired", coupon="EXPIRED"),
        ),
    )
    roles: tuple[Choice, ...] = (
        Choice("Basic user", "Basic user"),
        Choice("Advanced user", "Advanced user"),
        Choice("Administrator", "Administrator"),
    )
    authorisations: tuple[AuthorisationChoice, ...] = (
        AuthorisationChoice("Sign only", "Sign only", "eherkenning-3"),
    )
    languages: tuple[str, ...] = ("en", "nl")
    environment_allowed: bool = True
    bulk_allowed: bool = True


class Sent(NamedTuple):
    batch: int | None
    sent: int
    items: tuple[Verdict, ...]
    undo: Undo | None
    kept: tuple[int, ...]
    changed: tuple[int, ...] = ()


class Inviting:
    """Judges as the real one does, as far as one can without a store."""

    def __init__(self, limit: int = 250) -> None:
        self.limit = limit
        self.known = {
            "invited@acme.example": (
                "already_invited",
                because("already_invited", at=INVITED, id=7),
            ),
            "blocked@acme.example": ("existing_user", because("account_blocked")),
        }
        self.linked = {"linked@acme.example"}
        self.fails: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.slow: asyncio.Event | None = None
        self.bulk = True
        self.everywhere = True
        self.hostile = False
        self.plans: list[Any] = []
        self.batches: list[tuple[str, ...]] = []

    async def options(self) -> Options:
        if self.fails:
            raise self.fails
        names = tuple(Choice(each, each) for each in HOSTILE) if self.hostile else ()
        return Options(
            bulk_allowed=self.bulk,
            environment_allowed=self.everywhere,
            organisations=names or Options().organisations,
        )

    async def verdicts(self, plan: Any, entries: tuple[Any, ...]) -> tuple[Verdict, ...]:
        self.plans.append(plan)
        if self.slow:
            await self.slow.wait()
        if self.fails:
            raise self.fails
        return self.judge(entries)

    def judge(self, entries: tuple[Any, ...]) -> tuple[Verdict, ...]:
        found: list[Verdict] = []
        seen: dict[str, int] = {}
        good = 0
        for entry in entries:
            kind, detail, key = "ok", entry.reason, entry.key
            if entry.reason:
                kind = "invalid"
            elif key in seen:
                kind, detail = "duplicate", because("duplicate_of", line=seen[key])
            elif key in self.known:
                kind, detail = self.known[key]
            elif key in self.linked:
                detail = because("will_be_linked")
            seen.setdefault(key, entry.line)
            if kind == "ok":
                good += 1
                if good > self.limit:
                    kind, detail = "over_limit", because("over_limit", limit=self.limit)
            verdict = Verdict(entry.line, entry.input, entry.email, entry.name, "", kind, detail)
            if kind == "ok" and key.endswith("@gmial.com"):
                meant = entry.email.replace("gmial", "gmail")
                warning = because("likely_typo", domain="gmial.com", meant="gmail.com")
                verdict = verdict._replace(warning=warning, suggestion=meant)
            elif key.endswith("@gmail.com"):
                shared = because("shared_domain", domain="gmail.com")
                verdict = verdict._replace(verdict="shared_domain", detail=shared)
            found.append(verdict)
        return tuple(found)

    async def letter(self, plan: Any, entry: Any) -> Seen:
        self.plans.append(plan)
        return Seen(entry.email, "Come and join", f"Hello {entry.name}\n\n{plan.note}")

    async def send(
        self, plan: Any, entries: tuple[Any, ...], shown: tuple[str, ...] | None = None
    ) -> Sent:
        self.plans.append(plan)
        if self.gate:
            await self.gate.wait()
        if self.fails:
            raise self.fails
        items = self.judge(entries)
        good = tuple(each.email for each in items if each.verdict == "ok")
        changed = tuple(
            at for at, each in enumerate(items) if shown is not None and shown[at] != each.verdict
        )
        if changed:
            return Sent(None, 0, items, None, tuple(each.line for each in items), changed)
        kept = tuple(each.line for each in items if each.verdict != "ok")
        if not good or any(each.verdict == "over_limit" for each in items):
            return Sent(None, 0, items, None, tuple(each.line for each in items))
        self.batches.append(good)
        undo = Undo((1,), datetime.now(UTC) + timedelta(seconds=10))
        return Sent(len(self.batches), len(good), items, undo, kept)


class Drafts:
    def __init__(self, **stored: dict[str, Any]) -> None:
        self.stored = stored
        self.fails: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.locked: asyncio.Event | None = None

    async def load(self, name: str) -> dict[str, Any]:
        if self.gate:
            await self.gate.wait()
        if self.fails:
            raise self.fails
        return self.stored.get(name, {})

    async def save(self, name: str, value: dict[str, Any]) -> None:
        if self.locked:
            await self.locked.wait()
        if self.fails:
            raise self.fails
        self.stored[name] = value


class Invitations:
    def __init__(self) -> None:
        self.resent: list[tuple[int, ...]] = []
        self.fails: Exception | None = None

    async def resend(self, picks: Picks) -> Outcome:
        if self.fails:
            raise self.fails
        self.resent.append(tuple(each.id for each in picks.named))
        done = tuple(Row(each.id, "invited@acme.example") for each in picks.named)
        return Outcome("invitation.resend", done)


class Desk:
    def __init__(self) -> None:
        self.inviting = Inviting()
        self.invitations = Invitations()
        self.drafts = Drafts()


class Operator(NamedTuple):
    username: str = "founder"


class Stage(App[Any]):
    """An app with nothing but what dialogs need of theirs."""

    CSS_PATH = sheet("base")
    ENABLE_COMMAND_PALETTE = False

    environment = "Demo"
    organisation = "Acme Nederland BV"
    waiting = None

    def __init__(self) -> None:
        super().__init__()
        theme.register(self)
        self.theme = theme.DARK
        self.operator = Operator()
        self.answers: list[Any] = []

    def compose(self) -> ComposeResult:
        yield Static("below")

    async def open(self, dialog: Any) -> None:
        await self.push_screen(dialog, self.answers.append)
