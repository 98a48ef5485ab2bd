"""Letters: what they say, and that no name, note or subject ever says it for them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_admin.domain.errors import Refused
from tui_admin.domain.lifecycle import PRIORITY
from tui_admin.mail.compose import Composed, Letter, Sender, compose, preview, shown
from tui_admin.mail.facts import ANSWERED, NEEDED
from tui_admin.mail.templating import SHIPPED
from tui_admin.mail.words import LANGUAGES

TOKEN = "Zk3vQ9x-_aB7cD1eF5gH8iJ2kL6mN0oP4qR7sT1uV3w"
LINK = f"https://portal.demo.example/invitation/{TOKEN}"
CODE = "402957"
SENDER = Sender("no-reply@demo.example", "Demo")
HEADERS = [
    "Message-ID",
    "Date",
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Entity-Ref-ID",
    "MIME-Version",
    "Content-Type",
]
HOSTILE = [
    "Ann\r\nBcc: eve@evil.example",
    "Ann\nBcc: eve@evil.example",
    "=?utf-8?q?a=0D=0ABcc:eve@evil.example?=",
    "=?utf-8?b?YQ0KQmNjOiBlQGUuZQ==?= x",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x9b31mred",
    "evil\u202egpj.exe",
    "[/foo]",
    "[@click=app.quit]x[/]",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ link }}",
    'Jansen, Jörg; "the" <boss@evil.example>',
    "free money https://evil.example/x www.evil.example",
    "x" * 5000,
    "lone \ud800 surrogate",
    "zero\u200bwidth\u2028line",
    "\x00",
]


def facts(**more: Any) -> dict[str, Any]:
    return {
        "environment": "Demo",
        "inviter_name": "Ada Lovelace",
        "inviter_email": "ada@demo.example",
        "organisation": "Acme Nederland BV",
        "product": "eHerkenning level 3",
        "link": LINK,
        "expires_at": datetime(2026, 12, 3, 14, 5, tzinfo=UTC),
        "note": "",
        "invitee_name": "Ann Jansen",
        "code": CODE,
        "minutes": 15,
        "number": 1,
        "overdue": 1,
        "hours": 24,
        "days": 7,
        "domain": "acme.example",
        "since": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        "people": [{"who": "Ada", "email": "ada@x.example", "organisation": "Acme"}],
        "who": "Bo Smit",
        "email": "bo@south.example",
        "reason": "The number is of another company.",
        **more,
    }


def letter(kind: str = "invitation", language: str = "en", **more: Any) -> Letter:
    given: dict[str, Any] = {
        "to": "ann@north.example",
        "to_name": "Ann Jansen",
        "facts": facts(),
        "message_id": "<m1.abc@demo.example>",
        "date": datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
        "reply_to": "ada@demo.example",
        "reference": "invitation-17",
        **more,
    }
    return Letter(kind, language, **given)


def read(composed: Composed) -> EmailMessage:
    message = message_from_bytes(composed.data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(composed: Composed, kind: str) -> str:
    part = read(composed).get_body((kind,))
    assert part is not None
    text: str = part.get_content()
    return text


class Page(HTMLParser):
    """The tags, addresses and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_an_invitation_says_who_what_until_when_and_whom_to_ask() -> None:
    composed = compose(letter(), SENDER)
    for text in (body(composed, "plain"), " ".join(Page(body(composed, "html")).text.split())):
        for part in (
            "Ann Jansen",
            "Ada Lovelace",
            "eHerkenning level 3",
            "Acme Nederland BV",
            LINK,
            "Thursday 3 December 2026 at 14:05 UTC",
            "Answer this mail",
            "You can ignore this mail",
        ):
            assert part in text


def test_the_headers_are_exactly_the_intended_ones() -> None:
    message = read(compose(letter(), SENDER))
    assert message.keys() == HEADERS
    assert message["Message-ID"] == "<m1.abc@demo.example>"
    assert message["Date"].datetime == datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    assert message["From"] == "Demo <no-reply@demo.example>"
    assert message["To"] == "Ann Jansen <ann@north.example>"
    assert message["Reply-To"] == "ada@demo.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Entity-Ref-ID"] == "invitation-17"
    assert message["Subject"] == (
        "Ada Lovelace invites you: eHerkenning level 3 for Acme Nederland BV"
    )


def test_text_and_html_are_alternatives_in_seven_bit_lines_that_end_in_crlf() -> None:
    composed = compose(letter(facts=facts(invitee_name="Jörg Øre", note="€ 5\n日本")), SENDER)
    message = read(composed)
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "text/plain",
        "text/html",
    ]
    assert composed.data.isascii()
    assert composed.data.count(b"\n") == composed.data.count(b"\r\n")
    assert max(map(len, composed.data.split(b"\r\n"))) <= 78
    assert "Jörg Øre" in body(composed, "plain")
    assert "日本" in body(composed, "html")


@pytest.mark.parametrize(
    "name",
    ["Jörg Ørsted Åse Ångström", "山田 太郎 " * 6, "Jansen, Ann", 'Ann "A" \\ Jansen', "é " * 30],
)
def test_a_name_in_a_header_reads_back_as_it_was(name: str) -> None:
    composed = compose(letter(facts=facts(inviter_name=name), to_name=name), SENDER)
    message, shown_name = read(composed), " ".join(name.split())
    # The new parser puts blanks between the encoded words of a name; mail programs do not.
    raw = message_from_bytes(composed.data)["To"]
    phrase, address = parseaddr(" ".join(raw.split()))
    assert (str(make_header(decode_header(phrase))), address) == (shown_name, "ann@north.example")
    assert message["Subject"].startswith(f"{shown_name} invites you")
    assert max(map(len, composed.data.split(b"\r\n"))) <= 78


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert compose(letter(), SENDER) == compose(letter(), SENDER)


def test_the_html_carries_the_link_as_a_button_and_as_text_and_loads_nothing() -> None:
    page = Page(body(compose(letter(), SENDER), "html"))
    assert [value for name, value in page.attributes if name == "href"] == [LINK, LINK]
    assert page.text.count(LINK) == 1
    assert not {"script", "img", "iframe", "link", "form", "object"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name in ("src", "background", "srcset")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", NEEDED)
@pytest.mark.parametrize("organisation", ["", "Acme"])
@pytest.mark.parametrize("product", ["", "Documents"])
def test_every_kind_reads_well_in_every_language(
    kind: str, language: str, organisation: str, product: str
) -> None:
    given = facts(organisation=organisation, product=product, invitee_name="", note="Hi")
    composed = compose(letter(kind, language, facts=given), SENDER)
    plain, html = body(composed, "plain"), body(composed, "html")
    about = {"set_password": ("Demo",), "reset_password": ("Demo",), "has_account": ()}
    about |= dict.fromkeys(("approval_digest", "approval_overdue", "domain_claim"), ("Demo",))
    about["authority_asked"] = ("Bo Smit", organisation)
    named = about.get(kind, (organisation or product or "Demo", product))
    for word in filter(None, named):
        assert word in composed.subject
        assert word in plain
        assert word in html
    assert f'<html lang="{language}"' in html
    assert "\n\n\n" not in plain
    assert " ,\n" not in plain
    assert not re.search(r"[a-z][.,:][A-Z]", plain), "two sentences ran into each other"
    assert "None" not in plain
    assert (LINK in plain) is (LINK in html) is ("link" in NEEDED[kind])
    assert (CODE in plain) is (CODE in html) is (kind == "verification")


def test_every_language_has_every_template() -> None:
    for language in LANGUAGES:
        assert {path.name for path in (SHIPPED / language).iterdir()} == {
            f"{kind}.{part}.j2" for kind in NEEDED for part in ("subject", "txt", "html")
        }


@pytest.mark.parametrize(
    ("asked", "begins"),
    [("nl", "Beste"), ("nl-BE", "Beste"), ("NL_nl", "Beste"), ("fr", "Hello"), ("../x", "Hello")],
)
def test_another_language_falls_back_to_its_base_and_then_to_english(
    asked: str, begins: str
) -> None:
    assert body(compose(letter(language=asked), SENDER), "plain").startswith(begins)


def test_the_link_is_in_the_bytes_and_nowhere_else() -> None:
    composed = compose(letter(), SENDER)
    assert LINK in body(composed, "plain")
    assert TOKEN not in composed.text
    assert TOKEN not in composed.subject
    assert "https://portal.demo.example/invitation/…" in composed.text
    assert TOKEN not in shown(body(composed, "plain"))


@pytest.mark.parametrize("link", [LINK, ""])
def test_a_preview_needs_no_token_and_shows_none(link: str) -> None:
    seen = preview("invitation", "en", facts(link=link))
    assert TOKEN not in seen.text
    assert "Accept the invitation:\n\n" in seen.text
    assert seen.subject.startswith("Ada Lovelace invites you")


def test_a_preview_is_the_text_that_is_sent() -> None:
    assert preview("invitation", "nl", facts()).text == compose(letter(language="nl"), SENDER).text


def test_a_code_is_in_the_bytes_and_nowhere_else() -> None:
    composed = compose(letter("verification"), SENDER)
    assert CODE in body(composed, "plain")
    assert CODE in body(composed, "html")
    assert CODE not in composed.text
    assert CODE not in composed.subject
    assert "Your code is:\n\n…\n" in composed.text
    seen = preview("verification", "en", facts())
    assert seen.text == composed.text
    assert seen.subject == composed.subject


@pytest.mark.parametrize("kind", ["set_password", "reset_password"])
def test_the_link_to_a_password_is_shown_without_its_token(kind: str) -> None:
    given = facts(link=f"https://portal.demo.example/password/{TOKEN}")
    composed = compose(letter(kind, facts=given), SENDER)
    assert TOKEN in body(composed, "plain")
    for seen in (composed.text, preview(kind, "en", given).text):
        assert "https://portal.demo.example/password/…\n" in seen
        assert TOKEN not in seen


@pytest.mark.parametrize(
    ("kind", "page"), [("has_account", "sign-in"), ("approved", "registration")]
)
def test_a_link_that_opens_nothing_by_itself_stays_whole(kind: str, page: str) -> None:
    link = f"https://portal.demo.example/{page}"
    composed = compose(letter(kind, facts=facts(link=link)), SENDER)
    assert f"\n{link}\n" in composed.text
    assert preview(kind, "en", facts(link=link)).text == composed.text


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12a456", "١٢٣٤٥٦", None])
def test_a_code_that_is_none_is_refused(code: str | None) -> None:
    with pytest.raises(Refused) as refused:
        compose(letter("verification", facts=facts(code=code)), SENDER)
    assert refused.value.reason.values == {"kind": "verification", "fact": "code"}


def test_one_who_waits_is_named_and_several_are_counted() -> None:
    one = compose(letter("approval_asked"), SENDER)
    assert one.subject == (
        "For approval: Bo Smit for eHerkenning level 3, on behalf of Acme Nederland BV"
    )
    said = " ".join(one.text.split())
    assert "Bo Smit (bo@south.example) registered for eHerkenning level 3" in said
    several = compose(letter("approval_asked", facts=facts(number=4)), SENDER)
    assert "4 registrations" in several.subject
    assert "4 registrations came in" in several.text


def test_a_rejection_says_why_and_who_can_be_asked() -> None:
    composed = compose(letter("rejected"), SENDER)
    assert "> The number is of another company.\n" in composed.text
    assert "Answer this mail" in composed.text
    assert "Ask the person" in compose(letter("rejected", reply_to=None), SENDER).text


@pytest.mark.parametrize("kind", sorted(NEEDED.keys() - ANSWERED))
def test_nobody_is_named_to_answer_where_nobody_is_behind_a_mail(kind: str) -> None:
    assert "Reply-To" not in read(compose(letter(kind), SENDER))


def test_nobody_is_asked_to_answer_themselves() -> None:
    assert "Reply-To" not in read(compose(letter("approved", reply_to="ann@north.example"), SENDER))


def test_the_kinds_are_those_that_services_queue() -> None:
    assert NEEDED.keys() == PRIORITY.keys()


# Hostile text


@pytest.mark.parametrize("kind", NEEDED)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_or_note_becomes_a_header_or_markup(kind: str, text: str) -> None:
    names = ("environment", "inviter_name", "organisation", "product", "invitee_name", "note")
    given = facts(**dict.fromkeys((*names, "who", "email", "reason"), text))
    composed = compose(letter(kind, facts=given, to_name=text), Sender(SENDER.address, text))
    message = read(composed)
    answered = [name for name in HEADERS if name != "Reply-To" or kind in ANSWERED]
    assert message.keys() == answered
    assert [each.addr_spec for each in message["To"].addresses] == ["ann@north.example"]
    assert [each.addr_spec for each in message["From"].addresses] == ["no-reply@demo.example"]
    harmless = compose(letter(kind, facts=facts(note="x")), SENDER)
    page, model = Page(body(composed, "html")), Page(body(harmless, "html"))
    kept = [tag for tag in page.tags if tag not in ("br", "strong")]
    assert kept == [tag for tag in model.tags if tag not in ("br", "strong")]
    for seen in (composed.subject, composed.text, body(composed, "html"), str(message["To"])):
        assert not set(seen) & set("\x00\x07\x1b\x9b\u202e\u2028\ud800")
    assert TOKEN not in composed.text


def test_a_name_brings_no_link_of_its_own() -> None:
    name = "Win https://evil.example/now"
    composed = compose(letter(facts=facts(inviter_name=name), to_name=name), SENDER)
    assert b"evil.example" not in composed.data


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=200))
def test_any_name_at_all_leaves_one_recipient_and_our_headers(name: str, note: str) -> None:
    given = facts(inviter_name=name, organisation=name, note=note)
    composed = compose(letter(facts=given, to_name=name), SENDER)
    message = read(composed)
    assert message.keys() == HEADERS
    assert [each.addr_spec for each in message["To"].addresses] == ["ann@north.example"]
    assert len(str(message["Subject"])) <= 180


@pytest.mark.parametrize(
    "address",
    ["ann@north.example\r\nBcc: e@e.example", "ann@north.example, e@e.example", "ann", "<a@b.c>"],
)
def test_an_address_that_is_more_than_one_is_refused(address: str) -> None:
    with pytest.raises(Refused) as refused:
        compose(letter(to=address), SENDER)
    assert refused.value.reason.id == "mail_address_unusable"


@pytest.mark.parametrize(
    "more",
    [
        {"message_id": "<a@b.example>\r\nBcc: e@e.example"},
        {"message_id": "a"},
        {"reference": "x\r\nBcc: e@e.example"},
        {"reference": ""},
    ],
)
def test_an_identifier_that_is_none_is_refused(more: dict[str, str]) -> None:
    with pytest.raises(Refused):
        compose(letter(**more), SENDER)


@pytest.mark.parametrize(
    "link",
    ["", "javascript:alert(1)", "https://a.example/\r\nx", 'https://a.example/"onclick="x', "//a"],
)
def test_a_link_that_is_none_is_refused(link: str) -> None:
    with pytest.raises(Refused) as refused:
        compose(letter(facts=facts(link=link)), SENDER)
    assert refused.value.reason.id == "mail_link_unusable"


@pytest.mark.parametrize("kind", NEEDED)
def test_a_missing_fact_is_named(kind: str) -> None:
    for name in NEEDED[kind]:
        given = facts()
        del given[name]
        with pytest.raises(Refused) as refused:
            compose(letter(kind, facts=given), SENDER)
        assert refused.value.reason.values == {"kind": kind, "fact": name}


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        compose(letter("../../secret"), SENDER)
    assert refused.value.reason.id == "mail_kind_unknown"


# Addresses and times


def test_a_domain_in_another_script_is_ascii_in_the_header() -> None:
    message = read(compose(letter(to="ann@bücher.example"), SENDER))
    assert message["To"].addresses[0].domain == "xn--bcher-kva.example"


def test_a_local_part_in_another_script_stays_itself() -> None:
    composed = compose(letter(to="jörg@north.example"), SENDER)
    assert str(read(composed)["To"]) == "Ann Jansen <jörg@north.example>"
    assert not composed.data.isascii()


@pytest.mark.parametrize("address", [None, "", "jörg@north.example", "a@b\r\nBcc: e@e.example"])
def test_a_reply_address_that_cannot_be_used_is_left_out(address: str | None) -> None:
    composed = compose(letter(reply_to=address), SENDER)
    assert "Reply-To" not in read(composed)
    assert "Ask Ada Lovelace: ada@demo.example" in composed.text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"expires_words": "within a week"}, "within a week"),
        ({"expires_at": "2026-12-03T14:05:00+00:00"}, "Thursday 3 December 2026 at 14:05 UTC"),
        (
            {"expires_at": datetime(2026, 12, 4, 0, 30, tzinfo=timezone(timedelta(hours=1)))},
            "Thursday 3 December 2026 at 23:30 UTC",
        ),
    ],
)
def test_the_expiry_is_said_in_words(given: dict[str, Any], words: str) -> None:
    assert words in compose(letter(facts=facts(**given)), SENDER).text


def test_a_note_stands_apart_line_by_line() -> None:
    composed = compose(letter(facts=facts(note="One\r\n\r\n\r\n\r\nTwo\n")), SENDER)
    assert "> One\n> \n> Two\n" in composed.text
