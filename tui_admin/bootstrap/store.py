"""Opening a store, making one, and its keeping."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tui_admin.services.facade import Hub
    from tui_admin.services.vitals import Signs
    from tui_admin.services.work import Operator, Policy
    from tui_admin.settings import Settings


def now() -> datetime:
    """Return the time; handed to whoever needs it, so that tests can hand in another."""
    return datetime.now(UTC)


def store_url(settings: Settings) -> str:
    """Return the store's address with its password."""
    return settings.store.url.get_secret_value()


async def connect(settings: Settings, *, origin: str, clock: Callable[[], datetime] = now) -> Hub:
    """Open the store for services; raises `OutOfReach` or `Misconfigured`.

    Whoever stays looks at the mails' templates at once; a single call, when it first needs one.
    """
    import asyncio

    from tui_admin.bootstrap.mail import prove_templates
    from tui_admin.services.environment import environment_name
    from tui_admin.services.facade import Hub
    from tui_admin.store.store import open_store

    if origin != "cli" and settings.mail.templates:
        await asyncio.to_thread(prove_templates, settings)
    store = await open_store(store_url(settings))
    policy = policy_of(settings, await environment_name(store))
    return Hub(store, policy, clock, origin)


def policy_of(settings: Settings, stored_name: str = "") -> Policy:
    """Return the settings that services go by; a name in the configuration wins."""
    from tui_admin.services.work import Policy
    from tui_admin.settings import EnvironmentSettings

    chosen = settings.environment.name
    return Policy(
        environment=stored_name if stored_name and chosen == EnvironmentSettings().name else chosen,
        portal_url=settings.environment.portal_url,
        undo_seconds=settings.invitations.undo_seconds,
        batch_limit=settings.invitations.batch_limit,
        expires_after=settings.invitations.expires_after,
        address_must_match=settings.invitations.address_must_match,
        mail_domain=settings.mail.from_address.rpartition("@")[2],
        remind_before=settings.invitations.remind_before,
        templates=settings.mail.templates,
        language=settings.environment.language,
        own_domains=settings.environment.domains,
        trusted_domains=settings.invitations.trusted_domains,
        doubtful_domains=settings.invitations.doubtful_domains,
        target_hours=settings.approvals.target_hours,
        reasons=settings.approvals.reasons,
        digest=settings.approvals.digest,
        digest_hour=settings.approvals.digest_hour,
        escalate_to=settings.approvals.escalate_to,
    )


async def create_store(
    settings: Settings,
    *,
    environment_name: str,
    email: str,
    username: str,
    organisation: str,
    registration_number: str,
    clock: Callable[[], datetime] = now,
) -> Operator:
    """Make a new store with its founder; raises `Refused` for one that has data."""
    from tui_admin.services.founding import Founding, found
    from tui_admin.store.store import open_store
    from tui_admin.store.upkeep import upgrade as to_newest

    founding = Founding(environment_name, email, username, organisation, registration_number)
    await to_newest(store_url(settings))
    store = await open_store(store_url(settings))
    try:
        return await found(store, founding, clock())
    finally:
        await store.close()


async def upgrade(settings: Settings) -> tuple[str, str]:
    """Bring the store to the newest schema; returns the versions before and after."""
    from tui_admin.store.upkeep import upgrade as to_newest

    return await to_newest(store_url(settings))


async def check(settings: Settings) -> tuple[str, ...]:
    """Return what is wrong with the store, a line each."""
    from tui_admin.store.upkeep import check as problems

    return await problems(store_url(settings))


async def backup(settings: Settings, file: Path) -> None:
    """Write a consistent copy of the store to a file that does not exist yet."""
    from tui_admin.store.upkeep import backup as copy

    await copy(store_url(settings), file)


async def vitals(settings: Settings) -> tuple[str, Signs]:
    """Return the schema of the store and how it is; raises what opening it raises."""
    from tui_admin.services.vitals import signs
    from tui_admin.store.store import open_store
    from tui_admin.store.version import HEAD

    store = await open_store(store_url(settings))
    try:
        return HEAD, await signs(store, now())
    finally:
        await store.close()
