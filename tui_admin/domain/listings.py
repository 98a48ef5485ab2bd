"""The lists of the program: each field spelt once, with its kind and how it is filtered and sorted.

Store, screens, command line and export read these declarations; a test holds them complete.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from tui_admin.domain.journey import STUCK

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.query import Query

R = TypeVar("R")
Key = tuple[Any, int]
"""Where a row stands in an order: the value it is sorted by, and its id to break ties."""


class Kind(StrEnum):
    """What a field holds, and so how it is aligned, written and compared."""

    TEXT = "text"
    EMAIL = "email"
    CHOICE = "choice"
    NUMBER = "number"
    TIME = "time"
    JOURNEY = "journey"


class Field(NamedTuple):
    """One field of a list.

    `name` is the attribute of the row. `width` is how many cells it likes and `priority` how early
    it goes when the terminal narrows (0 stays for ever). `sorts` says that a list can be ordered by
    it; `word` is its name in the query bar (empty: it cannot be filtered by), `also` are other
    names that are understood there, and `choices` the values it can have.
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    width: int = 12
    priority: int = 5
    sorts: bool = False
    word: str = ""
    choices: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


class Sort(NamedTuple):
    """An order: by which field, and which end first."""

    field: str
    descending: bool = False


class Listing(NamedTuple):
    """One list: its fields, the order it opens in, and its words for one and for many.

    `filters` are fields that a list is narrowed by and does not show.
    """

    name: str
    one: str
    many: str
    fields: tuple[Field, ...]
    sort: Sort
    filters: tuple[Field, ...] = ()

    def field(self, name: str) -> Field:
        """Return the field of that name; KeyError where there is none."""
        for each in (*self.fields, *self.filters):
            if each.name == name:
                return each
        raise KeyError(name)

    @property
    def filtered(self) -> tuple[Field, ...]:
        """The fields that have a word in the query bar."""
        return tuple(each for each in (*self.fields, *self.filters) if each.word)


class Seek(StrEnum):
    """From where a page is read."""

    START = "start"
    END = "end"
    AFTER = "after"
    BEFORE = "before"
    FROM = "from"


class Ask(NamedTuple):
    """A question for one page: what, in which order, from where, how many.

    `AFTER` and `BEFORE` leave the row of `key` out, `FROM` begins with it, or with the first row
    behind where it stood. A page's rows are in the list's order whichever way it was sought.
    """

    query: Query
    sort: Sort
    seek: Seek = Seek.START
    key: Key | None = None
    size: int = 100


class Page(NamedTuple, Generic[R]):
    """Some rows in order with their keys, and whether there are others on either side."""

    rows: tuple[R, ...]
    keys: tuple[Key, ...]
    before: bool = False
    after: bool = False


class Count(NamedTuple):
    """How many; where not `exact`, at least so many."""

    number: int
    exact: bool = True


class UserRow(NamedTuple):
    """An account in a list."""

    id: int
    version: int
    email: str
    username: str
    display_name: str
    status: str
    role: str
    organisations: tuple[str, ...]
    created_at: datetime
    seen_at: datetime | None


class InvitationRow(NamedTuple):
    """An invitation in a list; `status` is as of now, `error` the mail server's last words.

    `step`, `ended`, `since` and `stuck` are those of its `Journey`.
    """

    id: int
    version: int
    email: str
    name: str
    status: str
    organisation: str
    product: str
    coupon: str
    role: str
    invited_by: str
    created_at: datetime
    sent_at: datetime | None
    expires_at: datetime
    batch: int | None
    user_id: int
    error: str
    step: str
    ended: str
    since: datetime
    stuck: str


class BatchRow(NamedTuple):
    """What was sent by one press of Send, and what became of it.

    `waiting` are those that are on their way to an answer, `stuck` how many are stuck where.
    """

    id: int
    created_at: datetime
    invited_by: str
    organisation: str
    product: str
    size: int
    accepted: int
    waiting: int
    taken_back: int
    stuck: tuple[str, ...]


class MessageRow(NamedTuple):
    """A mail in the outbox."""

    id: int
    version: int
    to: str
    subject: str
    kind: str
    status: str
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None
    sent_at: datetime | None
    last_error: str
    message_id: str


class OrganisationRow(NamedTuple):
    """An organisation in a list."""

    id: int
    version: int
    name: str
    registration_number: str
    status: str
    members: int
    created_at: datetime


class AuditRow(NamedTuple):
    """One event of the log; `before` and `after` are JSON texts of the fields that changed."""

    id: int
    at: datetime
    operator: str
    action: str
    subject: str
    before: str
    after: str
    origin: str
    hash: str


class ApprovalRow(NamedTuple):
    """A registration in the approval queue; `warnings` are what to look at before deciding."""

    id: int
    version: int
    email: str
    display_name: str
    organisation: str
    product: str
    submitted_at: datetime
    warnings: tuple[Reason, ...]
    user_id: int


USER_STATUSES = ("invited", "active", "blocked")
INVITATION_STATUSES = ("queued", "sent", "accepted", "revoked", "expired", "failed", "undone")
MESSAGE_STATUSES = ("queued", "sending", "sent", "unknown", "failed", "expired", "cancelled")
ORGANISATION_STATUSES = ("draft", "active", "archived")
"""Steps at which somebody may be stuck: in the order in which people come by them."""

ORG = ("organisation", "organization", "company")
"""What people type where they mean `org`."""
INVITED_BY = ("invited-by", "inviter")
"""What people type where they mean `by`."""

USERS = Listing(
    "users",
    "user",
    "users",
    (
        Field("email", "E-mail", Kind.EMAIL, 34, 0, sorts=True),
        Field("display_name", "Name", Kind.TEXT, 24, 2, sorts=True),
        Field("status", "Status", Kind.CHOICE, 10, 0, True, "status", USER_STATUSES),
        Field("role", "Role", Kind.TEXT, 15, 1, True, "role"),
        Field("organisations", "Organisations", Kind.TEXT, 24, 4, word="org", also=ORG),
        Field("username", "Username", Kind.TEXT, 16, 5, sorts=True),
        Field("created_at", "Added", Kind.TIME, 9, 3, True, "age", also=("added",)),
        Field("seen_at", "Seen", Kind.TIME, 9, 6, True, "seen"),
    ),
    Sort("created_at", descending=True),
    (
        Field("product", "Product", word="product"),
        Field("domain", "Domain", word="domain"),
        Field("stuck", "Stuck", Kind.CHOICE, word="stuck", choices=STUCK),
        Field("invited_by", "Invited by", word="by", also=INVITED_BY),
    ),
)
INVITATIONS = Listing(
    "invitations",
    "invitation",
    "invitations",
    (
        Field("email", "E-mail", Kind.EMAIL, 34, 0, sorts=True),
        Field("status", "Status", Kind.CHOICE, 10, 0, True, "status", INVITATION_STATUSES),
        Field("organisation", "Organisation", Kind.TEXT, 22, 2, word="org", also=ORG),
        Field("product", "Product", Kind.TEXT, 18, 4, word="product"),
        Field("created_at", "Invited", Kind.TIME, 9, 1, True, "age"),
        Field("step", "Journey", Kind.JOURNEY, 25, 3, word="stuck", choices=STUCK),
        Field("expires_at", "Expires", Kind.TIME, 9, 5, sorts=True),
        Field("invited_by", "By", Kind.TEXT, 16, 6, word="by", also=INVITED_BY),
        Field("coupon", "Coupon", Kind.TEXT, 12, 7),
        Field("role", "Role", Kind.TEXT, 14, 8),
        Field("batch", "Batch", Kind.NUMBER, 6, 9, word="batch"),
    ),
    Sort("created_at", descending=True),
)
BATCHES = Listing(
    "batches",
    "batch",
    "batches",
    (
        Field("id", "Batch", Kind.NUMBER, 6, 2),
        Field("created_at", "Sent", Kind.TIME, 9, 0, True, "age"),
        Field("invited_by", "By", Kind.TEXT, 16, 0, word="by", also=("invited-by",)),
        Field("organisation", "Organisation", Kind.TEXT, 22, 3, word="org"),
        Field("product", "Product", Kind.TEXT, 18, 5, word="product"),
        Field("size", "Invited", Kind.NUMBER, 8, 0),
        Field("accepted", "Accepted", Kind.NUMBER, 9, 0),
        Field("waiting", "Waiting", Kind.NUMBER, 8, 1),
        Field("stuck", "Stuck", Kind.TEXT, 26, 1),
        Field("taken_back", "Revoked", Kind.NUMBER, 8, 6),
    ),
    Sort("created_at", descending=True),
)
MESSAGES = Listing(
    "messages",
    "mail",
    "mails",
    (
        Field("to", "To", Kind.EMAIL, 34, 0, sorts=True),
        Field("status", "Status", Kind.CHOICE, 10, 0, True, "status", MESSAGE_STATUSES),
        Field("subject", "Subject", Kind.TEXT, 40, 2),
        Field("kind", "Kind", Kind.TEXT, 12, 4, word="kind"),
        Field("created_at", "Queued", Kind.TIME, 9, 1, True, "age"),
        Field("attempts", "Tries", Kind.NUMBER, 5, 5, sorts=True),
        Field("last_error", "Why", Kind.TEXT, 30, 3),
    ),
    Sort("created_at", descending=True),
)
ORGANISATIONS = Listing(
    "organisations",
    "organisation",
    "organisations",
    (
        Field("name", "Name", Kind.TEXT, 34, 0, sorts=True),
        Field("registration_number", "Number", Kind.TEXT, 12, 2, sorts=True),
        Field("status", "Status", Kind.CHOICE, 10, 1, True, "status", ORGANISATION_STATUSES),
        Field("members", "Members", Kind.NUMBER, 8, 3),
        Field("created_at", "Added", Kind.TIME, 9, 4, True, "age"),
    ),
    Sort("created_at", descending=True),
)
AUDIT = Listing(
    "audit",
    "event",
    "events",
    (
        Field("at", "When", Kind.TIME, 9, 0, True, "age"),
        Field("operator", "Operator", Kind.TEXT, 18, 1, word="by"),
        Field("action", "Action", Kind.TEXT, 20, 0, word="action"),
        Field("subject", "Subject", Kind.TEXT, 34, 0),
        Field("after", "After", Kind.TEXT, 30, 3),
        Field("origin", "From", Kind.TEXT, 12, 4),
    ),
    Sort("at", descending=True),
)
APPROVALS = Listing(
    "approvals",
    "registration",
    "registrations",
    (
        Field("email", "E-mail", Kind.EMAIL, 34, 0, sorts=True),
        Field("display_name", "Name", Kind.TEXT, 24, 1, sorts=True),
        Field("organisation", "Organisation", Kind.TEXT, 22, 2, word="org", also=ORG),
        Field("product", "Product", Kind.TEXT, 18, 3, word="product"),
        Field("submitted_at", "Waiting", Kind.TIME, 9, 0, True, "age"),
        Field("warnings", "Look at", Kind.TEXT, 20, 4),
    ),
    Sort("submitted_at"),
)
LISTINGS = (USERS, INVITATIONS, BATCHES, MESSAGES, ORGANISATIONS, AUDIT, APPROVALS)
