from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.deployment import Deployment

JAN = (
    *("users", "register", "jan@x.example", "--given-names", "Jan", "--family-name", "Jansen"),
    *("--organisation", "Acme Nederland BV", "--product", "documents", "--no-coupon"),
)


def test_details_are_filled_in_over_several_calls(deployment: Deployment) -> None:
    deployment.ok("users", "add", "marie@x.example")
    line = ("users", "identity", "marie")
    kept = deployment.json(*line, "--given-names", "Marie", "--keep")
    assert kept["missing"].keys() == {"family_name", "date_of_birth"}
    wrong = deployment.json(*line, "--date-of-birth", "2024-01-01", code=1)
    assert wrong["wrong"].keys() == {"family_name", "date_of_birth"}
    rest = ("--date-of-birth", "31-01-1990", "--family-name", "Curie")
    assert deployment.json(*line, *rest)["done"]
    shown = deployment.json(*line)
    assert (shown["given_names"], shown["status"], shown["drafted"]) == (
        "Marie",
        "registered",
        False,
    )
    assert "1990-01-31" in deployment.ok(*line)


def test_somebody_is_registered_with_everything_at_once(deployment: Deployment) -> None:
    missing = deployment.json(*JAN, "--dry-run", code=1)
    assert missing["wrong"].keys() == {"date_of_birth", "product"}
    said = deployment.ok(*JAN, "--date-of-birth", "31-01-1990", code=1)
    assert "product:" in said
