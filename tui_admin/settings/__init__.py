"""The configuration: one TOML file, environment variables over it, and no third place.

Every problem is found and told at once, with the key, the mend and the nearest spelling, and never
with the value of a secret. Every key is declared once, in plain named tuples: pydantic took 60 ms
of a start in which a bare Textual app shows its first frame after 230, and pydantic-settings would
take 60 more and stop at the first variable that it cannot read.
"""

from __future__ import annotations

from tui_admin.settings.loading import load
from tui_admin.settings.models import (
    EnvironmentSettings,
    InvitationSettings,
    MailSettings,
    OperatorSettings,
    PortalSettings,
    Settings,
    Sources,
    StoreSettings,
    UiSettings,
)
from tui_admin.settings.problems import Problem, SettingsInvalid

__all__ = [
    "EnvironmentSettings",
    "InvitationSettings",
    "MailSettings",
    "OperatorSettings",
    "PortalSettings",
    "Problem",
    "Settings",
    "SettingsInvalid",
    "Sources",
    "StoreSettings",
    "UiSettings",
    "load",
]
