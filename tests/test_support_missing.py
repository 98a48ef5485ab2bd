from __future__ import annotations

import pytest

from tests.support.missing import missing


def test_a_missing_part_skips_the_test_and_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match="a dragon is missing: hatch one"):
        missing("a dragon", "hatch one")


def test_in_ci_nothing_goes_untested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="a dragon is missing"):
        missing("a dragon", "hatch one")
