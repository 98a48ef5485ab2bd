"""Everything that one decides on about somebody who waits for approval, as text."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from textual.content import Content

from tui_admin.domain.lifecycle import APPROVED, COMPLETED, REJECTED, WAITING
from tui_admin.domain.text import safe
from tui_admin.i18n import say
from tui_admin.tui.details.lines import Part, fact, heading, moment, section, status
from tui_admin.tui.present import age, is_late

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.lists.approvals import ApprovalRow
    from tui_admin.services.candidates import Candidate, Earlier

DECIDED = {APPROVED: "approved", COMPLETED: "approved", REJECTED: "rejected"}
IDENTITIES = {
    "supplied": "as given, not validated",
    "validated": "validated",
    "registered": "registered by an administrator",
}


def candidate_details(candidate: Candidate, now: datetime) -> Content:
    """Return what there is to know about somebody, what to look at first of all."""
    row = candidate.row
    parts = [
        *heading(row.display_name or row.email, row.email),
        *_state(candidate, now),
        *_wish(candidate),
        *_asked(candidate, now),
        *warning_lines(candidate),
        *section("Who", [_who(candidate, now)]),
        *section("Company", [_company(candidate)]),
        *section("How they came", [_way_in(candidate, now)]),
        *section("Also registering", (_earlier(each, now) for each in candidate.others)),
        *section("Earlier", (_earlier(each, now) for each in candidate.earlier)),
        *section("Memberships", ([f"{safe(each)}\n"] for each in candidate.memberships)),
    ]
    return Content.assemble(*parts)


def waiting_parts(candidate: Candidate, now: datetime) -> list[Part]:
    """Return what somebody waits for, to stand among everything else about them."""
    return [
        *section("Waits for approval", [[*_waits(candidate.row, now), *_wish(candidate)]]),
        ("a approves\n", "$accent"),
        *warning_lines(candidate),
        *section("Company", [_company(candidate)]),
        *section("How they came", [_way_in(candidate, now)]),
    ]


def glimpse(row: ApprovalRow, now: datetime) -> Content:
    """Return who it is, as far as the list knows, while the rest is being read."""
    waits = _waits(row, now)
    return Content.assemble(*heading(row.display_name or row.email, row.email), *waits)


def decision_words(candidate: Candidate, now: datetime) -> str:
    """Return who decided what and when, in one line; where nobody did, what became of it."""
    what = DECIDED.get(candidate.status)
    if what is None or not candidate.decided_by:
        return candidate.status.replace("_", " ")
    when = age(candidate.decided_at, now)
    ago = "just now" if when == "now" else f"{when} ago"
    return f"{what} by {safe(candidate.decided_by, 40)}, {ago}"


def warning_lines(candidate: Candidate) -> list[Part]:
    """Return what to look at before deciding; nothing once it is decided."""
    if candidate.status != WAITING or not candidate.row.warnings:
        return []
    lines: list[Part] = ["\n", ("Look at this first\n", "bold $waiting")]
    lines += [(f"! {safe(say(each))}\n", "$waiting") for each in candidate.row.warnings]
    return lines


def _asked(candidate: Candidate, now: datetime) -> list[Part]:
    """Return what was asked of the person, and whether they have answered."""
    asked = candidate.asked
    if asked is None:
        return []
    answered = ("○ not answered yet\n", "$waiting")
    if asked.answered_at:
        answered = (f"✓ answered, {moment(asked.answered_at, now)}\n", "$good")
    by = f"by {safe(asked.by, 40)}, {moment(asked.at, now)}\n"
    said: list[Part] = [f"“{safe(asked.text)}”\n", (by, "$off"), answered]
    return section("Asked for more", [said])


def _state(candidate: Candidate, now: datetime) -> list[Part]:
    if candidate.status == WAITING:
        return _waits(candidate.row, now)
    tone = "$bad" if candidate.status == REJECTED else "$good"
    return [(f"† {decision_words(candidate, now)}\n", f"bold {tone}")]


def _waits(row: ApprovalRow, now: datetime) -> list[Part]:
    late = "▲ longer than was promised" if is_late(row, now) else ""
    return [
        *fact("Waits since", moment(row.submitted_at, now)),
        *fact(" ", Content.styled(late, "bold $bad") if late else ""),
        *fact("Put off until", moment(_still(row.snoozed_until, now), now)),
    ]


def _still(until: datetime | None, now: datetime) -> datetime | None:
    return until if until is not None and until > now else None


def _wish(candidate: Candidate) -> list[Part]:
    return [
        *fact("Product", candidate.row.product or "none"),
        *fact("Organisation", candidate.row.organisation or "none: the environment"),
        *fact("Coupon", candidate.coupon),
        *_role(candidate),
    ]


def _role(candidate: Candidate) -> list[Part]:
    """Return the role held, and the one that approval gives where that is another."""
    promised, held = candidate.promised_role, candidate.role
    if not promised or promised == held:
        return fact("Role", held)
    told = Content.assemble(safe(held or "none"), (f" → {safe(promised)}", "bold"))
    return fact("Role", told)


def _who(candidate: Candidate, now: datetime) -> list[Part]:
    name = f"{candidate.given_names} {candidate.family_name}".strip()
    called = candidate.row.display_name
    return [
        *fact("Name", Content.styled("! not given", "$waiting") if not name else ""),
        *fact("Name", name if name != called else ""),
        *fact("Born", born(candidate.date_of_birth, now)),
        *fact("Phone", candidate.phone),
        *_other_address(candidate),
        *fact("Identity", IDENTITIES.get(candidate.identity_status, candidate.identity_status)),
    ]


def born(text: str, now: datetime) -> str:
    """Return a date of birth with the age in years; as it was given where it is no date."""
    try:
        born = date.fromisoformat(text)
    except ValueError:
        return text
    today = now.date()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return f"{text} · {years} years"


def _other_address(candidate: Candidate) -> list[Part]:
    """Return the address against the one invited; where both are the same it stands above."""
    given, invited = candidate.row.email, candidate.invited_email
    if not invited or invited.casefold() == given.casefold():
        return []
    differs = f"! differs from the invited address\n{'':14}  {safe(invited)}"
    return [
        *fact("Address", given),
        *fact(" ", Content.styled(differs, "$waiting")),
    ]


def _company(candidate: Candidate) -> list[Part]:
    given, known = candidate.company_name, candidate.known_company
    if not given and not candidate.company_number:
        return fact("Given", Content.styled("! none", "$waiting"))
    return [
        *fact("Given", given),
        *fact("Number", candidate.company_number),
        *fact("Ours", _ours(given, known)),
    ]


def _ours(given: str, known: str) -> Content:
    """Return what we call the company of the number that was given, set against the name given."""
    if not known:
        return Content.styled("! no company of that number", "$waiting")
    if given and given.casefold() != known.casefold():
        return Content.styled(f"! {safe(known)}", "$waiting")
    return Content.assemble(("✓ ", "$good"), safe(known))


def _way_in(candidate: Candidate, now: datetime) -> list[Part]:
    if candidate.invited_by:
        return [
            *fact("Invited by", candidate.invited_by),
            *fact("Invited", moment(candidate.invited_at, now)),
            *fact("Promised role", candidate.promised_role),
        ]
    if not candidate.company_number and not candidate.company_name:
        domain = candidate.row.email.rpartition("@")[2]
        return [f"By the domain {safe(domain)}, which is this environment's\n"]
    return ["By themselves; nobody invited them\n"]


def _earlier(each: Earlier, now: datetime) -> list[Part]:
    what = " · ".join(filter(None, (each.product, each.organisation)))
    who = f" by {safe(each.decided_by, 40)}" if each.decided_by else ""
    return [
        status(each.status),
        f"  {safe(what)}\n",
        (f"  {moment(each.at, now)}{who}\n", "$off"),
        (f"  “{safe(each.reason)}”\n" if each.reason else "", "$bad"),
    ]
