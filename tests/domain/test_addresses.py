from __future__ import annotations

import re
import string
import subprocess
import sys
import unicodedata

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from tui_admin.domain import addresses
from tui_admin.domain.addresses import Address, domain_of, identity_key, judge_address, read_address
from tui_admin.domain.errors import Reason, Refused


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jan@x.example", "JAN@X.EXAMPLE"),
        ("jan@münchen.example", "jan@xn--mnchen-3ya.example"),
        ("jan@MÜNCHEN.example", "jan@XN--MNCHEN-3YA.example"),
        ("jan@x。example", "jan@x.example"),
        ("\ufeffjan@x.example\u00a0", "jan@x.example"),
        ("\u200bjan@x.example\u200b\r\n", "jan@x.example"),
        ("ｊａｎ@x.example", "jan@x.example"),
        ("jose\u0301@x.example", "josé@x.example"),
    ],
)
def test_spellings_of_one_address_are_one_person(one: str, other: str) -> None:
    assert identity_key(one) == identity_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jan@x.example", "jan+news@x.example"),
        ("jan.jansen@gmail.com", "janjansen@gmail.com"),
        ("jan@strasse.example", "jan@straße.example"),
    ],
)
def test_plus_tags_dots_and_sharp_s_in_the_domain_are_different_people(
    one: str, other: str
) -> None:
    assert identity_key(one) != identity_key(other)


def test_what_was_typed_is_kept_for_display_and_mail_goes_to_an_ascii_domain() -> None:
    address = read_address(" Jan.Jansen@München.example ")
    assert address.typed == "Jan.Jansen@München.example"
    assert address.mailbox == "Jan.Jansen@xn--mnchen-3ya.example"
    assert domain_of(address.key) == address.domain == "xn--mnchen-3ya.example"


@pytest.mark.parametrize("domain", ["x.example", "x.test", "example.com", "a.b.c.example"])
def test_domains_for_demonstrations_are_accepted(domain: str) -> None:
    assert identity_key(f"jan@{domain}") == f"jan@{domain}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "address_no_at"),
        ("jan.x.example", "address_no_at"),
        ("jan＠x.example", "address_no_at"),
        ("@x.example", "address_no_local"),
        ("jan@", "address_no_domain"),
        ("a@b@x.example", "address_two_ats"),
        ("a＠b@x.example", "address_two_ats"),
        ("jan smith@x.example", "address_bad_local"),
        ("Jan <jan@x.example>", "address_bad_local"),
        ('"jan"@x.example', "address_bad_local"),
        ("jan\u3000x@x.example", "address_bad_local"),
        ("jan..x@x.example", "address_dots"),
        (".jan@x.example", "address_dots"),
        ("jan@x..example", "address_dots"),
        ("jan@localhost", "address_domain_without_dot"),
        ("jan@test", "address_domain_without_dot"),
        ("jan@printer.local", "address_reserved_domain"),
        ("jan@x.invalid", "address_reserved_domain"),
        ("jan@-x.example", "address_bad_domain"),
        ("jan@x_y.example", "address_bad_domain"),
        ("jan@xn--a.example", "address_bad_domain"),
        ("jan@192.168.1.1", "address_bad_domain"),
        ("jan@[192.168.1.1]", "address_bad_domain"),
        ("j" * 65 + "@x.example", "address_local_too_long"),
        ("jan@" + "x." * 130 + "example", "address_too_long"),
        ("j" * 10_000_000 + "@x.example", "address_too_long"),
    ],
)
def test_what_is_no_address_says_why(text: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read_address(text)
    assert refused.value.reason.id == reason


@pytest.mark.parametrize(
    "hidden",
    [
        *("\r", "\n", "\r\nBcc: ", "\0", "\x1b", "\x1b[31m", "\x7f", "\x85", "\x9b", "\t"),
        *("\u202e", "\u2066", "\u200e", "\u061c", "\u200b", "\u200d", "\ufeff", "\u00ad"),
        *("\u034f", "\ufe0f", "\u3164", "\ufffd", "\ud800", "\U000e0041", "\u2028"),
    ],
)
@pytest.mark.parametrize("shape", ["ja{}n@x.example", "jan@x{}y.example"])
def test_hidden_characters_inside_are_refused_with_their_position(hidden: str, shape: str) -> None:
    reason = judge_address(shape.format(hidden))
    assert isinstance(reason, Reason)
    assert reason.id == "address_control_character"
    assert reason.values["at"] == shape.index("{") + 1
    assert re.fullmatch(r"U\+[0-9A-F]{4,6}", reason.values["character"])


ATOM = st.text(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~", max_size=9)
LABEL = st.text("abXYZ019-", max_size=7) | st.sampled_from(
    ["example", "test", "local", "arpa", "x1"]
)
PLAIN = st.builds(
    lambda atoms, labels: f"{'.'.join(atoms)}@{'.'.join(labels)}",
    st.lists(ATOM, min_size=1, max_size=3),
    st.lists(LABEL, min_size=1, max_size=4),
)


@given(PLAIN)
@example("a@ab--c.example")
@example("a@x.e1")
@example("a@x.1")
@example("a@x.onion")
@example("a" * 64 + "@x.example")
@example("a" * 65 + "@x.example")
@example("a@" + "x" * 63 + ".example")
@example("a@" + "x" * 64 + ".example")
@example("a@" + "x." * 122 + "example")
@example("a@x.example.")
def test_the_short_way_judges_as_the_library_does(text: str) -> None:
    address = judge_address(text)
    try:
        found = validate_email(text, strict=True, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        assert isinstance(address, Reason)
    else:
        if found.ascii_domain == "test":  # allowed there, for the sake of what ends in .test
            assert isinstance(address, Reason)
            return
        assert isinstance(address, Address)
        assert address.key == f"{found.local_part.lower()}@{found.ascii_domain}"


LETTER = st.characters(categories=["L", "N", "M", "S", "P"])
ANY_ADDRESS = st.builds(
    "{}@{}.example".format,
    st.text(LETTER, min_size=1, max_size=8),
    st.text(st.characters(categories=["L", "N"]), max_size=5),
)


@given(ANY_ADDRESS)
@example("ß@straße.example")
@example("İ@x.example")
@example("ﬁ@x.example")
@example("ǰ\u0323@x.example")
@example("\u0345\u0301a@x.example")
def test_the_key_is_an_address_whose_key_is_itself(text: str) -> None:
    address = judge_address(text)
    if isinstance(address, Reason):
        return
    assert identity_key(address.key) == address.key
    assert identity_key(address.typed) == address.key
    assert identity_key(address.mailbox) == address.key
    assert address.key.count("@") == 1
    assert address.key.isprintable()


@given(st.text())
def test_no_text_makes_the_judge_fail(text: str) -> None:
    assert isinstance(judge_address(text), (Address, Reason))


def test_the_library_is_not_loaded_for_a_plain_address() -> None:
    code = (
        "import sys; from tui_admin.domain.paste import read_paste;"
        "assert read_paste('Jan <jan@x.example>').entries[0].key == 'jan@x.example';"
        "print('email_validator' in sys.modules, 'idna' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


@given(
    st.from_regex(r"[A-Za-z0-9.+_!-]{0,70}", fullmatch=True),
    st.sampled_from(["münchen.example", "xn--mnchen-3ya.example", "é.test", "a..b", "ß.nl", "x.é"])
    | st.text(max_size=20),
)
@example("a" * 64, "é" * 50 + "." + "ü" * 50 + "." + "ö" * 50 + "." + "ä" * 30 + ".example")
def test_judging_a_domain_by_itself_changes_no_verdict(local: str, domain: str) -> None:
    text = unicodedata.normalize("NFC", f"{local}@{domain}")
    found = addresses.judge_address(text)
    if isinstance(found, addresses.Address):
        assert addresses._validated(found.typed) == found.domain
        assert addresses._validated(found.key) == found.domain
    elif text.isprintable() and text == text.strip() and len(text) <= addresses.LONGEST:
        valid = addresses._validated(text)
        hidden = found.id in ("address_control_character", "address_two_ats")
        assert valid is None or "." not in valid or hidden
