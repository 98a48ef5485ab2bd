"""The list of batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.listings import Field, Kind, Listing, Sort

if TYPE_CHECKING:
    from datetime import datetime

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
