"""Mail: the server, the sender, the texts, and the worker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui_admin.bootstrap.store import connect

if TYPE_CHECKING:
    import asyncio

    from tui_admin.demo.mailbox import Mailbox
    from tui_admin.mail.compose import Sender
    from tui_admin.mail.pool import Pool
    from tui_admin.mail.smtp import SmtpOptions
    from tui_admin.services.facade import Hub
    from tui_admin.settings import Settings


def smtp_options(settings: Settings) -> SmtpOptions:
    """Return how to reach the mail server."""
    from tui_admin.mail.smtp import SmtpOptions

    mail = settings.mail
    return SmtpOptions(
        host=mail.host,
        port=mail.port,
        tls=mail.tls,
        username=mail.username,
        password=mail.password.get_secret_value(),
        timeout=float(mail.timeout_seconds),
    )


def mail_pool(settings: Settings) -> Pool:
    """Return the connections that mail goes out by."""
    from tui_admin.mail.pool import Pool

    return Pool(
        smtp_options(settings),
        connections=settings.mail.connections,
        rate_per_minute=settings.mail.rate_per_minute,
    )


def sender(settings: Settings) -> Sender:
    """Return whom mails come from."""
    from tui_admin.mail.compose import Sender

    name = settings.mail.from_name or settings.environment.name
    return Sender(settings.mail.from_address, name)


def prove_templates(settings: Settings) -> tuple[str, ...]:
    """Return the names of the operator's templates; raises `TemplatesInvalid` where one is wrong.

    Nothing is loaded where there are none.
    """
    if not settings.mail.templates:
        return ()
    from tui_admin.mail.templating import templates_in

    templates = templates_in(settings.mail.templates)
    templates.prove()
    return templates.replaced()


async def probe_mail(settings: Settings) -> None:
    """Connect and sign in to the mail server; raises `OutOfReach` with its words."""
    from tui_admin.domain.errors import OutOfReach
    from tui_admin.i18n import say
    from tui_admin.mail.smtp import probe

    delivery = await probe(smtp_options(settings))
    if delivery.outcome != "sent":
        why = say(delivery.reason) if delivery.reason else delivery.words
        raise OutOfReach("mail_server_trouble", why=why)


async def run_worker(settings: Settings, *, once: bool, stop: asyncio.Event) -> None:
    """Send the outbox until told to stop, or until nothing is due."""
    hub = await connect(settings, origin="worker")
    try:
        await send(settings, hub, "worker", stop, once=once)
    finally:
        await hub.close()


async def send(
    settings: Settings, hub: Hub, kind: str, stop: asyncio.Event, *, once: bool = False
) -> None:
    """Send the outbox of a store that is open, as a `worker` or beside a `dashboard`."""
    import asyncio
    import importlib

    # Imported in a thread: a dashboard that is open must not stutter for it.
    await asyncio.to_thread(importlib.import_module, "tui_admin.worker")
    from tui_admin.mail.templating import templates_in
    from tui_admin.worker import Worker, housekeeping

    mailbox = await asyncio.to_thread(_demo_mailbox, settings)
    looking = None
    try:
        # Before the first look for what is due, so that one look alone finds them.
        await housekeeping.look(hub)
        looking = asyncio.create_task(housekeeping.keep_looking(hub))
        texts = templates_in(settings.mail.templates)
        worker = Worker(hub.outgoing, mail_pool(settings), sender(settings), kind, texts)
        await worker.run(stop, once=once)
    finally:
        if looking is not None:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
        if mailbox is not None:
            await asyncio.to_thread(mailbox.close)


def _demo_mailbox(settings: Settings) -> Mailbox | None:
    """Start the demo's mail catcher, unless mail goes to another server than the demo's."""
    from tui_admin.domain.errors import OutOfReach

    if not settings.mail.demo_mailbox:
        return None
    from tui_admin.demo.mailbox import start

    try:
        return start(Path(settings.mail.demo_mailbox), settings.mail.port)
    except OutOfReach:
        return None
