"""`tui-admin outbox`: how the sending goes, a pause, and acts on all that match."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.deployment import Deployment


def set_status(deployment: Deployment, address: str, status: str) -> None:
    """Let a mail be in another state."""
    with sqlite3.connect(deployment.store) as store:
        store.execute('UPDATE outbox_message SET status = ? WHERE "to" = ?', (status, address))


def states(deployment: Deployment) -> dict[str, str]:
    return {each["to"]: each["status"] for each in deployment.items("outbox", "list")}


def test_a_pause_is_told_by_status_and_doctor_until_mail_goes_again(
    deployment: Deployment,
) -> None:
    assert deployment.ok("outbox", "pause") == "done     Mail\n"
    paused = deployment.json("outbox", "status")["pause"]
    assert (paused["by"], paused["at"][-1]) == ("founder", "Z")
    assert "Paused      by founder since " in deployment.ok("outbox", "status")
    assert "MEND  outbox         paused by founder since" in deployment.run("doctor").stdout
    again = deployment.run("outbox", "pause")
    assert again.exit_code == 1
    assert "founder paused the sending of mail already." in again.stderr
    deployment.ok("outbox", "resume")
    assert deployment.json("outbox", "status")["pause"] is None
    assert "ok    outbox         nothing waits, nothing failed" in deployment.run("doctor").stdout
    assert deployment.run("outbox", "resume").exit_code == 1


def test_status_tells_how_many_are_in_each_state_and_since_when(deployment: Deployment) -> None:
    deployment.invite("a@acme.example", "b@acme.example")
    set_status(deployment, "b@acme.example", "failed")
    found = deployment.json("outbox", "status")
    assert (found["queued"]["number"], found["failed"]["number"]) == (1, 1)
    assert found["queued"]["oldest"]
    assert (found["unknown"]["number"], found["workers"], found["per_minute"]) == (0, 0, 0)
    assert "Mails       1 queued, 1 failed" in deployment.ok("outbox", "status")


def test_what_may_have_arrived_is_sent_again_only_with_yes(deployment: Deployment) -> None:
    deployment.invite("a@acme.example")
    set_status(deployment, "a@acme.example", "unknown")
    found = deployment.json("outbox", "retry", "1", code=1)
    assert [each["reason"] for each in found["skipped"]] == ["mail_in_doubt"]
    assert "--yes" in found["skipped"][0]["detail"]
    deployment.ok("outbox", "retry", "1", "--yes")
    assert states(deployment) == {"a@acme.example": "queued"}


def test_all_that_match_are_retried_and_dropped_with_yes(deployment: Deployment) -> None:
    deployment.invite("a@acme.example", "b@acme.example", "c@south.example")
    assert deployment.run("outbox", "drop", "--where", "acme.example").exit_code == 2
    deployment.ok("outbox", "drop", "--where", "acme.example", "--yes")
    assert states(deployment) == {
        "a@acme.example": "cancelled",
        "b@acme.example": "cancelled",
        "c@south.example": "queued",
    }
    deployment.ok("outbox", "retry", "--where", "status:cancelled", "--yes")
    assert set(states(deployment).values()) == {"queued"}
    for line in (("--failed", "1"), (), ("--failed", "--where", "a")):
        assert deployment.run("outbox", "retry", *line).exit_code == 2


def test_a_mail_is_shown_with_all_that_is_known_of_it(deployment: Deployment) -> None:
    deployment.invite("a@acme.example")
    found = deployment.json("outbox", "show", "1")
    assert (found["language"], found["reply_to"]) == ("en", "founder@acme.example")
    assert found["not_after"]
    assert "Reply-To    founder@acme.example" in deployment.ok("outbox", "show", "1")
