"""Tokens, and the chain of the audit log."""

from __future__ import annotations

import hashlib
import re

from hypothesis import given
from hypothesis import strategies as st

from tui_admin.domain.secrets import GENESIS, canonical, chain, new_token, token_hash


def test_a_token_has_256_bits_in_signs_that_a_link_can_carry() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)


def test_what_is_kept_of_a_token_is_its_sha256_and_says_nothing_of_it() -> None:
    token = new_token()
    assert token_hash(token) == hashlib.sha256(token.encode()).hexdigest()
    assert token not in token_hash(token)
    assert token_hash(token) != token_hash(token + "x")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=5))
def test_the_same_facts_have_one_text_in_whatever_order_they_come(facts: dict[str, object]) -> None:
    turned = dict(reversed(facts.items()))
    assert canonical(facts) == canonical(turned)


def test_the_text_of_facts_is_for_people_and_for_good() -> None:
    facts = {"who": "Łukasz 👩‍🌾", "at": "2026-03-02", "n": 1, "none": None}
    assert canonical(facts) == '{"at":"2026-03-02","n":1,"none":null,"who":"Łukasz 👩‍🌾"}'


def test_the_chain_is_what_anybody_can_compute_without_us() -> None:
    first = hashlib.sha256(f"{GENESIS}\n{{}}".encode()).hexdigest()
    assert chain(GENESIS, "{}") == first
    assert chain(first, "{}") != first


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 63))
def test_another_text_or_another_past_is_another_hash(text: str, at: int) -> None:
    past = GENESIS[:at] + "1" + GENESIS[at + 1 :]
    assert len({chain(GENESIS, text), chain(past, text), chain(GENESIS, f"{text}.")}) == 3
