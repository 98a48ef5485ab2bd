from __future__ import annotations

import io
from typing import TYPE_CHECKING

import click
import pytest

from tui_admin.cli import intake

if TYPE_CHECKING:
    from pathlib import Path


class Stdin(io.TextIOWrapper):
    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))


def test_a_file_or_standard_input_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "people.txt"
    file.write_bytes(b"jan@x.example\n")
    monkeypatch.setattr("sys.stdin", Stdin(b"piet@x.example\n"))
    assert intake.contents(str(file)) == b"jan@x.example\n"
    assert intake.contents("-") == b"piet@x.example\n"


def test_a_file_that_is_too_large_is_refused_whole(tmp_path: Path) -> None:
    file = tmp_path / "people.txt"
    file.write_bytes(b"x" * intake.LARGEST)
    assert len(intake.contents(str(file))) == intake.LARGEST
    file.write_bytes(b"x" * (intake.LARGEST + 1))
    with pytest.raises(click.BadParameter, match="larger than 1 MB"):
        intake.contents(str(file))


def test_standard_input_without_an_end_is_not_read_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with open("/dev/zero") as endless:  # noqa: PTH123 - a stream like any other
        monkeypatch.setattr("sys.stdin", endless)
        with pytest.raises(click.BadParameter, match="larger than 1 MB"):
            intake.contents("-")


@pytest.mark.parametrize("what", ["missing.txt", "."])
def test_what_cannot_be_read_is_a_usage_error(tmp_path: Path, what: str) -> None:
    with pytest.raises(click.BadParameter):
        intake.contents(str(tmp_path / what))


@pytest.mark.parametrize(
    "header",
    [
        "name,username",
        "email,wage",
        "email,email",
        "email,e-mail",
        "",
        "jan@x.example,Jan",
    ],
)
def test_a_header_that_is_not_right_is_refused(tmp_path: Path, header: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"{header}\njan@x.example,Jan\n")
    with pytest.raises(click.BadParameter, match="users template"):
        intake.roster(str(file))
