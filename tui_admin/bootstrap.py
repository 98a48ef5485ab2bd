"""The only place where the parts are put together.

Imports stand inside the functions: what a command does not use it does not load.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    import socket
    from collections.abc import Callable

    from tui_admin.demo.environment import Made
    from tui_admin.demo.mailbox import CaughtMail, Mailbox
    from tui_admin.mail.compose import Sender
    from tui_admin.mail.pool import Pool
    from tui_admin.mail.smtp import SmtpOptions
    from tui_admin.portal.beside import Beside
    from tui_admin.portal.site import Site
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


# The store's keeping


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


# Mail


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
        await _send(settings, hub, "worker", stop, once=once)
    finally:
        await hub.close()


async def _send(
    settings: Settings, hub: Hub, kind: str, stop: asyncio.Event, *, once: bool = False
) -> None:
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


# The portal


def listen_for_portal(settings: Settings, host: str = "", port: int = 0) -> socket.socket:
    """Return a socket for the portal; `host` and `port` win over the settings.

    Raises `Misconfigured` where the extra is not installed or the port is taken.
    """
    from tui_admin.domain.errors import Misconfigured

    try:
        from tui_admin.portal.serving import listen
    except ModuleNotFoundError as error:
        raise Misconfigured("portal_needs_extra") from error
    return listen(host or settings.portal.host, port or settings.portal.port)


def portal_in_clear(settings: Settings) -> bool:
    """Say whether what visitors type can be read on its way: neither TLS nor this machine alone."""
    from tui_admin.portal.address import address_of

    address = address_of(settings.environment.portal_url)
    return not (address.secure or address.near)


async def run_portal(
    settings: Settings,
    listener: socket.socket,
    *,
    stop: asyncio.Event,
    ready: Callable[[], object] = bool,
) -> None:
    """Serve the pages for invitees until told to stop; calls `ready` once the store is open.

    Raises what opening the store raises.
    """
    from tui_admin.portal.serving import serve

    with listener:
        hub = await connect(settings, origin="portal")
        try:
            ready()
            await serve(_site(settings, hub), listener, stop)
        finally:
            await hub.close()


def _site(settings: Settings, hub: Hub) -> Site:
    from tui_admin.portal.address import address_of
    from tui_admin.portal.site import Site

    return Site(
        joining=hub.joining,
        environment=hub.policy.environment,
        address=address_of(settings.environment.portal_url),
        # Whoever has a session that nobody can have: a look at one row that is not there.
        alive=lambda: hub.joining.visit("nobody"),
        record=_number,
    )


def _number(error: BaseException) -> str:
    """Record what should not have happened, and return the number it goes by."""
    from tui_admin import incidents

    return str(incidents.record(error, state_directory()).values["incident"])


def portal_beside(settings: Settings) -> Beside:
    """Start the portal beside a dashboard."""
    from tui_admin.portal.beside import Beside

    return Beside(partial(listen_for_portal, settings), partial(run_portal, settings))


# The dashboard


def open_dashboard(settings: Settings, who: str, *, files: bool = True) -> int:
    """Show the dashboard and return its exit code; with no `who` the operator signs in.

    `files` says whether the operator may have it read files of this machine.
    Raises `Misconfigured` where there is no terminal that can show it.
    """
    import asyncio

    from tui_admin.tui.terminal.process import prepare_process

    prepare_process()
    from tui_admin.tui.app import Dashboard, Wiring

    async def identify(hub: Hub) -> Operator:
        return await hub.operators.named(who)

    async def send_mail(hub: Hub) -> None:
        portal = portal_beside(settings) if settings.portal.with_dashboard else None
        try:
            await _send(settings, hub, "dashboard", asyncio.Event())
        finally:
            if portal is not None:
                portal.stop()

    wiring = Wiring(
        environment=settings.environment.name,
        connect=lambda: connect(settings, origin="tui"),
        incidents=state_directory(),
        identify=None if settings.operator.identify_by == "login" else identify,
        send_mail=send_mail,
        read_mailbox=_mailbox_reader(settings),
        portal=settings.environment.portal_url if settings.portal.with_dashboard else "",
        theme=settings.ui.theme,
        mouse=settings.ui.mouse,
        files=files,
        bell=settings.ui.bell,
    )
    return Dashboard(wiring).run_dashboard()


def _mailbox_reader(settings: Settings) -> Callable[[], tuple[CaughtMail, ...]] | None:
    """Return what reads the demo's mailbox; None outside the demo."""
    directory = settings.mail.demo_mailbox
    if not directory:
        return None

    def read() -> tuple[CaughtMail, ...]:
        from tui_admin.demo.mailbox import read_mailbox

        return read_mailbox(Path(directory))

    return read


async def make_demo(directory: Path, *, users: int, seed: int) -> Made:
    """Make a demo environment in a directory, or find the one that is there."""
    from tui_admin.demo.environment import build

    return await build(directory, users, seed)


def state_directory() -> Path:
    """Return where records of crashes are kept."""
    from platformdirs import user_state_path

    return user_state_path("tui-admin", appauthor=False)
