"""Domains: claimed by who runs them, marked as shared, let go; and what each of it changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tui_admin.domain.domains import overlapping, read_domain
from tui_admin.domain.errors import NotFound, Refused
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company


async def token(company: Company) -> str:
    """Return the token of the link in the latest mail about a claim."""
    mail = schema.outbox_message
    asked = select(mail.c.facts).where(mail.c.kind == "domain_claim").order_by(mail.c.id.desc())
    found = re.search(r"/domain/([\w-]+)", (await company.execute(asked))[0].facts)
    assert found
    return found[1]


async def kinds(company: Company) -> dict[str, str]:
    return {each.domain: each.kind for each in await company.desk.domains.all()}


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("Acme.Example", "acme.example"),
        (" @acme.example ", "acme.example"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_domain_is_read_as_addresses_have_it(typed: str, domain: str) -> None:
    assert read_domain(typed) == domain


@pytest.mark.parametrize(
    "typed", ["", "acme", "a@b.example", "acme..example", "a b.example", "\x1b"]
)
def test_what_is_no_domain_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="domain_form"):
        read_domain(typed)


def test_a_domain_overlaps_what_it_holds_and_what_holds_it() -> None:
    others = ("acme.example", "mail.acme.example", "notacme.example", "example")
    assert overlapping("acme.example", others) == ("example", "mail.acme.example")


async def test_a_domain_is_claimed_once_who_runs_it_says_so(company: Company) -> None:
    done = await company.desk.domains.claim("Firm.Example", "admin")
    assert await kinds(company) == {"firm.example": "asked"}
    (mail,) = await company.mails()
    assert (mail.to, mail.kind) == ("admin@firm.example", "domain_claim")
    link = await token(company)
    assert await company.hub.joining.claim_of(link) == ("firm.example", "founder")
    assert await kinds(company) == {"firm.example": "asked"}, "looking changes nothing"
    assert await company.hub.joining.confirm_claim(link) == "firm.example"
    (row,) = await company.desk.domains.all()
    assert (row.kind, row.by, row.at) == ("claimed", "founder", company.clock())
    with pytest.raises(NotFound):
        await company.hub.joining.confirm_claim(link)
    with pytest.raises(Refused, match="domain_claimed"):
        await company.desk.domains.claim("firm.example")
    assert done.undo
    with pytest.raises(Refused, match="undo_went_further"):
        await company.desk.undo(done.undo)
    assert (await company.desk.audit.verify()).bad is None


async def test_a_claim_is_taken_back_before_its_mail_has_left(company: Company) -> None:
    done = await company.desk.domains.claim("firm.example")
    assert done.undo
    await company.desk.undo(done.undo)
    assert await kinds(company) == {}
    assert [each.status for each in await company.mails()] == ["cancelled"]


async def test_a_link_is_over_after_a_week_and_when_it_is_asked_again(company: Company) -> None:
    await company.desk.domains.claim("firm.example")
    first = await token(company)
    company.clock.move(hours=1)
    await company.desk.domains.claim("firm.example")
    with pytest.raises(NotFound, match="claim_unknown"):
        await company.hub.joining.claim_of(first)
    second = await token(company)
    company.clock.move(hours=7 * 24)
    with pytest.raises(NotFound, match="claim_unknown"):
        await company.hub.joining.confirm_claim(second)
    assert await kinds(company) == {}


@pytest.mark.parametrize("domain", ["gmail.com", "hotmail.com", "mailinator.com"])
async def test_nobody_claims_what_is_anybodys(company: Company, domain: str) -> None:
    with pytest.raises(Refused, match="domain_shared"):
        await company.desk.domains.claim(domain)


async def test_nobody_joins_by_an_invitation_to_a_shared_domain(company: Company) -> None:
    done = await company.desk.domains.share("provider.example")
    assert await company.verdicts("jan@provider.example") == ["shared_domain"]
    with pytest.raises(Refused, match="domain_shared"):
        await company.desk.domains.claim("provider.example")
    with pytest.raises(Refused, match="domain_shared"):
        await company.desk.domains.share("provider.example")
    assert done.undo
    await company.desk.undo(done.undo)
    assert await company.verdicts("jan@provider.example") == ["ok"]


async def test_a_domain_is_let_go_whatever_it_is(company: Company) -> None:
    await company.desk.domains.claim("firm.example")
    await company.desk.domains.release("firm.example")
    await company.desk.domains.share("provider.example")
    await company.desk.domains.release("Provider.example")
    assert await kinds(company) == {}
    with pytest.raises(NotFound, match="domain_unknown"):
        await company.desk.domains.release("firm.example")


async def test_overlaps_are_told(company: Company) -> None:
    await company.desk.domains.share("mail.firm.example")
    await company.desk.domains.claim("firm.example")
    found = {each.domain: each.overlaps for each in await company.desk.domains.all()}
    assert found == {
        "firm.example": ("mail.firm.example",),
        "mail.firm.example": ("firm.example",),
    }
