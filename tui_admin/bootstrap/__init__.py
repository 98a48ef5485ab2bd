"""The only place where the parts are put together.

Imports stand inside the functions: what a command does not use it does not load.
"""

from tui_admin.bootstrap.dashboard import make_demo, open_dashboard
from tui_admin.bootstrap.mail import (
    mail_pool,
    probe_mail,
    prove_templates,
    run_worker,
    sender,
    smtp_options,
)
from tui_admin.bootstrap.portal import listen_for_portal, portal_beside, portal_in_clear, run_portal
from tui_admin.bootstrap.state import state_directory
from tui_admin.bootstrap.store import (
    backup,
    check,
    connect,
    create_store,
    now,
    policy_of,
    store_url,
    upgrade,
    vitals,
)

__all__ = [
    "backup",
    "check",
    "connect",
    "create_store",
    "listen_for_portal",
    "mail_pool",
    "make_demo",
    "now",
    "open_dashboard",
    "policy_of",
    "portal_beside",
    "portal_in_clear",
    "probe_mail",
    "prove_templates",
    "run_portal",
    "run_worker",
    "sender",
    "smtp_options",
    "state_directory",
    "store_url",
    "upgrade",
    "vitals",
]
