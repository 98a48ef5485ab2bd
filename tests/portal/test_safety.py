"""What an attacker, a mail scanner or two clicks at once must not bring about."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests.portal.conftest import Incidents, site_of
from tests.support.joiners import DETAILS, PASSWORD, PIET, Joiner, count, invited, row_of
from tests.support.visitor import Answer, Visitor
from tui_admin.domain.errors import OutOfReach
from tui_admin.domain.outcomes import Picks
from tui_admin.portal.app import make_app
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.portal.conftest import Browse
    from tests.support.company import Company

TABLES = (schema.audit_event, schema.outbox_message, schema.portal_session, schema.registration)
EVIL = "https://evil.example"


async def size_of(company: Company) -> list[int]:
    found = [await company.execute(select(func.count()).select_from(each)) for each in TABLES]
    return [rows[0][0] for rows in found]


def alike(answer: Answer, email: str) -> tuple[int, str, list[str]]:
    """Return what a visitor can tell an answer by: not the tokens, which are random."""
    text = re.sub(r'name="csrf" value="[0-9a-f]+"', "", answer.text.replace(email, ""))
    return answer.status, text, sorted(name for name, _ in answer.headers)


async def invite(company: Company, visitor: Visitor) -> Joiner:
    piet = await invited(company)
    await visitor.get(f"/invitation/{await piet.token()}")
    return piet


async def asked_for_the_code(company: Company, visitor: Visitor) -> Joiner:
    piet = await invite(company, visitor)
    await visitor.submit()
    await visitor.submit(password=PASSWORD)
    return piet


async def at_the_details(company: Company, visitor: Visitor) -> Joiner:
    piet = await asked_for_the_code(company, visitor)
    await visitor.submit(code=await piet.code())
    return piet


# Links


async def test_opening_a_link_a_hundred_times_changes_nothing(
    company: Company, browse: Browse
) -> None:
    piet = await invited(company)
    token, before = await piet.token(), await size_of(company)
    for _ in range(50):
        answer = await browse().get(f"/invitation/{token}")
        assert answer.page.heading == "You are invited"
        await browse().ask("HEAD", f"/invitation/{token}")

    assert await size_of(company) == before
    visitor = browse()
    await visitor.get(f"/invitation/{token}")
    assert (await visitor.submit()).path == "/account/password"


async def test_the_token_is_in_no_later_address_and_on_no_page(
    company: Company, browse: Browse
) -> None:
    visitor = browse()
    piet = await invited(company)
    token = await piet.token()
    answer = await visitor.get(f"/invitation/{token}")
    assert token not in answer.text
    await visitor.submit()
    await visitor.submit(password=PASSWORD)

    assert not [path for path in visitor.seen[1:] if token in path]


@pytest.mark.parametrize("token", ["x" * 43, "short", "x" * 5000, "%00", "%2e%2e"])
async def test_a_forged_link_says_that_it_does_not_work(browse: Browse, token: str) -> None:
    answer = await browse().get(f"/invitation/{token}")
    assert answer.status == 404
    assert answer.page.heading == "This link does not work"


async def test_an_expired_link_says_so(company: Company, browse: Browse) -> None:
    visitor = browse()
    await invite(company, visitor)
    company.clock.move(days=15)
    answer = await visitor.submit()
    assert (answer.status, answer.page.heading) == (410, "This invitation has expired")


async def test_a_page_that_went_stale_by_revoking_leads_nowhere(
    company: Company, browse: Browse
) -> None:
    visitor = browse()
    await asked_for_the_code(company, visitor)
    code = await Joiner(company).code()
    (row,) = await company.invitations()
    await company.desk.invitations.revoke(Picks.rows([(row.id, row.version)]))

    answer = await visitor.submit(code=code)

    assert (answer.status, answer.page.heading) == (410, "This invitation was withdrawn")
    assert (
        await count(company, schema.registration, schema.registration.c.status == "verified") == 0
    )


async def test_a_link_that_was_used_is_dead(company: Company, browse: Browse) -> None:
    piet = await invited(company)
    token, visitor = await piet.token(), browse()
    await visitor.get(f"/invitation/{token}")
    await visitor.submit()
    await visitor.submit(password=PASSWORD)
    await visitor.submit(code=await piet.code())

    answer = await browse().get(f"/invitation/{token}")
    assert (answer.status, answer.page.heading) == (410, "This invitation was taken up already")


async def test_a_second_click_changes_nothing(company: Company, browse: Browse) -> None:
    visitor = browse()
    piet = await asked_for_the_code(company, visitor)
    form = visitor.last.page.forms[0]
    fields = form.values | {"code": await piet.code()}
    await visitor.post(form.path, fields)
    form = next(each for each in visitor.last.page.forms if "given_names" in each.values)
    first, second = await asyncio.gather(
        *(visitor.ask("POST", form.path, [_encoded(form.values | DETAILS)]) for _ in range(2))
    )

    assert (first.status, second.status) == (303, 303)
    assert await count(company, schema.registration) == 1
    handed_in = schema.audit_event.c.action.like("registration.%")
    actions = await company.execute(select(schema.audit_event.c.action).where(handed_in))
    assert len({each.action for each in actions}) == len(actions)


def _encoded(fields: dict[str, str]) -> bytes:
    from urllib.parse import urlencode

    return urlencode(fields).encode()


async def test_twenty_accepts_at_once_make_one_account(company: Company, browse: Browse) -> None:
    piet = await invited(company)
    token, visitors = await piet.token(), [browse() for _ in range(20)]
    await asyncio.gather(*(each.get(f"/invitation/{token}") for each in visitors))
    answers = await asyncio.gather(*(each.submit() for each in visitors))

    assert {each.path for each in answers} == {"/account/password"}
    assert await count(company, schema.user, schema.user.c.email_key == PIET) == 1
    assert await count(company, schema.registration) == 1


# Codes and passwords


async def test_of_sixty_codes_at_once_five_are_looked_at(company: Company, browse: Browse) -> None:
    visitor = browse()
    piet = await asked_for_the_code(company, visitor)
    right = await piet.code()
    form = visitor.last.page.forms[0]
    wrong = [f"{each:06}" for each in range(61) if f"{each:06}" != right][:60]
    answers = await asyncio.gather(
        *(
            visitor.ask("POST", form.path, [_encoded(form.values | {"code": each})])
            for each in wrong
        )
    )

    assert {each.status for each in answers} == {422}
    looked_at = [each for each in answers if "This code is not right" in each.text]
    assert len(looked_at) <= 5
    assert "does not hold any more" in (await visitor.submit(code=right)).text


async def test_a_code_is_of_no_use_in_another_browser(company: Company, browse: Browse) -> None:
    piet = await asked_for_the_code(company, browse())
    other = browse()
    await other.get("/sign-in")
    fields = other.last.page.forms[-1].values | {"code": await piet.code()}

    answer = await other.post("/account/code", fields)

    assert answer.status == 403
    assert answer.page.heading == "Sign in again"


async def test_no_page_gives_a_password_or_code_back(company: Company, browse: Browse) -> None:
    visitor = browse()
    await asked_for_the_code(company, visitor)
    assert "999999x" not in (await visitor.submit(code="999999x")).text
    await visitor.get("/sign-in")
    visitor.cookies.clear()
    await visitor.get("/sign-in")
    answer = await visitor.submit(email=PIET, password="hunter2hunter2")
    assert answer.status == 422
    assert "hunter2hunter2" not in answer.text
    assert PIET in answer.text


async def test_signing_in_tells_not_whether_there_is_an_account(
    company: Company, browse: Browse
) -> None:
    answers = []
    for email in ("founder@acme.example", "nobody@acme.example"):
        visitor = browse()
        await visitor.get("/sign-in")
        answer = await visitor.submit(email=email, password="not the password")
        answers.append(alike(answer, email))
    assert answers[0] == answers[1]
    assert answers[0][0] == 422


async def test_registering_and_forgetting_tell_not_whether_there_is_an_account(
    company: Company, browse: Browse
) -> None:
    await company.add_product("eh3", needs_approval=True)
    told = []
    for email in ("founder@acme.example", "nobody@acme.example"):
        visitor, texts = browse(), []
        await visitor.get("/register/eh3")
        texts.append(alike(await visitor.submit(email=email), email))
        texts.append(alike(await visitor.submit(password=PASSWORD), email))
        texts.append(alike(await visitor.submit(code="000000"), email))
        await visitor.get("/password")
        texts.append(alike(await visitor.submit(email=email), email))
        told.append(texts)

    assert told[0] == told[1]


# Sessions


async def test_a_session_that_somebody_else_chose_is_never_taken_on(
    company: Company, browse: Browse
) -> None:
    visitor, piet = browse(), await invited(company)
    visitor.cookies["session"] = "chosen-by-an-attacker-0123456789"
    await visitor.get(f"/invitation/{await piet.token()}")
    await visitor.submit()
    before = visitor.cookies["session"]
    assert before != "chosen-by-an-attacker-0123456789"
    await visitor.submit(password=PASSWORD)
    await visitor.submit(code=await piet.code())

    assert visitor.cookies["session"] != before
    stolen = browse()
    stolen.cookies["session"] = before
    assert not (await stolen.get("/registration")).path.startswith("/registration")


async def test_a_blocked_person_is_out_at_once(company: Company, browse: Browse) -> None:
    visitor = browse()
    await at_the_details(company, visitor)
    path = visitor.last.path
    username = (await company.users(PIET))[0].username
    await company.desk.users.block(await company.pick(username), "")

    assert (await visitor.submit(**DETAILS)).status == 403
    assert (await visitor.get(path)).path == "/sign-in"


async def test_nobody_sees_the_registration_of_another(company: Company, browse: Browse) -> None:
    mine, theirs = browse(), browse()
    await at_the_details(company, mine)
    eve = await invited(company, "eve@x.example")
    await theirs.get(f"/invitation/{await eve.token()}")
    await theirs.submit()
    await theirs.submit(password=PASSWORD)
    await theirs.submit(code=await eve.code())

    assert (await theirs.get(mine.last.path)).status == 404
    form = theirs.last.page.forms[0]
    answer = await theirs.post(mine.last.path, form.values | DETAILS)
    assert answer.status == 404
    assert (await row_of(company, schema.registration)).status == "verified"


# Forms of others


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": EVIL},
        {"origin": "http://127.0.0.1:9"},
    ],
)
async def test_a_form_that_another_site_sends_does_nothing(
    company: Company, browse: Browse, headers: dict[str, str]
) -> None:
    visitor = browse()
    await invite(company, visitor)
    before = await size_of(company)

    answer = await visitor.post("/invitation", visitor.last.page.forms[0].values, **headers)

    assert (answer.status, answer.page.heading) == (403, "This form came from elsewhere")
    assert await size_of(company) == before


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
async def test_a_form_without_its_token_does_nothing(
    company: Company, browse: Browse, token: str
) -> None:
    visitor = browse()
    await invite(company, visitor)
    before = await size_of(company)
    assert (await visitor.submit(csrf=token)).status == 403
    await invite_again(visitor)
    other = browse()
    await other.get("/sign-in")
    stolen = other.last.page.forms[0].values["csrf"]
    assert (await visitor.post("/invitation", {"csrf": stolen, "email": PIET})).status == 403
    assert await size_of(company) == before


async def invite_again(visitor: Visitor) -> None:
    await visitor.get("/invitation")


async def test_there_is_no_way_to_be_sent_elsewhere(company: Company, browse: Browse) -> None:
    await company.hub.operators.set_password("founder", PASSWORD)
    visitor = browse()
    answer = await visitor.get(f"/sign-in?next={EVIL}&return={EVIL}")
    assert "evil" not in answer.text
    form = answer.page.forms[-1]
    fields = form.values | {"email": "founder@acme.example", "password": PASSWORD, "next": EVIL}
    answer = await visitor.ask("POST", f"{form.path}?next={EVIL}", [_encoded(fields)])
    assert answer.header("location").startswith("/registration")


# Text of strangers


@pytest.mark.parametrize(
    "text", ['"><script>alert(1)</script>', "{{ 7*7 }}", "{environment}", "\x00"]
)
async def test_whatever_is_typed_is_text(company: Company, browse: Browse, text: str) -> None:
    visitor = browse()
    await at_the_details(company, visitor)
    typed = dict.fromkeys((*DETAILS, "organisation_name", "coupon"), text)
    answer = await visitor.submit(f"{visitor.last.path}", **typed)

    assert answer.status == 422
    assert "<script" not in answer.text
    assert answer.page.fields["given_names"]["value"] in (text, "\ufffd")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/sign-in", {"email": "a\x00b", "password": "\x00"}),
        ("/sign-in", {"email": "x" * 50_000, "password": "y" * 10_000}),
        ("/password", {"email": "a\x00@b.example"}),
        ("/register/eh3", {"email": "a\x00@b.example"}),
        ("/account/code", {"code": "\x00"}),
        ("/account/password", {"password": "\x00" * 20}),
    ],
)
async def test_hostile_fields_are_answered_and_never_a_slip_of_ours(
    company: Company, path: str, fields: dict[str, str]
) -> None:
    await company.add_product("eh3", needs_approval=True)
    site = site_of(company)
    visitor = Visitor(make_app(site))
    await visitor.get("/sign-in")
    token = visitor.last.page.forms[-1].values["csrf"]

    answer = await visitor.post(path, {"csrf": token, **fields})

    assert answer.status in (200, 403, 422)
    assert isinstance(site.record, Incidents)
    assert site.record.errors == []


@pytest.mark.parametrize("path", ["/register/%00", "/register/" + "x" * 5000, "/register/é"])
async def test_a_product_that_cannot_be_is_not_there(company: Company, path: str) -> None:
    answer = await Visitor(make_app(site_of(company))).get(path.replace("%00", "\x00"))
    assert answer.status == 404


# Trouble


class Broken:
    """A portal's services that fail in one way."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        async def fail(*_: Any) -> None:
            raise self._error

        return fail


async def test_a_store_out_of_reach_keeps_what_was_typed_and_no_password(small: Company) -> None:
    gone = OutOfReach("store_unreachable", store="secret-host", why="refused")
    site = site_of(small)
    visitor = Visitor(make_app(site))
    await visitor.get("/sign-in")
    visitor.app = make_app(site._replace(joining=Broken(gone), alive=Broken(gone).visit))  # type: ignore[arg-type]

    answer = await visitor.submit(email=PIET, password=PASSWORD)

    assert answer.status == 503
    assert answer.header("retry-after")
    assert "secret-host" not in answer.text
    assert PASSWORD not in answer.text
    assert answer.page.fields["email"]["value"] == PIET
    assert (await visitor.get("/healthz")).status == 503

    visitor.app, visitor.last = make_app(site), answer
    answer = await visitor.submit(password=PASSWORD)
    assert "The e-mail address or the password is not right" in answer.text


async def test_a_slip_of_ours_shows_a_number_and_no_more(small: Company) -> None:
    slip = RuntimeError("select password_hash from user")
    site = site_of(small)._replace(joining=Broken(slip))  # type: ignore[arg-type]

    answer = await Visitor(make_app(site)).get("/register/eh3")

    assert answer.status == 500
    assert "0badcafe" in answer.text
    assert "password_hash" not in answer.text
    assert "Traceback" not in answer.text
    assert isinstance(site.record, Incidents)
    assert site.record.errors == [slip]
