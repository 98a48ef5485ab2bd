"""The usual reasons why somebody is rejected, in the words that they are told."""

from __future__ import annotations

USUAL = {
    "en": (
        "The registration number is of another company.",
        "We do not know you at this company.",
        "Your personal details are incomplete.",
        "You are registered already.",
        "This product is not for your company.",
    ),
    "nl": (
        "Het KvK-nummer is van een ander bedrijf.",
        "Wij kennen u niet bij dit bedrijf.",
        "Uw persoonsgegevens zijn niet volledig.",
        "U bent al geregistreerd.",
        "Dit product is niet voor uw bedrijf.",
    ),
}


def reasons_offered(own: tuple[str, ...], language: str) -> tuple[str, ...]:
    """Return the reasons to choose from: the environment's own, else the usual ones."""
    return own or USUAL.get(language, USUAL["en"])
